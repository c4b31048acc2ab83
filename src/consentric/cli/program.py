"""The group of all commands: its help, its aliases, its version."""

from __future__ import annotations

from typing import Any, Final

import click

from consentric import __version__
from consentric.cli.commands import COMMANDS
from consentric.cli.options import global_options

ALIASES: Final = {"preview": "plan", "apply": "sync"}

_HELP: Final = """Audiences with consent at the centre.

audiences.yaml says who belongs in which audience. `plan` shows what would change on Google and Meta, `sync` makes
their lists equal to the file: hashed, and only people who consented.

\b
New here?          consentric demo        a whole shop on this machine, no account needed
With a file?       consentric validate    is it right?
                   consentric plan        who would be sent, and why not more?
                   consentric sync        send it
"""


class Program(click.Group):
    """Commands by name or alias, listed in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx  # the list is the same everywhere
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))


@click.pass_context
def _without_command(context: click.Context, /, **_: Any) -> int:
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return 0


program = Program(
    "consentric",
    help=_HELP,
    commands=[*COMMANDS],
    callback=_without_command,
    invoke_without_command=True,
    params=global_options(hidden=False),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
program = click.version_option(__version__, message="consentric %(version)s", help="Show the version.")(program)
