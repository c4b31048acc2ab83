"""What a power cut, a dying disk or a bad copy can make of the bytes of a file, at every place."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consentric.errors import StateError
from consentric.ledger.database import connect_reader
from scenarios.harness.size import LONG

SECTOR: Final = 512
PAGE: Final = 4096
STRIDE: Final = 1 if LONG else 397
NOISE: Final = random.Random(7).randbytes(1 << 20)

Dump = tuple[tuple[str, tuple[tuple[object, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Image:
    """What the file holds now, and what happened to it."""

    what: str
    content: bytes


def torn(whole: bytes, first: int = 0, stride: int = STRIDE) -> Iterator[Image]:
    """Everything from `first` on may be lost: cut, zeroed, a hole of a sector or a page, noise, one bit. Never `whole`."""
    for place in range(first, len(whole), stride):
        head, rest = whole[:place], len(whole) - place
        for what, content in (
            ("cut", head),
            ("zero tail", head + bytes(rest)),
            ("sector", _hole(whole, place, SECTOR)),
            ("page", _hole(whole, place, PAGE)),
            ("noise", head + NOISE[:rest]),
            ("bit", head + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :]),
        ):
            if content != whole:
                yield Image(f"{what} at {place}", content)


def dump(state: Path) -> Dump:
    """Every row of every table, as a reader sees it."""
    database = connect_reader(state / "ledger.db")
    try:
        names = [row[0] for row in database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        return tuple(
            (name, tuple(sorted(map(tuple, database.rows(f"SELECT * FROM {name}")), key=repr))) for name in names
        )
    finally:
        database.close()


def refusal(error: StateError, path: Path) -> bool:
    """Whether an error names what is wrong, and a way out."""
    return path.name in error.message and bool(error.hint)


def _hole(whole: bytes, place: int, size: int) -> bytes:
    end = min(place + size, len(whole))
    return whole[:place] + bytes(end - place) + whole[end:]
