"""No room, no rights, an impossible clock, nobody who reads: a clear error before the network, and the next run is fine."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from faults.confined import as_everybody, confined, no_file_beyond
from faults.images import LONG, dump
from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily
from scenarios.harness import Run, Stage
from scenarios.harness.family import crowd

PEOPLE = 2_500
"""So many that a membership file is larger than the ledger, and each can be met by a limit of its own."""
LIMITS = (*range(0, 460_000, 20_000),) if LONG else (0, 50_000, 170_000)
IMPOSSIBLE = ("1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z")

pytestmark = pytest.mark.timeout(3600 if LONG else 600)


def told(run: Run) -> str:
    """The one error of a run that ended with 1; it says what to do."""
    assert run.exit == 1, run
    assert len(run.errors) == 1, run
    assert "Traceback" not in run.stderr, run
    assert "hint: " in run.stderr, run
    return run.errors[0]


def changes(stage: Stage, since: int) -> list[str]:
    return [entry["op"] for entry in stage.sandbox.log(since) if entry["op"] in ADDS | REMOVALS]


def checked(stage: Stage) -> None:
    """Nothing is half recorded: whatever the ledger names is there, to the byte."""
    if (stage.state / "ledger.db").exists() and (stage.state / "ledger.db").stat().st_size:
        run = stage.run("state", "check", "--json")
        assert [each["code"] for each in run.document["findings"] if each["code"] != "W732"] == [], run


def test_no_room_at_any_size(open_family: OpenFamily) -> None:
    """A first run and a second night under one limit after the other: told, nothing sent by halves, then all is well."""
    family, stage = open_family(*crowd(1, PEOPLE))
    said = []
    for limit in LIMITS:
        run = confined(stage, "sync", "--yes", before=no_file_beyond(limit))
        if run.exit == 0:
            break
        said.append(told(run))
        if "ledger.db" not in said[-1]:
            assert stage.sandbox.log() == [], "no room for a file that comes before the first request"
        checked(stage)
    assert len(said) >= 2
    assert stage.sync().exit == 0
    stage.sandbox.advance("24h")
    for number in range(1, 40):
        family.people.pop(number)
    family.write()
    said = []
    for limit in LIMITS[-1:] if not LONG else LIMITS:
        before = stage.sandbox.last_entry()
        run = confined(stage, "sync", "--yes", before=no_file_beyond(limit))
        if run.exit == 0:
            break
        said.append(told(run))
        if "ledger.db" not in said[-1]:
            assert changes(stage, before) == []
        checked(stage)
    assert any("base" in each for each in said), "the fold has no room"
    stage.converge()
    stage.assert_right()


@pytest.mark.skipif(sys.platform != "linux", reason="the superuser of this system may write everywhere")
def test_a_state_folder_that_may_not_be_written(open_family: OpenFamily) -> None:
    """Who would write is told before the network, who only reads may go on; afterwards a run is fine."""
    _, stage = open_family(*crowd(1, 12))
    assert stage.sync().exit == 0
    rows, entry = dump(stage.state), stage.sandbox.last_entry()
    everything = (stage.state, *stage.state.rglob("*"))
    for path in everything:
        path.chmod(0o500 if path.is_dir() else 0o400)
    for words in (("sync", "--yes"), ("confirm",)) if LONG else (("sync", "--yes"),):
        assert stage.state.name in told(confined(stage, *words, before=as_everybody))
    for words in (("plan",), ("status",)) if LONG else (("plan",),):
        assert confined(stage, *words, before=as_everybody).exit == 0
    assert stage.sandbox.last_entry() == entry
    for path in everything:
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert dump(stage.state) == rows
    assert stage.sync().exit == 0


def test_an_impossible_clock(open_family: OpenFamily) -> None:
    """In 1970 and in 2100 consent cannot be judged: nothing is asked, nothing is recorded."""
    _, stage = open_family(*crowd(1, 12))
    assert stage.sync().exit == 0
    before, rows = stage.sandbox.last_entry(), dump(stage.state)
    for instant in IMPOSSIBLE:
        for words in (("sync", "--yes"), ("plan",), ("confirm",)) if LONG else (("sync", "--yes"),):
            assert "A410" in told(stage.cli(*words, variables={"CONSENTRIC_CLOCK": instant}))
    assert stage.sandbox.last_entry() == before
    assert dump(stage.state) == rows
    assert stage.sync().exit == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full")
@pytest.mark.parametrize("where", ["a reader who left", "a full log", "a log that nobody reads", "a full answer"])
def test_nobody_reads_what_a_sync_says(open_family: OpenFamily, where: str) -> None:
    """Everything is sent and recorded all the same; only an answer that was asked for and lost is an error, afterwards."""
    _, stage = open_family(*crowd(1, 12))
    read, closed = os.pipe()
    os.close(read)
    with Path("/dev/full").open("w") as full:
        words = ("sync", "--yes", "-v")
        match where:
            case "a reader who left":
                run = confined(stage, *words, stdout=closed)
            case "a full log":
                run = confined(stage, *words, stderr=full)
            case "a log that nobody reads":
                run = confined(stage, *words, "--log-format", "json", stderr=closed)
            case _:
                run = confined(stage, *words, stdout=full)
    with suppress(OSError):
        os.close(closed)
    if where == "a full answer":
        assert "A902" in run.stderr
    assert run.exit == (1 if where == "a full answer" else 0), run
    assert len(changes(stage, 0)) == 2
    assert stage.run("status", "--max-age", "1h").exit == 0
    assert [state for _, *_, state in last_runs(stage)] == [0]


def last_runs(stage: Stage) -> list[tuple[object, ...]]:
    return [row for name, rows in dump(stage.state) if name == "runs" for row in rows]
