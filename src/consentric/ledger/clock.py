"""Instants of a clock that cannot be believed: found, marked, and lifted or brought down once somebody knows better.

What was written by a clock that was behind looks older than it is: a removal would count as processed too early, and a no
as if consent had been given after it. So such runs and requests are marked, and the next run whose clock is right lifts
their instants to its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from consentric.ledger.database import Database
from consentric.ledger.records import to_instant, to_instant_or_none, to_micros
from consentric.planning.clock import is_behind

_NEWEST: Final = """
SELECT max(at) FROM (
  SELECT max(max(started_at), max(coalesce(ended_at, started_at))) AS at FROM runs
  UNION ALL SELECT max(at) FROM requests
  UNION ALL SELECT max(max(sent_at, coalesce(accepted_at, sent_at), coalesce(decided_at, sent_at))) FROM (
    SELECT sent_at, accepted_at, decided_at FROM batches ORDER BY id DESC LIMIT 64))"""
_INSTANTS: Final = {
    "runs": ("started_at", "ended_at"),
    "batches": ("sent_at", "accepted_at", "decided_at"),
    "requests": ("at",),
    "subjects": ("at",),
    "request_lists": ("asked_at", "confirmed_at"),
    "lists": ("platform_id_at", "facts_at", "left_at", "deletion_asked_at", "deleted_at", "fewer_until"),
}


def newest_instant(database: Database) -> datetime | None:
    return to_instant_or_none(database.value(_NEWEST))


def clock_is_behind(database: Database, now: datetime) -> bool:
    """By what is on record; to be asked inside the transaction that writes the instant."""
    return is_behind(to_instant(to_micros(now)), newest_instant(database))


def lift(database: Database, now: datetime) -> None:
    """Inside a transaction, by a clock that is right: what was marked happened at the latest now, so it counts as of now."""
    if not database.value(
        "SELECT EXISTS (SELECT 1 FROM runs WHERE behind) OR EXISTS (SELECT 1 FROM requests WHERE behind)"
    ):
        return
    at = to_micros(now)
    database.write(
        "UPDATE batches SET sent_at = max(sent_at, ?), accepted_at = max(accepted_at, ?)"
        " WHERE run IN (SELECT number FROM runs WHERE behind)",
        *(at, at),
    )
    database.write("UPDATE subjects SET at = max(at, ?) WHERE request IN (SELECT id FROM requests WHERE behind)", at)
    database.write("UPDATE requests SET behind = 0 WHERE behind")
    database.write("UPDATE runs SET behind = 0 WHERE behind")


def bring_down(database: Database, now: datetime) -> int:
    """Inside a transaction: nothing on record is later than now, since somebody knows that the clock is right. How many were."""
    at, changed = to_micros(now), 0
    for table, columns in _INSTANTS.items():
        for column in columns:
            changed += database.write_many(f"UPDATE {table} SET {column} = ? WHERE {column} > ?", [(at, at)])
    return changed
