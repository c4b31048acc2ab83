"""Ids and ready-made hashes over columns. Fast: what is written as it leaves, but for case and spaces around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.digests import SHA256_BYTES
from consentric.identifiers.compiled.fallback import Forms, by_rule, completed
from consentric.identifiers.rules.ids import DEVICE, HASH, HASH_OF_NOTHING, NO_DEVICE

_PLAIN_ID: Final = "^(?:[0-9]{2,15}|[A-Z]{1,10}-?[0-9]{1,15})$"


@dataclass(frozen=True, slots=True, repr=False)
class Hashes:
    """`digest` is 32 raw bytes, `reason` is null where usable."""

    digest: pa.FixedSizeBinaryArray
    reason: pa.StringArray


def mobile_ids(cells: pa.StringArray) -> Forms:
    """`rules.mobile_id` of each."""
    written = pc.ascii_lower(pc.ascii_trim(cells, characters=" "))
    plain = pc.and_(pc.match_substring_regex(written, DEVICE), pc.not_equal(written, NO_DEVICE))
    return completed(plain, written, lambda rest: by_rule(cells.filter(rest), rules.mobile_id))


def external_ids(cells: pa.StringArray) -> Forms:
    """`rules.external_id` of each."""
    plain = pc.match_substring_regex(cells, _PLAIN_ID)
    return completed(plain, cells, lambda rest: by_rule(cells.filter(rest), rules.external_id))


def sha256_hexes(cells: pa.StringArray) -> Hashes:
    """`rules.sha256_hex` of each, as bytes."""
    written = pc.ascii_lower(pc.ascii_trim(cells, characters=" "))
    plain = pc.and_(pc.match_substring_regex(written, HASH), pc.not_equal(written, HASH_OF_NOTHING))
    forms = completed(plain, written, lambda rest: by_rule(cells.filter(rest), rules.sha256_hex))
    return Hashes(_bytes(forms.form), forms.reason)


def _bytes(digits: pa.StringArray) -> pa.FixedSizeBinaryArray:
    present = digits.is_valid()
    rows = np.zeros((len(digits), SHA256_BYTES), np.uint8)
    dense = bytes.fromhex("".join(digits.drop_null().to_pylist()))
    rows[present.to_numpy(zero_copy_only=False)] = np.frombuffer(dense, np.uint8).reshape(-1, SHA256_BYTES)
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(SHA256_BYTES), len(digits), [present.buffers()[1], pa.py_buffer(rows)]
    )
