"""Some people on a list and everybody connected with them by keys, found in the ledger's files alone.

What is planned for these (an erasure, say) touches nobody else: they are whole components.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine import memory
from consentric.engine.ahead import ahead
from consentric.engine.base import Sent
from consentric.engine.connection import Connection, EngineFailed
from consentric.engine.sieve import Places, Sieve, marks_of

_PASSES: Final = 64


@dataclass(slots=True)
class Index:
    """Where people and keys are in the base of a list; it takes one pass over the file, and then answers as often as asked."""

    sent: Sent
    _people: Sieve = field(default_factory=Sieve)
    _keys: Sieve = field(default_factory=Sieve)

    def __post_init__(self) -> None:
        for rows in ahead(memory.keys_of_base(self.sent)):
            self._people.add(marks_of(rows.column("person")))
            values = pc.struct_field(pc.list_flatten(rows.column("keys")), "value")
            self._keys.add(marks_of(values), pc.list_value_length(rows.column("keys")).to_numpy())

    def places(self, people: pa.Array, values: pa.Array) -> Places:
        """All rows of these people and all with a key of such a value, in order; hardly any other."""
        return np.union1d(self._people.find(marks_of(people)), self._keys.find(marks_of(values)))

    def rows(self, people: pa.Array, values: pa.Array) -> Iterator[pa.RecordBatch]:
        """`person` and `keys` of exactly these rows of the base, and of such adds in outboxes."""
        found = memory.base_of(self.sent).take(memory.PERSON_KEYS.names, self.places(people, values))
        for rows in chain(memory.cast(found, memory.PERSON_KEYS), memory.keys_of_adds(self.sent)):
            yield rows.filter(pc.or_(memory.is_of(rows, people), memory.has_any(rows, values)))


def reach_of(
    con: Connection, sent: Sent, people: Set[bytes], values: Set[bytes], index: Index | None = None
) -> frozenset[bytes]:
    """Makes `base_rows` and `sent_rows` of these people, of who has a key of such a value, and of all connected with them.

    Says who they are. `index` is that of the same `sent`.
    """
    index = Index(sent) if index is None else index
    reached = _Reached(set(people), set(values), set(people), set(values))
    for _ in range(_PASSES):
        if not reached.new_people and not reached.new_values:
            everybody = _cells(reached.people)
            memory.recall_at(con, sent, index.places(everybody, _cells(())), everybody)
            return frozenset(reached.people)
        reached.take(index.rows(_cells(reached.new_people), _cells(reached.new_values)))
    raise EngineFailed("A392", "people on a list are linked in chains that do not end", hint="look for shared keys")


@dataclass(slots=True)
class _Reached:
    """Who is known, and of whom or of which value nobody looked for rows yet."""

    people: set[bytes]
    values: set[bytes]
    new_people: set[bytes]
    new_values: set[bytes]

    def take(self, found: Iterator[pa.RecordBatch]) -> None:
        """`found` are all rows of what was new."""
        people, values = set[bytes](), set[bytes]()
        for rows in found:
            people.update(rows.column("person").to_pylist())
            values.update(pc.struct_field(pc.list_flatten(rows.column("keys")), "value").to_pylist())
        self.new_people, self.new_values = people - self.people, values - self.values
        self.people |= people
        self.values |= values


def _cells(values: Collection[bytes]) -> pa.Array:
    return pa.array(sorted(values), pa.binary())
