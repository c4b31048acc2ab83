"""Who may share a key with somebody, found by 32 bits of each key's hash before any key is compared."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consentric.engine.chosen import Chosen, rows_of
from consentric.engine.connection import Connection

_SLACK: Final = 7
"""The first look says yes to one foreign key in so many (a power of two), or to fewer."""
_MOST: Final = 28
Hashes = npt.NDArray[np.uint32]


class Keyring:
    """32 bits for each key of everybody wanted: 4 bytes instead of 50, read once and searched as often as needed."""

    def __init__(self, con: Connection) -> None:
        self._con = con
        hashes, people, counts = list[Hashes](), list[npt.NDArray[np.int64]](), list[npt.NDArray[np.int32]]()
        for batch, chosen in rows_of(con, "candidates", f"{_HASHES} AS hashes", Chosen(con, "among")):
            rows = batch if chosen.all() else batch.filter(pa.array(chosen))
            hashes.append(rows.column("hashes").flatten().to_numpy().astype(np.uint32))
            people.append(rows.column("person").to_numpy())
            counts.append(rows.column("hashes").value_lengths().to_numpy())
        self._hashes = np.concatenate(hashes or [np.zeros(0, np.uint32)])
        self._people = np.concatenate(people or [np.zeros(0, np.int64)])
        self._ends = np.cumsum(np.concatenate(counts or [np.zeros(0, np.int32)]), dtype=np.int64)

    def make_near(self) -> None:
        """`near(id, keys)`: everybody wanted with a key of `frontier`, and hardly anybody else."""
        sought = self._con.table("SELECT DISTINCT hash(value) AS hash FROM frontier").column("hash").to_numpy()
        people = self._owners(sought.astype(np.uint32))
        self._con.register("arrow_near", pa.table({"person": pa.array(people, pa.int64())}))
        self._con.run(
            """CREATE OR REPLACE TEMP TABLE near AS
               SELECT id, keys FROM candidates WHERE person IN (SELECT person FROM arrow_near)"""
        )
        self._con.unregister("arrow_near")

    def _owners(self, sought: Hashes) -> npt.NDArray[np.int64]:
        bits = min(len(sought).bit_length() + _SLACK, _MOST)
        low = np.uint32((1 << bits) - 1)
        seen = np.zeros(1 << bits, np.bool_)
        seen[sought & low] = True
        places = np.flatnonzero(seen[self._hashes & low])
        places = places[np.isin(self._hashes[places], sought)]
        return np.unique(self._people[np.searchsorted(self._ends, places, side="right")])


_HASHES: Final = "list_transform(keys, lambda k: hash(k.value))"
