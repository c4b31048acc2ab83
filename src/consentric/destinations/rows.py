"""Outbox rows as plain Python columns, taken out of Arrow and turned into hex once a column. No I/O, no platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

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
    """The match keys of all rows, flat and in hex (a mobile id as it is): the row each belongs to, its kind, its cell."""

    rows: list[int]
    kinds: list[int]
    cells: list[str]

    def __iter__(self) -> Iterator[tuple[int, int, str]]:
        return zip(self.rows, self.kinds, self.cells, strict=True)


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
    cells = [value.hex() for value in values.to_pylist()]
    if pc.any(mobile).as_py():
        cells = [
            bytes.fromhex(cell).decode() if kind == MOBILE_ID else cell
            for kind, cell in zip(kinds.to_pylist(), cells, strict=True)
        ]
    return Keys(pc.list_parent_indices(column).to_pylist(), kinds.to_pylist(), cells)


def _are_mobile_ids(values: pa.Array) -> bool:
    """Whether all of these bytes are ids of devices in clear, and nothing else that must not leave in clear."""
    return all(_MOBILE_ID.fullmatch(each) is not None for each in values.to_pylist())


def hex_cells(column: pa.Array) -> list[str]:
    """A column of SHA-256 digests in lower-case hex; blank and null stay blank."""
    blank = column.fill_null(b"")
    if not set(pc.unique(pc.binary_length(blank)).to_pylist()) <= {0, HASH_BYTES}:
        raise ValueError("a cell that must be a SHA-256 digest is not 32 bytes long")
    return [digest.hex() for digest in blank.to_pylist()]


def whole(rows: pa.Table | pa.RecordBatch, name: str) -> pa.Array:
    """One column as one array."""
    column = rows.column(name)
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
