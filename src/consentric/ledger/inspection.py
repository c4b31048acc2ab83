"""`state check`: everything that can be seen of a state folder without changing it, also while a sync writes.

One finding for each thing that is not as it should be, and on to the next: who looks wants to know all of it.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from consentric.errors import StateError
from consentric.ledger import events
from consentric.ledger.database import Database, connect_reader
from consentric.ledger.durable import PART, SUFFIX
from consentric.ledger.files import check
from consentric.ledger.folder import Folder, exists, find_folder, refuse_lost_ledger
from consentric.ledger.keys import KeyMark, load_key
from consentric.ledger.records import FileRecord
from consentric.ledger.restoring import BESIDE
from consentric.ledger.rows import FILES, file_record
from consentric.ledger.schema import refuse_other_version, version
from consentric.ledger.troubles import damaged_file, told
from consentric.model.events import Head
from consentric.model.upkeep import Finding

OURS: Final = frozenset({"key", "key.part", "lock", "lock.json", "lock.new", "lists", "tmp", ".probe"})
"""What a state folder may hold beside the database; `restore` and `restore.part` have findings of their own."""


@dataclass(slots=True)
class Inspection:
    """What was looked at, so far."""

    findings: list[Finding] = field(default_factory=list)
    ledger_version: int | None = None
    install_id: str | None = None
    key_id: str | None = None
    lists: int = 0
    files: int = 0
    rows: int = 0
    bytes: int = 0
    head: Head | None = None

    @contextmanager
    def noting(self) -> Iterator[None]:
        """An error inside is a finding, told once."""
        try:
            yield
        except StateError as error:
            found = Finding(error.code, error.message, error.hint)
            if found not in self.findings:
                self.findings.append(found)


def inspect(state: Path, key_file: Path | None) -> Inspection:
    """Looks at all of it; raises nothing that is wrong with the folder."""
    seen = Inspection()
    with seen.noting():
        if not exists(state):
            raise StateError("A734", f"there is no state folder {state}", hint="name the state folder with --state")
    if seen.findings:
        return seen
    with seen.noting():
        find_folder(state)
    folder = Folder(state)
    if state.is_dir() and not _must_not_touch(seen):
        known = _ledger(seen, folder, key_file) if exists(folder.database) else None
        _places(seen, folder, known)
    return seen


def _must_not_touch(seen: Inspection) -> bool:
    """A network disk: to open a database there can hang, or harm it."""
    return any(each.code == "A702" for each in seen.findings)


def _ledger(seen: Inspection, folder: Folder, key_file: Path | None) -> frozenset[str] | None:
    """The names of the membership files; None where the ledger cannot tell."""
    known: frozenset[str] | None = None
    with seen.noting():
        database = connect_reader(folder.database)
        try:
            database.freeze()
            known = _content(seen, folder, database, key_file)
        finally:
            database.close()
    return known


def _content(seen: Inspection, folder: Folder, database: Database, key_file: Path | None) -> frozenset[str] | None:
    seen.ledger_version = version(database)
    if seen.ledger_version == 0:
        refuse_lost_ledger(folder)
        return frozenset()
    refuse_other_version(database, folder.database)
    with seen.noting():
        database.refuse_any_damage()
    files = [file_record(row) for row in database.rows(f"{FILES} ORDER BY files.id")]
    _identity(seen, folder, database, key_file)
    _chain(seen, database)
    seen.lists = int(database.value("SELECT count(*) FROM lists"))
    for row in database.rows("SELECT audience, destination, rebuild FROM lists WHERE rebuild IS NOT NULL ORDER BY id"):
        seen.findings.append(
            Finding(
                "W733",
                f"{row['audience']} → {row['destination']} is to be filled anew ({row['rebuild']})",
                "the next syncs do it; until then nobody else is added",
            )
        )
    for file in files:
        with seen.noting():
            _file(seen, folder, file)
    return frozenset(file.name for file in files)


def _identity(seen: Inspection, folder: Folder, database: Database, key_file: Path | None) -> None:
    row = database.row("SELECT install_id, key_id, key_check FROM identity")
    if row is not None:
        seen.install_id, seen.key_id = row["install_id"], row["key_id"]
        with seen.noting():
            load_key(key_file or folder.key, KeyMark(row["key_id"], row["key_check"]))


def _chain(seen: Inspection, database: Database) -> None:
    broken = events.check(database)
    seen.head = events.head(database)
    if broken is not None:
        seen.findings.append(
            Finding(
                "A736",
                f"the chain of events breaks at number {broken.number}: {broken.how}",
                "what the events say up to the number before is proved, and nothing after it: compare with a head that was "
                "written down and with the events of a backup; the record itself is not touched by it, and runs go on",
            )
        )


def _file(seen: Inspection, folder: Folder, file: FileRecord) -> None:
    try:
        path = check(folder.lists, file)
        with told(path), pq.ParquetFile(path, page_checksum_verification=True) as parquet:
            rows = parquet.metadata.num_rows
    except pa.ArrowException:
        raise damaged_file(folder.lists / file.name, "cannot be read") from None
    except StateError:
        if _is_folded(folder, file):
            return
        raise
    if rows != file.rows:
        raise damaged_file(path, f"has {rows:,} rows instead of {file.rows:,}")
    seen.files, seen.rows, seen.bytes = seen.files + 1, seen.rows + rows, seen.bytes + file.bytes


def _is_folded(folder: Folder, file: FileRecord) -> bool:
    """Whether a sync that runs meanwhile has replaced the file: then it is rightly gone."""
    if exists(folder.lists / file.name):
        return False
    database = connect_reader(folder.database)
    try:
        return database.row("SELECT 1 FROM files WHERE name = ?", file.name) is None
    finally:
        database.close()


def _places(seen: Inspection, folder: Folder, known: frozenset[str] | None) -> None:
    """Who may read what lies there, and whether it belongs there."""
    database = {folder.database.name + ending for ending in ("", *BESIDE)}
    with seen.noting(), told(folder.root):
        _folder_mode(seen, folder.root, 0o022)
        for path in sorted(folder.root.iterdir()):
            if path.name == folder.restoring.name:
                seen.findings.append(_left(path))
            elif path.name not in OURS | database | {folder.restored.name}:
                seen.findings.append(_foreign(path))
            elif not path.is_dir():
                _file_mode(seen, path)
    for inner in (folder.lists, folder.tmp):
        if inner.is_dir():
            with seen.noting(), told(inner):
                _folder_mode(seen, inner, 0o077)
    if folder.lists.is_dir():
        with seen.noting(), told(folder.lists):
            _membership(seen, folder, known)


def _membership(seen: Inspection, folder: Folder, known: frozenset[str] | None) -> None:
    for path in sorted(folder.lists.iterdir()):
        if not path.name.endswith((SUFFIX, PART)):
            seen.findings.append(_foreign(path))
            continue
        if known is not None and path.name not in known:
            seen.findings.append(_left(path))
        _file_mode(seen, path)


def _left(path: Path) -> Finding:
    return Finding(
        "W732",
        f"{path} belongs to a run that is at work, or was killed",
        "nothing to do: the next sync deletes what is left",
    )


def _foreign(path: Path) -> Finding:
    return Finding("W731", f"{path} is not of consentric", "move it away: a state folder is for nothing else")


def _file_mode(seen: Inspection, path: Path) -> None:
    try:
        mode = stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:
        return  # a run at work has just deleted it
    if mode & 0o077:
        with seen.noting():
            raise StateError(
                "A704", f"{path} can be read by others on this machine (mode {mode:04o})", hint=f"chmod 600 {path}"
            )


def _folder_mode(seen: Inspection, path: Path, forbidden: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & forbidden:
        with seen.noting():
            raise StateError(
                "A704", f"{path} is open to others on this machine (mode {mode:04o})", hint=f"chmod 700 {path}"
            )
