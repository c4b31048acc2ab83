"""What can be wrong with a state folder, each with what to do about it. No message holds a value of a customer.

A701 the folder cannot be used     A705 the key is missing         A709 a membership file is damaged or gone
A702 a network file system         A706 the key is not the one     A710 the ledger could not be read or written
A703 no room                       A707 made by another version    A720 another run holds the lock
A704 readable by others            A708 the ledger is damaged
A730 a backup cannot be used       A732 a restore was not finished     A734 nothing to back up
A731 a restore would lose more     A733 a backup's place is taken      A735 files change all the time
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa

from consentric.errors import StateError

RESTORE: Final = (
    "see all that is wrong with `consentric state check`, then put back the newest backup with "
    "`consentric state restore BACKUP`; without one, fill the lists anew with `consentric state rebuild`"
)
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def unusable(path: Path, what: str, hint: str = "name another folder with --state") -> StateError:
    """The folder, or something in it, is not what it must be."""
    return StateError("A701", f"{path} {what}", hint=hint)


def no_room(path: Path) -> StateError:
    """The disk, the quota or the largest file size is used up."""
    return StateError("A703", f"there is no room to write {path}", hint="free some space on that disk, then run again")


def lost_ledger(path: Path) -> StateError:
    """Membership files without the ledger that knows them: a first run this is not."""
    return StateError("A708", f"{path} is gone or empty, but lists were already filled from this folder", hint=RESTORE)


def half_restored(root: Path) -> StateError:
    """Neither the old record nor the restored one is in its place yet."""
    return StateError(
        "A732",
        f"a restore into {root} was interrupted",
        hint="give the command again, `consentric state restore BACKUP`; the next `consentric sync` finishes it too",
    )


def damaged_ledger(path: Path) -> StateError:
    """The database cannot be trusted."""
    return StateError("A708", f"{path} is damaged", hint=RESTORE)


def damaged_file(path: Path, what: str) -> StateError:
    """A membership file is not the one that was written."""
    return StateError("A709", f"the membership file {path} {what}", hint=RESTORE)


def missing_file(path: Path) -> StateError:
    """A membership file is registered and not there; a reader may have looked while a sync was folding it."""
    return StateError(
        "A709",
        f"the membership file {path} is gone",
        hint=f"if a sync was running meanwhile, run again; if it stays away, {RESTORE}",
    )


def from_os(error: OSError, path: Path) -> StateError:
    """What the operating system said, as a sentence."""
    if error.errno in NO_ROOM:
        return no_room(path)
    if error.errno in READ_ONLY:
        return unusable(
            path, "cannot be written", "give this user write access there, or name another folder with --state"
        )
    return unusable(path, f"cannot be used ({errno.errorcode.get(error.errno or 0, type(error).__name__)})")


def from_sqlite(error: sqlite3.Error, path: Path) -> StateError:
    """What SQLite said, as a sentence: by its code, never by its text."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if name.startswith("SQLITE_FULL"):
        return no_room(path)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged_ledger(path)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return unusable(path, "cannot be opened", "give this user write access to the state folder, also for reading")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StateError("A710", f"{path} is busy with another process", hint="run again in a moment")
    return StateError("A710", f"{path} cannot be read or written ({name})", hint="check the disk, then run again")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what the system, SQLite or Arrow raise inside into a StateError about `path`, without its text."""
    try:
        yield
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from None
    except OSError as error:
        raise from_os(error, path) from None
    except pa.ArrowException as error:
        raise unusable(
            path, f"cannot be written ({type(error).__name__})", "this is a fault of consentric: please report it"
        ) from None
