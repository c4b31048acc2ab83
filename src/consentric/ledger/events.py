"""The chain of events in the ledger: written in the same transaction as what it tells of, checked, and dropped at its old end.

A prefix that is older than it need be kept goes, and the mark `start` keeps the number and digest of its last event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from consentric.ledger.database import Database, connect_writer
from consentric.ledger.folder import Folder
from consentric.ledger.records import to_instant, to_micros
from consentric.model.events import Broken, Event, Fact, Head, Kind, Stored, canonical, digest, first, verify

_ROWS: Final = "SELECT number, at, kind, CAST(facts AS BLOB) AS facts, sha256 FROM events"


def append(database: Database, kind: Kind, at: datetime, **facts: Fact) -> Head:
    """Inside the transaction that does what it tells of."""
    before, micros, said = head(database), to_micros(at), canonical(facts)
    number = max(before.number, int(database.value("SELECT coalesce(max(number), 0) FROM events"))) + 1
    sha256 = digest(before.sha256, number, micros, kind, said)
    if before.number == 0:
        _mark(database, "start", before)
    database.write(
        "INSERT INTO events (number, at, kind, facts, sha256) VALUES (?, ?, ?, ?, ?)",
        *(number, micros, kind.value, said.decode(), sha256),
    )
    _mark(database, "head", Head(number, sha256))
    return Head(number, sha256)


def has_chain(database: Database) -> bool:
    """A ledger of an earlier shape has none."""
    return database.row("SELECT 1 FROM sqlite_schema WHERE name = 'event_marks'") is not None


def head(database: Database) -> Head:
    """The newest event; before there is any, what the first one follows."""
    return _marked(database, "head") or _first(database)


def events(database: Database, since: int = 0) -> Iterator[Event]:
    """Events after a number, the oldest first."""
    for row in database.rows(f"{_ROWS} WHERE number > ? ORDER BY number", since):
        yield Event(Head(row["number"], row["sha256"]), to_instant(row["at"]), row["kind"], json.loads(row["facts"]))


def check(database: Database) -> Broken | None:
    """Every event that is kept, one after the other."""
    stored = [Stored(*tuple(row)) for row in database.rows(f"{_ROWS} ORDER BY number")]
    start, newest = _marked(database, "start"), _marked(database, "head")
    if start is None and newest is None and not stored:
        return None
    if start is None or newest is None:
        lost = stored[0 if start is None else -1].number if stored else 1
        return Broken(lost, f"the mark of the {'oldest' if start is None else 'newest'} event is missing")
    return verify(start, stored, newest)


def drop(database: Database, older_than: datetime, at: datetime) -> int:
    """Inside a transaction: events of the old end go, and the chain begins after them. How many; the newest one always stays."""
    last = database.row(
        "SELECT number, sha256 FROM events WHERE number < (SELECT coalesce((SELECT min(number) FROM events WHERE at >= ?),"
        " (SELECT max(number) FROM events))) ORDER BY number DESC LIMIT 1",
        to_micros(older_than),
    )
    if last is None:
        return 0
    count = database.write_many("DELETE FROM events WHERE number <= ?", [(last["number"],)])
    _mark(database, "start", Head(last["number"], last["sha256"]))
    append(database, Kind.EVENTS_DROPPED, at, up_to=last["number"], events=count)
    return count


def too_old(database: Database, keep: timedelta, at: datetime) -> datetime:
    """From when on events are kept: by this clock, but never by more than the record says, should it be far ahead."""
    newest = database.value("SELECT max(at) FROM events")
    return (at if newest is None else min(at, to_instant(newest))) - keep


def newest_at(database: Database) -> datetime:
    """When the newest event was."""
    return to_instant(database.value("SELECT coalesce(max(at), 0) FROM events"))


def note(state: Path, kind: Kind, at: datetime, **facts: Fact) -> Head:
    """One event by itself, without the lock, also while a run is at work. Raises StateError."""
    database = connect_writer(Folder(state).database)
    try:
        with database.transaction():
            return append(database, kind, at, **facts)
    finally:
        database.close()


def _first(database: Database) -> Head:
    return first(str(database.value("SELECT install_id FROM identity")))


def _marked(database: Database, name: str) -> Head | None:
    row = database.row("SELECT number, sha256 FROM event_marks WHERE name = ?", name)
    return None if row is None else Head(row["number"], row["sha256"])


def _mark(database: Database, name: str, at: Head) -> None:
    database.write(
        "INSERT INTO event_marks (name, number, sha256) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET number = excluded.number, sha256 = excluded.sha256",
        *(name, at.number, at.sha256),
    )
