"""Folds a list, and counts who is on it, from the ledger alone: no customer data is read.

What an add of one person amounts to depends on that person's rows and on removals of their keys, on nobody else
(planning/held.py). So people of whom no row was sent since, and of whose keys none was removed, keep their row of the base;
the others are worked out in parts, by ranges of their ids, and no part is larger than memory allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine import lists, memory
from consentric.engine.base import Sent
from consentric.engine.connection import Connection
from consentric.engine.stays import History, add_stays
from consentric.model.lifespan import Lifespan
from consentric.planning.capabilities import Capabilities
from consentric.planning.held import STANDING, untouched_standing
from consentric.planning.outbox import BASE
from consentric.planning.past import Folded

_PART: Final = 1_000_000
"""Rows of a list that are worked out at a time."""
_PREFIX: Final = 2
_MOST_NAMED: Final = 1_000_000
"""More people than this are not looked up one by one."""

_REMOVED_KEYS: Final = """
    CREATE OR REPLACE TEMP TABLE removed_keys AS
    SELECT DISTINCT kind, value FROM (SELECT unnest(keys, recursive := true) FROM sent_rows)"""
_CROSSED: Final = """
    SELECT DISTINCT k.person AS id FROM (SELECT person, unnest(keys, recursive := true) FROM arrow_keys) k
    SEMI JOIN removed_keys r ON r.kind = k.kind AND r.value = k.value"""


@dataclass(frozen=True, slots=True)
class _Part:
    """People whose ids lie in a range; None: no bound."""

    low: bytes | None
    high: bytes | None

    @property
    def range(self) -> pc.Expression | None:
        return _between(self.low, self.high)


def fold(history: History, sent: Sent, now: datetime, *, at_once: int = _PART) -> Iterator[Folded] | None:
    """The new base and past of a list of which nothing is open, sorted by person; None while a removal has to be repeated.

    `sent` is what of the history is not void.
    """
    capabilities, lifespan = history.capabilities, history.lifespan
    con = Connection(ZoneInfo("UTC"))
    try:
        _stir(con, sent)
        if _is_settled(con, sent, capabilities, lifespan, now):
            count = 1 + _rows_of(history) // at_once
            return _folded(con, history, sent, now, _parts(con, sent, capabilities, lifespan, now, count))
    except BaseException:
        con.close()
        raise
    con.close()
    return None


def ended(history: History, now: datetime, *, at_once: int = _PART) -> Iterator[pa.Table]:
    """The past of a list that is gone from its platform (`history.deletion`): nobody is on it any more."""
    with closing(Connection(ZoneInfo("UTC"))) as con:
        count = 1 + _rows_of(history) // at_once
        for place in range(count):
            part = _Part(_bound(place, count), _bound(place + 1, count))
            _recall_part(con, history, now, part)
            yield add_stays(con, history, BASE.empty_table(), part.range).past


def standing(
    capabilities: Capabilities, lifespan: Lifespan, sent: Sent, now: datetime, *, at_once: int = _PART
) -> tuple[int, int]:
    """(people who are on the list for sure, people who may be on it besides)."""
    with closing(Connection(ZoneInfo("UTC"))) as con:
        _stir(con, sent)
        con.stream("there", memory.THERE, memory.there(sent, outboxes=False))
        query = untouched_standing(capabilities, lifespan)
        sure, all_ = con.row(query, {"now": now} if "$now" in query else None)
        con.unregister("there")
        stirred = con.number("SELECT count(*) FROM stirred")
        for _ in _parts(con, sent, capabilities, lifespan, now, 1 + stirred // at_once):
            more_sure, more = con.row(STANDING)
            sure, all_ = sure + more_sure, all_ + more
        return int(sure), int(all_) - int(sure)


def _folded(con: Connection, history: History, sent: Sent, now: datetime, parts: Iterator[_Part]) -> Iterator[Folded]:
    with closing(con):
        for part in parts:
            con.stream("arrow_base", BASE, memory.cast(memory.base_of(sent).batches(BASE.names, part.range), BASE))
            kept = con.table("SELECT * FROM arrow_base WHERE person NOT IN (SELECT id FROM stirred)").cast(BASE)
            con.unregister("arrow_base")
            moved = lists.folded(con)
            if sent is not history.sent:
                _recall_part(con, history, now, part)
            folded = add_stays(con, history, moved, part.range)
            yield Folded(pa.concat_tables([kept, folded.base]).sort_by("person"), folded.past)


def _recall_part(con: Connection, history: History, now: datetime, part: _Part) -> None:
    """Makes the tables of planning/held.py for everybody in a range, of all that is on record."""
    memory.make_base(con, history.sent, part.range)
    memory.make_sent(con, history.sent, partial(memory.is_removal_or_between, low=part.low, high=part.high))
    lists.remember(con, history.capabilities, history.lifespan, now)


def _rows_of(history: History) -> int:
    sent = history.sent
    return (
        memory.base_of(sent).num_rows
        + sum(memory.num_rows(each) for _, each, _ in sent.outboxes)
        + history.old.num_rows
    )


def _stir(con: Connection, sent: Sent) -> None:
    """`removed_keys(kind, value)`, and `stirred(id)`: whose rows of the base do not tell all."""
    con.stream("there", memory.THERE, memory.there(sent, base=False))
    con.run("CREATE OR REPLACE TEMP TABLE stirred AS SELECT DISTINCT person AS id FROM there")
    con.unregister("there")
    memory.make_sent(con, sent, memory.is_removal)
    con.run(_REMOVED_KEYS)
    if con.number("SELECT count(*) FROM removed_keys"):
        _insert_crossed(con, "stirred", memory.keys_of_base(sent))


def _insert_crossed(con: Connection, relation: str, batches: Iterator[pa.RecordBatch]) -> None:
    values = con.table("SELECT DISTINCT value FROM removed_keys").column("value").combine_chunks()
    con.stream("arrow_keys", memory.PERSON_KEYS, (rows.filter(memory.has_any(rows, values)) for rows in batches))
    con.run(f"INSERT INTO {relation} {_CROSSED} ANTI JOIN {relation} known ON known.id = k.person")
    con.unregister("arrow_keys")


def _is_settled(con: Connection, sent: Sent, capabilities: Capabilities, lifespan: Lifespan, now: datetime) -> bool:
    """Whether every removal did what it was to do: a matter of those who ever had its key."""
    if not con.number("SELECT count(*) FROM removed_keys"):
        return True
    con.run("CREATE OR REPLACE TEMP TABLE crossed AS SELECT id FROM stirred LIMIT 0")
    for batches in (memory.keys_of_base(sent), memory.keys_of_adds(sent)):
        _insert_crossed(con, "crossed", batches)
    people = con.table("SELECT id FROM crossed").column("id").combine_chunks()
    memory.make_base(con, sent, pc.field("person").isin(people))
    memory.make_sent(con, sent, lambda rows: pc.or_(memory.is_removal(rows), memory.is_of(rows, people)))
    lists.remember(con, capabilities, lifespan, now)
    return lists.is_settled(con)


def _parts(
    con: Connection, sent: Sent, capabilities: Capabilities, lifespan: Lifespan, now: datetime, count: int
) -> Iterator[_Part]:
    """Makes the tables of planning/held.py for the stirred of one part after the other."""
    stirred = con.number("SELECT count(*) FROM stirred")
    for place in range(count):
        part = _Part(_bound(place, count), _bound(place + 1, count))
        where = part.range
        if stirred <= _MOST_NAMED:
            named = con.table("SELECT id FROM stirred").column("id").combine_chunks()
            where = pc.field("person").isin(named) if where is None else where & pc.field("person").isin(named)
        memory.make_base(con, sent, where)
        con.run("DELETE FROM base_rows WHERE person NOT IN (SELECT id FROM stirred)")
        memory.make_sent(con, sent, partial(memory.is_removal_or_between, low=part.low, high=part.high))
        lists.remember(con, capabilities, lifespan, now)
        yield part


def _bound(place: int, count: int) -> bytes | None:
    """Ids are digests, so equal ranges hold about as many."""
    if place in (0, count):
        return None
    return (256**_PREFIX * place // count).to_bytes(_PREFIX)


def _between(low: bytes | None, high: bytes | None) -> pc.Expression | None:
    person = pc.field("person")
    at_least = None if low is None else person >= pa.scalar(low, pa.binary())
    below = None if high is None else person < pa.scalar(high, pa.binary())
    if at_least is None or below is None:
        return at_least if below is None else below
    return at_least & below
