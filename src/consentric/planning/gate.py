"""The gate: the last look before every attempt. It can only take people away."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consentric.model.lists import Operation


def gate(rows: pa.Table, barred: frozenset[bytes]) -> frozenset[int]:
    """Positions of rows that must not be sent: adds of people whose consent ended since the plan (`barred`).

    Removals always pass: they need no consent.
    """
    if not barred or rows.num_rows == 0:
        return frozenset()
    is_add = pc.equal(rows.column("op"), pa.scalar(int(Operation.ADD), pa.int8()))
    is_barred = pc.is_in(rows.column("person"), value_set=pa.array(sorted(barred), pa.binary()))
    return frozenset(np.flatnonzero(np.asarray(pc.and_(is_add, is_barred))).tolist())
