"""Works out when people were on a list (planning/stays.py), for the fold that writes it down and for whoever asks.

What one person's stays are depends on that person's rows and on removals of their keys, on nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine import lists, memory
from consentric.engine.base import InMemory, Rows, Sent
from consentric.engine.connection import Connection
from consentric.engine.leaving import sent_by, sent_digest
from consentric.identifiers.recipes import RECIPES, Recipe
from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchState, KeyType, Operation
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES, Capabilities
from consentric.planning.past import PAST, Folded, Forgetting
from consentric.planning.stays import FIRST, KEYS_SENT, new_past, stays

NOTHING: Final = Forgetting()
_INSTANT: Final = pa.timestamp("us", tz="UTC")
_ENDINGS: Final = pa.schema(
    [("since", pa.int64()), ("seq", pa.int64()), ("moment", _INSTANT), ("decided_at", _INSTANT)]
)
_BY_PERSON: Final = [("person", "ascending"), ("first_sent", "ascending")]
_AFTER_ALL: Final = 2**62
_OPEN_ROWS: Final = """
    CREATE OR REPLACE TEMP TABLE past_rows AS
    SELECT * FROM arrow_past WHERE ended <> 'over' AND person IN (SELECT person FROM adds)"""
"""What the past file holds of stays that base and outboxes say more of."""
_REST_OF_PAST: Final = """
    SELECT * FROM arrow_past WHERE ended = 'over' OR person NOT IN (SELECT person FROM past_rows)"""


@dataclass(frozen=True, slots=True)
class Deletion:
    """The list is gone from its platform, everybody with it; `asked` None: by somebody else."""

    asked: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """All that is on record of a list: what its files hold, also of what a finished rebuild made void, and its past.

    `since`: the number of the newest request before a rebuild that began.
    """

    platform: Platform
    lifespan: Lifespan
    sent: Sent
    past: Rows | pa.Table | None
    since: int | None
    key: bytes = field(repr=False)
    forgetting: Forgetting = NOTHING
    deletion: Deletion | None = None

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES[self.platform]

    @property
    def recipe(self) -> Recipe:
        return RECIPES[self.platform]

    @property
    def old(self) -> Rows:
        past = PAST.empty_table() if self.past is None else self.past
        return InMemory(past) if isinstance(past, pa.Table) else past


def add_stays(con: Connection, history: History, base: pa.Table, part: pc.Expression | None) -> Folded:
    """A part of a list that was folded, from the tables of planning/held.py of its people and from their new base rows."""
    _work_out(con, history, part)
    con.register("arrow_folded", base)
    first = con.table(FIRST).cast(base.schema)
    con.unregister("arrow_folded")
    con.register("arrow_folded", first)
    rows = [con.table(query).cast(PAST) for query in (_REST_OF_PAST, new_past(history.recipe))]
    con.unregister("arrow_folded")
    past = without(pa.concat_tables(rows), history.forgetting)
    return Folded(first, past.sort_by(_BY_PERSON))


def kept(past: Rows, forgetting: Forgetting, digests: frozenset[bytes] = frozenset()) -> Iterator[pa.Table]:
    """A past file without what must be forgotten, and without rows that hold one of these digests."""
    wanted = pa.array(sorted(digests), pa.binary())
    for rows in memory.cast(past.batches(PAST.names), PAST):
        left = without(pa.Table.from_batches([rows]), forgetting)
        yield left.filter(pc.invert(_has_digest(left, wanted))) if digests else left


def without(past: pa.Table, forgetting: Forgetting) -> pa.Table:
    """Stays that go on are kept: who is erased is still on the list, or may be."""
    over, gone = past.column("over_at"), pa.scalar(False)
    if forgetting.before is not None:
        gone = pc.or_(gone, pc.less(over, pa.scalar(forgetting.before, _INSTANT)))
    if forgetting.erased:
        erased = pa.array(sorted(forgetting.erased), pa.binary())
        gone = pc.or_(gone, pc.and_(pc.is_valid(over), pc.is_in(past.column("person"), value_set=erased)))
    return past if isinstance(gone, pa.Scalar) else past.filter(pc.invert(pc.fill_null(gone, False)))


def in_past(past: Rows, digests: frozenset[bytes]) -> frozenset[bytes]:
    """Who was sent by one of these digests, as far as the past file tells."""
    wanted, found = pa.array(sorted(digests), pa.binary()), set[bytes]()
    for rows in memory.cast(past.batches(PAST.names), PAST):
        table = pa.Table.from_batches([rows])
        found.update(table.filter(_has_digest(table, wanted)).column("person").to_pylist())
    return frozenset(found)


def among_past(past: Rows, people: frozenset[bytes]) -> frozenset[bytes]:
    """Of whom of these the past file tells."""
    where = pc.field("person").isin(pa.array(sorted(people), pa.binary()))
    return frozenset(each for rows in past.batches(["person"], where) for each in rows.column("person").to_pylist())


def stays_of(
    history: History, people: frozenset[bytes], digests: frozenset[bytes], now: datetime
) -> list[dict[str, Any]]:
    """All stays of these people, and of whoever was ever sent by one of these digests: rows of planning/past.PAST."""
    if digests:
        wanted = pa.array(sorted(digests), pa.binary(16))
        hits = sent_by(memory.all_keys(history.sent), wanted, history.key)
        people = people | {person for _, person in hits} | in_past(history.old, digests)
    if not people:
        return []
    cells = pa.array(sorted(people), pa.binary())
    where = pc.field("person").isin(cells)
    with closing(Connection(ZoneInfo("UTC"))) as con:
        memory.make_base(con, history.sent, where)
        memory.make_sent(con, history.sent, lambda rows: pc.or_(memory.is_removal(rows), memory.is_of(rows, cells)))
        lists.remember(con, history.capabilities, history.lifespan, now)
        _work_out(con, history, where)
        names = ", ".join(PAST.names)
        found = con.table(f"SELECT {names} FROM ({_REST_OF_PAST}) UNION ALL SELECT {names} FROM stays").cast(PAST)
    return list(found.sort_by(_BY_PERSON).to_pylist())


def _work_out(con: Connection, history: History, where: pc.Expression | None) -> None:
    """`stays`, `arrow_past` and `past_rows`, from the past file and the tables of planning/held.py."""
    con.stream("arrow_old", PAST, memory.cast(history.old.batches(PAST.names, where), PAST))
    con.run("CREATE OR REPLACE TEMP TABLE arrow_past AS SELECT * FROM arrow_old")
    con.unregister("arrow_old")
    con.run(_OPEN_ROWS)
    con.register("arrow_endings", _endings(history))
    con.run("CREATE OR REPLACE TEMP TABLE endings AS SELECT * FROM arrow_endings")
    con.unregister("arrow_endings")
    sent = con.table(KEYS_SENT)
    con.register("arrow_digests", _digested(sent, history.key))
    con.run("CREATE OR REPLACE TEMP TABLE key_digests AS SELECT * FROM arrow_digests")
    con.unregister("arrow_digests")
    for statement in stays(history.recipe):
        con.run(statement)


def _digested(sent: pa.Table, key: bytes) -> pa.Table:
    schema = pa.schema([("kind", pa.int8()), ("value", pa.binary()), ("digest", pa.binary())])
    parts = [schema.empty_table()]
    for kind in KeyType:
        values = sent.filter(pc.equal(sent.column("kind"), pa.scalar(int(kind), pa.int8()))).column("value")
        cells = values.cast(pa.binary()).combine_chunks()
        digests = sent_digest(kind, cells, key).cast(pa.binary())
        kinds = pa.array([int(kind)] * len(cells), pa.int8())
        parts.append(pa.table([kinds, cells, digests], schema=schema))
    return pa.concat_tables(parts)


def _endings(history: History) -> pa.Table:
    """Instants at which everybody left who was not sent since: a rebuild, or the end of the list."""
    found: list[dict[str, object]] = []
    since = history.since
    if since is not None:
        for each in history.sent.batches:
            if each.operation is Operation.REMOVE_REST and each.id > since and each.state is not BatchState.FAILED:
                decided = each.decided_at or each.accepted_at or each.sent_at
                done = decided if each.state is BatchState.CONFIRMED else None
                found.append(
                    {"since": since, "seq": each.id, "moment": each.accepted_at or each.sent_at, "decided_at": done}
                )
    if history.deletion is not None:
        asked, at = history.deletion.asked, history.deletion.at
        found.append({"since": _AFTER_ALL, "seq": _AFTER_ALL, "moment": asked, "decided_at": at})
    return pa.Table.from_pylist(found, _ENDINGS)


def _has_digest(past: pa.Table, wanted: pa.Array) -> pa.ChunkedArray:
    """Rows that hold one of these digests."""
    held = past.column("digests").combine_chunks()
    owners = pc.list_parent_indices(held).filter(pc.is_in(pc.list_flatten(held), value_set=wanted))
    return pc.is_in(pa.array(range(past.num_rows), pa.int64()), value_set=owners.cast(pa.int64()))
