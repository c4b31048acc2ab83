"""`consentric plan`: who would be sent, and what would change."""

from __future__ import annotations

from typing import Final

import click

from consentric.cli import github, terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import AUDIENCES, DESTINATIONS, Command
from consentric.model.plan import Plan

CHANGES: Final = 2
STOPPED: Final = 4


@click.command(cls=Command)
@AUDIENCES
@DESTINATIONS
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes, with 4 if a list is stopped."
)
@click.option(
    "--mask-small",
    type=click.IntRange(0, 1000),
    metavar="N",
    help='Write counts of people below N as "<N"; 0 shows them. [default: 0 at a terminal, else 10]',
)
@click.option("--check", is_flag=True, help="Look at each list on its platform first: is it there, open, still ours?")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of the screen; never masked.")
@click.pass_obj
def plan(
    invocation: Invocation,
    *,
    audiences: tuple[str, ...],
    destinations: tuple[str, ...],
    detailed_exitcode: bool,
    mask_small: int | None,
    check: bool,
    as_json: bool,
) -> int:
    """Show who would be sent and what would change. Uploads nothing.

    Name audiences to see only those. It needs no account and contacts nobody, unless --check says so. Also called
    `preview`.
    """
    from consentric.workflows import plan as workflow

    invocation.document = "plan/1" if as_json else None
    with invocation.opened() as (shell, _):
        planned = workflow.run(shell, audiences=audiences, destinations=destinations, check=check)
    if as_json:
        from consentric.reporting.plan_json import plan_json

        terminal.show_json(plan_json(planned))
    else:
        from consentric.reporting.plan_screen import plan_screen

        sync = sync_command(invocation.command, audiences, destinations)
        screen = plan_screen(planned, invocation.look(mask_below=mask_small), sync=sync)
        terminal.show(screen, colour=invocation.colour)
    github.summarise_plan(planned, invocation.command)
    return _exit_code(planned) if detailed_exitcode else 0


def sync_command(command: str, audiences: tuple[str, ...], destinations: tuple[str, ...]) -> str:
    """The sync that does what such a plan shows."""
    words = [command, "sync", *audiences]
    for name in destinations:
        words += ["--to", name]
    return " ".join(words)


def _exit_code(planned: Plan) -> int:
    if any(one.stopped for one in planned.lists):
        return STOPPED
    return CHANGES if planned.owes else 0
