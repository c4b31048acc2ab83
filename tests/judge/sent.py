"""Holds what a sandbox received against a judgement: row by row, who was sent, and whether they might be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from judge.accounts import ADDS, SandboxView, digits
from judge.verdict import Judgement, ListJudgement


def added_rows(judged: ListJudgement, view: SandboxView, since: int = 0) -> list[frozenset[str]]:
    """The rows of accepted adds to a judged list, in entries of the log after number `since`."""
    ids = {each["id"] for each in view.lists_of(judged)}
    return [
        frozenset(row)
        for entry in view.log
        if entry["n"] > since and entry["list_id"] in ids and entry["op"] in ADDS and entry["ok"]
        for row in entry["rows"]
    ]


def wrongly_sent(judged: ListJudgement, rows: Iterable[frozenset[str]]) -> list[str]:
    """Compares a first fill with the members: the same keys, each row of one person, at Google one row a person."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for person, keys in judged.members.items():
        for key in keys:
            owners[key].add(person.name)
    problems, seen, sent = [], Counter[frozenset[str]](), set[str]()
    for row in rows:
        seen[row] += 1
        sent |= row
        if not set.intersection(*(owners.get(key, set()) for key in row)):
            problems.append(f"a row of {len(row)} keys is no member's")
    if missing := judged.keys - sent:
        problems.append(f"{len(missing)} keys of members were not sent")
    if judged.destination.platform == "google":
        wanted = Counter(judged.members.values())
        problems += [
            f"a member was sent {seen[keys]} times in full, not {times}"
            for keys, times in wanted.items()
            if seen[keys] != times
        ]
    return problems


def unconsented(judgements: Collection[Judgement], log: Iterable[Mapping[str, Any]]) -> list[str]:
    """Adds of keys that nobody's consent covered under any of the judgements; refused requests count, they left the house."""
    allowed: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for judgement in judgements:
        for judged in judgement.lists:
            to = judged.destination
            everybody = judgement.sendable[to.name].values()
            allowed[to.platform, to.account].update(key for keys in everybody for key in keys)
    return [
        f"request {entry['n']} ({entry['op']}) to {entry['platform']} carried {key.partition(':')[0]} of nobody who consents"
        for entry in log
        if entry["op"] in ADDS
        for row in entry["rows"]
        for key in row
        if key not in allowed[entry["platform"], digits(entry["account"])]
    ]
