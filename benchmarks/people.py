"""Invented people for the benchmarks, the same for the same numbers: a list as the ledger holds it and as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consentric.model.people import Reason
from consentric.planning.outbox import BASE, KEYS, RIDERS
from consentric.selection.consent import GRANTED_RANK, RANK

WIDTHS = (32, 32, 70)
"""E-mail, phone, address: two hashed names, a country, a postcode of four."""
MIXED = 4
"""So many batches of people are mixed with each other; more would cost memory that the difference is then measured with."""
SENT_AT = 1_790_000_000_000_000
SENDABLE = pa.schema(
    [
        pa.field("person", pa.int64()),
        pa.field("id", pa.binary()),
        pa.field("keys", KEYS),
        pa.field("fp", pa.binary()),
        pa.field("riders", RIDERS),
        pa.field("evidence", pa.string()),
        pa.field("size", pa.int64()),
        pa.field("kinds", pa.int32()),
    ]
)
STANDING = pa.schema([pa.field("person", pa.int64()), pa.field("id", pa.binary()), pa.field("rank", pa.int32())])
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some people in a row: `number` is their place in the list."""

    number: npt.NDArray[np.int64]
    person: Bytes
    fp: Bytes
    keys: tuple[Bytes, ...]

    def take(self, places: npt.NDArray[np.int64]) -> Chunk:
        return Chunk(
            self.number[places], self.person[places], self.fp[places], tuple(each[places] for each in self.keys)
        )


