"""The global options, which every command takes too, and the command classes that bring them along."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import click

from consentric.cli.invocation import STATE, Invocation

_ELSEWHERE: Final = "Global options such as -f FILE and -q work here too: see `consentric --help`."

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

DESTINATIONS: Final = click.option(
    "--to", "destinations", multiple=True, metavar="NAME", help="Only lists of this destination; may be repeated."
)
AUDIENCES: Final = click.argument("audiences", nargs=-1, metavar="[AUDIENCE]...")


def global_options(*, hidden: bool, taken: frozenset[str] = frozenset()) -> list[click.Parameter]:
    """Fresh options whose values go to the invocation, and not to the function of the command.

    Names that are `taken` mean something else behind that command: --file is the file of keys there.
    """

    def option(*names: str, **settings: Any) -> click.Option:
        called = [name for name in names if name not in taken]
        return click.Option(called, expose_value=False, callback=_keep, hidden=hidden, **settings)

    path = click.Path(path_type=Path)
    return [
        option("file", "-f", "--file", type=path, metavar="FILE", help="The audiences file. [default: audiences.yaml]"),
        option(
            "--state",
            type=path,
            metavar="DIR",
            help=f"Where the record of what was sent is kept; {STATE} too. [default: .consentric beside the file]",
        ),
        option(
            "--env-file",
            type=path,
            metavar="FILE",
            help="Variables for ${NAME} in the audiences file. [default: .env beside it, if there is one]",
        ),
        option("-v", "--verbose", count=True, help="Say more on stderr; twice to see where something broke."),
        option("-q", "--quiet", count=True, help="Say only results and problems."),
        option("--log-format", type=click.Choice(["text", "json"]), help="How log lines on stderr are written."),
        option("--no-color", is_flag=True, help="Plain text; the variable NO_COLOR is respected too."),
        option("--no-input", is_flag=True, help="Never ask a question; CI=true means the same."),
    ]


class Span(click.ParamType[int]):
    """`30s`, `90m`, `26h`, `3d` as seconds."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"(\d{1,6})([smhd])", str(value))
        if found is None:
            self.fail(f"{value!r} is not understood; write 90m, 26h or 3d", param, ctx)
        return int(found[1]) * _SECONDS[found[2]]


PATIENCE: Final = click.option(
    "--lock-timeout",
    "patience",
    type=Span(),
    default="0s",
    metavar="SPAN",
    help="How long to wait for another run to end, such as 10m; not at all unless given.",
)


DIAGNOSTICS: Final = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are written; github makes annotations of a pull request.",
)

AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of the screen.")


class Command(click.Command):
    """A command that takes the global options behind its name as well."""

    def __init__(self, *, params: list[click.Parameter] | None = None, **settings: Any) -> None:
        settings.setdefault("epilog", _ELSEWHERE)
        own = params or []
        taken = frozenset(name for each in own for name in each.opts)
        super().__init__(params=[*own, *global_options(hidden=True, taken=taken)], **settings)


class Group(click.Group):
    """Commands under one name, which takes the global options as well, and lists them in the order of their use."""

    def __init__(self, name: str, *, commands: list[click.Command], **settings: Any) -> None:
        super().__init__(name, commands=commands, params=global_options(hidden=True), epilog=_ELSEWHERE, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx  # the list is the same everywhere
        return list(self.commands)


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    invocation = context.find_root().find_object(Invocation)
    if value and invocation is not None and parameter.name is not None:
        setattr(invocation, parameter.name, value)
