"""Runs the set work for one list: what may be there, what should be, the difference, and the rows to send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consentric.engine.base import Sent
from consentric.engine.components import label
from consentric.engine.connection import Connection, EngineFailed
from consentric.model.lists import BatchRecord, BatchState, Operation
from consentric.planning.capabilities import Capabilities
from consentric.planning.difference import (
    ADOPT,
    COMPONENTS,
    COUNTS,
    EDGES,
    GROW,
    LAST_ADDED,
    REMOVALS,
    REMOVED_BECAUSE,
    STALE,
    SUCCESSORS,
    moves,
)
from consentric.planning.held import FOLDED, UNSETTLED, held
from consentric.planning.outbox import BASE, OUTBOX
from consentric.planning.rows import ORDERED, SPANS, Allowed, outbox

_STEPS: Final = 64
_ROWS: Final = 100_000


def recall(con: Connection, sent: Sent) -> None:
    """Makes `base_rows` and `sent_rows` from Arrow."""
    base = sent.base if sent.base is not None else BASE.empty_table()
    con.register("arrow_base", base)
    con.run("CREATE OR REPLACE TEMP TABLE base_rows AS SELECT * FROM arrow_base")
    con.unregister("arrow_base")
    nothing = _numbering(OUTBOX.empty_table(), 0, np.empty(0, np.int64))
    con.register("arrow_sent", pa.concat_tables([nothing, *_numbered(sent)]))
    con.register("arrow_batches", _batch_table(sent.batches))
    con.run(
        """CREATE OR REPLACE TEMP TABLE sent_rows AS
           SELECT r.*, b.state, b.sent_at, b.accepted_at FROM arrow_sent r LEFT JOIN arrow_batches b USING (seq)"""
    )
    con.unregister("arrow_sent")
    con.unregister("arrow_batches")


def _numbered(sent: Sent) -> Iterator[pa.Table]:
    """Each outbox with the batch of every row: null where the row was never sent."""
    for file_id, rows, skipped in sent.outboxes:
        seq = np.full(rows.num_rows, -1, dtype=np.int64)
        batches = [each for each in sent.batches if each.file_id == file_id]
        for each in batches:
            seq[each.first : each.first + each.rows] = np.maximum(seq[each.first : each.first + each.rows], each.id)
        if skipped:
            seq[list(skipped)] = -1
        removals = [
            each.id for each in batches if each.operation is Operation.REMOVE and each.state != BatchState.FAILED
        ]
        if removals:
            seq[np.asarray(rows.column("op")) == int(Operation.OWED)] = max(removals)
        yield _numbering(rows, file_id, seq)


def _numbering(rows: pa.Table, file_id: int, seq: npt.NDArray[np.int64]) -> pa.Table:
    files = pa.array(np.full(rows.num_rows, file_id, dtype=np.int64))
    return rows.append_column("seq", pa.array(seq, pa.int64(), mask=seq < 0)).append_column("file", files)


def _batch_table(batches: Sequence[BatchRecord]) -> pa.Table:
    instant = pa.timestamp("us", tz="UTC")
    return pa.table(
        {
            "seq": pa.array([each.id for each in batches], pa.int64()),
            "state": pa.array([each.state.value for each in batches], pa.string()),
            "sent_at": pa.array([each.sent_at for each in batches], instant),
            "accepted_at": pa.array([each.accepted_at for each in batches], instant),
        }
    )


def remember(con: Connection, capabilities: Capabilities, keep_for_days: int, now: datetime) -> None:
    """What may be on the list (planning/held.py)."""
    for statement in held(capabilities, keep_for_days):
        con.run(statement, {"now": now} if "$now" in statement else None)


def compare(con: Connection, capabilities: Capabilities, keep_for_days: int, now: datetime) -> None:
    """From `sent_rows`, `base_rows` and `desired` to `moves` (planning/difference.py)."""
    remember(con, capabilities, keep_for_days, now)
    for statement in SUCCESSORS:
        con.run(statement)
    if con.number("SELECT count(*) FROM successors"):
        for statement in ADOPT:
            con.run(statement)
        remember(con, capabilities, keep_for_days, now)
    for statement in STALE:
        con.run(statement)
    _grow(con)
    for statement in EDGES:
        con.run(statement)
    label(con, "reach_edges", "reach_labels")
    con.run(COMPONENTS)
    for statement in REMOVALS:
        con.run(statement)
    statement = moves(capabilities, keep_for_days)
    con.run(statement, {"now": now} if "$now" in statement else None)


def _grow(con: Connection) -> None:
    size = con.number("SELECT count(*) FROM reach")
    for _ in range(_STEPS):
        con.run(GROW)
        grown = con.number("SELECT count(*) FROM reach")
        if grown == size:
            return
        size = grown
    raise EngineFailed("A392", "people on a list are linked in chains that do not end", hint="look for shared keys")


def counts(con: Connection) -> dict[str, int]:
    """The numbers of planning/difference.COUNTS by name."""
    return {name: int(value) for name, value in con.table(COUNTS).to_pylist()[0].items()}


def removed_because(con: Connection) -> dict[int, int]:
    return {int(each["rank"]): int(each["people"]) for each in con.table(REMOVED_BECAUSE).to_pylist()}


def runs_out_at(con: Connection, capabilities: Capabilities, keep_for_days: int) -> datetime | None:
    """When the platform drops the last of those who would leave, if nobody sends or removes them."""
    if not capabilities.lapses:
        return None
    newest: datetime | None = con.table(LAST_ADDED).to_pylist()[0]["last_added"]
    return None if newest is None else newest + timedelta(days=keep_for_days)


def prepare(con: Connection, capabilities: Capabilities, allowed: Allowed) -> list[dict[str, int]]:
    """Makes the rows to send and says where each phase and shape lies: phase, op, shape, first, rows, people."""
    for statement in outbox(capabilities, allowed):
        con.run(statement)
    con.run(ORDERED)
    return [{name: int(value) for name, value in each.items()} for each in con.table(SPANS).to_pylist()]


def rows(con: Connection, relation: str) -> Iterator[pa.Table]:
    """The prepared rows in order, in the schema of an outbox, a bounded number at a time."""
    total = con.number(f"SELECT count(*) FROM {relation}")
    for first in range(0, total, _ROWS):
        names = ", ".join(OUTBOX.names)
        part = con.table(
            f"SELECT {names} FROM {relation} WHERE place >= {first} AND place < {first + _ROWS} ORDER BY place"
        )
        yield part.cast(OUTBOX)


def is_settled(con: Connection) -> bool:
    """Whether every removal did what it was to do, so that folding forgets nothing."""
    return con.number(UNSETTLED) == 0


def folded(con: Connection) -> pa.Table:
    """The new base of a list of which nothing is open."""
    return con.table(FOLDED).cast(BASE)
