"""Outbox rows for the tests of this folder, with values that are easy to recognise."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from consentric.planning.outbox import OUTBOX

ANN, BOB, MOBILE, FIRST, LAST, ZIP, COUNTRY = (bytes([number]) * 32 for number in range(1, 8))
HOME = FIRST + LAST + b"DK" + b"2100"


def row(*keys: tuple[int, bytes], riders: list[bytes] | None = None) -> dict[str, Any]:
    return {
        "op": 1,
        "shape": 0,
        "why": "new",
        "person": b"p" * 16,
        "fp": b"f" * 16,
        "keys": [{"kind": kind, "value": value} for kind, value in keys],
        "riders": riders,
        "clean": True,
        "evidence": "7",
    }


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=OUTBOX)
