"""`consentric sync`: makes the lists equal to the file, after asking."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from consentric.cli import github, terminal
from consentric.cli.commands.plan import sync_command
from consentric.cli.invocation import Invocation
from consentric.cli.options import AS_JSON, AUDIENCES, DESTINATIONS, PATIENCE, Command
from consentric.errors import ConsentricError, UsageError
from consentric.model.plan import Plan
from consentric.model.results import SyncResult

if TYPE_CHECKING:
    from consentric.reporting.progress import Reporter


@click.command(cls=Command)
@AUDIENCES
@DESTINATIONS
@click.option("--yes", is_flag=True, help="Send without asking; needed where nobody can answer.")
@click.option(
    "--allow-removals",
    type=click.IntRange(0),
    metavar="N",
    help="Let a stopped list remove up to N people in this run; take N from the plan, and name the audience.",
)
@click.option(
    "--allow-additions",
    type=click.IntRange(0),
    metavar="N",
    help="Let a stopped list add up to N people in this run; take N from the plan, and name the audience.",
)
@click.option(
    "--plan",
    "saved",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Go by what `plan --out FILE` saved: the same file, the same lists, and hardly more people than it shows.",
)
@PATIENCE
@AS_JSON
@click.pass_obj
def sync(
    invocation: Invocation,
    *,
    audiences: tuple[str, ...],
    destinations: tuple[str, ...],
    yes: bool,
    allow_removals: int | None,
    allow_additions: int | None,
    saved: Path | None,
    patience: int,
    as_json: bool,
) -> int:
    """Make the lists on Google and Meta equal to the file.

    Shows the plan and asks before anything is sent. Running it again is safe: nobody is added or removed twice. Also
    called `apply`.
    """
    _require_an_answer(invocation, yes=yes)
    if saved is not None:
        _refuse_beside_a_plan(audiences, destinations, allow_removals, allow_additions)
    if (allow_removals is not None or allow_additions is not None) and len(audiences) != 1:
        raise UsageError(
            "A925", "a number is allowed for one audience: name it", hint="the plan prints the whole command"
        )
    from consentric.planning.guards import Allowance
    from consentric.workflows import sync as workflow

    invocation.document = "sync/1" if as_json else None
    with invocation.opened() as (shell, reporter):
        approval = Approval(
            invocation, reporter, yes=yes, command=sync_command(invocation.command, audiences, destinations)
        )
        allowance = Allowance(allow_removals or 0, allow_additions or 0)
        result = workflow.run(
            shell,
            audiences=audiences,
            destinations=destinations,
            approve=approval,
            allowance=allowance,
            by=saved,
            patience=patience,
        )
    _show(result, invocation, declined=approval.declined)
    github.summarise_sync(result, invocation.command)
    if approval.unwritten is not None:
        raise approval.unwritten
    return result.exit_code


class Approval:
    """Asked by the workflow when the plan is ready, before the first byte is sent."""

    def __init__(self, invocation: Invocation, reporter: Reporter, *, yes: bool, command: str) -> None:
        self._invocation = invocation
        self._reporter = reporter
        self._yes = yes
        self._command = command
        self.declined = False
        self.unwritten: ConsentricError | None = None

    def __call__(self, planned: Plan) -> bool:
        self._reporter.pause()
        if planned.steps and not self._yes:
            self._show_plan(planned)
            self.declined = not _answered_yes()
        elif self._invocation.verbosity > 0:
            self._show_in_passing(planned)
        if self.declined:
            return False
        self._invocation.interruption.defer()
        self._reporter.expect(planned)
        return True

    def _show_in_passing(self, planned: Plan) -> None:
        """What nobody is asked about: that it cannot be written is told when everything is sent."""
        try:
            self._show_plan(planned)
        except ConsentricError as error:
            self.unwritten = error

    def _show_plan(self, planned: Plan) -> None:
        from consentric.reporting.plan_screen import plan_screen

        stream = sys.stderr if self._invocation.document else sys.stdout
        screen = plan_screen(planned, self._invocation.look(stream=stream), sync=self._command)
        terminal.show(screen, colour=self._invocation.colour, stream=stream)


def _require_an_answer(invocation: Invocation, *, yes: bool) -> None:
    if not yes and not invocation.may_ask:
        raise UsageError(
            "A907",
            "nobody is there to answer `Send this? [y/N]`: say --yes to send without asking",
            hint="see first what would be sent: consentric plan",
        )


def _refuse_beside_a_plan(
    audiences: tuple[str, ...], destinations: tuple[str, ...], removals: int | None, additions: int | None
) -> None:
    """What somebody approved says it all; a word more would be something that they did not see."""
    if audiences or destinations or removals is not None or additions is not None:
        raise UsageError(
            "A941",
            "a saved plan says which lists it is about, and how many people each may move",
            hint="leave out audiences, --to, --allow-removals and --allow-additions beside --plan",
        )


def _answered_yes() -> bool:
    terminal.write("\nSend this? [y/N] ", sys.stderr)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _show(result: SyncResult, invocation: Invocation, *, declined: bool) -> None:
    if invocation.document:
        from consentric.reporting.sync_json import sync_json

        terminal.show_json(sync_json(result))
        return
    from consentric.reporting.sync_screen import declined_screen, sync_screen

    look = invocation.look()
    terminal.show(declined_screen(look) if declined else sync_screen(result, look), colour=invocation.colour)
