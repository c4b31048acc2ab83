"""Holds a judgement against a sandbox: the accounts on each list must be those that the members' keys reach.

An account too many is always wrong. An account too few is allowed in one case only, *unseen collateral*: it was taken
out by removing somebody whose keys never touched those of its owner, so that nobody could have known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

import requests

from judge.people import Person
from judge.verdict import Judgement, ListJudgement

Reach: TypeAlias = Mapping[str, Sequence[str]]
ADDS: Final = frozenset({"ingest", "users_add", "users_replace"})
REMOVALS: Final = frozenset({"remove", "remove_all", "users_remove", "users_remove_any"})
_AT_ONCE: Final = 20_000


class Kind(StrEnum):
    """What is wrong. UNSEEN_COLLATERAL is allowed, and counted."""

    EXTRA = "holds an account of nobody who should be on it"
    MISSING = "lacks an account of a member"
    UNSEEN_COLLATERAL = "lacks an account that another person's removal took"
    NO_LIST = "does not exist"
    SEVERAL_LISTS = "exists more than once"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference of one list; `person` is one member whose account is missing."""

    kind: Kind
    list_name: str
    platform: str
    account: str = ""
    person: Person | None = None

    @property
    def allowed(self) -> bool:
        return self.kind is Kind.UNSEEN_COLLATERAL

    def __str__(self) -> str:
        owner = f", {self.person}" if self.person else ""
        return f"{self.platform} `{self.list_name}` {self.kind}: {self.account}{owner}"


@dataclass(frozen=True, slots=True)
class SandboxView:
    """What a judge may see of a sandbox: its lists, its log, and which accounts keys reach."""

    lists: Sequence[Mapping[str, Any]]
    log: Sequence[Mapping[str, Any]]
    ask: Callable[[str, Sequence[str]], Reach]

    @classmethod
    def at(cls, control_url: str) -> SandboxView:
        """As it is now, over its control API."""
        base = control_url.rstrip("/") + "/_sandbox/"

        def ask(platform: str, keys: Sequence[str]) -> Reach:
            answer = requests.post(base + "accounts", json={"platform": platform, "keys": keys}, timeout=60)
            answer.raise_for_status()
            found: Reach = answer.json()
            return found

        state, log = (requests.get(base + what, timeout=60) for what in ("state", "log"))
        state.raise_for_status()
        log.raise_for_status()
        return cls(state.json()["lists"], log.json(), ask)

    def lists_of(self, judged: ListJudgement) -> list[Mapping[str, Any]]:
        """The lists with the platform, the account and the name of a judged one."""
        wanted = (judged.destination.platform, judged.destination.account, judged.name)
        return [
            each
            for each in self.lists
            if not each["deleted"] and (each["platform"], digits(each["account"]), each["name"]) == wanted
        ]

    def reach(self, platform: str, keys: Iterable[str]) -> Reach:
        """The accounts of each key."""
        wanted, found = sorted(keys), dict[str, Sequence[str]]()
        for start in range(0, len(wanted), _AT_ONCE):
            found.update(self.ask(platform, wanted[start : start + _AT_ONCE]))
        return found


def digits(account: str) -> str:
    """`act_1001` and `123-456-7890` without what is not a digit."""
    return re.sub(r"\D", "", account)


def compare(judgement: Judgement, sandbox_control_url: str) -> list[Deviation]:
    """Every difference between what each list should hold and what it holds now."""
    view = SandboxView.at(sandbox_control_url)
    return [deviation for judged in judgement.lists for deviation in compare_list(judgement, judged, view)]


def compare_list(judgement: Judgement, judged: ListJudgement, view: SandboxView) -> list[Deviation]:
    """A list that is too small to be filled need not exist; if it does, it may hold nobody else."""
    platform = judged.destination.platform
    found = view.lists_of(judged)
    if len(found) != 1:
        if not found and (judged.stopped or not judged.members):
            return []
        return [Deviation(Kind.SEVERAL_LISTS if found else Kind.NO_LIST, judged.name, platform)]
    (actual,) = found
    reach = view.reach(platform, judged.keys)
    owners: dict[str, Person] = {}
    for person, keys in judged.members.items():
        owners.update((account, person) for key in keys for account in reach[key])
    held = set(actual["accounts"])
    extra = [Deviation(Kind.EXTRA, judged.name, platform, account) for account in sorted(held - owners.keys())]
    if judged.stopped:
        return extra
    missing = sorted(owners.keys() - held)
    if not missing:
        return extra
    takers = _Takers(view, actual, platform, judgement.keys[judged.destination.name].values())
    return extra + [_missing(judged, account, owners[account], takers) for account in missing]


def _missing(judged: ListJudgement, account: str, owner: Person, takers: _Takers) -> Deviation:
    kind = Kind.UNSEEN_COLLATERAL if takers.unseen(account, judged.members[owner]) else Kind.MISSING
    return Deviation(kind, judged.name, judged.destination.platform, account, owner)


class _Takers:
    """Who was removed from a list: the keys of executed removals, and which keys that were ever sent belong together."""

    def __init__(
        self, view: SandboxView, actual: Mapping[str, Any], platform: str, people: Iterable[Sequence[str]]
    ) -> None:
        self._parent: dict[str, str] = {}
        entries = [each for each in view.log if (each["platform"], each["list_id"]) == (platform, actual["id"])]
        rows = [row for entry in entries if entry["op"] in ADDS for row in entry["rows"]]
        sent = {key for row in rows for key in row}
        for keys in (*rows, *([key for key in each if key in sent] for each in people)):
            self._join(keys)
        removed = {
            key
            for entry in entries
            if entry["op"] in REMOVALS and entry["applied"]
            for row in entry["rows"]
            for key in row
        }
        self._by_account: defaultdict[str, list[str]] = defaultdict(list)
        for key, accounts in view.reach(platform, removed).items():
            for account in accounts:
                self._by_account[account].append(key)

    def unseen(self, account: str, keys: Iterable[str]) -> bool:
        """Whether somebody's removal took this account whose keys were never connected with these."""
        own = {self._root(key) for key in keys}
        return any(self._root(key) not in own for key in self._by_account[account])

    def _join(self, row: Sequence[str]) -> None:
        for key in row[1:]:
            self._parent[self._root(key)] = self._root(row[0])

    def _root(self, key: str) -> str:
        while (parent := self._parent.get(key, key)) != key:
            key = parent
        return key
