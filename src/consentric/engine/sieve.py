"""Finds the few rows of many that may hold something, by 32 bits of each cell: no row is missed, and hardly any is too many.

Whoever asks compares the rows themselves afterwards. Four bytes a cell fit into memory where fifty do not, and are read once
instead of for every question.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_SLACK: Final = 7
"""The first look takes one other cell in so many (a power of two) along, or fewer; the second compares all 32 bits."""
_MOST: Final = 28
_WORD: Final = 8
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
Marks = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


def marks_of(cells: pa.Array) -> Marks:
    """32 bits of the first and last eight bytes of each cell; all shorter cells are alike. Equal cells have equal marks.

    The beginning of an address is a first name's hash and its end the postcode, so neighbours by name are told apart.
    """
    cells = cells.cast(pa.binary())
    found = np.zeros(len(cells), np.uint64)
    _, offsets, data = cells.buffers()
    if not len(cells) or data is None or data.size < _WORD:
        return found.astype(np.uint32)
    bounds = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    at_any = np.ndarray((data.size - _WORD + 1,), "<u8", data, strides=(1,))
    starts, ends = bounds[:-1], bounds[1:] - _WORD
    long = ends >= starts
    if long.all():
        found = at_any[starts] * _MIX + at_any[ends]
    else:
        found[long] = at_any[starts[long]] * _MIX + at_any[ends[long]]
    return ((found * _MIX) >> np.uint64(32)).astype(np.uint32)


@dataclass(slots=True)
class Sieve:
    """Marks in the order of rows, block by block; `counts` says how many cells each row has (None: one)."""

    rows: int = 0
    _blocks: list[tuple[int, Marks, Places | None]] = field(default_factory=list)

    def add(self, marks: Marks, counts: npt.NDArray[np.int32] | None = None) -> None:
        ends = None if counts is None else np.cumsum(counts, dtype=np.int64)
        self._blocks.append((self.rows, marks, ends))
        self.rows += len(marks) if counts is None else len(counts)

    def find(self, sought: Marks) -> Places:
        """The numbers of all rows with such a cell, in order."""
        if not len(sought):
            return np.zeros(0, np.int64)
        sought = np.unique(sought)
        bits = min(len(sought).bit_length() + _SLACK, _MOST)
        low = np.uint32((1 << bits) - 1)
        seen = np.zeros(1 << bits, np.bool_)
        seen[sought & low] = True
        found = [self._in_block(block, sought, seen, low) for block in self._blocks]
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def _in_block(
        self, block: tuple[int, Marks, Places | None], sought: Marks, seen: npt.NDArray[np.bool_], low: np.uint32
    ) -> Places:
        first, marks, ends = block
        places = np.flatnonzero(seen[marks & low])
        there = marks[places]
        places = places[sought[np.minimum(np.searchsorted(sought, there), len(sought) - 1)] == there]
        if ends is not None:
            rows = np.searchsorted(ends, places, side="right")
            places = rows[np.diff(rows, prepend=-1) > 0]
        found: Places = places.astype(np.int64) + first
        return found
