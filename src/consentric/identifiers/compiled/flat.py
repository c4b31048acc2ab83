"""The bytes of all texts of a column at once, for what functions on texts do slowly: taking bytes out of each of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Offsets = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


def flat(texts: pa.StringArray) -> tuple[Offsets, Bytes]:
    """Where each text begins, the end of the last one behind them; and their bytes in a row. Null is the empty text."""
    filled = texts.fill_null("") if texts.null_count else texts
    _, offsets, values = filled.buffers()
    found = np.frombuffer(offsets, np.int32)[filled.offset : filled.offset + len(texts) + 1]
    written = np.frombuffer(values, np.uint8)[found[0] : found[-1]] if values else np.zeros(0, np.uint8)
    return found - found[0], written


def without(texts: pa.StringArray, dropped: Bytes) -> pa.StringArray:
    """The texts without certain bytes; null stays null."""
    offsets, written = flat(texts)
    kept = ~np.isin(np.arange(256), dropped)[written]
    before = np.zeros(len(written) + 1, np.int32)
    np.cumsum(kept, out=before[1:])
    return _texts(before[offsets], written[kept], texts)


def from_first(texts: pa.StringArray, byte: int) -> pa.StringArray:
    """The end of each text from a byte that is in each once; null stays null."""
    offsets, written = flat(texts)
    begin, end = offsets[:-1].copy(), offsets[1:]
    begin[begin < end] = np.flatnonzero(written == byte)
    size = end - begin
    ends = np.zeros(len(offsets), np.int32)
    np.cumsum(size, out=ends[1:])
    place = np.arange(ends[-1], dtype=np.int32) + np.repeat(begin - ends[:-1], size)
    return _texts(ends, written[place], texts)


def _texts(offsets: Offsets, written: Bytes, like: pa.StringArray) -> pa.StringArray:
    validity = like.is_valid().buffers()[1] if like.null_count else None
    return pa.StringArray.from_buffers(len(like), pa.py_buffer(offsets), pa.py_buffer(written), validity)
