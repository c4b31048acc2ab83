"""The gate can only take people away, and never a removal."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.model.lists import Operation
from consentric.planning.gate import gate
from consentric.planning.outbox import OUTBOX

PEOPLE = st.sampled_from([b"a" * 16, b"b" * 16, b"c" * 16])


def outbox(rows: list[tuple[Operation, bytes]]) -> pa.Table:
    empty = {"shape": 0, "why": "new", "fp": None, "keys": [], "riders": None, "clean": True, "evidence": None}
    return pa.Table.from_pylist([{**empty, "op": int(op), "person": person} for op, person in rows], schema=OUTBOX)


@given(
    rows=st.lists(st.tuples(st.sampled_from([Operation.ADD, Operation.REMOVE]), PEOPLE), max_size=12),
    barred=st.frozensets(PEOPLE),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_gate_keeps_back_adds_of_the_barred_alone(
    rows: list[tuple[Operation, bytes]], barred: frozenset[bytes]
) -> None:
    """Positions of what is kept back; a removal needs no consent."""
    kept_back = {place for place, (op, person) in enumerate(rows) if op is Operation.ADD and person in barred}
    assert gate(outbox(rows), barred) == kept_back
