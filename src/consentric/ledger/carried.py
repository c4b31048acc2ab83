"""Who said no, taken along from one record into another: that can only take people away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from consentric.ledger.database import Database

REQUESTS_SINCE: Final = 4
"""The version of the ledger that knows requests; those before had one digest and one reason for each person."""
_SUBJECTS: Final = (
    "SELECT subjects.id, subjects.verb, subjects.at, reason FROM subjects JOIN requests ON requests.id = request"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One subject: (digest, whether it was given) of each key, and digests of what lists are still searched for."""

    verb: str
    reason: str
    at: int
    keys: tuple[tuple[bytes, int], ...]
    sought: tuple[bytes, ...] = ()


def read_said(database: Database, version: int) -> tuple[Said, ...]:
    """Everything that a record of some version knows."""
    if version < REQUESTS_SINCE:
        old = database.rows("SELECT digest, reason, added_at FROM suppressions ORDER BY added_at, digest")
        return tuple(
            Said(
                "erased" if row["reason"] == "erased" else "objected",
                row["reason"],
                row["added_at"],
                ((row["digest"], 1),),
            )
            for row in old
        )
    keys: defaultdict[int, list[tuple[bytes, int]]] = defaultdict(list)
    for row in database.rows("SELECT subject, digest, given FROM suppressed ORDER BY subject, digest"):
        keys[row["subject"]].append((row["digest"], row["given"]))
    sought: defaultdict[int, list[bytes]] = defaultdict(list)
    for row in database.rows("SELECT subject, digest FROM sought ORDER BY subject, digest"):
        sought[row["subject"]].append(row["digest"])
    return tuple(
        Said(row["verb"], row["reason"], row["at"], tuple(keys[row["id"]]), tuple(sought[row["id"]]))
        for row in database.rows(f"{_SUBJECTS} ORDER BY subjects.id")
    )


def write_said(database: Database, said: Iterable[Said]) -> int:
    """Inside a transaction of a record of today: how many of them it did not know."""
    known = {(each.verb, each.at, each.keys) for each in read_said(database, REQUESTS_SINCE)}
    news = [each for each in said if each.keys and (each.verb, each.at, each.keys) not in known]
    for each in news:
        request = database.write(
            "INSERT INTO requests (verb, reason, subjects, at) VALUES (?, ?, 1, ?)", each.verb, each.reason, each.at
        )
        subject = database.write(
            "INSERT INTO subjects (request, verb, at) VALUES (?, ?, ?)", request, each.verb, each.at
        )
        database.write_many(
            "INSERT INTO suppressed (digest, subject, given) VALUES (?, ?, ?)",
            ((digest, subject, given) for digest, given in each.keys),
        )
        database.write_many(
            "INSERT INTO sought (digest, subject) VALUES (?, ?)", ((digest, subject) for digest in each.sought)
        )
    return len(news)
