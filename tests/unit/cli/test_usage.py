"""Wrong command lines end with 64 and do nothing; help is there for everything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from consentric.cli.program import ALIASES, program

from .running import consentric

LATER = ("init", "why", "lookup", "report", "doctor", "prune", "history")


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--detailed-exitcod"),
        ("plna",),
        ("--no-such-option",),
        ("plan", "--mask-small", "few"),
        ("plan", "--mask-small", "-1"),
        ("plan", "--to"),
        ("validate", "--format", "xml"),
        ("validate", "surplus"),
        ("status", "--max-age", "yesterday"),
        ("explain",),
        ("sync", "--yes", "--allow-removals", "2993"),
        ("sync", "loyal", "second", "--yes", "--allow-additions", "5"),
        ("--log-format", "xml", "plan"),
        ("state",),
        ("state", "chekc"),
        ("state", "backup"),
        ("state", "restore", "backup", "--force"),
        ("sandbox", "--no-such-option"),
        ("sandbox", "--google", "10.0.0.1:9000"),
        ("demo", "--customers", "0"),
        ("plan", "--env-file", "nowhere.env"),
        *[(name,) for name in LATER],
    ],
)
def test_a_wrong_command_line_is_64_and_not_2(words: tuple[str, ...], tmp_path: Path) -> None:
    """2 means "there are changes", so that a typo must never be 2."""
    run = consentric(*words, cwd=tmp_path)
    assert run.returncode == 64
    assert run.stdout == ""
    assert run.stderr
    assert "Traceback" not in run.stderr
    assert not any(tmp_path.iterdir())


def test_a_typo_names_the_word_that_was_meant() -> None:
    """For commands and for options."""
    assert "--detailed-exitcode" in consentric("plan", "--detailed-exitcod").stderr
    assert "plan" in consentric("plna").stderr


def test_a_bare_call_prints_help_and_is_no_error() -> None:
    """The first thing that a newcomer types."""
    run = consentric()
    assert run.returncode == 0
    assert "Commands:" in run.stdout
    assert "consentric demo" in run.stdout
    assert run.stderr == ""


def test_commands_that_come_later_are_not_listed() -> None:
    """Help promises nothing."""
    listed = [line.split()[0] for line in consentric("--help").stdout.partition("Commands:")[2].splitlines() if line]
    worked = ["demo", "validate", "test", "plan", "sync", "confirm", "status"]
    refused = ["withdraw", "object", "restrict", "forget", "unsuppress"]
    assert listed == [*worked, *refused, "prune", "state", "identify", "explain", "sandbox"]


@pytest.mark.parametrize("words", [("sync",), ("apply", "loyal_customers"), ("sync", "--json"), ("sync", "--no-input")])
def test_sync_without_anybody_to_ask_wants_yes_before_any_work(words: tuple[str, ...], tmp_path: Path) -> None:
    """64 with that sentence, even where there is no audiences.yaml at all."""
    run = consentric(*words, cwd=tmp_path)
    assert run.returncode == 64
    assert "--yes" in run.stderr
    assert not any(tmp_path.iterdir())


def test_version_and_help_go_to_stdout() -> None:
    """They are results."""
    assert consentric("--version").stdout == "consentric 0.1.0\n"
    assert consentric("plan", "--help").stdout.startswith("Usage: consentric plan")


def commands() -> Iterator[click.Command]:
    yield program
    for command in program.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from command.commands.values()


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: str(command.name))
def test_every_command_and_option_has_a_help_text(command: click.Command) -> None:
    """In plain words, and not cut off in the list of commands."""
    assert command.help
    assert not command.get_short_help_str(limit=66).endswith("..."), command.get_short_help_str(66)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_global_options_work_behind_the_command_too() -> None:
    """`sync --yes --log-format json` is what the examples for cron say."""
    for command in commands():
        if command.name not in ("sandbox", "consentric"):
            names = {name for parameter in command.params for name in parameter.opts}
            assert {"-f", "--state", "--log-format", "--no-input", "-q"} <= names


def test_aliases_lead_to_commands() -> None:
    """For people who come from other tools."""
    for alias, name in ALIASES.items():
        assert (
            consentric(alias, "--help").stdout.partition("\n\n")[2]
            == consentric(name, "--help").stdout.partition("\n\n")[2]
        )


def test_help_loads_nothing_heavy() -> None:
    """Engines, platform libraries and screens are loaded by the commands that need them."""
    heavy = ("duckdb", "pyarrow", "google", "facebook_business", "pydantic", "rich", "yaml", "consentric.workflows")
    code = f"import sys; from consentric.cli.main import main; main(['--help']); print([n for n in {heavy} if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_help_works_in_any_locale() -> None:
    """Also where there is nothing but ASCII."""
    for encoding in ("utf-8", "ascii", "latin-1"):
        for command in ("plan", "sync", "demo"):
            run = consentric(command, "--help", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING=encoding)
            assert run.returncode == 0
            assert "Traceback" not in run.stderr


def test_sandbox_has_its_own_help() -> None:
    """Its arguments are its own affair."""
    run = consentric("sandbox", "--help")
    assert run.returncode == 0
    assert "--ready-file" in run.stdout
