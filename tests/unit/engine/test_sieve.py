"""What is looked for by a few bits of each cell is never missed."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.engine.sieve import Sieve, marks_of

CELLS = st.one_of(
    st.binary(max_size=12),
    st.builds(lambda first, last: first * 8 + last, st.sampled_from([b"anna", b"bodi"]), st.binary(max_size=9)),
)
ROWS = st.lists(st.lists(CELLS, max_size=4), max_size=12)


def _column(cells: list[bytes], offset: int) -> pa.Array:
    """Also as a slice of a longer column, as batches are."""
    return pa.array([b"something before"] * offset + cells, pa.binary()).slice(offset)


@settings(deadline=None, max_examples=300)
@given(blocks=st.lists(ROWS, max_size=3), sought=st.sets(CELLS, max_size=6), offset=st.integers(0, 2))
def test_every_row_that_has_a_cell_is_found_once(
    blocks: list[list[list[bytes]]], sought: set[bytes], offset: int
) -> None:
    sieve = Sieve()
    for rows in blocks:
        counts = pa.array([len(row) for row in rows], pa.int32())
        sieve.add(marks_of(_column([cell for row in rows for cell in row], offset)), counts.to_numpy())
    found = sieve.find(marks_of(_column(sorted(sought), offset))).tolist()
    all_rows = [row for rows in blocks for row in rows]
    assert sieve.rows == len(all_rows)
    assert found == sorted(set(found))
    assert {place for place, row in enumerate(all_rows) if sought & set(row)} <= set(found)


def test_other_cells_are_left_out_of_a_long_column() -> None:
    sieve = Sieve()
    cells = [f"{number:032}".encode() for number in range(100_000)]
    sieve.add(marks_of(pa.array(cells, pa.binary())))
    found = sieve.find(marks_of(pa.array(cells[::1000], pa.binary()))).tolist()
    assert set(found) >= set(range(0, 100_000, 1000))
    assert len(found) < 200


def test_addresses_of_one_name_are_told_apart_by_their_postcode() -> None:
    same_name = b"f" * 32 + b"l" * 32 + b"DK"
    marks = marks_of(pa.array([same_name + f"{code}".encode() for code in range(1000, 9999)], pa.binary()))
    assert len(set(marks.tolist())) > 8_000
