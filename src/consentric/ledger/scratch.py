"""Folders for spill inside the state folder: private, gone at the end, and swept when their process was killed.

Each is locked by its process for as long as it lives. A sweep takes what nobody holds, so a `plan` that spills while a
`sync` starts keeps its files.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from consentric.ledger.folder import Folder, make_root
from consentric.ledger.troubles import told


@contextmanager
def scratch(state: Path) -> Iterator[Path]:
    """A folder of one's own under `<state>/tmp`, deleted with everything in it at the end."""
    tmp = make_root(state).tmp
    with told(tmp):
        tmp.mkdir(mode=0o700, exist_ok=True)
        path, descriptor = _claim(tmp)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def sweep_scratch(folder: Folder) -> None:
    """Deletes what killed processes left."""
    with told(folder.tmp):
        for entry in folder.tmp.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                _remove_unless_held(entry)
            else:
                entry.unlink(missing_ok=True)


def _claim(tmp: Path) -> tuple[Path, int]:
    """Makes and locks a folder; again, if a sweep took it between the two."""
    while True:
        path = tmp / token_hex(8)
        path.mkdir(mode=0o700)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists():
            return path, descriptor
        os.close(descriptor)


def _remove_unless_held(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)
