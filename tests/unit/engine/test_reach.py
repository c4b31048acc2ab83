"""Whoever is connected with some people by keys is found, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.engine.base import Sent
from consentric.engine.connection import Connection
from consentric.engine.reach import reach_of
from consentric.model.lists import KeyType, Operation, Shape
from consentric.planning.outbox import BASE, OUTBOX

Holdings = dict[str, set[str]]

HOLDINGS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.sets(st.sampled_from("abcdefghij"), min_size=1, max_size=3))


def _keys(values: set[str]) -> list[dict[str, object]]:
    return [{"kind": int(KeyType.EMAIL), "value": value.encode()} for value in sorted(values)]


def _sent(base: Holdings, added: Holdings) -> Sent:
    rows = [
        {"person": name.encode(), "fp": b"", "keys": _keys(keys), "owed": False, "removed": False}
        for name, keys in base.items()
    ]
    adds = [
        {"op": int(Operation.ADD), "shape": int(Shape.FULL), "why": "new", "person": name.encode(), "fp": b"",
         "keys": _keys(keys), "clean": True}
        for name, keys in added.items()
    ]  # fmt: skip
    return Sent(pa.Table.from_pylist(rows, BASE), [(1, pa.Table.from_pylist(adds, OUTBOX), frozenset())])


def _connected(holdings: list[tuple[str, set[str]]], people: set[str], values: set[str]) -> set[str]:
    found, keys = set(people), set(values)
    while True:
        more = {name for name, own in holdings if name in found or own & keys}
        all_keys = keys | {key for name, own in holdings if name in more for key in own}
        if more <= found and all_keys <= keys:
            return found
        found, keys = found | more, all_keys


@pytest.fixture(scope="module")
def con() -> Iterator[Connection]:
    with closing(Connection(ZoneInfo("UTC"))) as opened:
        yield opened


@settings(deadline=None, max_examples=40)
@given(base=HOLDINGS, added=HOLDINGS, people=st.sets(st.sampled_from("ABCXY")), values=st.sets(st.sampled_from("axy")))
def test_all_who_are_connected_are_reached(
    con: Connection, base: Holdings, added: Holdings, people: set[str], values: set[str]
) -> None:
    asked = {each.encode() for each in people}
    found = reach_of(con, _sent(base, added), asked, {each.encode() for each in values})
    wanted = {each.encode() for each in _connected([*base.items(), *added.items()], people, values)}
    assert found == wanted
    for relation, holdings in (("base_rows", base), ("sent_rows", added)):
        rows = con.table(f"SELECT person FROM {relation}").column("person").to_pylist()
        assert sorted(rows) == sorted(wanted & {name.encode() for name in holdings})
