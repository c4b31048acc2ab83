"""`consentric identify`: what a platform would get of the contacts in a file, to compare hash by hash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from consentric.cli import terminal
from consentric.cli.invocation import Invocation
from consentric.cli.options import AS_JSON, Command
from consentric.errors import UsageError


class Named(click.ParamType[tuple[str, str]]):
    """`phone=Mobil`: a field and the column that holds it."""

    name = "named"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        field, equals, column = str(value).partition("=")
        if not equals or not field or not column:
            self.fail("is not understood; write FIELD=COLUMN, such as phone=Mobil", param, ctx)
        return field, column


@click.command(cls=Command)
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--platform", type=click.Choice(["google", "meta"]), required=True, help="Whose rules.")
@click.option("--country", metavar="CC", help="Where numbers and postcodes of rows that name no country are at home.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="OUT.parquet",
    help="Write NAME_value and NAME_reason for each column NAME; for you only (0600).",
)
@click.option(
    "--column",
    "named",
    type=Named(),
    multiple=True,
    metavar="FIELD=NAME",
    help="This column holds this field, e.g. phone=Mobil; may be repeated. Other fields are found by name.",
)
@click.option(
    "--keep", "kept", multiple=True, metavar="NAME", help="Copy this column too, to join by; may be repeated."
)
@click.option("--show-normalised", is_flag=True, help="Write NAME_normalised too: contacts in clear.")
@click.option("--force", is_flag=True, help="Replace OUT.parquet if it is there.")
@click.option(
    "--delimiter", default=",", show_default=True, metavar="C", help="Between the cells of a CSV file; or `tab`."
)
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME", help="Of a CSV file, such as latin-1.")
@click.option("--quote", default='"', show_default=True, metavar="C", help="Around the cells of a CSV file.")
@AS_JSON
@click.pass_obj
def identify(invocation: Invocation, /, *, source: Path, as_json: bool, **asked: Any) -> int:
    """Hash the contacts of a file as a platform wants them.

    For each e-mail, phone, name, postcode and country of a CSV or Parquet file: what would be sent, or why it cannot be
    used. Reads no audiences file, sends nothing, and shows counts only.
    """
    from consentric.workflows import identify as workflow

    invocation.document = "identify/1" if as_json else None
    request = workflow.Request(file=source, **_settings(asked))
    with invocation.opened() as (shell, _):
        found = workflow.run(shell, request)
    if as_json:
        from consentric.reporting.identify_json import identify_json

        terminal.show_json(identify_json(found))
    else:
        from consentric.reporting.identify_screen import identify_screen

        terminal.show(identify_screen(found, invocation.look()), colour=invocation.colour)
    return 0


def _settings(asked: dict[str, Any]) -> dict[str, Any]:
    """The options as the workflow knows them."""
    from consentric.model.project import CsvDialect, Platform

    return {
        "platform": Platform(asked["platform"]),
        "country": asked["country"],
        "out": asked["out"],
        "named": asked["named"],
        "kept": tuple(dict.fromkeys(asked["kept"])),
        "dialect": CsvDialect(*(_dialect(each, asked[each]) for each in ("delimiter", "encoding", "quote"))),
        "shows": asked["show_normalised"],
        "overwrites": asked["force"],
    }


def _dialect(option: str, value: str) -> str:
    """By the rules of the audiences file."""
    from consentric.config import names
    from consentric.config.problems import WrongValueError

    try:
        if option == "encoding":
            return names.encoding(value)
        found = names.one_character(value)
    except WrongValueError as wrong:
        raise UsageError("A950", f"--{option} is not understood", hint=wrong.hint) from None
    if not found.isascii():
        raise UsageError("A950", f"--{option} is not understood", hint='write a sign such as ";" or "|"')
    return found
