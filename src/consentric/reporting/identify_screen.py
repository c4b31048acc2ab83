"""What `identify` made of a file: for each column how many cells a platform could use, and why not the others."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from consentric.model.identified import Identified, IdentifiedColumn
from consentric.reporting.look import Look, printable, rows
from consentric.reporting.sheet import BETWEEN, Sheet
from consentric.reporting.unusable import meaning, right
from consentric.reporting.words import field, joined

_LABEL: Final = 24
_COUNT: Final = 9


def identify_screen(found: Identified, look: Look) -> Text:
    """Counts and invented examples; no value of the file."""
    sheet = Sheet(look)
    _header(sheet, found)
    for column in found.columns:
        sheet.blank()
        _column(sheet, column, found.rows)
    sheet.blank()
    for key in found.whole:
        parts = joined([field(each) for each in key.fields])
        if key.rows is None:
            told = f"{key.name}: {found.platform} wants {parts} of one row, and this file does not have them all"
        else:
            told = f"{key.name}: sent where one row has {parts}: {sheet.look.counted(key.rows, 'row')}"
        sheet.prose(told, indent=2, hanging=2)
    if found.not_sent:
        names = joined([printable(each) for each in found.not_sent])
        sheet.prose(f"{found.platform} takes nothing of {names}", indent=2, hanging=2)
    _answer(sheet, found)
    return sheet.text()


def _header(sheet: Sheet, found: Identified) -> None:
    home = "no country is assumed" if found.country is None else f"{found.country} where a row names no country"
    many = "1 row" if found.rows == 1 else f"{rows(found.rows)} rows"
    sheet.items(["  "], [printable(found.file), f"for {found.platform}", many, home], column=2, style="bold")
    if found.left_out:
        many = sheet.look.counted(found.left_out, "row")
        text = (
            f"{many} with too many or too few cells left out: compare by a key (--keep), not by the order of the rows"
        )
        sheet.prose(f"⚠ {text}", indent=2, hanging=2, style="yellow")


def _column(sheet: Sheet, column: IdentifiedColumn, rows_in_all: int) -> None:
    sent = f"{field(column.field)}: leaves {'hashed' if column.hashed else 'in clear'} as {column.sent_as}"
    sheet.ends(printable(column.column), sent, indent=2, style="bold")
    _line(sheet, "can be used", column.usable, f"of {rows(rows_in_all)}")
    for reason, count in sorted(column.unusable.items(), key=lambda each: -each[1]):
        _line(sheet, f"− {reason.replace('_', ' ')}", count, meaning(reason))
    example = right(column.field)
    if column.unusable and example is not None:
        sheet.line(" " * (4 + _LABEL + _COUNT + 3), (f"right would be {example}", "dim"))


def _line(sheet: Sheet, label: str, count: int, note: str) -> None:
    head = f"    {label:<{_LABEL}}{sheet.look.people(count):>{_COUNT}}"
    sheet.items([head], [note], column=len(head) + 3)


def _answer(sheet: Sheet, found: Identified) -> None:
    if found.out is None:
        sheet.line("  Nothing is written; ", ("--out OUT.parquet", "bold"), " keeps what would be sent of each row")
        return
    made = ["NAME_value: what would be sent", "NAME_reason: why nothing would be", "readable by you only"]
    sheet.items([("  Written  ", "bold")], [printable(found.out), *made], column=11)
    if found.in_clear:
        names = BETWEEN.join(printable(each) for each in found.in_clear)
        what = "⚠ It holds contacts in clear" if found.shows_contacts else f"In clear, as {found.platform} wants them"
        sheet.prose(f"{what}: {names}", indent=2, hanging=4, style="yellow" if found.shows_contacts else "")
    sheet.prose("Hashes are personal data too: delete the file when you have compared.", indent=2)
