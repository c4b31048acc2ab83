"""Membership files written: immutable Parquet, whole and durable before anybody is told of them."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from consentric.ledger.folder import sync_folder
from consentric.ledger.troubles import told

GROUP_ROWS: Final = 16_384
"""Little more than the largest request, so that to read the rows of one decodes two groups at most."""
SUFFIX: Final = ".parquet"
PART: Final = ".part"
_REPEATING: Final = ("why", "evidence", "first_sent", "ended", "fields.list.element", "evidence.list.element")
"""Columns with few different cells."""
_DIGESTS: Final = frozenset({"keys.list.element.value"})
"""Most of a file, and nothing that gets smaller: packing it takes half the time of writing, a third of reading."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is safely on the disk and that nobody knows of yet."""

    name: str
    rows: int
    sha256: str
    bytes: int


def write_durably(folder: Path, name: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> Written:
    """Writes under a passing name, to the disk, then renames. What `tables` raises passes through, the part deleted."""
    with durable_file(folder, name, schema) as file:
        for table in tables:
            file.write(table)
        return file.finish()


@contextmanager
def durable_file(folder: Path, name: str, schema: pa.Schema) -> Iterator[DurableFile]:
    """The same for who writes several files side by side; one that is not finished leaves nothing behind."""
    file = DurableFile(folder, name, schema)
    try:
        yield file
    finally:
        file.discard()


class DurableFile:
    """A membership file while it is written, under a passing name."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema) -> None:
        self._folder, self._name, self._schema = folder, name, schema
        self._part = folder / (name + PART)
        self._rows = 0
        self._is_done = False
        with told(self._part):
            self._out = HashedFile(self._part)
        try:
            with told(self._part):
                self._writer = pq.ParquetWriter(
                    pa.PythonFile(self._out, mode="w"),
                    schema,
                    compression={each: "none" if each in _DIGESTS else "zstd" for each in _leaves(schema)},
                    use_dictionary=list(_REPEATING),
                    write_page_checksum=True,
                )
        except BaseException:
            self._drop()
            raise

    def write(self, table: pa.Table) -> None:
        with told(self._part):
            self._writer.write_table(table.cast(self._schema), row_group_size=GROUP_ROWS)
        self._rows += table.num_rows

    def finish(self) -> Written:
        """Whole, on the disk, and under its name."""
        with told(self._part):
            self._writer.close()
            self._out.sync()
        self._out.close()
        with told(self._folder):
            self._part.rename(self._folder / self._name)
            sync_folder(self._folder)
        self._is_done = True
        return Written(name=self._name, rows=self._rows, sha256=self._out.sha256, bytes=self._out.tell())

    def discard(self) -> None:
        """Deletes what was not finished."""
        if not self._is_done:
            with suppress(Exception):
                self._writer.close()
            self._drop()

    def _drop(self) -> None:
        self._out.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


class HashedFile(io.RawIOBase):
    """A private new file that is written from front to back and hashed on the way."""

    def __init__(self, path: Path) -> None:
        self._digest = hashlib.sha256()
        self._size = 0
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        if self.closed:
            raise ValueError("the file is closed")
        view = memoryview(piece).cast("B")
        self._digest.update(view)
        self._size += len(view)
        written = 0
        while written < len(view):
            written += os.write(self._descriptor, view[written:])
        return written

    def tell(self) -> int:
        return self._size

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def _leaves(fields: Iterable[pa.Field], before: str = "") -> Iterator[str]:
    """The names of a schema's columns as Parquet has them."""
    for field in fields:
        name, kind = before + field.name, field.type
        if pa.types.is_list(kind):
            yield from _leaves([kind.value_field.with_name("element")], f"{name}.list.")
        elif pa.types.is_struct(kind):
            yield from _leaves(kind, f"{name}.")
        else:
            yield name
