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

from consentric.engine.ahead import WORKERS, in_turns
from consentric.engine.base import InMemory, Rows, Sent
from consentric.engine.connection import Connection
from consentric.engine.sieve import Places
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
        pa.field("removed", pa.bool_()),
    ]
)
PERSON_KEYS: Final = pa.schema([BASE.field("person"), BASE.field("keys")])
KINDS: Final = "keys.list.element.kind"
_FP_ONLY: Final = ("op", "person", "fp")
_LIGHT: Final = ("person", "fp", KINDS, "added_at", "owed", "removed")
_ARRIVED: Final = frozenset({BatchState.ACCEPTED, BatchState.CONFIRMED, BatchState.PARTIAL})
Mask = Callable[[pa.RecordBatch], pa.BooleanArray]


def recall(con: Connection, sent: Sent) -> None:
    """Makes `base_rows` and `sent_rows` of everything."""
    make_base(con, sent, None)
    make_sent(con, sent, None)


def recall_of(con: Connection, sent: Sent, people: pa.Array) -> None:
    """The same of these people alone, and of everything that is no add."""
    make_base(con, sent, pc.field("person").isin(people))
    make_sent(con, sent, lambda rows: pc.or_(pc.invert(_is_add(rows)), is_of(rows, people)))


def recall_at(con: Connection, sent: Sent, places: Places, people: pa.Array) -> None:
    """The same of people all of whose rows in the base are among these places."""
    _base_rows(con, (rows.filter(is_of(rows, people)) for rows in _taken(sent, BASE.names, places)))
    make_sent(con, sent, lambda rows: pc.or_(pc.invert(_is_add(rows)), is_of(rows, people)))


def make_base(con: Connection, sent: Sent, where: pc.Expression | None) -> None:
    """`base_rows` of whom an expression over the base picks (None: of all)."""
    _base_rows(con, base_of(sent).batches(BASE.names, where))


def _base_rows(con: Connection, rows: Iterator[pa.RecordBatch]) -> None:
    con.stream("arrow_base", BASE, cast(rows, BASE))
    con.run("CREATE OR REPLACE TEMP TABLE base_rows AS SELECT * FROM arrow_base")
    con.unregister("arrow_base")


def more_base(con: Connection, sent: Sent, people: pa.Array, places: Places | None) -> None:
    """Puts calm people whom a change touches into `base_rows`; their keys there are those of `desired`."""
    names = [name for name in BASE.names if name != "keys"]
    schema = pa.schema([BASE.field(name) for name in names])
    looked_for = pc.field("person").isin(people)
    rows = base_of(sent).batches(names, looked_for) if places is None else _taken(sent, names, places)
    con.stream("arrow_base", schema, cast(rows, schema))
    con.run(
        """INSERT INTO base_rows BY NAME SELECT b.*, d.keys FROM arrow_base b
           JOIN desired d ON d.id = b.person JOIN drawn_in n ON n.id = b.person"""
    )
    con.unregister("arrow_base")


def _taken(sent: Sent, columns: Sequence[str], places: Places) -> Iterator[pa.RecordBatch]:
    """Rows of the base at these places: few, but spread over all of it, so that all of it is decoded, by two at once."""
    base = base_of(sent)
    return in_turns(*(base.take(columns, part) for part in np.array_split(places, WORKERS)))


def make_sent(con: Connection, sent: Sent, mask: Mask | None) -> None:
    """`sent_rows` that the mask picks out of all outboxes (None: all)."""
    _batches(con, sent.batches)
    con.stream("arrow_sent", NUMBERED, cast(_numbered(sent, mask), NUMBERED))
    con.run(f"CREATE OR REPLACE TEMP TABLE sent_rows AS {_WITH_STATES}")
    con.unregister("arrow_sent")


def more_sent(con: Connection, sent: Sent, adds_of: pa.Array) -> None:
    """Puts the adds of more people into `sent_rows`."""
    rows = _numbered(sent, lambda rows: pc.and_(_is_add(rows), is_of(rows, adds_of)))
    con.stream("arrow_sent", NUMBERED, cast(rows, NUMBERED))
    con.run(f"INSERT INTO sent_rows {_WITH_STATES}")
    con.unregister("arrow_sent")


def keys_of_base(sent: Sent) -> Iterator[pa.RecordBatch]:
    """`person` and `keys` of every row of the base."""
    return cast(base_of(sent).batches(PERSON_KEYS.names), PERSON_KEYS)


def keys_of_adds(sent: Sent) -> Iterator[pa.RecordBatch]:
    """The same of every add in an outbox."""
    return cast(_numbered(sent, _is_add, ("op", *PERSON_KEYS.names)), PERSON_KEYS)


