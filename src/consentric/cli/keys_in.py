"""Keys of people, as they come in: on stdin or in a file, never as arguments, so that none lands in a shell's history."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.errors import UsageError

_STDIN: Final = "-"

SOURCE: Final = click.argument("source", nargs=-1, metavar="[-]")
FILE: Final = click.option(
    "--file",
    "keys_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Read the keys from this file: an e-mail, a phone or a primary key a line. `-` reads them from stdin.",
)
READING: Final = click.option(
    "--as",
    "reading",
    type=click.Choice(["email", "phone", "key"]),
    help="What every line is. Unless given, digits that are a phone number count as a primary key too.",
)
YES: Final = click.option("--yes", is_flag=True, help="Do it without asking; needed where nobody can answer.")


def require_an_answer(invocation: Invocation, source: tuple[str, ...], *, yes: bool) -> None:
    """Raises UsageError where the question would reach nobody, and where a key stands in the wrong place."""
    if source not in ((), (_STDIN,)):
        raise UsageError(
            "A929",
            "a key stands on the command line, where the shell keeps it and others on this machine can read it",
            hint="give keys on stdin, with `-`, or in a file, with --file FILE; and clear this one from the shell's history",
        )
    if not yes and not invocation.may_ask:
        raise UsageError(
            "A907", "nobody is there to answer the question: say --yes to go ahead without asking", hint="add --yes"
        )


def content(source: tuple[str, ...], keys_file: Path | None) -> bytes:
    """The bytes that hold the keys. Raises UsageError."""
    if bool(source) == (keys_file is not None):
        raise UsageError("A927", "say where the keys are: `-` for stdin, or --file FILE", hint="one of the two")
    if keys_file is None:
        return sys.stdin.buffer.read()
    if keys_file.suffix.lower() in (".yaml", ".yml"):
        raise UsageError(
            "A927",
            "--file names the keys here, not the audiences file",
            hint="the audiences file is `-f FILE`; keys come from a file with one a line",
        )
    try:
        return keys_file.read_bytes()
    except OSError as error:
        raise UsageError(
            "A906", f"the file of keys cannot be read: {error.strerror}", hint="name a readable file"
        ) from None


def agreed(question: str, *, yes: bool) -> bool:
    """The answer of whoever sits there."""
    if yes:
        return True
    terminal.write(f"{question} [y/N] ", sys.stderr)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def chosen(reading: str | None) -> Any:
    """The reading as the workflow knows it."""
    from consentric.workflows.subjects import Reading

    return Reading(reading) if reading else Reading.EITHER
