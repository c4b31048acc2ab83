"""Connected components, against a plain union-find, however the nodes are numbered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.engine.components import label
from consentric.engine.connection import Connection

from .plain_people import union

Edges = Sequence[tuple[int, int]]


def labelled(edges: Edges) -> dict[int, int]:
    con = Connection(ZoneInfo("UTC"))
    first, second = pa.array([a for a, _ in edges], pa.int64()), pa.array([b for _, b in edges], pa.int64())
    con.register("given", pa.table({"a": first, "b": second}))
    con.run("CREATE TEMP TABLE edges AS SELECT * FROM given")
    label(con, "edges", "labels")
    found = {each["id"]: each["label"] for each in con.table("SELECT id, label FROM labels").to_pylist()}
    con.close()
    return found


def by_hand(edges: Edges) -> dict[int, int]:
    """The smallest node of each group."""
    groups = union([[("", str(a)), ("", str(b))] for a, b in edges])
    return {int(node): min(int(each) for _, each in group) for group in groups for _, node in group}


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=60))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_components_are_those_of_union_find(edges: Edges) -> None:
    """Random graphs, with loops, double edges and several components."""
    assert labelled(edges) == by_hand(edges)


def _chain(nodes: Sequence[int]) -> Edges:
    return list(pairwise(nodes))


def _shuffled(size: int, seed: int) -> Sequence[int]:
    nodes = list(range(size))
    random.Random(seed).shuffle(nodes)
    return nodes


CHAINS = {
    "rising": list(range(10_000)),
    "falling": list(range(9_999, -1, -1)),
    "the smallest at the far end": [*range(1, 10_000), 0],
    "two slopes": [*range(0, 10_000, 2), *range(9_999, 0, -2)],
    "fifty in any order": _shuffled(50, 0),
    "ten thousand in any order": _shuffled(10_000, 1),
}


@pytest.mark.parametrize("order", CHAINS)
def test_a_long_chain_is_one_component(order: str) -> None:
    """Ten thousand nodes in a row converge, whatever their numbers."""
    found = labelled(_chain(CHAINS[order]))
    assert len(found) == len(CHAINS[order])
    assert set(found.values()) == {0}
