"""The port of the engine: what the workflows ask of whatever does the set work, embedded or on a cluster.

The calls come in this order: `load` for every source in use, `identify`, `weigh` for every destination, `select`; then
for each list `compare`, `prepare` and `rows`. Nothing that comes back holds a contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchRecord, KeyType, ListRef
from consentric.model.people import Reason, Suppression
from consentric.model.plan import Rebuilding
from consentric.model.project import Audience, Destination
from consentric.planning.capabilities import Capabilities
from consentric.planning.gate import Barred
from consentric.planning.rows import Allowed, Stretch
from consentric.selection.uses import SourceUse


@dataclass(frozen=True, slots=True)
class Rejects:
    """Unusable cells of one contact column, by reason; blank ones do not count. `filled` cells are the whole."""

    source: str
    column: str
    filled: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Cells of a column that a test reads as a number or a date and that are neither blank nor one."""

    column: str
    kind: str
    bad: int
    filled: int


@dataclass(frozen=True, slots=True)
class SourceTally:
    """`rows` that count; `future` of them lie after the instant of the run."""

    name: str
    rows: int
    future: int
    rejects: tuple[Rejects, ...]
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleTally:
    """`crowded` values join nobody, since more than 20 people hold them."""

    people: int
    crowded: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How many a `top` or `bottom` takes in, and what the last of them has; None where that is nothing."""

    people: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """Match keys of one kind that more than 20 people hold, so that they are sent for nobody.

    `people` hold one of the `values`; `alone` of them have nothing else that they could be found by.
    """

    kind: KeyType
    values: int
    people: int
    alone: int


@dataclass(frozen=True, slots=True)
class AudienceTally:
    """`unusable` cells of the people who are left, by field and reason; blank ones do not count.

    `reaches` are those of the rule's `top` and `bottom`, in its order.
    """

    rule: int
    left: int
    excluded_by: Mapping[str, int]
    unusable: Mapping[str, Mapping[str, int]]
    reaches: tuple[Reach, ...] = ()


class Rows(Protocol):
    """The rows of one membership file, in batches and as often as asked. An outbox always in its own order."""

    @property
    def num_rows(self) -> int: ...

    def batches(self, columns: Sequence[str], where: pc.Expression | None = None) -> Iterator[pa.RecordBatch]:
        """`keys.list.element.kind` gives the keys without their values; `where` is an expression over `person`."""
        ...

    def take(self, columns: Sequence[str], places: npt.NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
        """The rows at these places, which ascend."""
        ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """Rows that are at hand already."""

    table: pa.Table

    @property
    def num_rows(self) -> int:
        return int(self.table.num_rows)

    def batches(self, columns: Sequence[str], where: pc.Expression | None = None) -> Iterator[pa.RecordBatch]:
        names = [each.partition(".")[0] for each in columns]
        found = self.table if where is None else self.table.filter(where)
        yield from found.select(names).to_batches()

    def take(self, columns: Sequence[str], places: npt.NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
        yield from self.table.select(columns).take(pa.array(places, pa.int64())).to_batches()


@dataclass(frozen=True, slots=True)
class Sent:
    """What the ledger knows of a list: its base, and its outboxes with the batches that were cut from them.

    An outbox is its file's id, its rows, and the rows of it that the gate kept back. Tables will do for rows.
    """

    base: Rows | pa.Table | None = None
    outboxes: Sequence[tuple[int, Rows | pa.Table, frozenset[int]]] = ()
    batches: Sequence[BatchRecord] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One list before guards; all numbers count people (planning/difference.py says what each means).

    `runs_out_at`: when the platform itself drops the last of those who would leave; None: nobody, or it drops nobody.
    """

    consent: Mapping[Reason, int]
    unmatchable: int
    coverage: Mapping[int, int]
    counts: Mapping[str, int]
    removed_because: Mapping[int, Mapping[str, int]]
    rebuild: Rebuilding | None = None
    runs_out_at: datetime | None = None


class Engine(Protocol):
    def load(self, use: SourceUse, batches: Iterable[pa.RecordBatch]) -> SourceTally: ...

    def identify(self, used: Sequence[SourceUse], suppressed: frozenset[Suppression]) -> PeopleTally: ...

    def weigh(self, used: Sequence[SourceUse], destinations: Sequence[Destination]) -> tuple[Crowd, ...]:
        """The match keys that more than 20 people hold, where a platform has any."""
        ...

    def select(self, audiences: Mapping[str, Audience]) -> Mapping[str, AudienceTally]: ...

    def rows_inside(self, audience: str, source: str) -> frozenset[int]:
        """The numbers, from nought, of a source's rows whose people fit the audience and are not excluded from it."""
        ...

    def compare(
        self,
        ref: ListRef,
        capabilities: Capabilities,
        lifespan: Lifespan,
        sent: Sent,
        *,
        wanted: bool,
        rebuild: Rebuilding | None = None,
    ) -> Difference:
        """`wanted` False: the file does not want the list any more, so nobody should be on it.

        `rebuild`: the list is being filled anew; the difference says how far that is now.
        """
        ...

    def prepare(
        self, ref: ListRef, capabilities: Capabilities, allowed: Allowed, rebuild: Rebuilding | None = None
    ) -> tuple[Stretch, ...]:
        """Of the list that was compared last; `rebuild` is that of its difference."""
        ...

    def rows(self, ref: ListRef) -> Iterator[pa.Table]:
        """The prepared outbox, in the schema and order of planning/outbox.py."""
        ...

    def holders(self, digests: frozenset[bytes]) -> Barred:
        """The people who have any of these suppressed values, and their match keys."""
        ...

    def relatives(self) -> frozenset[tuple[bytes, bytes]]:
        """(suppressed digest, other digest of the same person) of people who are out; to be called after `weigh`."""
        ...

    def recheck(self, use: SourceUse, batches: Iterable[pa.RecordBatch]) -> Barred:
        """Reads the consent source again: who was granted for a destination and is not any more, and their match keys."""
        ...
