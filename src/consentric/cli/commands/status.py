"""`consentric status`: what is on each list, and is the last good sync recent enough?"""

from __future__ import annotations

import sys
from typing import Final

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import AS_JSON, Command, Span
from consentric.model.results import StatusReport

TOO_OLD: Final = 4


@click.command(cls=Command)
@click.option(
    "--max-age",
    type=Span(),
    metavar="AGE",
    help="Exit with 4 if the last sync without an error is older than this, such as 26h: for monitoring.",
)
@AS_JSON
@click.pass_obj
def status(invocation: Invocation, *, max_age: int | None, as_json: bool) -> int:
    """Show what each list holds and how old the last sync is.

    As far as it is known: "sent" is our record, "matched" is what a platform reports.

    Reads the record on this machine; no customer data is read and nothing is sent.
    """
    from consentric.workflows import status as workflow

    invocation.document = "status/1" if as_json else None
    with invocation.opened() as (shell, _):
        report = workflow.run(shell)
    if as_json:
        from consentric.reporting.status_json import status_json

        terminal.show_json(status_json(report))
    else:
        from consentric.reporting.status_screen import status_screen

        terminal.show(status_screen(report, invocation.look()), colour=invocation.colour)
    return 0 if max_age is None else _age_code(report, max_age)


def _age_code(report: StatusReport, max_age: int) -> int:
    age = report.age_of_last_success_s
    if age is not None and age <= max_age:
        return 0
    told = "no sync ended without an error yet" if age is None else f"the last sync without an error is {age} s old"
    terminal.write(f"too old: {told}, the limit is {max_age} s\n", sys.stderr)
    return TOO_OLD
