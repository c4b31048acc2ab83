"""The gate can only take people away, and never a removal."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.model.lists import KeyType, Operation
from consentric.planning.gate import Barred, gate
from consentric.planning.outbox import OUTBOX

PEOPLE = st.sampled_from([b"a" * 16, b"b" * 16, b"c" * 16])
KEYS = st.sampled_from([b"x" * 32, b"y" * 32, b"z" * 32])
ROWS = st.tuples(st.sampled_from([Operation.ADD, Operation.REMOVE]), PEOPLE, st.lists(KEYS, max_size=3))


def outbox(rows: list[tuple[Operation, bytes, list[bytes]]]) -> pa.Table:
    empty = {"shape": 0, "why": "new", "fp": None, "riders": None, "clean": True, "evidence": None}
    return pa.Table.from_pylist(
        [
            {**empty, "op": int(op), "person": person, "keys": [{"kind": KeyType.EMAIL, "value": key} for key in keys]}
            for op, person, keys in rows
        ],
        schema=OUTBOX,
    )


@given(
    rows=st.lists(ROWS, max_size=12),
    before=st.integers(0, 3),
    barred=st.builds(Barred, st.frozensets(PEOPLE), st.frozensets(KEYS)),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_gate_keeps_back_adds_of_the_barred_alone(
    rows: list[tuple[Operation, bytes, list[bytes]]], before: int, barred: Barred
) -> None:
    """Positions of what is kept back: a barred person, or somebody else with a key of one. A removal needs no consent."""
    kept_back = {
        place
        for place, (op, person, keys) in enumerate(rows)
        if op is Operation.ADD and (person in barred.people or barred.keys.intersection(keys))
    }
    assert gate(outbox(rows), barred) == kept_back
    parts = pa.concat_tables([outbox(rows[:before]), outbox(rows[before:])])
    assert gate(parts, barred) == kept_back
    assert gate(outbox([(Operation.ADD, b"d" * 16, [b"w" * 32]), *rows]).slice(1), barred) == kept_back
