"""SIGTERM and Ctrl-C at any moment: what is in flight is finished and written down; a second one ends at once."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import pytest

from faults.campaign import SYNC, Campaign, open_campaign
from faults.forking import ForkedRun, ForkServer
from faults.record import assert_written_down, states_of_last_run
from scenarios.harness.size import LONG, POSITIONS

ROUNDS: Final = 50 if LONG else 3
CODES: Final = {signal.SIGINT: 130, signal.SIGTERM: 143}
PLATFORMS: Final = ("google", "meta")
SECOND: Final = [(platform, name) for platform in PLATFORMS for name in CODES] if LONG else [("meta", signal.SIGTERM)]
_PATIENCE: Final = 60.0
_CAUGHT: Final = re.compile(r"^SigCgt:\s*([0-9a-f]+)$", re.MULTILINE)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="process handles")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("platform", PLATFORMS if LONG else PLATFORMS[:1])
def test_a_signal_at_any_moment(tmp_path: Path, fork_server: ForkServer, platform: str) -> None:
    """130 or 143; where it came too late 0, or what a process ends with that has done its work; then it converges."""
    chance, ended = Random(3), set[int]()
    with open_campaign(tmp_path, fork_server, platform, POSITIONS[2], seed=7) as campaign:
        stage = campaign.stage
        for number in range(ROUNDS):
            campaign.shop.change(stage.sandbox.now, 4)
            before = stage.sandbox.last_entry()
            process = start(campaign)
            time.sleep(chance.uniform(0, campaign.usual["sync"]))
            name = chance.choice((signal.SIGINT, signal.SIGTERM))
            process.send_signal(name)
            stdout, stderr = process.communicate(timeout=_PATIENCE)
            late = bool(stdout) and json.loads(stdout)["exit"] == 0
            assert process.returncode in (CODES[name], *((0, -name) if late else ())), stdout + stderr
            assert "Traceback" not in stderr, stderr
            ended.add(process.returncode)
            if not late:
                assert_written_down(stage.state, stage.sandbox.log(before))
            stage.sandbox.advance(f"{chance.choice((1, 9, 24))}h")
            if number % 10 == 9:
                stage.converge()
                stage.assert_right()
        stage.converge()
        stage.assert_right()
    assert ended - {0}, "no signal came in time"


@pytest.mark.parametrize(("platform", "name"), SECOND)
def test_a_second_signal_ends_at_once(
    tmp_path: Path, fork_server: ForkServer, platform: str, name: signal.Signals
) -> None:
    """The first waits for the request in flight; the second does not. Whether that request arrived nobody knows: it counts."""
    with open_campaign(tmp_path, fork_server, platform, POSITIONS[0], seed=8) as campaign:
        stage = campaign.stage
        process = start(campaign, CONSENTRIC_ROWS="1")
        until(lambda: "(request " in process.errors() or process.poll() is not None)
        stage.sandbox.pause()
        time.sleep(1)
        process.send_signal(name)
        until(lambda: "Once more stops at once" in process.errors() or process.poll() is not None)
        assert process.poll() is None, "the request in flight was not waited for"
        process.send_signal(name)
        stdout, stderr = process.communicate(timeout=_PATIENCE)
        stage.sandbox.resume()
        assert process.returncode == CODES[name], stdout + stderr
        assert "Traceback" not in stderr, stderr
        assert states_of_last_run(stage.state)[-1] in {"intent", "unknown"}
        stage.converge()
        stage.assert_right()


def start(campaign: Campaign, **variables: str) -> ForkedRun:
    """A sync that is past the start of its interpreter: from here on the signals are its own."""
    stage = campaign.stage
    stage.now = stage.sandbox.now
    process = stage.cli.start(*SYNC, variables={"CONSENTRIC_CLOCK": stage.now.isoformat(), **variables})
    assert isinstance(process, ForkedRun)
    until(lambda: listens(process.pid) or process.poll() is not None)
    return process


def listens(pid: int) -> bool:
    try:
        caught = _CAUGHT.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    except OSError:
        return False
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
