"""Digests as people compare them: hexadecimal digits in lower case."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers.compiled.digests import SHA256_BYTES

_DIGITS: Final = np.frombuffer(b"".join(f"{each:02x}".encode() for each in range(256)), np.uint8).reshape(256, 2)


def hexadecimal(digests: pa.FixedSizeBinaryArray) -> pa.StringArray:
    """Each SHA-256 as 64 digits; null for null."""
    validity, values = digests.buffers()
    begin = digests.offset * SHA256_BYTES
    written = np.frombuffer(values, np.uint8)[begin : begin + len(digests) * SHA256_BYTES]
    ends = np.arange(len(digests) + 1, dtype=np.int32) * (2 * SHA256_BYTES)
    texts = pa.StringArray.from_buffers(len(digests), pa.py_buffer(ends), pa.py_buffer(_DIGITS[written].reshape(-1)))
    if validity is None:
        return texts
    return pc.if_else(digests.is_valid(), texts, pa.scalar(None, pa.string()))