def all_keys(sent: Sent) -> Iterator[pa.RecordBatch]:
    """`person` and `keys` of every row of the base and of every add."""
    yield from keys_of_base(sent)
    yield from keys_of_adds(sent)


def num_rows(rows: Rows | pa.Table) -> int:
    return _rows(rows).num_rows


def base_of(sent: Sent) -> Rows:
    return _rows(BASE.empty_table() if sent.base is None else sent.base)


def there(sent: Sent, *, base: bool = True, outboxes: bool = True) -> Iterator[pa.RecordBatch]:
    """Every add, and every debt as one without a fingerprint, in the schema THERE."""
    if base:
        for rows in base_of(sent).batches(_LIGHT):
            removed = pc.fill_null(rows.column("removed"), False)
            fine = pc.invert(pc.or_(rows.column("owed"), removed))
            size = pc.list_value_length(rows.column("keys"))
            yield _there(rows.column("person"), rows.column("fp"), size, rows.column("added_at"), fine, removed)
    if not outboxes:
        return
    states = _States(sent.batches)
    for rows in _numbered(sent, None, _FP_ONLY):
        op = np.asarray(rows.column("op"))
        known = rows.filter(pa.array(op != int(Operation.REMOVE)))
        is_add = pa.array(op[op != int(Operation.REMOVE)] == int(Operation.ADD))
        at, fine = states.of(known.column("seq"))
        fps = pc.if_else(is_add, known.column("fp"), pa.scalar(None, pa.binary()))
        nothing = pa.nulls(known.num_rows, pa.int32())
        yield _there(known.column("person"), fps, nothing, at, fine, pa.nulls(known.num_rows, pa.bool_()))


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


def _there(*columns: pa.Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(list(columns), schema=THERE)


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
                [*part.columns, pa.array(seq, pa.int64(), mask=seq < 0), files],
                names=[*part.schema.names, "seq", "file"],
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
    "SELECT r.*, b.state, b.sent_at, b.accepted_at, b.decided_at FROM arrow_sent r LEFT JOIN sent_batches b USING (seq)"
)


def _batches(con: Connection, batches: Sequence[BatchRecord]) -> None:
    instant = pa.timestamp("us", tz="UTC")
    table = pa.table(
        {
            "seq": pa.array([each.id for each in batches], pa.int64()),
            "state": pa.array([each.state.value for each in batches], pa.string()),
            "sent_at": pa.array([each.sent_at for each in batches], instant),
            "accepted_at": pa.array([each.accepted_at for each in batches], instant),
            "decided_at": pa.array([each.decided_at for each in batches], instant),
        }
    )
    con.register("arrow_batches", table)
    con.run("CREATE OR REPLACE TEMP TABLE sent_batches AS SELECT * FROM arrow_batches")
    con.unregister("arrow_batches")


def _rows(rows: Rows | pa.Table) -> Rows:
    return InMemory(rows) if isinstance(rows, pa.Table) else rows


def cast(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for each in batches:
        yield each.select(schema.names).cast(schema)


def _is_add(rows: pa.RecordBatch) -> pa.BooleanArray:
    return pc.equal(rows.column("op"), pa.scalar(int(Operation.ADD), pa.int8()))


def is_removal(rows: pa.RecordBatch) -> pa.BooleanArray:
    return pc.equal(rows.column("op"), pa.scalar(int(Operation.REMOVE), pa.int8()))


def is_of(rows: pa.RecordBatch, people: pa.Array) -> pa.BooleanArray:
    return pc.is_in(rows.column("person"), value_set=people)


def has_any(rows: pa.RecordBatch, values: pa.Array) -> pa.BooleanArray:
    """Rows with such a value under any kind of key; several times as fast as a join, and hardly ever too many."""
    keys = rows.column("keys")
    hits = pc.is_in(pc.struct_field(pc.list_flatten(keys), "value"), value_set=values)
    chosen = np.zeros(rows.num_rows, dtype=np.bool_)
    chosen[np.asarray(pc.list_parent_indices(keys).filter(hits))] = True
    return pa.array(chosen)


def is_removal_or_between(rows: pa.RecordBatch, low: bytes | None, high: bytes | None) -> pa.BooleanArray:
    """Removals concern whoever has the key; all else belongs to the person that it names."""
    inside = pa.array(np.ones(rows.num_rows, dtype=np.bool_))
    if low is not None:
        inside = pc.and_(inside, pc.greater_equal(rows.column("person"), pa.scalar(low, pa.binary())))
    if high is not None:
        inside = pc.and_(inside, pc.less(rows.column("person"), pa.scalar(high, pa.binary())))
    return pc.or_(is_removal(rows), inside)
