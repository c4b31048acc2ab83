"""`state check`, `backup`, `restore`, `clock` and `events`: the record itself. They need no audiences file, and no platform."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from consentric.errors import StateError, UsageError
from consentric.ledger import back_up, hold_lock, inspect, note, put_back
from consentric.model.events import Kind
from consentric.model.upkeep import StateBackup, StateCheck, StateClock, StateEvents, StateRestore
from consentric.planning.clock import is_behind
from consentric.workflows.opening import Shell, key_file, ledger, reader


def check(shell: Shell) -> StateCheck:
    """What is wrong with the state folder, all of it; changes nothing, and works while a sync runs."""
    seen = inspect(shell.state, key_file(shell))
    return StateCheck(
        at=shell.clock.now().astimezone(UTC),
        state=shell.state,
        findings=tuple(seen.findings),
        ledger_version=seen.ledger_version,
        install_id=seen.install_id,
        key_id=seen.key_id,
        lists=seen.lists,
        files=seen.files,
        rows=seen.rows,
        bytes=seen.bytes,
        head=seen.head,
    )


def events(shell: Shell, since: int) -> StateEvents:
    """What happened, from the event after a number on. Raises StateError."""
    at = shell.clock.now().astimezone(UTC)
    record = reader(shell)
    if record is None:
        return StateEvents(at, shell.state, (), None)
    with record:
        return StateEvents(at, shell.state, tuple(record.events(since)), record.head())


def clock(shell: Shell, *, is_right: bool, patience: float = 0) -> StateClock:
    """How the clock stands to the record; where it `is_right`, later instants on record are brought down to it.

    Raises StateError, LockHeld, and UsageError where the clock is not behind.
    """
    at = shell.clock.now().astimezone(UTC)
    if not is_right:
        record = reader(shell)
        if record is None:
            return StateClock(at, shell.state, None, behind=False)
        with record:
            newest = record.newest_instant()
        return StateClock(at, shell.state, newest, behind=is_behind(at, newest))
    with hold_lock(shell.state, "state clock", patience), ledger(shell) as writer:
        newest = writer.newest_instant()
        if not is_behind(at, newest):
            raise UsageError(
                "A412",
                "the clock is not behind the record, so there is nothing to put right",
                hint="`consentric state clock` shows both",
            )
        changed = writer.believe_clock(at)
    return StateClock(at, shell.state, newest, behind=False, changed=changed)


def backup(shell: Shell, destination: Path) -> StateBackup:
    """A whole backup, also while a sync runs. Raises StateError; then there is none."""
    made = back_up(shell.state, destination, shell.clock.now().astimezone(UTC), shell.checkpoint)
    try:
        note(shell.state, Kind.BACKED_UP, shell.clock.now(), lists=made.lists, files=made.files)
    except StateError as error:  # the backup is whole all the same
        shell.progress.note(f"the backup is not noted among the events ({error.code}): {error.message}")
    return made


def restore(shell: Shell, source: Path, *, over_newer: bool, patience: float = 0) -> StateRestore:
    """The backup as the record, opened once to prove it. Raises StateError, LockHeld; then the old record stands."""
    with hold_lock(shell.state, "state restore", patience):
        restored = put_back(
            shell.state,
            source,
            shell.clock.now().astimezone(UTC),
            over_newer=over_newer,
            key_file=key_file(shell),
            checkpoint=shell.checkpoint,
        )
        ledger(shell).close()
    return restored
