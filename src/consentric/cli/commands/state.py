"""`consentric state`: the record of what was sent, and what to do when it cannot be trusted."""

from __future__ import annotations

import click

from consentric.cli.commands.state_rebuild import rebuild


@click.group(commands=[rebuild])
def state() -> None:
    """Look after the record of what was sent."""
