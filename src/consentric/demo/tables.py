"""Rows and columns → CSV and Parquet files, the same bytes each time. Knows formats, not shops."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_INSTANT: Final = pa.timestamp("us", tz="UTC")
_MONEY: Final = pa.decimal128(12, 2)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """UTF-8, commas, `\\n`. Gives the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def append_csv(path: Path, row: Sequence[object]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(row)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_parquet(path: Path, columns: dict[str, pa.Array]) -> int:
    table = pa.table(columns)
    pq.write_table(table, path, compression="zstd")
    return int(table.num_rows)


def instants(seconds: list[int]) -> pa.Array:
    """Seconds since 1970 → instants in UTC."""
    return pc.multiply(pa.array(seconds, pa.int64()), 1_000_000).cast(_INSTANT)


def money(cents: list[int]) -> pa.Array:
    """Hundredths → an exact decimal with two places."""
    return pc.multiply(pa.array(cents, pa.int64()).cast(pa.decimal128(19, 0)), Decimal("0.01")).cast(_MONEY)


def words(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def numbers(values: list[int]) -> pa.Array:
    return pa.array(values, pa.int64())


def flags(values: list[bool]) -> pa.Array:
    return pa.array(values, pa.bool_())


def repeated(value: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), count)
