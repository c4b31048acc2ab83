"""Who is on a list exactly as they should be, found by comparing ids and fingerprints as numbers.

An ordinary night leaves nearly everybody as they are. To join ten million people as SQL for that costs more than all the rest
of the planning, so pairs that say nothing are dropped first: a row of the base that arrived whole, bears the id, the
fingerprint and the number of keys that are wanted, and cannot be due yet. All 32 bytes of both are compared; what is cut
to a prefix here is only looked up by it. Everything else goes the long way (planning/calm.doubts), with the same outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine import memory
from consentric.engine.ahead import worked
from consentric.engine.base import Sent
from consentric.engine.chosen import Chosen, Mask, rows_of
from consentric.engine.connection import Connection
from consentric.engine.sieve import Marks, Sieve, marks_of
from consentric.model.lifespan import Lifespan
from consentric.planning.capabilities import Capabilities
from consentric.planning.difference import AHEAD_DAYS, first_due

WEIGHED: Final = pa.schema([("id", pa.binary()), ("fp", pa.binary()), ("size", pa.int32())])
_CELL: Final = 16
"""Names of people and fingerprints are digests of so many bytes."""
_FEW: Final = 10_000
"""So many rows are never too many."""
Words = npt.NDArray[np.uint64]


def words(cells: pa.Array) -> Words | None:
    """Cells of 16 bytes as two numbers each; None where one has another width. What is null has any number."""
    widths = pc.min_max(pc.binary_length(cells)).as_py()
    if any(width not in (None, _CELL) for width in widths.values()):
        return None
    whole = cells.cast(pa.binary(_CELL))
    if not len(whole):
        return np.zeros((0, 2), np.uint64)
    return np.frombuffer(whole.buffers()[1], np.uint64, 2 * len(whole), whole.offset * _CELL).reshape(-1, 2)


@dataclass(slots=True)
class _Wanted:
    """People wanted on a list: id and fingerprint as four numbers, how many keys; `order` finds them by the id's beginning."""

    cells: Words
    sizes: npt.NDArray[np.int32]
    order: Words
    shift: np.uint64
    paired: Mask
    doubted: Mask

    @classmethod
    def read(cls, con: Connection) -> _Wanted | None:
        """None if nobody is wanted, or somebody has a name or a fingerprint of another width than digests have."""
        count = con.number("SELECT count(*) FROM candidates")
        cells, sizes, rows = np.empty((count, 4), np.uint64), np.empty(count, np.int32), 0
        for batch, chosen in rows_of(con, "candidates", "id, fp, size", Chosen(con, "among")):
            ids, fps = words(batch.column("id")), words(batch.column("fp"))
            if ids is None or fps is None or batch.column("fp").null_count:
                return None
            end = rows + int(np.count_nonzero(chosen))
            which = slice(None) if chosen.all() else chosen
            cells[rows:end, :2], cells[rows:end, 2:] = ids[which], fps[which]
            sizes[rows:end] = batch.column("size").to_numpy()[which]
            rows = end
        if not rows:
            return None
        cells, sizes = cells[:rows], sizes[:rows]
        shift = np.uint64(rows.bit_length())
        order = (_beginning(cells, shift) << shift) | np.arange(rows, dtype=np.uint64)
        order.sort()
        return cls(cells, sizes, order, shift, np.zeros(rows, np.bool_), np.zeros(rows, np.bool_))

    def find(self, ids: Words) -> npt.NDArray[np.int64]:
        """The place of the first whose id begins like each of these; -1 for none."""
        if not len(ids) or not len(self.order):
            return np.full(len(ids), -1, np.int64)
        sought = _beginning(ids, self.shift)
        first = np.searchsorted(self.order, sought.min() << self.shift)
        last = np.searchsorted(self.order, (sought.max() << self.shift) | self._low, side="right")
        part = self.order[first:last]
        if not len(part):
            return np.full(len(ids), -1, np.int64)
        begins = part >> self.shift
        places = np.minimum(np.searchsorted(begins, sought), len(part) - 1)
        return np.where(begins[places] == sought, (part[places] & self._low).astype(np.int64), -1)

    def pair(self, rows: pa.RecordBatch, calm: tuple[pa.Scalar, pa.Scalar] | None) -> Mask:
        """Which rows of the base say nothing. Who is wanted and has another row too is doubted: both are looked at."""
        same = np.zeros(rows.num_rows, np.bool_)
        ids, fps = words(rows.column("person")), words(rows.column("fp"))
        if ids is None:
            return same
        places = self.find(ids)
        if fps is not None:
            there = np.hstack([ids, fps])
            same = (places >= 0) & np.asarray(rows.column("fine")) & np.asarray(rows.column("fp").is_valid())
            same &= (self.cells[places] == there).all(axis=1)
            same &= self.sizes[places] == rows.column("size").to_numpy()
            if calm is not None:
                added, (latest, soonest) = rows.column("added_at"), calm
                between = pc.and_(pc.greater(added, latest), pc.less_equal(added, soonest))
                same &= np.asarray(pc.fill_null(between, True))
        self.paired[places[same]] = True
        self.doubt(ids[~same], places[~same])
        return same

    def doubt(self, ids: Words, places: npt.NDArray[np.int64]) -> None:
        self.doubted[places[(places >= 0) & (self.cells[places, :2] == ids).all(axis=1)]] = True

    def left(self) -> pa.Table:
        """Those whom no row of the base settles, in the schema WEIGHED."""
        chosen = ~self.paired | self.doubted
        cells, sizes = np.ascontiguousarray(self.cells[chosen]), self.sizes[chosen]
        ids, fps = (_binary(np.ascontiguousarray(cells[:, side : side + 2])) for side in (0, 2))
        return pa.table({"id": ids, "fp": fps, "size": pa.array(sizes)}, schema=WEIGHED)

    @property
    def _low(self) -> np.uint64:
        return (np.uint64(1) << self.shift) - np.uint64(1)


