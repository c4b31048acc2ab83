"""One writer at a time: an fcntl lock that dies with its process, and a note beside it that says who holds it.

The note is for people; only the lock decides. Its time is the machine's own, also when a rehearsal shifts the clock.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from consentric.errors import LockHeld
from consentric.ledger.folder import Folder, make_root
from consentric.ledger.troubles import told

PATIENCE_S: Final = 0.3
"""How long to wait for the note of a holder that has only just begun."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is at work; `since` is RFC 3339 in UTC."""

    pid: int
    host: str
    since: str
    operation: str

    def __str__(self) -> str:
        return f"`{self.operation}` since {self.since} (process {self.pid} on {self.host})"


@contextmanager
def hold_lock(state: Path, operation: str, timeout: float = 0) -> Iterator[None]:
    """Holds the state folder for one writer; raises LockHeld, naming the holder, when `timeout` seconds did not do."""
    folder = make_root(state)
    lock = FileLock(folder.lock, timeout=timeout, mode=0o600)
    with told(folder.lock):
        try:
            lock.acquire()
        except Timeout:
            raise _held(folder) from None
    try:
        _leave_note(folder, operation)
        yield
    finally:
        with suppress(OSError):
            folder.holder.unlink(missing_ok=True)
        lock.release()


def _leave_note(folder: Folder, operation: str) -> None:
    since = datetime.now(tz=UTC).isoformat(timespec="seconds")
    holder = Holder(pid=os.getpid(), host=socket.gethostname(), since=since, operation=operation)
    fresh = folder.holder.with_suffix(".new")
    with told(folder.holder):
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as note:
            json.dump(asdict(holder), note)
        fresh.replace(folder.holder)


def _held(folder: Folder) -> LockHeld:
    holder = _living_holder(folder)
    return LockHeld(
        "A720",
        f"another run is at work in {folder.root}: {holder}" if holder else f"another run is at work in {folder.root}",
        hint="wait until it has ended, or let this one wait with --lock-timeout",
    )


def _living_holder(folder: Folder) -> Holder | None:
    """The note, unless a killed process left it: the new holder writes its own a moment after it has the lock."""
    patience = time.monotonic() + PATIENCE_S
    while True:
        holder = _read_note(folder)
        if (holder and _may_live(holder)) or time.monotonic() > patience:
            return holder
        time.sleep(0.02)


def _read_note(folder: Folder) -> Holder | None:
    try:
        note = json.loads(folder.holder.read_text(encoding="utf-8"))
        return Holder(int(note["pid"]), str(note["host"]), str(note["since"]), str(note["operation"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _may_live(holder: Holder) -> bool:
    if holder.host != socket.gethostname():
        return True
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
