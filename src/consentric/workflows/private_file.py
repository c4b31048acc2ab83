"""A file of personal data that a user asked for: readable by its owner only, and whole or not at all.

It grows under a name of its own beside its place, locked while its run lives, and takes the name when every byte is on the
disk. What a killed run left there is deleted by the next one that writes the same file.
"""

from __future__ import annotations

import fcntl
import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from consentric.errors import ConsentricError

_UNFINISHED: Final = ".unfinished"


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """The bytes of the file. Raises ConsentricError when they cannot be written; whatever is raised, no part of it stays."""
    try:
        _clear(path)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_UNFINISHED, dir=path.parent)
    except OSError as error:
        raise _unwritten(path, error) from None
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
            unfinished.replace(path)
    except OSError as error:
        raise _unwritten(path, error) from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _clear(path: Path) -> None:
    """Deletes what dead runs left: nobody holds its lock any more."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{_UNFINISHED}"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _unwritten(path: Path, error: OSError) -> ConsentricError:
    return ConsentricError(
        "A902",
        f"`{path}` could not be written: {error.strerror or 'the disk did not take it'}",
        hint="nothing of it was left; look at the folder, its owner and its free space",
    )
