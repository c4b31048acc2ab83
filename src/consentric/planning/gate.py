"""The gate: the last look before every attempt. It can only take people away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consentric.model.lists import Operation


@dataclass(frozen=True, slots=True)
class Barred:
    """Whose consent ended since the plan: their ids, and the match keys that somebody else may share with them."""

    people: frozenset[bytes] = frozenset()
    keys: frozenset[bytes] = frozenset()

    def __or__(self, other: Barred) -> Barred:
        return Barred(self.people | other.people, self.keys | other.keys)


def gate(rows: pa.Table, barred: Barred) -> frozenset[int]:
    """Positions of rows that must not be sent: adds of barred people, and adds of others by a key of a barred person.

    Removals always pass: they need no consent.
    """
    if not (barred.people or barred.keys) or rows.num_rows == 0:
        return frozenset()
    is_add = pc.equal(rows.column("op"), pa.scalar(int(Operation.ADD), pa.int8()))
    is_barred = np.asarray(_among(rows.column("person"), barred.people)) | _has_key(rows.column("keys"), barred.keys)
    return frozenset(np.flatnonzero(np.asarray(is_add) & is_barred).tolist())


def _among(cells: pa.ChunkedArray, values: frozenset[bytes]) -> pa.ChunkedArray:
    return pc.is_in(cells, value_set=pa.array(sorted(values), pa.binary()))


def _has_key(keys: pa.ChunkedArray, values: frozenset[bytes]) -> npt.NDArray[np.bool_]:
    """For each row whether any of its keys is among these."""
    owners = np.asarray(pc.list_parent_indices(keys))
    hit = np.asarray(_among(pc.struct_field(pc.list_flatten(keys), "value"), values))
    found = np.zeros(len(keys), dtype=bool)
    found[owners[hit]] = True
    return found
