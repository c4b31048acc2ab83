"""`Send this?`: asked once, before the first byte, and only a yes is a yes."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from consentric.cli.commands.plan import sync_command
from consentric.cli.commands.sync import Approval
from consentric.cli.invocation import Invocation
from consentric.cli.terminal import asked_for_no_input
from consentric.reporting.progress import LogReporter

from .nights import ordinary_night, quiet_night


@contextmanager
def typed(text: str) -> Iterator[None]:
    """A person who types this."""
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


def approval(*, yes: bool) -> Approval:
    logging.getLogger("consentric.run").setLevel(logging.ERROR)
    return Approval(Invocation(), LogReporter(), yes=yes, command="consentric sync")


@pytest.mark.parametrize(
    ("answer", "sent"), [("y\n", True), ("Yes\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_only_a_yes_sends(answer: str, sent: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Return alone, no, and the end of the input are a no."""
    asked = approval(yes=False)
    with typed(answer):
        assert asked(ordinary_night()) is sent
    assert asked.declined is not sent
    told = capsys.readouterr()
    assert "Send this? [y/N]" in told.err
    assert "DK | Loyal customers" in told.out


def test_yes_on_the_command_line_is_not_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    """For cron."""
    assert approval(yes=True)(ordinary_night())
    assert capsys.readouterr().err == ""


def test_nobody_is_asked_about_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A night without changes."""
    assert approval(yes=False)(quiet_night())
    assert "Send this?" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "meant"), [("true", True), ("1", True), ("woodpecker", True), ("false", False), ("", False)]
)
def test_ci_means_that_nobody_answers(value: str, meant: bool) -> None:
    """As CI systems set it."""
    assert asked_for_no_input({"CI": value}) is meant
    assert not asked_for_no_input({})


def test_the_plan_names_the_sync_that_does_the_same() -> None:
    """With its file, audiences and destinations."""
    told = sync_command("consentric -f x.yaml", ("loyal",), ("google", "meta"))
    assert told == "consentric -f x.yaml sync loyal --to google --to meta"
