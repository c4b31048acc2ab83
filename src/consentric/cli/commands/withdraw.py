"""`withdraw`, `object`, `restrict`, `forget`, `unsuppress`: what somebody demanded, done at once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.keys_in import FILE, READING, SOURCE, YES, agreed, chosen, content, require_an_answer
from consentric.cli.options import Command, Span
from consentric.errors import UsageError
from consentric.model.people import Verb

_PATIENCE: Final = click.option(
    "--lock-timeout",
    "patience",
    type=Span(),
    default="10m",
    metavar="SPAN",
    help="How long to wait for a run at work before the lists are changed. The suppression never waits. [default: 10m]",
)
_REASON: Final = click.option(
    "--reason", default="", metavar="TEXT", help="Kept on record for good, so it must not say who the person is."
)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of the screen.")


@click.command(cls=Command)
@SOURCE
@FILE
@READING
@_REASON
@YES
@_PATIENCE
@_JSON
@click.pass_obj
def withdraw(
    invocation: Invocation,
    *,
    source: tuple[str, ...],
    keys_file: Path | None,
    reading: str | None,
    reason: str,
    yes: bool,
    patience: int,
    as_json: bool,
) -> int:
    """Take people who withdrew consent off every list, at once.

    Keys come from stdin (`-`) or --file, one a line: an e-mail, a phone or a primary key. A later dated yes in the consent
    source lifts it.
    """
    return _carry_out(invocation, Verb.WITHDREW, source, keys_file, reading, reason, patience, yes=yes, as_json=as_json)


@click.command("object", cls=Command)
@SOURCE
@FILE
@READING
@_REASON
@YES
@_PATIENCE
@_JSON
@click.pass_obj
def object_(
    invocation: Invocation,
    *,
    source: tuple[str, ...],
    keys_file: Path | None,
    reading: str | None,
    reason: str,
    yes: bool,
    patience: int,
    as_json: bool,
) -> int:
    """Take people who object to marketing off every list, for good.

    Keys come from stdin (`-`) or --file, one a line. Only `unsuppress` lifts it.
    """
    return _carry_out(invocation, Verb.OBJECTED, source, keys_file, reading, reason, patience, yes=yes, as_json=as_json)


@click.command(cls=Command)
@SOURCE
@FILE
@READING
@_REASON
@YES
@_PATIENCE
@_JSON
@click.pass_obj
def restrict(
    invocation: Invocation,
    *,
    source: tuple[str, ...],
    keys_file: Path | None,
    reading: str | None,
    reason: str,
    yes: bool,
    patience: int,
    as_json: bool,
) -> int:
    """Keep people off every list until `unsuppress`.

    Keys come from stdin (`-`) or --file, one a line.
    """
    return _carry_out(
        invocation, Verb.RESTRICTED, source, keys_file, reading, reason, patience, yes=yes, as_json=as_json
    )


@click.command(cls=Command)
@SOURCE
@FILE
@READING
@_REASON
@YES
@click.option("--status", is_flag=True, help="Go on with every erasure under way, and show how far each is.")
@_PATIENCE
@_JSON
@click.pass_obj
def forget(
    invocation: Invocation,
    *,
    source: tuple[str, ...],
    keys_file: Path | None,
    reading: str | None,
    reason: str,
    yes: bool,
    status: bool,
    patience: int,
    as_json: bool,
) -> int:
    """Erase people: off every list, then out of our files.

    Keys come from stdin (`-`) or --file, one a line, each erased for itself. Keyed digests stay, so that nobody is added
    again. Our files are rewritten once the platforms confirmed. What your own systems hold is yours to delete.
    """
    if status:
        if source or keys_file is not None:
            raise UsageError("A927", "--status takes no keys: it shows every erasure under way", hint="leave them out")
        return _status(invocation, patience, as_json=as_json)
    return _carry_out(invocation, Verb.ERASED, source, keys_file, reading, reason, patience, yes=yes, as_json=as_json)


@click.command(cls=Command)
@SOURCE
@FILE
@READING
@_REASON
@YES
@_JSON
@click.pass_obj
def unsuppress(
    invocation: Invocation,
    *,
    source: tuple[str, ...],
    keys_file: Path | None,
    reading: str | None,
    reason: str,
    yes: bool,
    as_json: bool,
) -> int:
    """Take a withdraw, object, restrict or forget back.

    Give the key that was given then, and a --reason. Nothing is sent: the next sync adds whoever consents and fits.
    """
    require_an_answer(invocation, source, yes=yes)
    invocation.document = "unsuppress/1" if as_json else None
    given = content(source, keys_file)
    from consentric.workflows import unsuppress as workflow

    if not agreed("Let these people be sent again?", yes=yes):
        return _declined()
    with invocation.opened() as (shell, _):
        lifted = workflow.run(shell, given, reason=reason, reading=chosen(reading))
    if as_json:
        from consentric.reporting.requests_json import lifted_json

        terminal.show_json(lifted_json(lifted))
    else:
        from consentric.reporting.requests_screen import lifted_screen

        terminal.show(lifted_screen(lifted, invocation.look()), colour=invocation.colour)
    return 0


def _carry_out(
    invocation: Invocation,
    verb: Verb,
    source: tuple[str, ...],
    keys_file: Path | None,
    reading: str | None,
    reason: str,
    patience: int,
    *,
    yes: bool,
    as_json: bool,
) -> int:
    require_an_answer(invocation, source, yes=yes)
    from consentric.workflows import withdraw as workflow

    invocation.document = f"{workflow.COMMANDS[verb]}/1" if as_json else None
    given = content(source, keys_file)
    if not agreed("Remove these people from every list?", yes=yes):
        return _declined()
    with invocation.opened() as (shell, _):
        invocation.interruption.defer()
        result = workflow.run(shell, verb, given, reason=reason, reading=chosen(reading), patience=patience)
    if as_json:
        from consentric.reporting.requests_json import request_json

        terminal.show_json(request_json(result))
    else:
        from consentric.reporting.requests_screen import request_screen

        terminal.show(request_screen(result, invocation.look()), colour=invocation.colour)
    return result.exit_code


def _status(invocation: Invocation, patience: int, *, as_json: bool) -> int:
    from consentric.workflows import erasures as workflow

    invocation.document = "forget/1" if as_json else None
    with invocation.opened() as (shell, _):
        invocation.interruption.defer()
        found = workflow.run(shell, patience=patience)
    if as_json:
        from consentric.reporting.requests_json import erasures_json

        terminal.show_json(erasures_json(found))
    else:
        from consentric.reporting.requests_screen import erasures_screen

        terminal.show(erasures_screen(found, invocation.look()), colour=invocation.colour)
    return 0


def _declined() -> int:
    terminal.write("Nothing was done.\n")
    return 0
