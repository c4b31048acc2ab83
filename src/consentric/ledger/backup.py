"""A backup: one moment of the ledger, and every membership file that this moment names, checked byte for byte.

It takes no lock. Copying a large record takes minutes, and a nightly sync that starts meanwhile must not give way to
its own backup; nor need it: a reader sees one moment, and membership files never change. A file that a sync folds
between the two is gone, so the ledger is copied once more, and with it only what is new.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from consentric import __version__
from consentric.errors import LockHeld, StateError
from consentric.ledger.copying import copy_durably
from consentric.ledger.database import connect_reader
from consentric.ledger.folder import Folder, exists, sync_folder
from consentric.ledger.manifest import LEDGER, NAME, Entry, Manifest
from consentric.ledger.opening import open_reader
from consentric.ledger.records import FileRecord
from consentric.ledger.schema import migrations
from consentric.ledger.scratch import scratch
from consentric.ledger.troubles import damaged_file, from_os, missing_file, told
from consentric.model.upkeep import StateBackup
from consentric.ports import Checkpoint

TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class _Moment:
    """What one copy of the ledger is, and which files belong to it."""

    install_id: str
    key_id: str
    lists: int
    files: tuple[FileRecord, ...]


def back_up(state: Path, destination: Path, at: datetime, checkpoint: Checkpoint) -> StateBackup:
    """A whole backup under the name `destination`, or nothing there."""
    _refuse_place(state, destination)
    with scratch(state) as spill, _part_of(destination) as part:
        moment, found = _copy(Folder(state), spill / LEDGER, part, checkpoint)
        manifest = Manifest(at, __version__, moment.install_id, moment.key_id, len(migrations()), found)
        _write(part / NAME, manifest.render())
        for folder in (part / "lists", part):
            with told(folder):
                sync_folder(folder)
        checkpoint("backup_written")
        with told(destination):
            part.rename(destination)
            sync_folder(destination.parent)
    return StateBackup(
        at=at,
        path=destination,
        install_id=moment.install_id,
        key_id=moment.key_id,
        ledger_version=manifest.ledger_version,
        lists=moment.lists,
        files=len(moment.files),
        bytes=sum(each.bytes for each in found),
    )


def _copy(folder: Folder, ledger: Path, part: Path, checkpoint: Checkpoint) -> tuple[_Moment, tuple[Entry, ...]]:
    """The ledger is copied on the local disk first: the place of a backup may be one where SQLite cannot work."""
    copied: dict[str, Entry] = {}
    gone = set[Path]()
    for _ in range(TRIES):
        moment = _copy_ledger(folder, ledger)
        checkpoint("backup_ledger_copied")
        absent = _copy_files(folder, moment, part, copied)
        if absent is None:
            size, sha256 = copy_durably(ledger, part / LEDGER)
            return moment, (Entry(LEDGER, size, sha256), *copied.values())
        if absent in gone:  # named again by a later moment, so no run replaced it
            raise missing_file(absent)
        gone.add(absent)
    raise StateError(
        "A735",
        f"membership files in {folder.lists} disappear faster than they can be copied",
        hint="look with `consentric state check`, then back up again",
    )


def _copy_ledger(folder: Folder, ledger: Path) -> _Moment:
    with told(ledger):
        ledger.unlink(missing_ok=True)
    reader = open_reader(folder.root)
    if reader is None:
        raise nothing_there(folder.root)
    with reader:
        reader.copy_ledger(ledger)
        lists = reader.lists()
        files = tuple(file for each in lists for file in reader.files(each.id))
        moment = _Moment(reader.install_id, reader.key_id, len(lists), files)
    copy = connect_reader(ledger)
    try:
        copy.refuse_any_damage()
    except StateError as error:
        raise StateError(error.code, f"{folder.database} is damaged", hint=error.hint) from None
    finally:
        copy.close()
    return moment


def _copy_files(folder: Folder, moment: _Moment, part: Path, copied: dict[str, Entry]) -> Path | None:
    """The first that is not there; those of an earlier moment that this one does not name are deleted."""
    named = {f"lists/{file.name}": file for file in moment.files}
    for path in copied.keys() - named.keys():
        with told(part):
            (part / path).unlink()
        del copied[path]
    for path, file in named.items():
        if path not in copied:
            source = folder.lists / file.name
            try:
                size, sha256 = copy_durably(source, part / path)
            except FileNotFoundError:
                return source
            except OSError as error:
                raise from_os(error, source) from None
            if (size, sha256) != (file.bytes, file.sha256):
                raise damaged_file(source, "has other bytes than were written")
            copied[path] = Entry(path, size, sha256)
    return None


def nothing_there(state: Path) -> StateError:
    """There is no record in this folder."""
    return StateError("A734", f"there is no record in {state}", hint="name the state folder with --state")


def _refuse_place(state: Path, destination: Path) -> None:
    with told(destination):
        if exists(destination):
            raise StateError(
                "A733",
                f"{destination} is there already",
                hint="name a folder that does not exist yet, one for each backup",
            )
        if not destination.parent.is_dir():
            raise StateError(
                "A733", f"there is no folder {destination.parent}", hint="make it first, for its owner only"
            )
        if destination.parent.resolve().is_relative_to(state.resolve()):
            raise StateError(
                "A733", f"{destination} lies in the state folder itself", hint="name a place on another disk"
            )


@contextmanager
def _part_of(destination: Path) -> Iterator[Path]:
    """An empty folder beside the destination, whatever a killed backup left there; gone if it was not renamed."""
    part = destination.with_name(f".{destination.name}.part")
    with told(part):
        descriptor = _claim(part, destination)
        _empty(part)
        (part / "lists").mkdir(mode=0o700)
    try:
        yield part
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    finally:
        os.close(descriptor)


def _claim(part: Path, destination: Path) -> int:
    with suppress(FileExistsError):
        part.mkdir(mode=0o700)
    descriptor = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise LockHeld(
            "A720", f"another backup to {destination} is at work", hint="wait until it has ended, or name another place"
        ) from None
    return descriptor


def _empty(part: Path) -> None:
    part.chmod(0o700)
    for each in part.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _write(path: Path, content: bytes) -> None:
    with told(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
