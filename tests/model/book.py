"""What a ledger would hold of one list, in memory: a base, outboxes, and requests with what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, Final

import pyarrow as pa

from consentric.engine.base import Sent
from consentric.model.lists import BatchRecord, BatchState, Operation, Shape
from consentric.planning.outbox import OUTBOX
from consentric.planning.rows import Phase
from consentric.planning.settling import is_open
from model.planner import unmarked

FINAL: Final = frozenset({BatchState.CONFIRMED, BatchState.PARTIAL, BatchState.FAILED})
TAKEN: Final = frozenset({BatchState.ACCEPTED, BatchState.CONFIRMED, BatchState.PARTIAL})
_NUMBERS: Final = count(1)
"""Files and requests of all books are numbered together, so that several books can be planned in one go."""


@dataclass(slots=True)
class Outbox:
    """A file: its rows as the engine made them (with their phase), and which of them were never sent."""

    number: int
    rows: list[dict[str, Any]]
    table: pa.Table
    skipped: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Book:
    """One list. Folded outboxes are kept beside, to be able to tell whether folding makes a difference."""

    created: bool = False
    base: pa.Table | None = None
    outboxes: list[Outbox] = field(default_factory=list)
    folded: list[Outbox] = field(default_factory=list)
    batches: dict[int, BatchRecord] = field(default_factory=dict)

    def write(self, rows: list[dict[str, Any]]) -> Outbox:
        table = pa.Table.from_pylist([{name: row[name] for name in OUTBOX.names} for row in rows], OUTBOX)
        outbox = Outbox(next(_NUMBERS), rows, table)
        self.outboxes.append(outbox)
        return outbox

    def intend(
        self, outbox: Outbox, operation: Operation, shape: int, first: int, rows: int, now: datetime
    ) -> BatchRecord:
        batch = BatchRecord(
            *(next(_NUMBERS), 0, outbox.number, operation, Shape(shape), first, rows, rows),
            *(BatchState.INTENT, None, now, None),
        )
        self.batches[batch.id] = batch
        return batch

    def outcome(self, number: int, state: BatchState, now: datetime, *, doubtful: bool = False) -> None:
        """What is final stays, as in the ledger."""
        batch = self.batches[number]
        if batch.state in FINAL and batch.state != state:
            raise ValueError(f"batch {number} cannot go from {batch.state} to {state}")
        accepted = batch.accepted_at or (now if state in TAKEN else None)
        doubtful = doubtful or batch.doubtful
        self.batches[number] = replace(batch, state=state, accepted_at=accepted, doubtful=doubtful, decided_at=now)

    def abandon(self, now: datetime) -> None:
        for batch in list(self.batches.values()):
            if batch.state is BatchState.INTENT:
                self.outcome(batch.id, BatchState.UNKNOWN, now)

    def is_open(self, now: datetime) -> bool:
        """Whether anything of what is not folded is still on its way."""
        numbers = {each.number for each in self.outboxes}
        return any(is_open(each, now) for each in self.batches.values() if each.file_id in numbers)

    def fold(self, base: pa.Table) -> None:
        self.folded += self.outboxes
        self.outboxes = []
        self.base = base

    def sent(self) -> Sent:
        """As the ledger tells it."""
        return self._sent(self.base, self.outboxes)

    def never_folded(self) -> Sent:
        """As a ledger would tell it that was never folded."""
        return self._sent(None, [*self.folded, *self.outboxes])

    def names(self) -> frozenset[str]:
        """Everybody of whom there ever was a row, folded or not."""
        people = (row["person"] for each in (*self.folded, *self.outboxes) for row in each.rows)
        return frozenset(map(unmarked, people))

    def history(self) -> Iterator[tuple[BatchRecord, list[dict[str, Any]]]]:
        """Every request that was ever intended, oldest first, with its rows."""
        files = {each.number: each for each in (*self.folded, *self.outboxes)}
        for batch in sorted(self.batches.values(), key=lambda each: each.id):
            file = files[batch.file_id]
            places = range(batch.first, batch.first + batch.rows)
            yield batch, [file.rows[place] for place in places if place not in file.skipped]

    def _sent(self, base: pa.Table | None, outboxes: list[Outbox]) -> Sent:
        numbers = {each.number for each in outboxes}
        batches = [each for each in self.batches.values() if each.file_id in numbers]
        return Sent(base, [(each.number, each.table, frozenset(each.skipped)) for each in outboxes], batches)


def stretches(rows: list[dict[str, Any]]) -> Iterator[tuple[Phase, int, int, int]]:
    """(phase, shape, first, rows) of the rows of an outbox that are sent, in order."""
    spans: dict[tuple[int, int], list[int]] = {}
    for place, row in enumerate(rows):
        spans.setdefault((row["phase"], row["shape"]), []).append(place)
    for (phase, shape), places in spans.items():
        if phase != Phase.OWED:
            yield Phase(phase), shape, places[0], len(places)
