"""How a ledger is opened: what is checked, in which order, before anybody may read or write it."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex
from typing import Final

from consentric.errors import LockHeld
from consentric.ledger.database import Database, connect_reader, connect_writer
from consentric.ledger.files import check_presence, orphans
from consentric.ledger.folder import Folder, exists, find_folder, prepare_folder, refuse_lost_ledger, remove_files
from consentric.ledger.keys import KeyMark, first_key, load_key, mark
from consentric.ledger.lock import hold_lock
from consentric.ledger.reader import LedgerReader
from consentric.ledger.register import Register
from consentric.ledger.restoring import finish_restore
from consentric.ledger.schema import migrate, migrations, refuse_other_version, version
from consentric.ledger.scratch import sweep_scratch
from consentric.ledger.troubles import told
from consentric.ledger.writer import Ledger
from consentric.ports import Checkpoint

_TRIES: Final = 50
_PATIENCE_S: Final = 0.2


def no_checkpoint(name: str) -> None:
    """The checkpoint of an ordinary run."""


def open_reader(state: Path, *, key_file: Path | None = None) -> LedgerReader | None:
    """The record as of now, also while a sync writes; None where nothing was recorded yet. It makes nothing."""
    while True:
        folder = find_folder(state)
        if folder is None:
            return None
        before = _which(folder)
        database = connect_reader(folder.database)
        try:
            database.freeze()
        except BaseException:
            database.close()
            raise
        if _which(folder) == before:
            return _reader(folder, database, key_file)
        database.close()


def _which(folder: Folder) -> tuple[int, int, bool]:
    """Tells whether a restore exchanged the database, or is about to, while somebody opened it."""
    with told(folder.database):
        found = folder.database.stat()
        return found.st_dev, found.st_ino, exists(folder.restored)


def _reader(folder: Folder, database: Database, key_file: Path | None) -> LedgerReader | None:
    try:
        if version(database) == 0:
            refuse_lost_ledger(folder)
            database.close()
            return None
        refuse_other_version(database, folder.database)
        if _key_mark(database) is None:
            database.close()
            return None
    except BaseException:
        database.close()
        raise
    return LedgerReader(folder, database, key_file or folder.key)


def open_ledger(state: Path, *, key_file: Path | None = None, checkpoint: Checkpoint = no_checkpoint) -> Ledger:
    """The ledger to write to, made if need be; the caller holds the lock. What a killed run left behind is cleared."""
    folder = prepare_folder(state)
    finish_restore(folder, checkpoint)
    if not folder.database.exists():
        refuse_lost_ledger(folder)
    database = connect_writer(folder.database)
    try:
        database.refuse_damage()
        if version(database) == 0:
            refuse_lost_ledger(folder)
        migrate(database, folder.database)
        _agree_on_key(database, folder, key_file)
        ledger = Ledger(folder, database, key_file or folder.key, checkpoint)
        _clear(ledger, folder)
    except BaseException:
        database.close()
        raise
    return ledger


def open_register(state: Path, *, key_file: Path | None = None) -> Register:
    """The ledger for suppressions alone, without the lock, beside a run at work. Where there is none yet it is made."""
    for attempt in range(_TRIES):
        if _is_made(state):
            break
        try:
            with hold_lock(state, "suppress", _PATIENCE_S):
                open_ledger(state, key_file=key_file).close()
        except LockHeld:  # the first run of all has the lock, and makes the ledger before anything else
            if attempt == _TRIES - 1:
                raise
    folder = Folder(state)
    database = connect_writer(folder.database)
    try:
        _agree_on_key(database, folder, key_file)
    except BaseException:
        database.close()
        raise
    return Register(folder, database, key_file or folder.key)


def _is_made(state: Path) -> bool:
    """Whether there is a ledger of today's shape."""
    folder = find_folder(state)
    if folder is None:
        return False
    database = connect_reader(folder.database)
    try:
        return version(database) == len(migrations()) and _key_mark(database) is not None
    finally:
        database.close()


def _agree_on_key(database: Database, folder: Folder, key_file: Path | None) -> None:
    """The key must be the ledger's; a new ledger takes, or makes, its key and its public name."""
    expected = _key_mark(database)
    if expected is not None:
        load_key(key_file or folder.key, expected)
        return
    found = mark(first_key(key_file or folder.key, ours=key_file is None))
    with database.transaction():
        database.write(
            "INSERT INTO identity (only_row, install_id, key_id, key_check) VALUES (1, ?, ?, ?)",
            *(token_hex(8), found.key_id, found.check),
        )


def _key_mark(database: Database) -> KeyMark | None:
    row = database.row("SELECT key_id, key_check FROM identity")
    return None if row is None else KeyMark(row["key_id"], row["key_check"])


def _clear(ledger: Ledger, folder: Folder) -> None:
    """Refuses a folder that lacks a file, then deletes the files that no transaction speaks of."""
    known = [file for each in ledger.lists() for file in ledger.files(each.id)]
    for file in known:
        check_presence(folder.lists, file)
    left = orphans(folder.lists, (file.name for file in known))
    if left:
        remove_files(folder.lists, left)
    sweep_scratch(folder)
