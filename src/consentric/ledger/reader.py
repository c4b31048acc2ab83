"""What is on record, for everybody who must not change it: plan, status, lookup, report."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consentric.ledger import events
from consentric.ledger.clock import newest_instant
from consentric.ledger.database import Database
from consentric.ledger.demands import pending, requests, suppressed_keys, suppressions
from consentric.ledger.files import check, read_rows, stream_rows, take_rows
from consentric.ledger.folder import Folder
from consentric.ledger.keys import KeyMark, Keys, derive_keys, load_key
from consentric.ledger.records import FileRecord, ListRecord, to_instant_or_none
from consentric.ledger.rows import FILES, LISTS, batch_record, file_record, list_record, list_result
from consentric.model.events import Event, Head
from consentric.model.lists import BatchRecord, Operation
from consentric.model.people import Suppression, Verb
from consentric.model.requests import Pending, Request
from consentric.model.results import ListResult
from consentric.planning.outbox import BASE

_ADDED: Final = pa.schema([BASE.field("first_sent")])
"""Columns of a base that older ones lack."""


@dataclass(frozen=True, slots=True)
class StoredRows:
    """A membership file; `sound` ends once it was checked as a whole, and every page is checked again when it is read."""

    folder: Path
    file: FileRecord
    sound: Future[None]

    @property
    def num_rows(self) -> int:
        return self.file.rows

    def batches(self, columns: Sequence[str], where: pc.Expression | None = None) -> Iterator[pa.RecordBatch]:
        self.sound.result()
        return stream_rows(self.folder, self.file, columns, where, added=_ADDED)

    def take(self, columns: Sequence[str], places: npt.NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
        self.sound.result()
        return take_rows(self.folder, self.file, columns, places, added=_ADDED)


class LedgerReader:
    """The record as of one moment. Nothing here writes; whoever holds only this type cannot."""

    def __init__(self, folder: Folder, database: Database, key_file: Path) -> None:
        self._folder = folder
        self._db = database
        self._key_file = key_file
        self._sound: set[int] = set()
        self._checking = threading.Lock()
        self._checks = ThreadPoolExecutor(1)
        self._suppressed: tuple[int, frozenset[Suppression]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._checks.shutdown(cancel_futures=True)
        self._db.close()

    @property
    def install_id(self) -> str:
        """The public name of this state folder; it is part of our tag on every list."""
        return str(self._db.value("SELECT install_id FROM identity"))

    @property
    def environment(self) -> str | None:
        """The environment of the first run, empty where its file named none; None: no run said so yet."""
        found = self._db.value("SELECT environment FROM identity")
        return None if found is None else str(found)

    def keys(self) -> Keys:
        """The sub-keys of this ledger's install key; StateError when it is missing or another one."""
        row = self._db.rows("SELECT key_id, key_check FROM identity")[0]
        return derive_keys(load_key(self._key_file, KeyMark(row["key_id"], row["key_check"])))

    @property
    def key_id(self) -> str:
        """The public name of the install key."""
        return str(self._db.value("SELECT key_id FROM identity"))

    def copy_ledger(self, path: Path) -> None:
        """The ledger as of this moment, as one plain file; it names the files that belong to it."""
        self._db.copy_to(path)

    def lists(self) -> tuple[ListRecord, ...]:
        """Every list that was ever ours, also of audiences that left the file."""
        return tuple(list_record(row) for row in self._db.rows(f"{LISTS} ORDER BY id"))

    def list_results(self, list_id: int) -> ListResult | None:
        """What the newest run that had a word on the list said of it."""
        row = self._db.row(
            "SELECT list_results.*, audience, destination FROM list_results JOIN lists ON lists.id = list_id"
            " WHERE list_id = ? ORDER BY run DESC LIMIT 1",
            list_id,
        )
        return None if row is None else list_result(row)

    def files(self, list_id: int) -> tuple[FileRecord, ...]:
        """The base, if there is one, the past likewise, then the outboxes in the order in which they were written."""
        rows = self._db.rows(f"{FILES} WHERE list_id = ? ORDER BY kind = 'outbox', kind = 'past', files.id", list_id)
        return tuple(file_record(row) for row in rows)

    def read(self, file: FileRecord, *, first: int = 0, rows: int | None = None) -> pa.Table:
        """The rows of a file whose checksum fits; StateError naming the file otherwise."""
        self._check_once(file)
        return read_rows(self._folder.lists, file, first, file.rows - first if rows is None else rows)

    def stream(self, file: FileRecord) -> StoredRows:
        """The rows of a file, to be read in batches. It is hashed beside other work from now on, and nothing is read before.

        Whoever reads gets a StateError that names the file if its checksum does not fit.
        """
        return StoredRows(self._folder.lists, file, self._checks.submit(self._check_once, file))

    def batches(self, list_id: int) -> tuple[BatchRecord, ...]:
        """The requests whose rows still lie in an outbox, oldest first; folded ones are history."""
        rows = self._db.rows("SELECT * FROM batches WHERE list_id = ? AND file_id IS NOT NULL ORDER BY id", list_id)
        return tuple(batch_record(row) for row in rows)

    def last_add_at(self, list_id: int) -> datetime | None:
        """When the list was last added to, as far as requests were not refused; folded ones count too."""
        return to_instant_or_none(
            self._db.value(
                "SELECT max(sent_at) FROM batches WHERE list_id = ? AND operation = ? AND state <> 'failed'",
                *(list_id, Operation.ADD),
            )
        )

    def took_additions(self, list_id: int) -> bool:
        """Whether the platform ever took an addition to the list."""
        return bool(
            self._db.value(
                "SELECT count(*) FROM batches WHERE list_id = ? AND operation = ? AND accepted_at IS NOT NULL",
                *(list_id, Operation.ADD),
            )
        )

    def past(self, list_id: int) -> FileRecord | None:
        """What is on record of stays that are over."""
        row = self._db.row(f"{FILES} WHERE list_id = ? AND kind = 'past'", list_id)
        return None if row is None else file_record(row)

    def skipped(self, file_id: int) -> frozenset[int]:
        """Rows of an outbox that were not sent, whatever their batch says."""
        return frozenset(row[0] for row in self._db.rows("SELECT row FROM skipped_rows WHERE file_id = ?", file_id))

    def suppressions(self) -> frozenset[Suppression]:
        """Everybody who said no to us, as of now; read again only when somebody wrote."""
        moment = int(self._db.value("PRAGMA data_version"))
        if self._suppressed is None or self._suppressed[0] != moment:
            self._suppressed = (moment, suppressions(self._db))
        return self._suppressed[1]

    def suppressed_keys(self) -> Mapping[Verb, int]:
        """How many keys of people each verb suppresses, as they were given."""
        return suppressed_keys(self._db)

    def pending(self) -> Pending:
        """The subjects that nobody looked up on the lists yet."""
        return pending(self._db)

    def requests(self, verb: Verb) -> tuple[Request, ...]:
        """Every request of one kind and how far it is, the oldest first."""
        return requests(self._db, verb, self.lists())

    def leavers(self, list_id: int) -> frozenset[bytes]:
        """People whose erasure was asked for and of whom a file of the list may still hold something."""
        return frozenset(row[0] for row in self._db.rows("SELECT person FROM leavers WHERE list_id = ?", list_id))

    def source_rows(self) -> Mapping[str, int]:
        """Rows of each source at the last sync that ended with 0: what a shrunken source is measured against."""
        rows = self._db.rows(
            "SELECT source, rows FROM source_counts WHERE run ="
            " (SELECT max(number) FROM runs JOIN source_counts ON run = number"
            "  WHERE exit_code = 0 AND operation = 'sync')"
        )
        return {row["source"]: row["rows"] for row in rows}

    def last_success(self) -> datetime | None:
        """When the last sync ended that ended with 0."""
        return to_instant_or_none(
            self._db.value("SELECT max(ended_at) FROM runs WHERE exit_code = 0 AND operation = 'sync'")
        )

    def last_run_at(self) -> datetime | None:
        """When the last sync began, however it ended."""
        return to_instant_or_none(
            self._db.value("SELECT started_at FROM runs WHERE operation = 'sync' ORDER BY number DESC LIMIT 1")
        )

    def newest_instant(self) -> datetime | None:
        """The newest instant on record: of a run, of the last request to a platform, or of somebody's no."""
        return newest_instant(self._db)

    def head(self) -> Head:
        """The newest event of the chain."""
        return events.head(self._db)

    def events(self, since: int = 0) -> Iterator[Event]:
        """Events after a number, the oldest first."""
        return events.events(self._db, since)

    def _check_once(self, file: FileRecord) -> None:
        with self._checking:  # several threads that read parts of one file hash it once
            if file.id not in self._sound:
                check(self._folder.lists, file)
                self._sound.add(file.id)
