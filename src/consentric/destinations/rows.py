"""Outbox rows as columns of match keys, and digests in hex: whole columns, never row by row. No I/O, no platform."""

from __future__ import annotations

import re
from binascii import hexlify
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consentric.model.lists import KeyType

EMAIL: Final = int(KeyType.EMAIL)
PHONE: Final = int(KeyType.PHONE)
ADDRESS: Final = int(KeyType.ADDRESS)
MOBILE_ID: Final = int(KeyType.MOBILE_ID)
HASH_BYTES: Final = 32
HASH_DIGITS: Final = 2 * HASH_BYTES
# Two names, then in clear two letters of region and at least one of postcode.
_SHORTEST_ADDRESS: Final = 2 * HASH_BYTES + 3
MOST_ROWS: Final = 10_000
_MOBILE_ID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The match keys of all rows, flat, in their order: the row each belongs to, its kind, its value as it is stored."""

    rows: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int8]
    values: pa.BinaryArray

    @property
    def firsts(self) -> npt.NDArray[np.int64]:
        """The places of the first key of each row that has any."""
        return np.flatnonzero(np.diff(self.rows, prepend=-1))

    def take(self, places: npt.NDArray[np.int64]) -> Keys:
        return Keys(self.rows[places], self.kinds[places], self.values.take(pa.array(places)))


def keys(rows: pa.Table | pa.RecordBatch) -> Keys:
    """The match keys of the rows. What is not a SHA-256 digest where one must be, or no mobile id, never leaves this machine."""
    column = whole(rows, "keys")
    kinds, values = column.flatten().flatten()
    lengths = pc.binary_length(values)
    right = pc.if_else(
        pc.equal(kinds, ADDRESS), pc.greater_equal(lengths, _SHORTEST_ADDRESS), pc.equal(lengths, HASH_BYTES)
    )
    mobile = pc.equal(kinds, MOBILE_ID)
    if pc.any(mobile).as_py():
        right = pc.if_else(mobile, _are_mobile_ids(values.filter(mobile)), right)
    if pc.all(right).as_py() is False:
        raise ValueError("a match key is not made of SHA-256 digests")
    return Keys(pc.list_parent_indices(column).to_numpy(), kinds.to_numpy(), values)


def _are_mobile_ids(values: pa.Array) -> bool:
    """Whether all of these bytes are ids of devices in clear, and nothing else that must not leave in clear."""
    return all(_MOBILE_ID.fullmatch(each) is not None for each in values.to_pylist())


def hex_cells(column: pa.BinaryArray) -> pa.StringArray:
    """A column of SHA-256 digests in lower-case hex; blank and null are blank."""
    blank = column.fill_null(b"") if column.null_count else column
    if not set(pc.unique(pc.binary_length(blank)).to_pylist()) <= {0, HASH_BYTES}:
        raise ValueError("a cell that must be a SHA-256 digest is not 32 bytes long")
    _, offsets, raw = blank.buffers()
    ends = np.frombuffer(offsets, np.int32)[blank.offset : blank.offset + len(blank) + 1]
    digits = hexlify(memoryview(raw)[ends[0] : ends[-1]]) if raw else b""
    return pa.StringArray.from_buffers(len(blank), pa.py_buffer(2 * (ends - ends[0])), pa.py_buffer(digits))


def in_a_row(cells: pa.StringArray | pa.BinaryArray) -> memoryview:
    """The bytes of all cells, none of them null, one after the other; not copied."""
    _, offsets, content = cells.buffers()
    first, last = np.frombuffer(offsets, np.int32)[[cells.offset, cells.offset + len(cells)]]
    return memoryview(content or b"")[first:last]


def whole(rows: pa.Table | pa.RecordBatch, name: str) -> pa.Array:
    """One column as one array."""
    column = rows.column(name)
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
