"""`consentric prune`: deletes the lists of audiences that left the file, after asking."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import AS_JSON, PATIENCE, Command
from consentric.errors import UsageError
from consentric.model.results import Doomed, PruneResult


@click.command(cls=Command)
@click.option("--yes", is_flag=True, help="Delete without asking; needed where nobody can answer.")
@click.option(
    "--even-in-use",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Delete up to N lists that ads use, which stops those ads; take N from what prune says.",
)
@PATIENCE
@AS_JSON
@click.pass_obj
def prune(invocation: Invocation, *, yes: bool, even_in_use: int, patience: int, as_json: bool) -> int:
    """Delete lists whose audience left the file.

    Looks at each list, says which ads use it, and asks. Lists that ads use are kept unless you allow their number. Lists
    of others are never touched.
    """
    if not yes and not invocation.may_ask:
        raise UsageError(
            "A907",
            "nobody is there to answer `Delete these? [y/N]`: say --yes to delete without asking",
            hint="see first which lists left the file: consentric plan",
        )
    from consentric.workflows import prune as workflow

    invocation.document = "prune/1" if as_json else None
    with invocation.opened() as (shell, reporter):
        approval = _Approval(invocation, yes=yes)
        reporter.stage("looking at the lists that left the file")
        result = workflow.run(shell, approve=approval, even_in_use=even_in_use, patience=patience)
    _show(result, invocation)
    return result.exit_code


@dataclass(frozen=True, slots=True)
class _Approval:
    """Asked by the workflow once it has looked at every list, before the first is deleted."""

    invocation: Invocation
    yes: bool

    def __call__(self, doomed: tuple[Doomed, ...]) -> bool:
        if not self.yes:
            from consentric.reporting.prune_screen import prune_question

            look = self.invocation.look(stream=sys.stderr)
            terminal.show(prune_question(doomed, look), colour=self.invocation.colour, stream=sys.stderr)
            terminal.write("\nDelete these? [y/N] ", sys.stderr)
            if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
                return False
        self.invocation.interruption.defer()
        return True


def _show(result: PruneResult, invocation: Invocation) -> None:
    if invocation.document:
        from consentric.reporting.prune_screen import prune_json

        terminal.show_json(prune_json(result))
        return
    from consentric.reporting.prune_screen import prune_screen

    terminal.show(prune_screen(result, invocation.look()), colour=invocation.colour)
