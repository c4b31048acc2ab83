"""Membership files while they are written, and those of them that tell who was on a list before.

A past file is replaced as a whole, like every other: written anew, registered in one transaction, the old one deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from consentric.ledger.durable import SUFFIX, DurableFile, Written, durable_file, write_durably
from consentric.ledger.folder import remove_files
from consentric.ledger.records import FileKind, FileRecord, to_micros
from consentric.ledger.register import Register
from consentric.ledger.rows import FILES, file_record
from consentric.planning.outbox import BASE
from consentric.planning.past import PAST, Folded
from consentric.ports import Checkpoint


@dataclass(frozen=True, slots=True)
class WrittenPast:
    """None where no row was left: then there is no file. `oldest` is the earliest end of a stay in it."""

    written: Written | None
    oldest: datetime | None


class PastFile:
    """A past file while it is written; it is not made before there is a row for it."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._file: DurableFile | None = None
        self._oldest: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.discard()

    def write(self, table: pa.Table) -> None:
        if not table.num_rows:
            return
        if self._file is None:
            self._file = DurableFile(self._folder, self._name, PAST)
        self._file.write(table)
        first: datetime | None = pc.min(table.column("over_at")).as_py()
        self._oldest = min((each for each in (first, self._oldest) if each is not None), default=None)

    def finish(self) -> WrittenPast:
        return WrittenPast(None if self._file is None else self._file.finish(), self._oldest)


class PastRecord(Register):
    """The part of the ledger that writes and registers membership files."""

    _checkpoint: Checkpoint

    def replace_past(self, list_id: int, run_id: str, past: Iterable[pa.Table]) -> None:
        """Another past in the place of the one that is there; everything else of the list stays as it is."""
        old = [each for each in self.files(list_id) if each.kind is FileKind.PAST]
        written = self._write_past(list_id, run_id, past)
        self._checkpoint("past_written")
        with self._db.transaction():
            self._db.write("DELETE FROM files WHERE list_id = ? AND kind = 'past'", list_id)
            self._register_past(list_id, run_id, written)
        self._checkpoint("past_registered")
        remove_files(self._folder.lists, (each.name for each in old))
        self._db.scrub()

    # the inside

    def _write(
        self, list_id: int, run_id: str, kind: FileKind, schema: pa.Schema, tables: Iterable[pa.Table]
    ) -> Written:
        return write_durably(self._folder.lists, _name(list_id, run_id, kind), schema, tables)

    def _write_parts(
        self, list_id: int, run_id: str, parts: Iterable[Folded | pa.Table]
    ) -> tuple[Written, WrittenPast | None]:
        """The base, and the past if any part tells of it."""
        is_told, name = False, _name(list_id, run_id, FileKind.BASE)
        with durable_file(self._folder.lists, name, BASE) as base, self._new_past(list_id, run_id) as past:
            for part in parts:
                base.write(part.base if isinstance(part, Folded) else part)
                if isinstance(part, Folded):
                    is_told = True
                    past.write(part.past)
            return base.finish(), past.finish() if is_told else None

    def _write_past(self, list_id: int, run_id: str, tables: Iterable[pa.Table]) -> WrittenPast:
        with self._new_past(list_id, run_id) as past:
            for table in tables:
                past.write(table)
            return past.finish()

    def _new_past(self, list_id: int, run_id: str) -> PastFile:
        return PastFile(self._folder.lists, _name(list_id, run_id, FileKind.PAST))

    def _register(
        self, list_id: int, run_id: str, kind: FileKind, file: Written, oldest: datetime | None = None
    ) -> FileRecord:
        file_id = self._db.write(
            "INSERT INTO files (list_id, run, kind, name, rows, bytes, sha256, oldest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(list_id, self._run(run_id), kind, file.name, file.rows, file.bytes, file.sha256),
            None if oldest is None else to_micros(oldest),
        )
        return file_record(self._db.rows(f"{FILES} WHERE files.id = ?", file_id)[0])

    def _register_past(self, list_id: int, run_id: str, past: WrittenPast) -> None:
        if past.written is not None:
            self._register(list_id, run_id, FileKind.PAST, past.written, past.oldest)

    def _run(self, run_id: str) -> int:
        number = self._db.value("SELECT number FROM runs WHERE id = ?", run_id)
        if number is None:
            raise ValueError(f"there is no run {run_id}")
        return int(number)


def _name(list_id: int, run_id: str, kind: FileKind) -> str:
    return f"{list_id:04}-{kind}-{run_id}-{token_hex(4)}{SUFFIX}"
