"""A backup becomes the record again: whole or not at all, and distrusted from then on.

Everything is verified and put together beside the present record; one rename decides (see restoring.py). What the
present ledger still knows and a backup cannot goes along, because it can only take people away: who is suppressed,
which lists exist, which numbers requests had. Every list is marked: whoever was sent since the backup is not on record.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from consentric.errors import StateError
from consentric.ledger import events
from consentric.ledger.carried import Said, read_said, write_said
from consentric.ledger.copying import copy_durably
from consentric.ledger.database import Database, connect_reader, connect_writer
from consentric.ledger.folder import Folder, exists, prepare_folder, sync_folder
from consentric.ledger.keys import KeyMark, load_key
from consentric.ledger.manifest import LEDGER, NAME, Entry, Manifest, damaged, parse
from consentric.ledger.records import to_instant
from consentric.ledger.restoring import finish_restore
from consentric.ledger.schema import migrate, migrations, version
from consentric.ledger.troubles import from_os, told
from consentric.model.events import Head, Kind
from consentric.model.lists import RebuildReason
from consentric.model.upkeep import Present, StateRestore
from consentric.ports import Checkpoint

NUMBERS_APART: Final = 1_000_000
"""How far the numbers of new requests are from those of a record that may have gone on after the backup."""
_LAST: Final = "SELECT coalesce(max(id), 0) AS request, coalesce(max(sent_at), 0) AS at FROM batches"
_LISTS: Final = (
    "platform, account, audience, destination, tag, name, keep_for_days, created_at, platform_id, platform_id_at"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the present ledger tells: its last request, and what must not be forgotten."""

    state: Present
    install_id: str | None = None
    last_request: int = 0
    at: int = 0
    said: tuple[Said, ...] = ()
    lists: tuple[tuple[Any, ...], ...] = ()
    requests: int = 0
    head: Head | None = None


def put_back(
    state: Path,
    source: Path,
    at: datetime,
    *,
    over_newer: bool,
    key_file: Path | None,
    checkpoint: Checkpoint,
) -> StateRestore:
    """The caller holds the lock. StateError where anything is wrong; then the present record is untouched."""
    manifest = verify(source)
    folder = prepare_folder(state)
    finish_restore(folder, checkpoint)
    known = _present(folder)
    try:
        lists, suppressions = _put_together(
            folder, source, manifest, known, at, over_newer=over_newer, key_file=key_file
        )
        checkpoint("restore_staged")
        with told(folder.root):
            folder.restoring.rename(folder.restored)
            sync_folder(folder.root)
    except BaseException:
        shutil.rmtree(folder.restoring, ignore_errors=True)
        raise
    checkpoint("restore_decided")
    finish_restore(folder, checkpoint)
    return StateRestore(
        at=at,
        state=state,
        backup_at=manifest.at,
        present=known.state,
        lists=lists[0],
        files=len(manifest.files) - 1,
        kept_suppressions=suppressions,
        kept_lists=lists[1],
    )


def verify(source: Path) -> Manifest:
    """What the backup is, if every one of its bytes is what was backed up."""
    with told(source):
        if not source.is_dir() or not exists(source / NAME):
            raise damaged(source, f"has no {NAME}")
        manifest = parse((source / NAME).read_bytes(), source / NAME)
    if manifest.ledger_version > len(migrations()):
        raise StateError(
            "A707",
            f"the backup {source} was made by a newer consentric ({manifest.made_by})",
            hint="install that version again; nothing was changed",
        )
    for entry in manifest.files:
        _verify(source, entry)
    return manifest


def _verify(source: Path, entry: Entry) -> None:
    path = source / entry.path
    try:
        with path.open("rb") as stored:
            sha256 = hashlib.file_digest(stored, hashlib.sha256).hexdigest()
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise damaged(path, "is gone") from None
    except OSError as error:
        raise from_os(error, path) from None
    if (size, sha256) != (entry.bytes, entry.sha256):
        raise damaged(path, "has other bytes than were backed up")


def _present(folder: Folder) -> _Known:
    """Damage hides nothing that can still be read, and what cannot be read is not believed."""
    if not exists(folder.database):
        return _Known(Present.DAMAGED if _was_filled(folder) else Present.NONE)
    try:
        database = connect_reader(folder.database)
    except StateError:
        return _Known(Present.DAMAGED)
    try:
        return _read_present(database, folder)
    finally:
        database.close()


def _read_present(database: Database, folder: Folder) -> _Known:
    said: tuple[Said, ...] = ()
    try:
        database.freeze()
        found = version(database)
        if found == 0:
            return _Known(Present.DAMAGED if _was_filled(folder) else Present.NONE)
        said = read_said(database, found)
        database.refuse_any_damage()
        last = database.rows(_LAST)[0]
        return _Known(
            state=Present.SOUND,
            install_id=database.value("SELECT install_id FROM identity"),
            last_request=last["request"],
            at=last["at"],
            said=said,
            lists=tuple(tuple(row) for row in database.rows(f"SELECT {_LISTS} FROM lists ORDER BY id")),
            requests=_requests(database),
            head=events.head(database) if events.has_chain(database) else None,
        )
    except StateError as error:
        if error.code == "A710":  # somebody writes without the lock: not damage, and not to be overrun
            raise
        return _Known(Present.DAMAGED, said=said)


