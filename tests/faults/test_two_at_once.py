"""Several runs started together on one state folder: one works, the others say who and end; nobody is sent twice."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from faults.campaign import SYNC, Campaign, open_campaign
from faults.forking import ForkedRun, ForkServer
from faults.record import assert_written_down
from scenarios.harness.size import LONG, POSITIONS

ROUNDS: Final = 50 if LONG else 2
TOGETHER: Final = 12 if LONG else 3
LOCKED: Final = 75
_PATIENCE: Final = 60.0
_HOLDER: Final = re.compile(r"\(process (\d+) on ")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="process handles")


@dataclass(frozen=True, slots=True)
class Refused:
    """One that found another at work: how it ended, whom it named, and how long it took."""

    exit: int
    named: int | None
    seconds: float
    stderr: str


@pytest.mark.timeout(1800)
def test_of_many_starts_one_works(
    tmp_path: Path, fork_server: ForkServer, record_property: pytest.RecordProperty
) -> None:
    """All others end with 75 and name it while it works; killed, it holds nobody up; each round is judged by the next."""
    slowest = 0.0
    with open_campaign(tmp_path, fork_server, "meta", POSITIONS[1], seed=5) as campaign:
        for number in range(ROUNDS):
            before = campaign.stage.sandbox.last_entry()
            campaign.shop.change(campaign.stage.sandbox.now, 3)
            winner, others = start_together(campaign)
            refused = [ended(run, begun) for run, begun in others]
            assert {each.exit for each in refused} == {LOCKED}, [each.stderr for each in refused if each.exit != LOCKED]
            assert {each.named for each in refused} == {winner.pid}
            slowest = max(slowest, *(each.seconds for each in refused))
            winner.send_signal(signal.SIGKILL if number % 2 else signal.SIGCONT)
            stdout, stderr = winner.communicate(timeout=_PATIENCE)
            assert winner.returncode == (-signal.SIGKILL if number % 2 else 0), stdout + stderr
            if number % 2 == 0:
                assert_written_down(campaign.stage.state, campaign.stage.sandbox.log(before))
            campaign.stage.sandbox.advance("9h")
        campaign.stage.converge()
        campaign.stage.assert_right()
    record_property("slowest", (ROUNDS, TOGETHER, slowest))


def start_together(campaign: Campaign) -> tuple[ForkedRun, Sequence[tuple[ForkedRun, float]]]:
    """The one that got the lock, held still in the middle of its work, and the others with the time of their start."""
    stage = campaign.stage
    stage.now = stage.sandbox.now
    started = []
    for _ in range(TOGETHER):
        begun = time.monotonic()
        run = stage.cli.start(*SYNC, variables={"CONSENTRIC_CLOCK": stage.now.isoformat()})
        assert isinstance(run, ForkedRun)
        started.append((run, begun))
    by_pid = {run.pid: run for run, _ in started}
    end = time.monotonic() + _PATIENCE
    while (holder := by_pid.get(holder_of(stage.state))) is None:
        assert time.monotonic() < end, "nobody took the lock"
    holder.send_signal(signal.SIGSTOP)
    assert holder.poll() is None, "it was too quick to be held still"
    return holder, [(run, begun) for run, begun in started if run is not holder]


def holder_of(state: Path) -> int:
    try:
        found = re.search(r'"pid": (\d+)', (state / "lock.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    return int(found[1]) if found else 0


def ended(run: ForkedRun, begun: float) -> Refused:
    exit_code = run.wait(_PATIENCE)
    seconds = time.monotonic() - begun
    _, stderr = run.communicate(timeout=_PATIENCE)
    found = _HOLDER.search(stderr)
    return Refused(exit_code, int(found[1]) if found else None, seconds, stderr)


@pytest.mark.skipif(not LONG, reason="long form")
def test_a_paused_run_is_not_overtaken(tmp_path: Path, fork_server: ForkServer) -> None:
    """A laptop that sleeps in the middle of a sync: whoever tries meanwhile is refused, and it goes on afterwards."""
    with open_campaign(tmp_path, fork_server, "google", POSITIONS[0], seed=6) as campaign:
        winner, others = start_together(campaign)
        assert {ended(run, begun).exit for run, begun in others} == {LOCKED}
        run = campaign.stage.sync()
        assert run.exit == LOCKED
        assert f"process {winner.pid} on" in run.stderr
        assert campaign.stage.run("status", "--json").exit == 0, "reading needs no lock"
        winner.send_signal(signal.SIGCONT)
        stdout, stderr = winner.communicate(timeout=_PATIENCE)
        assert winner.returncode == 0, stdout + stderr
        campaign.stage.converge()
        campaign.stage.assert_right()
