"""Some people on a list and everybody connected with them by keys, found in the ledger's files alone.

What is planned for these (an erasure, say) touches nobody else: they are whole components.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine import memory
from consentric.engine.base import Sent
from consentric.engine.connection import Connection, EngineFailed

_PASSES: Final = 64


def reach_of(con: Connection, sent: Sent, people: Set[bytes], values: Set[bytes]) -> frozenset[bytes]:
    """Makes `base_rows` and `sent_rows` of these people, of who has a key of such a value, and of all connected with them.

    Says who they are. The files pass by in batches, once for each step from neighbour to neighbour.
    """
    reached = _Reached(set(people), set(values), set(people), set(values))
    if people and not values:
        reached.take(memory.rows_of_people(sent, _cells(people)))
    for _ in range(_PASSES):
        if not reached.new_people and not reached.new_values:
            memory.recall_of(con, sent, _cells(reached.people))
            return frozenset(reached.people)
        names, cells = _cells(reached.new_people), _cells(reached.new_values)
        reached.take(_concerned(rows, names, cells) for rows in memory.all_keys(sent))
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


def _concerned(rows: pa.RecordBatch, people: pa.Array, values: pa.Array) -> pa.RecordBatch:
    return rows.filter(pc.or_(memory.is_of(rows, people), memory.has_any(rows, values)))


def _cells(values: Set[bytes]) -> pa.Array:
    return pa.array(sorted(values), pa.binary())
