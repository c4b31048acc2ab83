"""How a run ends: errors as one sentence, signals as their codes, and never a value of a customer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from consentric.cli import failures, process
from consentric.cli.interruption import Interruption, SafePlaces, Terminated
from consentric.cli.invocation import Invocation
from consentric.errors import (
    AccessDenied,
    ConfigError,
    ConsentricError,
    Diagnostic,
    Interrupted,
    LockHeld,
    QuotaExhausted,
    Severity,
    SourceError,
    StateError,
    Stopped,
    UsageError,
)

from .running import COMMAND, clean_environment, consentric

PROBLEM = Diagnostic("A100", Severity.ERROR, "`at_least` must be a number", "audiences.yaml", 13, 19, 3)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StateError("A701", "the state folder cannot be used"), 1),
        (SourceError("A301", "a file is not there"), 3),
        (Stopped("A601", "the consent source is empty"), 4),
        (QuotaExhausted("A503", "the quota of the day is used up"), 5),
        (AccessDenied("A506", "no permission"), 6),
        (UsageError("A907", "say --yes"), 64),
        (LockHeld("A702", "another run is at work"), 75),
        (Interrupted(143), 143),
    ],
)
def test_every_error_is_a_sentence_on_stderr_and_its_exit_code(
    error: ConsentricError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the hint below it, and nothing on stdout."""
    error.hint = "do this"
    assert failures.report(error, Invocation()) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"error[{error.code}]: {error.message}\nhint: do this\n"


def test_problems_of_the_file_are_rendered_with_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3; for machines on stdout."""
    error = ConfigError([PROBLEM])
    assert failures.report(error, Invocation()) == 3
    assert "audiences.yaml:13:19" in capsys.readouterr().err
    assert failures.report(error, Invocation(diagnostics="github")) == 3
    assert capsys.readouterr().out.startswith("::error file=audiences.yaml")


def test_a_command_that_owes_a_document_gives_one_in_trouble_too(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` means one JSON document, whatever happens."""
    failures.report(LockHeld("A702", "another run is at work"), Invocation(document="sync/1"))
    assert '"format": "sync/1"' in capsys.readouterr().out


def test_an_error_never_shows_what_looks_like_a_customer(capsys: pytest.CaptureFixture[str]) -> None:
    """The second net."""
    failures.report(SourceError("A301", "cannot read canary.person@example.org"), Invocation())
    assert "canary" not in capsys.readouterr().err


def test_a_bug_is_one_sentence_and_places_without_values() -> None:
    """Exception texts of libraries quote what they read; so do locals."""
    secret = "canary.person@example.org"
    with pytest.raises(ValueError, match="canary") as raised:
        int(secret)
    quiet, loud = process.bug_report(raised.value, 0), process.bug_report(raised.value, 2)
    assert "ValueError" in quiet
    assert "-vv" in quiet
    assert "test_endings.py:" in loud
    assert "canary" not in quiet + loud


def test_before_anything_is_sent_a_signal_ends_at_once() -> None:
    """A plan needs no grace."""
    interruption = Interruption()
    with interruption.listening():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Terminated):
            os.kill(os.getpid(), signal.SIGTERM)


def test_while_sending_the_first_signal_waits_for_a_safe_place_and_the_second_does_not() -> None:
    """The request in flight is finished and recorded."""
    interruption = Interruption()
    places = SafePlaces(interruption)
    with interruption.listening():
        interruption.defer()
        os.kill(os.getpid(), signal.SIGTERM)
        places("after intent")
        with pytest.raises(Interrupted) as stopped:
            places("between requests")
        assert stopped.value.signal_code == 143
        with pytest.raises(Terminated):
            os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_are_exit_codes_without_a_traceback(number: signal.Signals, code: int) -> None:
    """Here while the demo invents a large shop."""
    with subprocess.Popen(
        [*COMMAND, "demo", "--customers", "500000"],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        while "1. A shop" not in run.stdout.readline():
            assert run.poll() is None
        time.sleep(0.3)
        run.send_signal(number)
        told = run.stderr.read()
        assert run.wait(20) == code
    assert "Traceback" not in told


def test_a_reader_who_leaves_is_no_error() -> None:
    """`consentric --help | head -1`."""
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(
        [*COMMAND, "--help"], stdout=write, stderr=subprocess.PIPE, text=True, env=clean_environment(), check=False
    )
    os.close(write)
    assert run.returncode == 0
    assert run.stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_a_full_disk_is_a_sentence() -> None:
    """Not a bug of ours."""
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*COMMAND, "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(),
            check=False,
        )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert run.stderr.startswith("error[A902]: the answer could not be written")


def test_explain_answers_on_stdout() -> None:
    """It is a result."""
    run = consentric("explain", "a203")
    assert run.returncode == 0
    assert "A203" in run.stdout
