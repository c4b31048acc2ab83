"""People of a run by their numbers: who is in a relation, without a join of ten million rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consentric.engine.ahead import ahead
from consentric.engine.connection import Connection

_ROWS: Final = 131_072
Mask = npt.NDArray[np.bool_]


class Chosen:
    """The people of a relation. Numbers of people count from 0 without great gaps, so this is a byte for each."""

    def __init__(self, con: Connection, relation: str) -> None:
        numbers = con.table(f"SELECT person FROM {relation}").column("person").to_numpy()
        self._mask = np.zeros(int(numbers.max(initial=0)) + 2, np.bool_)
        self._mask[numbers] = True
        self._mask[-1] = False

    def of(self, people: pa.Array) -> Mask:
        """Which of these are among them."""
        found: Mask = self._mask[np.minimum(people.to_numpy(), len(self._mask) - 1)]
        return found


def rows_of(con: Connection, relation: str, columns: str, chosen: Chosen) -> Iterator[tuple[pa.RecordBatch, Mask]]:
    """`person` and these columns of a relation, batch by batch, and which rows are of the chosen."""
    for batch in ahead(con.batches(f"SELECT person, {columns} FROM {relation}", _ROWS)):
        yield batch, chosen.of(batch.column("person"))


def tally(con: Connection, relation: str, column: str, chosen: Chosen) -> dict[int, int]:
    """How many of the chosen have each number in a column of the relation."""
    found: dict[int, int] = {}
    for batch, mask in rows_of(con, relation, column, chosen):
        for value, count in zip(*np.unique(batch.column(column).to_numpy()[mask], return_counts=True), strict=True):
            found[int(value)] = found.get(int(value), 0) + int(count)
    return found
