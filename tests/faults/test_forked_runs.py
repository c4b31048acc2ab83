"""What the other tests here rest on: a run in a forked child does and says what a run of its own process does."""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest

from faults.forking import ForkingCli, ForkServer
from faults.record import CHANGES
from faults.shop import Shop
from scenarios.harness import NOW, Stage, open_stage
from scenarios.harness.size import LONG

EVERYTHING: Final[tuple[tuple[str, ...], ...]] = (
    ("--version",),
    ("validate",),
    ("plan",),
    ("plan", "--json"),
    ("status",),
    ("sync", "--yes"),
    ("sync", "--yes", "--json"),
    ("confirm",),
    ("status", "--json"),
    ("sync", "--yes", "--json", "--log-format", "json"),
    ("sync",),
    ("sink",),
    ("explain", "A720"),
    ("plan", "nobody_we_know"),
)
STORY: Final = EVERYTHING if LONG else (("sync", "--yes"), ("sink",))
KILLS: Final = ("after_read:1", "sent:1") if LONG else ("sent:1",)
_CHANGING: Final = (
    (re.compile(r"\b[0-9a-f]{64}\b|\b\d{8}T\d{6}Z-[0-9a-f]{6}\b"), "<a name of its own>"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "<the head of the chain>"),
    (re.compile(r"(plan\"?:? \"?)[0-9a-f]{4}\b"), r"\1<digest>"),
    (re.compile(r"request [0-9a-z]+|\"request_id\": ?\"[^\"]*\""), "<request>"),
    (re.compile(r"^\d\d:\d\d:\d\d ", re.MULTILINE), ""),
    (re.compile(r"\"(ts|at)\": ?\"[^\"]*\""), "<instant>"),
    (re.compile(r"\"age_of_last_success_s\": ?\d+"), "<age>"),
)


@pytest.mark.skipif(sys.platform != "linux", reason="process handles")
def test_a_forked_run_is_a_run(tmp_path: Path, fork_server: ForkServer) -> None:
    """The same exit codes, the same words on both streams, the same rows on the platform; killed, the same end."""
    told, sent = {}, {}
    for kind in ("spawned", "forked"):
        shop = Shop(tmp_path / kind / "shop", "google", Random(4))
        shop.open(NOW)
        with open_stage(shop.folder) as stage:
            stage.cli.forks = False
            if kind == "forked":
                stage.cli = ForkingCli(shop.folder, stage.cli.environment, server=fork_server)
            told[kind] = play(stage, shop)
            log = [entry for entry in stage.sandbox.log() if entry["op"] in CHANGES]
            sent[kind] = Counter((entry["op"], frozenset(map(frozenset, entry["rows"]))) for entry in log)
    for one, other in zip(told["spawned"], told["forked"], strict=True):
        assert one == other
    assert sent["spawned"] == sent["forked"]
    assert sent["forked"]


def play(stage: Stage, shop: Shop) -> list[tuple[tuple[str, ...], int, str, str]]:
    """Every command once, hours apart, and two runs that are killed; what they said, without what is never the same."""
    heard = []
    calls = [(words, {}) for words in STORY]
    calls += [(("sync", "--yes"), {"CONSENTRIC_KILL": point}) for point in KILLS]
    for number, (words, variables) in enumerate(calls):
        now = NOW + timedelta(hours=number)
        if number == len(STORY):
            shop.change(now, 8)
        stage.sandbox.advance("1h")
        run = stage.cli(*words, variables={"CONSENTRIC_CLOCK": now.isoformat(), **variables})
        # Requests are in flight side by side, so their lines come in any order.
        heard.append((words, run.exit, plain(run.stdout), "\n".join(sorted(plain(run.stderr).splitlines()))))
    return heard


def plain(text: str) -> str:
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text
