"""Brings what the ledger knows of a list into relations: all of it, or only what concerns some people.

Makes `base_rows` and `sent_rows` for planning/held.py, and the stream `there` for planning/calm.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine.base import InMemory, Rows, Sent
from consentric.engine.connection import Connection
from consentric.model.lists import BatchRecord, BatchState, Operation
from consentric.planning.outbox import BASE, OUTBOX

NUMBERED: Final = OUTBOX.append(pa.field("seq", pa.int64())).append(pa.field("file", pa.int64()))
THERE: Final = pa.schema(
    [
        pa.field("person", pa.binary()),
        pa.field("fp", pa.binary()),
        pa.field("size", pa.int32()),
        pa.field("added_at", pa.timestamp("us", tz="UTC")),
        pa.field("fine", pa.bool_()),
    ]
)
KINDS: Final = "keys.list.element.kind"
_FP_ONLY: Final = ("op", "person", "fp")
_LIGHT: Final = ("person", "fp", KINDS, "added_at", "owed", "removed")
_ARRIVED: Final = frozenset({BatchState.ACCEPTED, BatchState.CONFIRMED, BatchState.PARTIAL})
Mask = Callable[[pa.RecordBatch], pa.BooleanArray]


def recall(con: Connection, sent: Sent) -> None:
    """Makes `base_rows` and `sent_rows` of everything."""
    make_base(con, sent, None)
    make_sent(con, sent, None)


def make_base(con: Connection, sent: Sent, people: pa.Array | None) -> None:
    """`base_rows` of these people (None: of all)."""
    make_base_where(con, sent, None if people is None else pc.field("person").isin(people))


def make_base_where(con: Connection, sent: Sent, where: pc.Expression | None) -> None:
    """`base_rows` of whom an expression over the base picks."""
    con.stream("arrow_base", BASE, _cast(base_of(sent).batches(BASE.names, where), BASE))
    con.run("CREATE OR REPLACE TEMP TABLE base_rows AS SELECT * FROM arrow_base")
    con.unregister("arrow_base")


def more_base(con: Connection, sent: Sent, people: pa.Array) -> None:
    """Puts calm people whom a change touches into `base_rows`; their keys there are those of `desired`."""
    names = [name for name in BASE.names if name != "keys"]
    schema = pa.schema([BASE.field(name) for name in names])
    where = pc.field("person").isin(people)
    con.stream("arrow_base", schema, _cast(base_of(sent).batches(names, where), schema))
    con.run(
        """INSERT INTO base_rows BY NAME SELECT b.*, d.keys FROM arrow_base b
           JOIN desired d ON d.id = b.person JOIN drawn_in n ON n.id = b.person"""
    )
    con.unregister("arrow_base")


def make_sent(con: Connection, sent: Sent, adds_of: pa.Array | None) -> None:
    """`sent_rows` with the adds of these people (None: of all), and with everything else."""
    _batches(con, sent.batches)
    _load(con, _numbered(sent, None if adds_of is None else lambda rows: pc.or_(_is_no_add(rows), _is_of(rows, adds_of))))
    con.run(f"CREATE OR REPLACE TEMP TABLE sent_rows AS {_WITH_STATES}")
    con.unregister("arrow_sent")


def more_sent(con: Connection, sent: Sent, adds_of: pa.Array) -> None:
    """Puts the adds of more people into `sent_rows`."""
    _load(con, _numbered(sent, lambda rows: pc.and_(pc.invert(_is_no_add(rows)), _is_of(rows, adds_of))))
    con.run(f"INSERT INTO sent_rows {_WITH_STATES}")
    con.unregister("arrow_sent")


def base_of(sent: Sent) -> Rows:
    return _rows(BASE.empty_table() if sent.base is None else sent.base)


def there(sent: Sent, *, base: bool) -> Iterator[pa.RecordBatch]:
    """Every add, and every debt as one without a fingerprint, in the schema THERE; without the base when that is not asked."""
    if base:
        for rows in base_of(sent).batches(_LIGHT):
            fine = pc.invert(pc.or_(rows.column("owed"), pc.fill_null(rows.column("removed"), False)))
            size = pc.list_value_length(rows.column("keys"))
            yield _there(rows.column("person"), rows.column("fp"), size, rows.column("added_at"), fine)
    states = _States(sent.batches)
    for rows in _numbered(sent, None, _FP_ONLY):
        op = np.asarray(rows.column("op"))
        known = rows.filter(pa.array(op != int(Operation.REMOVE)))
        is_add = pa.array(op[op != int(Operation.REMOVE)] == int(Operation.ADD))
        at, fine = states.of(known.column("seq"))
        fps = pc.if_else(is_add, known.column("fp"), pa.scalar(None, pa.binary()))
        yield _there(known.column("person"), fps, pa.nulls(known.num_rows, pa.int32()), at, fine)


class _States:
    """When a batch was taken, and whether its rows arrived, for many rows at once."""

    def __init__(self, batches: Sequence[BatchRecord]) -> None:
        known = sorted(batches, key=lambda each: each.id)
        self._ids = pa.array([each.id for each in known], pa.int64())
        self._at = pa.array([each.accepted_at or each.sent_at for each in known], THERE.field("added_at").type)
        self._fine = pa.array([each.state in _ARRIVED for each in known], pa.bool_())

    def of(self, seq: pa.Int64Array) -> tuple[pa.Array, pa.BooleanArray]:
        places = pc.index_in(seq, value_set=self._ids)
        return self._at.take(places), pc.fill_null(self._fine.take(places), False)


def _there(person: pa.Array, fp: pa.Array, size: pa.Array, at: pa.Array, fine: pa.BooleanArray) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([person, fp, size, at, fine], schema=THERE)


def _numbered(sent: Sent, mask: Mask | None, columns: Sequence[str] = OUTBOX.names) -> Iterator[pa.RecordBatch]:
    """Rows of all outboxes with `seq`, the batch of each (null where it was never sent), and `file`."""
    for file_id, rows, skipped in sent.outboxes:
        numbers = _numbers(_rows(rows).num_rows, [each for each in sent.batches if each.file_id == file_id], skipped)
        last = _last_removal(sent.batches, file_id)
        first = 0
        for part in _rows(rows).batches(columns):
            seq = numbers[first : first + part.num_rows]
            first += part.num_rows
            if last is not None:
                seq = np.where(np.asarray(part.column("op")) == int(Operation.OWED), last, seq)
            files = pa.array(np.full(part.num_rows, file_id, dtype=np.int64))
            whole = pa.RecordBatch.from_arrays(
                [*part.columns, pa.array(seq, pa.int64(), mask=seq < 0), files], names=[*part.schema.names, "seq", "file"]
            )
            yield whole if mask is None else whole.filter(mask(whole))


def _numbers(rows: int, batches: Sequence[BatchRecord], skipped: frozenset[int]) -> npt.NDArray[np.int64]:
    seq = np.full(rows, -1, dtype=np.int64)
    for each in batches:
        seq[each.first : each.first + each.rows] = np.maximum(seq[each.first : each.first + each.rows], each.id)
    if skipped:
        seq[list(skipped)] = -1
    return seq


def _last_removal(batches: Sequence[BatchRecord], file_id: int) -> int | None:
    """A debt is as old as the last removal of its file."""
    removals = (
        each.id
        for each in batches
        if each.file_id == file_id and each.operation is Operation.REMOVE and each.state != BatchState.FAILED
    )
    return max(removals, default=None)


_WITH_STATES: Final = (
    "SELECT r.*, b.state, b.sent_at, b.accepted_at FROM arrow_sent r LEFT JOIN sent_batches b USING (seq)"
)


def _load(con: Connection, batches: Iterator[pa.RecordBatch]) -> None:
    con.stream("arrow_sent", NUMBERED, _cast(batches, NUMBERED))


def _batches(con: Connection, batches: Sequence[BatchRecord]) -> None:
    instant = pa.timestamp("us", tz="UTC")
    table = pa.table(
        {
            "seq": pa.array([each.id for each in batches], pa.int64()),
            "state": pa.array([each.state.value for each in batches], pa.string()),
            "sent_at": pa.array([each.sent_at for each in batches], instant),
            "accepted_at": pa.array([each.accepted_at for each in batches], instant),
        }
    )
    con.register("arrow_batches", table)
    con.run("CREATE OR REPLACE TEMP TABLE sent_batches AS SELECT * FROM arrow_batches")
    con.unregister("arrow_batches")


def _rows(rows: Rows | pa.Table) -> Rows:
    return InMemory(rows) if isinstance(rows, pa.Table) else rows


def _cast(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for each in batches:
        yield each.select(schema.names).cast(schema)


def _is_no_add(rows: pa.RecordBatch) -> pa.BooleanArray:
    return pc.not_equal(rows.column("op"), pa.scalar(int(Operation.ADD), pa.int8()))


def _is_of(rows: pa.RecordBatch, people: pa.Array) -> pa.BooleanArray:
    return pc.is_in(rows.column("person"), value_set=people)
