"""Where the rows of a source can be read: a value that `sources` makes and the engine opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from consentric.model.project import CsvDialect


class ColumnType(StrEnum):
    """How a column is typed in its source. CSV knows text only; tests on its cells decide how they are read."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"
    OTHER = "other"


class FileFormat(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What must not change while a file is read."""

    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a CSV file: its columns in this file's order, and how many lines of the file it takes."""

    names: tuple[str, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class FileScan:
    """The files of one source, checked: every file has the same `columns`, in an order of its own.

    `headers` are those of CSV files, one a file; `modified` is the newest file's time.
    """

    source: str
    format: FileFormat
    paths: tuple[Path, ...]
    fingerprints: tuple[Fingerprint, ...]
    columns: Mapping[str, ColumnType]
    modified: datetime
    dialect: CsvDialect = CsvDialect()
    headers: tuple[Header, ...] = ()


Scan = FileScan
