"""Runs the set work for one list: what may be there, what should be, the difference, and the rows to send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import pyarrow as pa

from consentric.engine.components import label
from consentric.engine.connection import Connection, EngineFailed
from consentric.model.lifespan import Lifespan
from consentric.model.plan import Rebuilding
from consentric.planning.calm import CALM_COUNTS
from consentric.planning.capabilities import Capabilities
from consentric.planning.difference import (
    ADOPT,
    COMPONENTS,
    COUNTS,
    EDGES,
    GROW,
    LAST_ADDED,
    REMOVED_BECAUSE,
    STALE,
    SUCCESSORS,
    moves,
    removals,
)
from consentric.planning.held import FOLDED, UNSETTLED, held
from consentric.planning.outbox import BASE, OUTBOX
from consentric.planning.rebuild import counted
from consentric.planning.rows import ORDERED, SPANS, Allowed, outbox

_STEPS: Final = 64
_ROWS: Final = 100_000


def remember(con: Connection, capabilities: Capabilities, lifespan: Lifespan, now: datetime) -> None:
    """What may be on the list (planning/held.py)."""
    for statement in held(capabilities, lifespan):
        con.run(statement, {"now": now} if "$now" in statement else None)


def compare(
    con: Connection, capabilities: Capabilities, lifespan: Lifespan, now: datetime, rebuild: Rebuilding | None = None
) -> Rebuilding | None:
    """From `sent_rows`, `base_rows` and `desired` to `moves` (planning/difference.py); how far a rebuild is then."""
    remember(con, capabilities, lifespan, now)
    for statement in SUCCESSORS:
        con.run(statement)
    if con.number("SELECT count(*) FROM successors"):
        for statement in ADOPT:
            con.run(statement)
        remember(con, capabilities, lifespan, now)
    for statement in STALE:
        con.run(statement)
    _grow(con)
    for statement in EDGES:
        con.run(statement)
    label(con, "reach_edges", "reach_labels")
    con.run(COMPONENTS)
    for statement in removals(rebuild):
        con.run(statement)
    _move(con, moves(capabilities, lifespan, rebuild), now)
    if rebuild is None:
        return None
    missing = con.number("SELECT count(*) FROM moves WHERE refresh OR kind = 'add'")
    further = counted(rebuild, missing, capabilities.rebuild)
    if further != rebuild:
        _move(con, moves(capabilities, lifespan, further), now)
    return further


def _move(con: Connection, statement: str, now: datetime) -> None:
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


def counts(con: Connection, wanted: int) -> dict[str, int]:
    """The numbers of planning/difference.COUNTS by name; of so many `wanted` people those are calm who were set aside."""
    calm = wanted - con.number("SELECT count(*) FROM desired")
    found = {name: int(value) for name, value in con.table(COUNTS).to_pylist()[0].items()}
    return found | {name: found[name] + calm for name in CALM_COUNTS}


def removed_because(con: Connection) -> dict[int, dict[str, int]]:
    """Of COUNTS those of removals, for each standing."""
    return {int(each.pop("rank")): each for each in con.table(REMOVED_BECAUSE).to_pylist()}


def runs_out_at(con: Connection, capabilities: Capabilities, lifespan: Lifespan) -> datetime | None:
    """When the platform drops the last of those who would leave, if nobody sends or removes them."""
    if not capabilities.lapses:
        return None
    newest: datetime | None = con.table(LAST_ADDED).to_pylist()[0]["last_added"]
    return None if newest is None else lifespan.ends(newest)


def prepare(
    con: Connection, capabilities: Capabilities, allowed: Allowed, rebuild: Rebuilding | None = None
) -> list[dict[str, int]]:
    """Makes the rows to send and says where each phase and shape lies: phase, op, shape, first, rows, people."""
    for statement in outbox(capabilities, allowed, rebuild):
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
