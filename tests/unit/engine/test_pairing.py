"""Pairs that are set aside by their numbers say nothing: whom the statement doubts without them, it doubts with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consentric.engine import memory
from consentric.engine.base import Sent
from consentric.engine.connection import Connection
from consentric.engine.pairing import unpaired
from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchRecord, BatchState, Operation, Shape
from consentric.model.project import Platform
from consentric.planning.calm import doubts
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.outbox import BASE, OUTBOX

NOW = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
LIFESPAN = Lifespan.of(100)
LIFESPANS = st.one_of(
    st.just(LIFESPAN),
    st.builds(
        Lifespan,
        st.sampled_from([100, 120]),
        st.sampled_from([60, 100, 140]),
        st.sampled_from([30, 90]),
        st.sampled_from([0, 50, 86]).map(lambda days: NOW - timedelta(days=days)),
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    person: int
    fp: int | None = 1
    size: int = 1
    age: float | None = 0
    owed: bool = False
    removed: bool | None = False


PEOPLE = st.integers(0, 9)
ROWS = st.lists(
    st.builds(
        Row,
        PEOPLE,
        st.sampled_from([1, 1, 1, 2, None]),
        st.sampled_from([1, 1, 1, 2]),
        st.sampled_from([0, 0, 0, 20, 28, 55, 85, 92, 99, 100, -0.5, -1.5, None]),
        st.sampled_from([False, False, True]),
        st.sampled_from([False, False, None, True]),
    ),
    max_size=14,
)
WANTED = st.dictionaries(PEOPLE, st.tuples(st.sampled_from([1, 1, 2]), st.sampled_from([1, 1, 2])), max_size=10)
ADDS = st.lists(st.tuples(PEOPLE, st.sampled_from([1, 2, None])), max_size=3)


def _digest(number: int, width: int) -> bytes:
    """People 0 to 3 begin alike, and 4 and 5 are alike but for their last byte."""
    whole = md5(f"{number}".encode()).digest()
    if number < 4:
        whole = b"alike!!!" + whole[8:]
    return (whole if number != 5 else _digest(4, 16)[:-1] + b"5")[:width]


def _sent(rows: list[Row], adds: list[tuple[int, int | None]], in_order: bool, width: int) -> Sent:
    base = [
        {"person": _digest(row.person, width), "fp": None if row.fp is None else md5(b"%d" % row.fp).digest(),
         "keys": [{"kind": 1, "value": b"%d" % each} for each in range(row.size)],
         "added_at": None if row.age is None else NOW - timedelta(days=row.age), "owed": row.owed, "removed": row.removed}
        for row in rows
    ]  # fmt: skip
    if in_order:
        base.sort(key=lambda row: row["person"])
    outbox = [
        {"op": int(Operation.ADD if fp else Operation.OWED), "shape": int(Shape.FULL), "why": "new", "clean": True,
         "person": _digest(person, width), "fp": md5(b"%d" % fp).digest() if fp else None, "keys": []}
        for person, fp in adds
    ]  # fmt: skip
    batch = BatchRecord(7, 1, 1, Operation.ADD, Shape.FULL, 0, len(outbox), 1, BatchState.ACCEPTED, "h", NOW, NOW)
    table = pa.Table.from_pylist(base, BASE)
    return Sent(table, [(1, pa.Table.from_pylist(outbox, OUTBOX), frozenset())], [batch])


@pytest.fixture(scope="module")
def con() -> Iterator[Connection]:
    with closing(Connection(ZoneInfo("UTC"))) as opened:
        yield opened


def _doubted(
    con: Connection, platform: Platform, there: Any, wanted: str, lifespan: Lifespan
) -> tuple[set[bytes], set[bytes]]:
    """Everybody who is doubted, and those of them who are only late."""
    con.stream("there", memory.THERE, there)
    query = doubts(CAPABILITIES[platform], lifespan, wanted)
    con.run(query, {"now": NOW} if "$now" in query else None)
    con.unregister("there")
    rows = con.table("SELECT id, late FROM doubts").to_pylist()
    surely = {row["id"] for row in rows if not row["late"]}
    return surely | {row["id"] for row in rows}, {row["id"] for row in rows} - surely


@settings(deadline=None, max_examples=200)
@given(
    rows=ROWS, wanted=WANTED, others=st.sets(PEOPLE), adds=ADDS, in_order=st.booleans(),
    platform=st.sampled_from(list(Platform)), lifespan=LIFESPANS,
)  # fmt: skip
def test_the_same_people_are_doubted(
    con: Connection,
    rows: list[Row],
    wanted: dict[int, tuple[int, int]],
    others: set[int],
    adds: list[tuple[int, int | None]],
    in_order: bool,
    platform: Platform,
    lifespan: Lifespan,
) -> None:
    sent = _sent(rows, adds, in_order, 16)
    _make_wanted(con, wanted, others, 16)
    few = unpaired(con, sent, CAPABILITIES[platform], lifespan, NOW)
    assume(few is not None)
    assert few is not None
    con.register("arrow_few", few.wanted)
    assert _doubted(con, platform, few.there, "arrow_few", lifespan) == _doubted(
        con, platform, memory.there(sent), "wanted", lifespan
    )
    con.unregister("arrow_few")


def test_pairs_that_say_nothing_are_set_aside(con: Connection) -> None:
    rows = [Row(each) for each in range(6, 10)]
    _make_wanted(con, dict.fromkeys(range(6, 10), (1, 1)), {1, 2}, 16)
    few = unpaired(con, _sent(rows, [], True, 16), CAPABILITIES[Platform.GOOGLE], LIFESPAN, NOW)
    assert few is not None
    assert (sum(each.num_rows for each in few.there), few.wanted.num_rows) == (0, 0)


def test_names_of_another_width_go_the_long_way(con: Connection) -> None:
    _make_wanted(con, {1: (1, 1)}, set(), 12)
    assert unpaired(con, _sent([Row(1)], [], True, 12), CAPABILITIES[Platform.META], LIFESPAN, NOW) is None


def _make_wanted(con: Connection, wanted: dict[int, tuple[int, int]], others: set[int], width: int) -> None:
    """`others` could be sent and are not in the audience."""
    people = wanted | dict.fromkeys(others - wanted.keys(), (1, 1))
    table = pa.table(
        {
            "person": pa.array(list(people), pa.int64()),
            "id": pa.array([_digest(each, width) for each in people], pa.binary()),
            "fp": pa.array([md5(b"%d" % fp).digest() for fp, _ in people.values()], pa.binary()),
            "size": pa.array([size for _, size in people.values()], pa.int64()),
        }
    )
    con.register("arrow_people", table)
    con.run("CREATE OR REPLACE TEMP TABLE candidates AS SELECT * FROM arrow_people")
    con.unregister("arrow_people")
    names = ", ".join(str(each) for each in wanted) or "NULL"
    con.run(f"CREATE OR REPLACE TEMP TABLE among AS SELECT person FROM candidates WHERE person IN ({names})")
    con.run("CREATE OR REPLACE TEMP TABLE wanted AS SELECT * FROM candidates SEMI JOIN among USING (person)")
