"""`consentric plan`: who would be sent, and what would change."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from consentric.cli import github, terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import AUDIENCES, DESTINATIONS, Command
from consentric.errors import UsageError
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
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Save how many people each list adds and removes, for `sync --plan FILE`; it names nobody.",
)
@click.option(
    "--no-state",
    is_flag=True,
    help="Without the record of what is on the platforms: who would be on each list, no adds and removes.",
)
@click.option(
    "--summary",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="As --no-state, beside the sizes that a nightly `status --json` or `sync --json` left in FILE.",
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
    out: Path | None,
    no_state: bool,
    summary: Path | None,
    check: bool,
    as_json: bool,
) -> int:
    """Show who would be sent and what would change. Uploads nothing.

    Name audiences to see only those. It needs no account and contacts nobody, unless --check says so. Also called
    `preview`.
    """
    from consentric.workflows import plan as workflow

    if out is not None and out.resolve() == invocation.file.resolve():
        raise UsageError("A941", f"--out would overwrite `{out}`", hint="name another file, such as plan.json")
    recordless = no_state or summary is not None
    if recordless:
        _refuse_what_needs_the_record(out=out, detailed_exitcode=detailed_exitcode)
    invocation.document = "plan/1" if as_json else None
    with invocation.opened() as (shell, _):
        if recordless:
            planned = workflow.run_without_record(
                shell, audiences=audiences, destinations=destinations, summary=summary
            )
        else:
            planned = workflow.run(shell, audiences=audiences, destinations=destinations, check=check)
    if out is not None:
        from consentric.reporting.saved_plan_json import saved_plan_json

        terminal.save_json(saved_plan_json(planned), out)
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


def _refuse_what_needs_the_record(*, out: Path | None, detailed_exitcode: bool) -> None:
    for option, given in (("--out", out is not None), ("--detailed-exitcode", detailed_exitcode)):
        if given:
            raise UsageError(
                "A941",
                f"{option} needs the record: without it nobody knows what would be added and removed",
                hint=f"run it where the state folder is, or leave {option} out",
            )


def _exit_code(planned: Plan) -> int:
    """A list that stands still because the file wants it is not stopped by a guard."""
    from consentric.planning.guards import AS_THE_FILE_SAYS

    if any(one.stopped and one.stopped.code not in AS_THE_FILE_SAYS for one in planned.lists):
        return STOPPED
    return CHANGES if planned.owes else 0
