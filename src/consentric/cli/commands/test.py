"""`consentric test`: do the audiences hold whom they should, of people who were invented for it?"""

from __future__ import annotations

from pathlib import Path

import click

from consentric.cli import failures, terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import DIAGNOSTICS, Command
from consentric.model.figures import counted

FAILED = 3


@click.command(cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("-k", "wanted", metavar="TEXT", help="Only tests that have this in the name of their file or audience.")
@DIAGNOSTICS
@click.pass_obj
def test(invocation: Invocation, files: tuple[Path, ...], *, wanted: str | None, form: str) -> int:
    """Try the rules on invented people, tests/*.yaml.

    They lie beside the audiences file. Each says what its people did, which day it is, and who should be in which audience.

    Reads no customer data, and never contacts a platform.
    """
    from consentric.workflows import trials as workflow

    invocation.diagnostics = form
    invocation.document = "test/1" if form == "json" else None
    with invocation.opened() as (shell, _):
        report = workflow.run(shell, files, wanted)
    if report.failures or form == "json":
        failures.show_diagnostics(report.failures, invocation)
    if form == "text":
        held = f"{report.tried - len(report.failures)} of {report.tried} hold" if report.failures else "all hold"
        terminal.write(f"{counted(report.tried, 'expectation')} in {counted(report.files, 'file')}: {held}\n")
    return FAILED if report.failures else 0
