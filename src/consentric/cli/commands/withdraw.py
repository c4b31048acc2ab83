"""`withdraw`, `object`, `restrict`, `forget`, `unsuppress`: what somebody demanded, done at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.keys_in import FILE, READING, SOURCE, YES, agreed, chosen, content, require_an_answer
from consentric.cli.options import AS_JSON, Command, Span
from consentric.errors import UsageError
from consentric.model.people import Verb

Function = TypeVar("Function", bound=Callable[..., Any])

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


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a command is about, and how it was asked for; the options of all five commands."""

    source: tuple[str, ...]
    keys_file: Path | None
    reading: str | None
    reason: str
    yes: bool


def _asking(function: Function) -> Function:
    """The options that make an `Asked`, in the order in which help shows them."""
    for option in (YES, _REASON, READING, FILE, SOURCE):
        function = option(function)
    return function


def _demand(verb: Verb, name: str, text: str) -> click.Command:
    """A command that keeps people off every list from now on."""

    @click.command(name, cls=Command, help=text)
    @_asking
    @_PATIENCE
    @AS_JSON
    @click.pass_obj
    def command(invocation: Invocation, /, *, patience: int, as_json: bool, **asked: Any) -> int:
        return _carry_out(invocation, verb, Asked(**asked), patience, as_json=as_json)

    return command


withdraw: Final = _demand(
    Verb.WITHDREW,
    "withdraw",
    """Take people who withdrew consent off every list, at once.

    Keys come from stdin (`-`) or --file, one a line: an e-mail, a phone or a primary key. A later dated yes in the consent
    source lifts it.
    """,
)
object_: Final = _demand(
    Verb.OBJECTED,
    "object",
    """Take people who object to marketing off every list, for good.

    Keys come from stdin (`-`) or --file, one a line. Only `unsuppress` lifts it.
    """,
)
restrict: Final = _demand(
    Verb.RESTRICTED,
    "restrict",
    """Keep people off every list until `unsuppress`.

    Keys come from stdin (`-`) or --file, one a line.
    """,
)


@click.command(cls=Command)
@_asking
@click.option("--status", is_flag=True, help="Go on with every erasure under way, and show how far each is.")
@_PATIENCE
@AS_JSON
@click.pass_obj
def forget(invocation: Invocation, /, *, status: bool, patience: int, as_json: bool, **asked: Any) -> int:
    """Erase people: off every list, then out of our files.

    Keys come from stdin (`-`) or --file, one a line, each erased for itself. Keyed digests stay, so that nobody is added
    again. Our files are rewritten once the platforms confirmed. What your own systems hold is yours to delete.
    """
    whom = Asked(**asked)
    if not status:
        return _carry_out(invocation, Verb.ERASED, whom, patience, as_json=as_json)
    if whom.source or whom.keys_file is not None:
        raise UsageError("A927", "--status takes no keys: it shows every erasure under way", hint="leave them out")
    return _status(invocation, patience, as_json=as_json)


@click.command(cls=Command)
@_asking
@AS_JSON
@click.pass_obj
def unsuppress(invocation: Invocation, /, *, as_json: bool, **asked: Any) -> int:
    """Take a withdraw, object, restrict or forget back.

    Give the key that was given then, and a --reason. Nothing is sent: the next sync adds whoever consents and fits.
    """
    whom = Asked(**asked)
    require_an_answer(invocation, whom.source, yes=whom.yes)
    invocation.document = "unsuppress/1" if as_json else None
    given = content(whom.source, whom.keys_file)
    from consentric.workflows import unsuppress as workflow

    if not agreed("Let these people be sent again?", yes=whom.yes):
        return _declined()
    with invocation.opened() as (shell, _):
        lifted = workflow.run(shell, given, reason=whom.reason, reading=chosen(whom.reading))
    if as_json:
        from consentric.reporting.requests_json import lifted_json

        terminal.show_json(lifted_json(lifted))
    else:
        from consentric.reporting.requests_screen import lifted_screen

        terminal.show(lifted_screen(lifted, invocation.look()), colour=invocation.colour)
    return 0


def _carry_out(invocation: Invocation, verb: Verb, whom: Asked, patience: int, *, as_json: bool) -> int:
    require_an_answer(invocation, whom.source, yes=whom.yes)
    from consentric.workflows import withdraw as workflow

    invocation.document = f"{workflow.COMMANDS[verb]}/1" if as_json else None
    given = content(whom.source, whom.keys_file)
    if not agreed("Remove these people from every list?", yes=whom.yes):
        return _declined()
    with invocation.opened() as (shell, _):
        invocation.interruption.defer()
        result = workflow.run(shell, verb, given, reason=whom.reason, reading=chosen(whom.reading), patience=patience)
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