@dataclass(frozen=True, slots=True)
class Shop:
    """`rows` people on a list, of whom every fiftieth shares a phone with the next; `changes` since it was last sent.

    A third of the changes are leavers (every tenth of them withdrew), a third have a new phone, a third are newcomers, half
    of whom have the phone of somebody who is on the list.
    """

    rows: int
    changes: int
    seed: int = 1
    at_once: int = 131_072

    def base(self) -> Iterator[pa.Table]:
        """In the schema of the ledger, sorted by person."""
        for _, chunk in self._chunks():
            rows = len(chunk.number)
            yield pa.table(
                {
                    "person": _cells(chunk.person),
                    "fp": _cells(chunk.fp),
                    "keys": _keys(chunk),
                    "riders": pa.nulls(rows, RIDERS),
                    "added_at": pa.array(np.full(rows, SENT_AT), pa.timestamp("us", tz="UTC")),
                    "owed": pa.array(np.zeros(rows, np.bool_)),
                    "removed": pa.array(np.zeros(rows, np.bool_)),
                    "evidence": pa.array(["consent 2026-01-01"] * rows),
                    "first_sent": _instants(chunk.number),
                },
                schema=BASE,
            )

    def wanted(self) -> Iterator[pa.RecordBatch]:
        """What evaluation would leave of them: SENDABLE, and not in the order of the list, for names are digests."""
        batches = self._sendable()
        while some := list(islice(batches, MIXED)):
            whole = pa.concat_batches(some)
            order = np.random.default_rng(self.seed).permutation(whole.num_rows)
            yield from (whole.take(pa.array(part)) for part in np.array_split(order, len(some)))

    def _sendable(self) -> Iterator[pa.RecordBatch]:
        for draw, chunk in self._chunks():
            kind = self._kind(chunk.number)
            stays = chunk.take(np.flatnonzero(kind != 0))
            rekeyed = np.flatnonzero(self._kind(stays.number) == 1)
            stays.keys[1][rekeyed], stays.fp[rekeyed] = _random(draw, len(rekeyed), 32), _random(draw, len(rekeyed), 16)
            yield _sendable(stays, stays.number)
            beside = chunk.take(np.flatnonzero(kind == 2))
            fresh = _drawn(draw, beside.number, _random(draw, len(beside.number), 16))
            fresh.keys[1][::2] = beside.keys[1][::2]
            yield _sendable(fresh, fresh.number + self.rows)

    def standing(self) -> Iterator[pa.RecordBatch]:
        """Everybody in the data: those above, and the leavers."""
        for _, chunk in self._chunks():
            leaver = self._kind(chunk.number) == 0
            withdrew = leaver & (chunk.number // self._stride % 10 == 0)
            ranks = np.where(withdrew, RANK[Reason.WITHDREW], GRANTED_RANK).astype(np.int32)
            yield pa.RecordBatch.from_arrays(
                [pa.array(chunk.number), _cells(chunk.person), pa.array(ranks)], schema=STANDING
            )

    @property
    def _stride(self) -> int:
        return max(self.rows // self.changes, 1)

    def _kind(self, number: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """0 leaver, 1 another phone, 2 a newcomer beside them, 3 nothing."""
        return np.where(number % self._stride == 0, number // self._stride % 3, 3)

    def _chunks(self) -> Iterator[tuple[np.random.Generator, Chunk]]:
        for first in range(0, self.rows, self.at_once):
            draw = np.random.default_rng((self.seed, first))
            number = np.arange(first, min(first + self.at_once, self.rows), dtype=np.int64)
            person = _random(draw, len(number), 16)
            person[:, :8] = (number * (2**63 // self.rows) * 2).astype(">u8").view(np.uint8).reshape(-1, 8)
            chunk = _drawn(draw, number, person)
            first_of_two = np.flatnonzero(number[:-1] % 50 == 0)
            chunk.keys[1][first_of_two + 1] = chunk.keys[1][first_of_two]
            yield draw, chunk


def _instants(number: npt.NDArray[np.int64]) -> pa.Array:
    """When people were first sent: in one of a thousand requests, in no order."""
    return pa.array(SENT_AT - number * 7_919 % 1_000 * 3_600_000_000, pa.timestamp("us", tz="UTC"))


def _drawn(draw: np.random.Generator, number: npt.NDArray[np.int64], person: Bytes) -> Chunk:
    keys = tuple(_random(draw, len(number), width) for width in WIDTHS)
    return Chunk(number, person, _random(draw, len(number), 16), keys)


def _random(draw: np.random.Generator, rows: int, width: int) -> Bytes:
    return np.frombuffer(draw.bytes(rows * width), np.uint8).reshape(rows, width).copy()


def _cells(column: Bytes) -> pa.Array:
    rows, width = column.shape
    offsets = pa.py_buffer(np.arange(0, (rows + 1) * width, width, dtype=np.int32))
    return pa.Array.from_buffers(pa.binary(), rows, [None, offsets, pa.py_buffer(np.ascontiguousarray(column))])


def _keys(chunk: Chunk) -> pa.Array:
    rows, kinds = len(chunk.number), len(WIDTHS)
    offsets = np.concatenate([[0], np.cumsum(np.tile(WIDTHS, rows))]).astype(np.int32)
    cells = pa.py_buffer(np.ascontiguousarray(np.hstack(chunk.keys)))
    values = pa.Array.from_buffers(pa.binary(), rows * kinds, [None, pa.py_buffer(offsets), cells])
    numbers = pa.array(np.tile(np.arange(1, kinds + 1, dtype=np.int8), rows))
    pairs = pa.StructArray.from_arrays([numbers, values], fields=list(KEYS.value_type))
    starts = pa.array(np.arange(0, (rows + 1) * kinds, kinds, dtype=np.int32))
    return pa.ListArray.from_arrays(starts, pairs, type=KEYS)


def _sendable(chunk: Chunk, number: npt.NDArray[np.int64]) -> pa.RecordBatch:
    rows = len(number)
    columns = [
        pa.array(number),
        _cells(chunk.person),
        _keys(chunk),
        _cells(chunk.fp),
        pa.nulls(rows, RIDERS),
        pa.array(["consent 2026-01-01"] * rows),
        pa.array(np.full(rows, len(WIDTHS))),
        pa.array(np.full(rows, 0b1110, np.int32)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SENDABLE)
