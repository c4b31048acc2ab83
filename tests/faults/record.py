"""What a run wrote down, held against what its platform received: who was recorded as sent is not sent again for nothing."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from judge.accounts import ADDS, REMOVALS

CHANGES: Final = ADDS | REMOVALS
_TAKEN: Final = frozenset({"accepted", "confirmed", "partial"})

Entry = Mapping[str, Any]
Row = tuple[str, str, frozenset[str]]


Written = tuple[str, str | None]
"""A request as it is on record: its state, and the handle that the platform gave it."""


def states_of_last_run(state: Path) -> list[str]:
    """The states of its requests in their order."""
    return [one for one, _ in written_by_last_run(state)]


def written_by_last_run(state: Path) -> list[Written]:
    """Its requests in their order, read from a copy: the next run shall find what the last one left."""
    if not (state / "ledger.db").exists():
        return []
    with tempfile.TemporaryDirectory() as folder:
        for each in state.glob("ledger.db*"):
            shutil.copy(each, folder)
        with closing(sqlite3.connect(Path(folder) / "ledger.db")) as record:
            if not record.execute("SELECT 1 FROM sqlite_master WHERE name = 'batches'").fetchone():
                return []
            wanted = "SELECT state, handle FROM batches WHERE run = (SELECT max(number) FROM runs) ORDER BY id"
            return [(str(state), handle) for state, handle in record.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Broken:
    """A run that died: rows whose acceptance it recorded, and rows of the requests that were in flight."""

    recorded: frozenset[Row]
    in_flight: Sequence[frozenset[Row]]

    @classmethod
    def of(cls, entries: Collection[Entry], written: Sequence[Written]) -> Broken:
        """Each request is written down before it leaves; one whose handle is on record was taken."""
        sent = [entry for entry in entries if entry["op"] in CHANGES]
        assert len(sent) <= len(written), f"{len(sent)} requests were received, {len(written)} written down before"
        taken = {each: state for state, handle in written if state in _TAKEN for each in (handle or "").split(",")}
        recorded: set[Row] = set()
        in_flight = []
        for entry in sent:
            state = taken.get(_handle(entry))
            if state is None:
                in_flight.append(frozenset(rows(entry)))
                continue
            assert entry["ok"], f"request {entry['n']} was refused and is recorded as {state}"
            recorded.update(rows(entry))
        return cls(frozenset(recorded), in_flight)

    def replayed(self, entries: Collection[Entry]) -> int:
        """How many rows in flight the next run sent again."""
        lost = frozenset().union(*self.in_flight)
        return len({row for entry in entries if entry["op"] in CHANGES for row in rows(entry)} & lost)

    def sent_for_nothing(self, entries: Collection[Entry]) -> list[Row]:
        """Rows that the next run sent again, at the same instant and with the same data, although they were recorded.

        Somebody of whom one row was recorded and another was not is sent again in full: only then everything of
        that person surely arrived together (docs/decisions/0002).
        """
        again = {row for entry in entries if entry["op"] in CHANGES for row in rows(entry)}
        open_keys = {key for _, _, keys in again - self.recorded for key in keys}
        return [row for row in again & self.recorded if not row[2] & open_keys]


def _handle(entry: Entry) -> str:
    """What the platform calls a request: Google an id of its own, Meta the session that we opened."""
    return str(entry["request_id"] if "request_id" in entry else entry["session"]["session_id"])


def rows(entry: Entry) -> Iterator[Row]:
    """Each with the list and what is done there."""
    for row in entry["rows"]:
        yield entry["list_id"], entry["op"], frozenset(row)


def assert_written_down(state: Path, entries: Collection[Entry]) -> None:
    """Each request of the last run has an outcome, and as many were accepted as the platform received."""
    states = states_of_last_run(state)
    assert "intent" not in states
    assert len([each for each in states if each in _TAKEN]) == len([one for one in entries if one["op"] in CHANGES])
