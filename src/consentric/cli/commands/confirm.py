"""`consentric confirm`: what became of the requests that the platforms took?"""

from __future__ import annotations

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import AS_JSON, PATIENCE, Command


@click.command(cls=Command)
@PATIENCE
@AS_JSON
@click.pass_obj
def confirm(invocation: Invocation, *, patience: int, as_json: bool) -> int:
    """Ask the platforms what became of what was sent.

    They take a request first and work on it for hours; this records what they say. Every sync begins with this
    question too.
    """
    from consentric.workflows import confirm as workflow

    invocation.document = "confirm/1" if as_json else None
    with invocation.opened() as (shell, _):
        result = workflow.run(shell, patience=patience)
    if as_json:
        from consentric.reporting.status_json import confirm_json

        terminal.show_json(confirm_json(result))
    else:
        from consentric.reporting.confirm_screen import confirm_screen

        terminal.show(confirm_screen(result, invocation.look()), colour=invocation.colour)
    return max((failure.exit_code for failure in result.failures), default=0)
