"""One SQLite connection, for all threads of a process: short transactions, and errors as sentences without values.

Settings rest on measurements: WAL with synchronous=FULL recovered every torn write of its tail, secure_delete and a
truncated log leave no erased byte, and readers work while a sync writes. Temporary tables stay in memory.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from consentric.ledger.folder import sync_folder
from consentric.ledger.troubles import damaged_ledger, told, unusable

BUSY_S: Final = 10.0
SCRUB_PATIENCE_MS: Final = 200
SETTINGS: Final = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
)


class Database:
    """What the ledger asks of SQLite. A thread inside `transaction` makes the others wait."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._turn = threading.RLock()

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._turn, told(self._path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def value(self, sql: str, *values: object) -> Any:
        """The first cell of the first row; None if there is no row."""
        found = self.row(sql, *values)
        return None if found is None else found[0]

    def write(self, sql: str, *values: object) -> int:
        """Runs one statement of a transaction; the id of the row that it inserted."""
        with told(self._path):
            return self._connection.execute(sql, values).lastrowid or 0

    def write_many(self, sql: str, rows: Iterable[tuple[object, ...]]) -> int:
        """Runs one statement for every row; how many rows changed."""
        with told(self._path):
            return self._connection.executemany(sql, rows).rowcount

    def script(self, sql: str) -> None:
        with told(self._path):
            self._connection.executescript(sql)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on the disk when it returns."""
        with self._turn:
            self.write("BEGIN IMMEDIATE")
            try:
                yield
                self.write("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self.write("ROLLBACK")
                raise

    def freeze(self) -> None:
        """From now on this connection sees one moment, whatever others write."""
        self.write("BEGIN")
        self.rows("SELECT count(*) FROM sqlite_schema")

    def scrub(self) -> None:
        """Empties the log, so that no erased byte stays in it; a reader at work may keep it until the next time."""
        with self._turn:
            self.rows(f"PRAGMA busy_timeout = {SCRUB_PATIENCE_MS}")
            try:
                self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self.rows(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")

    def copy_to(self, path: Path) -> None:
        """A copy as of the moment that this connection sees, as one plain file without a log."""
        with self._turn, told(path):
            _make_private(path)
            copy = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
            try:
                self._connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()

    def settle(self) -> None:
        """Empties the log for good, so that the file alone is the ledger."""
        self.scrub()
        self.rows("PRAGMA journal_mode = DELETE")

    def refuse_any_damage(self) -> None:
        """As `refuse_damage`, and indexes and references too: as thorough as SQLite can be."""
        if self.value("PRAGMA integrity_check(1)") != "ok" or self.rows("PRAGMA foreign_key_check"):
            raise damaged_ledger(self._path)

    def refuse_damage(self) -> None:
        if self.value("PRAGMA quick_check(1)") != "ok":
            raise damaged_ledger(self._path)

    def close(self) -> None:
        with self._turn:
            self._connection.close()


def connect_reader(path: Path) -> Database:
    """Reads only and makes no ledger; SQLite itself may put its -wal and -shm beside it."""
    return _connect(path, "ro")


def connect_writer(path: Path) -> Database:
    """Makes the file if need be, for its owner only."""
    with told(path):
        _make_private(path)
    database = _connect(path, "rw")
    mode = database.value("PRAGMA journal_mode = WAL")
    if mode != "wal":
        database.close()
        raise unusable(path, f"cannot have a write-ahead log (SQLite offers {mode})")
    return database


def _make_private(path: Path) -> None:
    """SQLite would make it 0644. An existing file is not opened here: closing it would drop SQLite's own locks."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    sync_folder(path.parent)


def _connect(path: Path, mode: str) -> Database:
    with told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        for setting in SETTINGS:
            connection.execute(setting)
    return Database(connection, path)
