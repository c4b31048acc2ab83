"""`consentric explain CODE`: the long text of an error code."""

from __future__ import annotations

import click

from consentric.cli import terminal
from consentric.cli.options import Command


@click.command(cls=Command)
@click.argument("code")
def explain(code: str) -> int:
    """Explain a code such as A203: what it means, what to do.

    The beginning of codes, such as A6 or W, lists all of them.
    """
    from consentric.workflows import explain as workflow

    terminal.write(workflow.run(code).rstrip() + "\n")
    return 0
