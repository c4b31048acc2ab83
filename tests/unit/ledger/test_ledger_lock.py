"""One writer at a time, and whoever is refused is told by whom."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from consentric.errors import LockHeld
from consentric.ledger import hold_lock

from .conftest import Dying


def test_five_processes_want_it_at_once(tmp_path: Path, dying: Dying) -> None:
    """Exactly one of five has the lock; the others are told its process within a second."""
    answers = dying("contend", tmp_path / "state")
    (winner,) = [answer for answer in answers if not answer["said"]]
    losers = [answer for answer in answers if answer["said"]]
    assert len(losers) == 4
    for loser in losers:
        assert f"process {winner['pid']} on {socket.gethostname()}" in loser["said"]
        assert loser["took"] < 1


def test_what_the_refused_one_is_told(tmp_path: Path) -> None:
    """The sentence names operation, start, process and host; the exit code is the one that cron ignores."""
    state = tmp_path / "state"
    with hold_lock(state, "forget"), pytest.raises(LockHeld) as refused, hold_lock(state, "sync"):
        pass
    assert refused.value.exit_code == 75
    for part in ("`forget`", "since 20", f"process {os.getpid()}", socket.gethostname()):
        assert part in refused.value.message
    assert "--lock-timeout" in refused.value.hint


def test_a_released_lock_can_be_had_again(tmp_path: Path) -> None:
    """Released at the end and after an error, without a note left behind; the lock file stays, private."""
    state = tmp_path / "state"
    with pytest.raises(RuntimeError), hold_lock(state, "sync"):
        raise RuntimeError
    with hold_lock(state, "sync"):
        assert (state / "lock.json").exists()
    assert [each.name for each in state.iterdir()] == ["lock"]
    assert (state / "lock").stat().st_mode & 0o777 == 0o600


def test_a_killed_holder_blocks_nobody(tmp_path: Path, dying: Dying) -> None:
    """The lock dies with its process, whatever its note says."""
    state = tmp_path / "state"
    dying("hold_and_die", state)
    assert (state / "lock.json").exists()
    with hold_lock(state, "sync"), pytest.raises(LockHeld, match=f"process {os.getpid()}"), hold_lock(state, "sync"):
        pass


@pytest.mark.parametrize("note", ["", "{}", "[]", "null", '{"pid": "x"}', "\x00"])
def test_a_note_that_cannot_be_read(tmp_path: Path, note: str) -> None:
    """The lock counts, not the note: without a readable one the holder is just not named."""
    state = tmp_path / "state"
    with hold_lock(state, "sync"):
        (state / "lock.json").write_text(note)
        with pytest.raises(LockHeld, match="another run is at work"), hold_lock(state, "sync"):
            pass
