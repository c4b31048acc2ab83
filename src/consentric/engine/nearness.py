"""Who may share a key with somebody, found by 32 bits of each key's hash before any key is compared."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consentric.engine.chosen import Chosen, rows_of
from consentric.engine.connection import Connection
from consentric.engine.sieve import Sieve

_HASHES: Final = "list_transform(keys, lambda k: hash(k.value)) AS hashes"


class Keyring:
    """The keys of everybody wanted, in a sieve."""

    def __init__(self, con: Connection) -> None:
        self._con, self._sieve = con, Sieve()
        people = list[npt.NDArray[np.int64]]()
        for batch, chosen in rows_of(con, "candidates", _HASHES, Chosen(con, "among")):
            rows = batch if chosen.all() else batch.filter(pa.array(chosen))
            hashes = rows.column("hashes")
            self._sieve.add(hashes.flatten().to_numpy().astype(np.uint32), hashes.value_lengths().to_numpy())
            people.append(rows.column("person").to_numpy())
        self._people = np.concatenate(people or [np.zeros(0, np.int64)])

    def make_near(self) -> None:
        """`near(id, keys)`: everybody wanted with a key of `frontier`, and hardly anybody else."""
        sought = self._con.table("SELECT DISTINCT hash(value) AS hash FROM frontier").column("hash").to_numpy()
        people = self._people[self._sieve.find(sought.astype(np.uint32))]
        self._con.register("arrow_near", pa.table({"person": pa.array(people, pa.int64())}))
        self._con.run(
            """CREATE OR REPLACE TEMP TABLE near AS
               SELECT id, keys FROM candidates WHERE person IN (SELECT person FROM arrow_near)"""
        )
        self._con.unregister("arrow_near")
