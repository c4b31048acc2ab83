"""Sets calm people aside (planning/calm.py), so that set work follows the change and not the list.

Ten million rows of the base pass by in batches; into relations come those of the concerned alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import pyarrow as pa

from consentric.engine import memory
from consentric.engine.base import Sent
from consentric.engine.connection import Connection, EngineFailed
from consentric.engine.nearness import Keyring
from consentric.engine.pairing import unpaired
from consentric.engine.sieve import Sieve, marks_of
from consentric.model.lifespan import Lifespan
from consentric.planning.calm import (
    CONCERNED,
    DRAW_IN,
    NEIGHBOURS,
    NOBODY_FRESH,
    TOUCHED,
    doubts,
    fresh,
)
from consentric.planning.capabilities import Capabilities

_STEPS: Final = 64


def set_aside(con: Connection, sent: Sent, capabilities: Capabilities, lifespan: Lifespan, now: datetime) -> None:
    """From `wanted` to `desired`, `base_rows`, `sent_rows` without the calm."""
    rows = _doubt(con, sent, capabilities, lifespan, now)
    for statement in CONCERNED:
        con.run(statement)
    people = _ids(con, "concerned")
    if rows is None:
        memory.recall_of(con, sent, people)
    else:
        memory.recall_at(con, sent, rows.find(marks_of(people)), people)
    _draw_in(con)
    neighbours = _ids(con, "drawn_in")
    if len(neighbours):
        memory.more_base(con, sent, neighbours, None if rows is None else rows.find(marks_of(neighbours)))
        memory.more_sent(con, sent, neighbours)


def take_all(con: Connection, sent: Sent) -> None:
    """The same with everybody: nobody is calm while a list is filled anew."""
    con.run("CREATE OR REPLACE TEMP TABLE desired AS SELECT * FROM wanted")
    memory.recall(con, sent)


def _doubt(con: Connection, sent: Sent, capabilities: Capabilities, lifespan: Lifespan, now: datetime) -> Sieve | None:
    """Makes `doubts` and `fresh`. What finds people in the base, if it was looked through for that."""

    def run(statement: str, there: Iterable[pa.RecordBatch]) -> None:
        con.stream("there", memory.THERE, there)
        con.run(statement, {"now": now} if "$now" in statement else None)
        con.unregister("there")

    few = unpaired(con, sent, capabilities, lifespan, now)
    if few is None:
        run(doubts(capabilities, lifespan, "wanted"), memory.there(sent))
    else:
        con.register("arrow_wanted", few.wanted)
        run(doubts(capabilities, lifespan, "arrow_wanted"), few.there)
        con.unregister("arrow_wanted")
    if sent.outboxes and con.number("SELECT count(*) FROM doubts WHERE late"):
        run(fresh(capabilities, lifespan), memory.there(sent, base=False))
    else:
        con.run(NOBODY_FRESH)
    return None if few is None else few.rows


def _draw_in(con: Connection) -> None:
    for statement in TOUCHED:
        con.run(statement)
    keyring = Keyring(con)
    for _ in range(_STEPS):
        keyring.make_near()
        con.run(NEIGHBOURS)
        if not con.number("SELECT count(*) FROM neighbours"):
            return
        for statement in DRAW_IN:
            con.run(statement)
    raise EngineFailed("A392", "people on a list are linked in chains that do not end", hint="look for shared keys")


def _ids(con: Connection, relation: str) -> pa.Array:
    return con.table(f"SELECT id FROM {relation}").column("id").combine_chunks()
