"""`consentric validate`: is the file right?"""

from __future__ import annotations

import click

from consentric.cli import failures, terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import DIAGNOSTICS, Command
from consentric.model.figures import counted


@click.command(cls=Command)
@click.option("--data", is_flag=True, help="Also open the sources: are the columns there, is the data fresh?")
@DIAGNOSTICS
@click.pass_obj
def validate(invocation: Invocation, *, data: bool, form: str) -> int:
    """Check audiences.yaml; every problem with its line.

    All of them at once. Reads no customer data unless you say --data, and never contacts a platform.
    """
    from consentric.workflows import validate as workflow

    invocation.diagnostics = form
    invocation.document = "validate/1" if form == "json" else None
    with invocation.opened() as (shell, _):
        warnings = workflow.run(shell, data=data)
    if warnings or form == "json":
        failures.show_diagnostics(warnings, invocation)
    if form == "text":
        told = f"no errors, {counted(len(warnings), 'warning')}" if warnings else "no problems"
        terminal.write(f"{invocation.file}: {told}. Next: {invocation.command} plan\n")
    return 0