def _was_filled(folder: Folder) -> bool:
    return folder.lists.is_dir() and any(folder.lists.glob("*.parquet"))


def _requests(database: Database) -> int:
    return int(database.value("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'batches'"))


def _put_together(
    folder: Folder,
    source: Path,
    manifest: Manifest,
    known: _Known,
    at: datetime,
    *,
    over_newer: bool,
    key_file: Path | None,
) -> tuple[tuple[int, int], int]:
    """The whole record as it shall be, on the disk; how many lists it has, how many of them and of suppressions are kept."""
    with told(folder.restoring):
        folder.restoring.mkdir(mode=0o700)
        (folder.restoring / "lists").mkdir(mode=0o700)
    for entry in manifest.files:
        try:
            copied = copy_durably(source / entry.path, folder.restoring / entry.path)
        except OSError as error:
            raise from_os(error, source / entry.path) from None
        if copied != (entry.bytes, entry.sha256):
            raise damaged(source / entry.path, "changed while it was copied")
    database = connect_writer(folder.restoring / LEDGER)
    try:
        _refuse_other_content(database, source, manifest)
        migrate(database, source / LEDGER)
        row = database.rows("SELECT install_id, key_id, key_check FROM identity")[0]
        load_key(key_file or folder.key, KeyMark(row["key_id"], row["key_check"]))
        _refuse_to_lose(folder, database, row["install_id"], known, over_newer=over_newer)
        kept = _carry_over(database, known, manifest, at)
        database.settle()
    finally:
        database.close()
    with told(folder.restoring):
        for each in (folder.restoring / "lists", folder.restoring):
            sync_folder(each)
    return kept


def _refuse_other_content(database: Database, source: Path, manifest: Manifest) -> None:
    """The ledger of the backup is sound, and names the files of the backup and no others."""
    try:
        database.refuse_any_damage()
        files = database.rows("SELECT name, bytes, sha256 FROM files")
        identity = database.row("SELECT install_id, key_id FROM identity")
        same = identity is not None and tuple(identity) == (manifest.install_id, manifest.key_id)
        same = same and version(database) == manifest.ledger_version
    except StateError:
        raise damaged(source / LEDGER, "is not a sound ledger") from None
    named = {(f"lists/{row['name']}", row["bytes"], row["sha256"]) for row in files}
    if not same or named != {(each.path, each.bytes, each.sha256) for each in manifest.files[1:]}:
        raise damaged(source / LEDGER, "does not belong to its manifest")


def _refuse_to_lose(folder: Folder, backup: Database, install_id: str, known: _Known, *, over_newer: bool) -> None:
    if known.state is not Present.SOUND:
        return
    if known.install_id not in (None, install_id):
        raise StateError(
            "A731",
            f"{folder.database} is the sound record of another installation than the backup's",
            hint="restore into a folder of its own, named with --state",
        )
    last = backup.rows(_LAST)[0]["request"]
    if not over_newer and known.last_request > last:
        raise StateError(
            "A731",
            f"{folder.database} is sound and newer than the backup: requests were sent since, the last at "
            f"{to_instant(known.at):%Y-%m-%d %H:%M} UTC",
            hint="look with `consentric state check` whether anything is wrong; to go back all the same, and lose the "
            "record of who was sent since, say --over-newer",
        )


def _carry_over(database: Database, known: _Known, manifest: Manifest, at: datetime) -> tuple[tuple[int, int], int]:
    with database.transaction():
        suppressions = write_said(database, known.said)
        before = int(database.value("SELECT count(*) FROM lists"))
        database.write_many(
            f"INSERT INTO lists ({_LISTS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (platform, account, audience) DO UPDATE SET"
            " tag = excluded.tag, platform_id = coalesce(excluded.platform_id, platform_id),"
            " platform_id_at = coalesce(excluded.platform_id_at, platform_id_at)",
            known.lists,
        )
        lists = int(database.value("SELECT count(*) FROM lists"))
        database.write(
            "UPDATE lists SET rebuild_seq = NULL, rebuild_at = NULL, rebuild = CASE rebuild WHEN ? THEN ? ELSE ? END",
            *(RebuildReason.DELETED, RebuildReason.DELETED, RebuildReason.RESTORED),
        )
        number = max(known.requests, _requests(database)) + NUMBERS_APART
        database.write("DELETE FROM sqlite_sequence WHERE name = 'batches'")
        database.write("INSERT INTO sqlite_sequence (name, seq) VALUES ('batches', ?)", number)
        backup, present = events.head(database), known.head
        events.append(
            database,
            Kind.RESTORED,
            at,
            backup_at=manifest.at.isoformat(),
            backup_head={"number": backup.number, "sha256": backup.hex},
            present_head=None if present is None else {"number": present.number, "sha256": present.hex},
        )
    return (lists, lists - before), suppressions