@dataclass(frozen=True, slots=True)
class Unpaired:
    """What is left of `there` (engine/memory.py) and of `wanted`; `rows` finds people in the base."""

    there: Sequence[pa.RecordBatch]
    wanted: pa.Table
    rows: Sieve


def unpaired(
    con: Connection, sent: Sent, capabilities: Capabilities, lifespan: Lifespan, now: datetime
) -> Unpaired | None:
    """None where it does not pay: on a night when most people change, or while most rows lie in outboxes."""
    base = memory.num_rows(memory.base_of(sent))
    others = sum(memory.num_rows(rows) for _, rows, _ in sent.outboxes)
    wanted = _Wanted.read(con) if base and base + _FEW > others else None
    if wanted is None:
        return None
    there, names, most = list[pa.RecordBatch](), Sieve(), others + base // 4 + _FEW
    for rows in _rest(wanted, sent, _calm(capabilities, lifespan, now), names):
        there.append(rows)
        most -= rows.num_rows
        if most < 0:
            return None
    return Unpaired(there, wanted.left(), names)


def _rest(
    wanted: _Wanted, sent: Sent, calm: tuple[pa.Scalar, pa.Scalar] | None, names: Sieve
) -> Iterator[pa.RecordBatch]:
    """Rows of `there` that say something, and all of outboxes: an add of tonight may be newer than that of the base."""

    def pair(rows: pa.RecordBatch) -> tuple[Marks, pa.RecordBatch]:
        return marks_of(rows.column("person")), rows.filter(pa.array(~wanted.pair(rows, calm)))

    for marks, rest in worked(pair, memory.there(sent, outboxes=False)):
        names.add(marks)
        yield rest
    for rows in memory.there(sent, base=False):
        ids = words(rows.column("person"))
        if ids is not None:
            wanted.doubt(ids, wanted.find(ids))
        yield rows


def _calm(capabilities: Capabilities, lifespan: Lifespan, now: datetime) -> tuple[pa.Scalar, pa.Scalar] | None:
    """Whoever was added after the first and up to the second is not due; of others planning/calm.py knows whether they are."""
    if not capabilities.lapses:
        return None
    type_ = memory.THERE.field("added_at").type
    latest, soonest = now - timedelta(hours=first_due(lifespan)), now + timedelta(days=AHEAD_DAYS)
    return pa.scalar(latest, type_), pa.scalar(soonest, type_)


def _beginning(cells: Words, shift: np.uint64) -> Words:
    """The first bits of ids in the order of their bytes, as many as leave room for the number of a row."""
    return cells[:, 0].byteswap() >> shift


def _binary(cells: Words) -> pa.Array:
    offsets = np.arange(0, _CELL * (len(cells) + 1), _CELL, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), len(cells), [None, pa.py_buffer(offsets), pa.py_buffer(cells)])
