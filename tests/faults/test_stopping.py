"""Told to stop while requests are in flight or waiting: once lets them finish, twice stops at once."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from scenarios.harness import Stage, open_stage
from scenarios.harness.family import Family, crowd


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A shop of ten, and a Google that tells everybody to wait a minute."""
    family = Family(tmp_path / "shop", *crowd(1, 10))
    with ExitStack() as opened:
        stage = opened.enter_context(open_stage(family.folder))
        stage.sandbox.break_with({"platform": "google", "op": "ingest", "kind": "http_429", "times": None})
        yield stage


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_waits_stops_within_seconds(stage: Stage, times: int) -> None:
    """143 either way, no traceback, the other platform's requests are recorded, and the next runs converge."""
    process = stage.start("sync", "--yes", "--json")
    while not [entry for entry in stage.sandbox.log() if entry["op"] == "ingest"] and process.poll() is None:
        time.sleep(0.05)
    for _ in range(times):
        process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 143, stderr
    assert "Traceback" not in stderr
    assert "bug" not in stderr
    if times == 1:
        with closing(sqlite3.connect(stage.state / "ledger.db")) as ledger:
            states = {row[0] for row in ledger.execute("SELECT state FROM batches")}
        assert "intent" not in states
    stage.sandbox.heal()
    stage.converge()
    stage.assert_right()
