"""Where everything lies in the state folder, who may read it, and on which disks it may lie.

    ledger.db        what was sent (SQLite; -wal and -shm beside it)      lists/   membership files
    key              the install key, unless it is kept elsewhere         tmp/     spill, one folder a process
    lock, lock.json  who is at work                                       restore/ a restore that was not finished

The folder is made 0700 and every file 0600, whatever the umask is. A folder that was there keeps its own mode.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consentric.errors import StateError
from consentric.ledger.troubles import from_os, half_restored, lost_ledger, no_room, told, unusable

LEAST_ROOM: Final = 16 * 1024 * 1024
PROBE_BYTES: Final = 4096
MOUNTS: Final = Path("/proc/self/mounts")
NETWORKED: Final = re.compile(r"(nfs\d*|cifs|smb\w*|fuse(\..+)?|fuseblk)$")


@dataclass(frozen=True, slots=True)
class Folder:
    """The layout, given the root. It touches nothing."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "ledger.db"

    @property
    def key(self) -> Path:
        return self.root / "key"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def holder(self) -> Path:
        return self.root / "lock.json"

    @property
    def lists(self) -> Path:
        return self.root / "lists"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def restoring(self) -> Path:
        """Where a backup is put together; of no meaning until it is renamed to `restored`."""
        return self.root / "restore.part"

    @property
    def restored(self) -> Path:
        """A whole record that is to take the place of the present one: who opens the folder must do so first."""
        return self.root / "restore"


def find_folder(state: Path) -> Folder | None:
    """The folder of an earlier run, untouched; None where nothing was ever recorded."""
    with told(state):
        if not exists(state):
            return None
        _refuse_other_than_folder(state)
        refuse_networked(state)
        folder = Folder(state)
        if exists(folder.restored):
            raise half_restored(folder.root)
        if not exists(folder.database):
            refuse_lost_ledger(folder)
            return None
        refuse_readable_by_others(folder.database)
        return folder


def make_root(state: Path) -> Folder:
    """Makes the folder if it is not there, and refuses a place where a ledger cannot live."""
    with told(state):
        if exists(state):
            _refuse_other_than_folder(state)
        refuse_networked(state)
        if not exists(state):
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(state.parent)
    return Folder(state)


def prepare_folder(state: Path) -> Folder:
    """Everything that a ledger needs to write, checked before anything is written."""
    folder = make_root(state)
    _refuse_full(folder.root)
    for inner in (folder.lists, folder.tmp):
        with told(inner):
            inner.mkdir(mode=0o700, exist_ok=True)
    for file in (folder.database, folder.key):
        with told(file):
            if exists(file):
                refuse_readable_by_others(file)
    return folder


def refuse_lost_ledger(folder: Folder) -> None:
    """Membership files without a ledger mean that it was deleted: to go on would forget who is on the lists."""
    if folder.lists.is_dir() and any(folder.lists.glob("*.parquet")):
        raise lost_ledger(folder.database)


def refuse_readable_by_others(file: Path) -> None:
    """Hashes are personal data and the key opens the digests: only the owner may read them."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise StateError(
            "A704", f"{file} can be read by others on this machine (mode {mode:04o})", hint=f"chmod 600 {file}"
        )


def refuse_networked(path: Path, mounts: Path = MOUNTS) -> None:
    """SQLite's write-ahead log needs memory that all processes share: a network or FUSE mount cannot give it."""
    kind = _filesystem(path, mounts)
    if NETWORKED.match(kind):
        raise StateError(
            "A702",
            f"{path} lies on a network or FUSE file system ({kind}), where a ledger can be torn",
            hint="name a folder on a local disk with --state; a record that lies here already is copied there, all of it, "
            "while no run is at work, and looked at with `consentric state check`",
        )


def sync_folder(folder: Path) -> None:
    """Makes names in the folder (new, renamed, deleted) survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Deletes files of a folder for good; those that are gone already do not matter."""
    with told(folder):
        for name in names:
            (folder / name).unlink(missing_ok=True)
        sync_folder(folder)


def exists(path: Path) -> bool:
    """Whether the name is taken, a broken link included; unlike Path.exists it hides no refusal."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _refuse_other_than_folder(state: Path) -> None:
    if not state.is_dir():
        raise unusable(state, "is not a folder", "move it away, or name another folder with --state")


def _refuse_full(root: Path) -> None:
    """Writes and deletes a small file, because free space says nothing of quotas and read-only mounts."""
    probe = root / ".probe"
    try:
        room = os.statvfs(root)
        if room.f_bavail * room.f_frsize < LEAST_ROOM:
            raise no_room(root)
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            if os.write(descriptor, bytes(PROBE_BYTES)) < PROBE_BYTES:
                raise no_room(root)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink()
    except OSError as error:
        raise from_os(error, root) from None


def _filesystem(path: Path, mounts: Path) -> str:
    """The kind of file system that holds the path, or would; empty where the kernel does not say (macOS)."""
    if not mounts.exists():
        return ""
    real = os.path.realpath(path)
    best, kind = "", ""
    for line in mounts.read_text(encoding=sys.getfilesystemencoding(), errors="surrogateescape").splitlines():
        point, found = [re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), word) for word in line.split()[1:3]]
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind
