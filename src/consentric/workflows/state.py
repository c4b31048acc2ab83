"""`state check`, `state backup`, `state restore`: the record itself. They need no audiences file, and no platform."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from consentric.ledger import back_up, hold_lock, inspect, put_back
from consentric.model.upkeep import StateBackup, StateCheck, StateRestore
from consentric.workflows.opening import Shell, key_file, ledger


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
    )


def backup(shell: Shell, destination: Path) -> StateBackup:
    """A whole backup, also while a sync runs. Raises StateError; then there is none."""
    return back_up(shell.state, destination, shell.clock.now().astimezone(UTC), shell.checkpoint)


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
