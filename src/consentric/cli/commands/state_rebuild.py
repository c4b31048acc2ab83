"""`consentric state rebuild`: fill lists anew of which nobody knows for sure who is on them."""

from __future__ import annotations

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import AS_JSON, AUDIENCES, DESTINATIONS, PATIENCE, Command


@click.command(cls=Command)
@AUDIENCES
@DESTINATIONS
@click.option(
    "--list-id",
    metavar="ID",
    help="Take over this list of the platform, filled by somebody else or known to a record that is lost.",
)
@PATIENCE
@AS_JSON
@click.pass_obj
def rebuild(
    invocation: Invocation,
    *,
    audiences: tuple[str, ...],
    destinations: tuple[str, ...],
    list_id: str | None,
    patience: int,
    as_json: bool,
) -> int:
    """Fill lists anew, without emptying them first.

    The next sync adds everybody who should be on them again; whoever was last added before that leaves once it is
    processed. A list that was deleted on its platform is made again. Nothing is sent by this command.
    """
    from consentric.workflows import rebuild as workflow

    invocation.document = "state-rebuild/1" if as_json else None
    with invocation.opened() as (shell, _):
        marked = workflow.run(shell, audiences=audiences, destinations=destinations, list_id=list_id, patience=patience)
    if as_json:
        from consentric.reporting.marked import marked_json

        terminal.show_json(marked_json(marked, shell.clock.now()))
    else:
        from consentric.reporting.marked import marked_screen

        terminal.show(marked_screen(marked, invocation.look()), colour=invocation.colour)
    return 0
