"""`consentric state`: the record of who is on which list, looked after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from consentric.cli import terminal
from consentric.cli.commands.state_rebuild import rebuild
from consentric.cli.invocation import Invocation
from consentric.cli.options import AS_JSON, PATIENCE, Command, Group

if TYPE_CHECKING:
    from consentric.model.upkeep import StateAnswer


@click.command(cls=Command)
@AS_JSON
@click.pass_obj
def check(invocation: Invocation, *, as_json: bool) -> int:
    """Look at everything in the state folder, and say what is wrong.

    Reads every byte of the record and changes nothing; a sync may be at work meanwhile. Ends with 1 if anything is
    wrong.
    """
    from consentric.workflows import state as workflow

    invocation.document = "state-check/1" if as_json else None
    with invocation.opened() as (shell, _):
        found = workflow.check(shell)
    _tell(invocation, found, as_json=as_json)
    return 0 if found.sound else 1


@click.command(cls=Command)
@click.argument("destination", type=click.Path(path_type=Path), metavar="DEST")
@AS_JSON
@click.pass_obj
def backup(invocation: Invocation, destination: Path, *, as_json: bool) -> int:
    """Copy the record into a new folder, checked byte for byte.

    A sync may be at work meanwhile. The install key is left out: keep it apart from the backups, for who has both can
    tell whether somebody is in them.
    """
    from consentric.workflows import state as workflow

    invocation.document = "state-backup/1" if as_json else None
    with invocation.opened() as (shell, _):
        made = workflow.backup(shell, destination)
    _tell(invocation, made, as_json=as_json)
    return 0


@click.command(cls=Command)
@click.argument("source", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option(
    "--over-newer",
    is_flag=True,
    help="Also where the present record is sound and newer: who was sent since the backup is forgotten.",
)
@PATIENCE
@AS_JSON
@click.pass_obj
def restore(invocation: Invocation, source: Path, *, over_newer: bool, patience: int, as_json: bool) -> int:
    """Put a backup back as the record, whole or not at all.

    The backup does not know who was sent since. So every list is marked, and nobody is added to it until it was filled
    anew; whoever withdraws still leaves. The install key must be in its place.
    """
    from consentric.workflows import state as workflow

    invocation.document = "state-restore/1" if as_json else None
    with invocation.opened() as (shell, _):
        restored = workflow.restore(shell, source, over_newer=over_newer, patience=patience)
    _tell(invocation, restored, as_json=as_json)
    return 0


@click.command(cls=Command)
@click.option(
    "--is-right",
    is_flag=True,
    help="The clock is right, and the record was written by one that was ahead: bring its later instants down to now.",
)
@PATIENCE
@AS_JSON
@click.pass_obj
def clock(invocation: Invocation, *, is_right: bool, patience: int, as_json: bool) -> int:
    """Show how the clock of this machine stands to the record.

    Where it stands before what is on record, nobody is added. Ends with 1 then.
    """
    from consentric.workflows import state as workflow

    invocation.document = "state-clock/1" if as_json else None
    with invocation.opened() as (shell, _):
        found = workflow.clock(shell, is_right=is_right, patience=patience)
    _tell(invocation, found, as_json=as_json)
    return 1 if found.behind else 0


@click.command(cls=Command)
@click.option("--since", type=click.IntRange(min=0), default=0, metavar="NUMBER", help="Only events after this number.")
@AS_JSON
@click.pass_obj
def events(invocation: Invocation, *, since: int, as_json: bool) -> int:
    """Print what happened, one event after the other.

    Runs, lists, requests, counts, and never who they concern. Each event's digest covers the one before it; `state
    check` looks whether they still fit.
    """
    from consentric.workflows import state as workflow

    invocation.document = "state-events/1" if as_json else None
    with invocation.opened() as (shell, _):
        found = workflow.events(shell, since)
    _tell(invocation, found, as_json=as_json)
    return 0


def _tell(invocation: Invocation, found: StateAnswer, *, as_json: bool) -> None:
    if as_json:
        from consentric.reporting.state_json import state_json

        terminal.show_json(state_json(found))
    else:
        from consentric.reporting.state_screen import state_screen

        terminal.show(state_screen(found, invocation.look()), colour=invocation.colour)


state = Group(
    "state",
    help="""Check, back up, restore and rebuild the record of who is on which list.

    The state folder is the only place that knows it. Without it nobody can be removed.
    """,
    short_help="Check, back up, restore and rebuild the record of what was sent.",
    commands=[check, backup, restore, rebuild, clock, events],
)
