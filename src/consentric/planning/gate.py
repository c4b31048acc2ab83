"""The gate: the last look before every attempt. It can only take people away."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consentric.model.lists import Operation


def gate(rows: pa.Table, barred: frozenset[bytes]) -> tuple[pa.Table, list[int]]:
    """(rows that may be sent, positions of those that may not). `barred`: people whose consent ended since the plan.

    Removals always pass: they need no consent.
    """
    if not barred or rows.num_rows == 0:
        return rows, []
    is_add = pc.equal(rows.column("op"), pa.scalar(int(Operation.ADD), pa.int8()))
    is_barred = pc.is_in(rows.column("person"), value_set=pa.array(sorted(barred), pa.binary()))
    skipped = pc.and_(is_add, is_barred)
    if not pc.any(skipped).as_py():
        return rows, []
    return rows.filter(pc.invert(skipped)), np.flatnonzero(np.asarray(skipped)).tolist()
