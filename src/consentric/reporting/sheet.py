"""A page of text under construction: lines that know the look, wrap between items, and keep their styles."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from consentric.reporting.look import Look

_TOGETHER: Final = re.compile(
    r"(?<=\d) (?=\d{3}\b)|(?<=\w) (?=<?\d[\d ]*(?:,|$))|(?<= --allow-removals) |(?<= --allow-additions) "
)

Part = str | tuple[str, str]

BETWEEN: Final = " · "

_LEAST: Final = 40
"""A sentence with less room than this is no column any more."""


class Sheet:
    """Collects lines and gives them out as one rich text; `str()` of that is the plain page."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._lines: list[Text] = []

    def line(self, *parts: Part) -> None:
        """One line, as it is."""
        spelled = (
            self.look.spell(part) if isinstance(part, str) else (self.look.spell(part[0]), part[1]) for part in parts
        )
        line = Text.assemble(*spelled)
        line.rstrip()
        self._lines.append(line)

    def blank(self) -> None:
        if self._lines and self._lines[-1].plain:
            self._lines.append(Text())

    def prose(self, text: str, *, indent: int, hanging: int = 0, style: str = "") -> None:
        """A sentence, broken between words; lines after the first stand `hanging` further in."""
        for number, line in enumerate(
            wrapped(text, self.look.width - indent, later=self.look.width - indent - hanging)
        ):
            self.line((" " * (indent + (hanging if number else 0)) + line, style))

    def items(self, head: Sequence[Part], items: Sequence[str], *, column: int, style: str = "") -> None:
        """`head`, then items beginning at `column`; a line that is full goes on below, at the same column."""
        for number, text in enumerate(filled(items, self.look.width - column)):
            start = list(head) if number == 0 else []
            gap = " " * max(0, column - _cells(start))
            self.line(*start, gap, (text, style))

    def ends(self, left: str, right: str, *, indent: int, style: str = "") -> None:
        """One text at the left, one at the right end of the line; on two lines where one is too short."""
        room = self.look.width - indent - cell_len(left) - cell_len(right)
        if room >= 2:
            self.line(" " * indent, (left, style), " " * room, (right, "dim"))
            return
        self.prose(left, indent=indent, hanging=6, style=style)
        self.prose(right, indent=indent + 6, style="dim")

    def remark(self, label: str, text: str, where: str, *, indent: int) -> None:
        """A sentence behind its label, and at the right end of its first line what it is about; never that alone."""
        left = indent + len(label) + 2
        room = self.look.width - left - cell_len(where) - 2
        if room < _LEAST:
            self.prose(f"{label}  {where}: {text}", indent=indent, hanging=len(label) + 2)
            return
        first, *more = wrapped(text, room)
        gap = " " * (self.look.width - left - cell_len(first) - cell_len(where))
        self.line(" " * indent, f"{label}  {first}{gap}", (where, "dim"))
        for line in more:
            self.line(" " * left, line)

    def text(self) -> Text:
        return Text("\n").join(self._lines)


def wrapped(text: str, room: int, *, later: int | None = None) -> list[str]:
    """Lines broken between words, but never inside a figure, between a word and its count, or an option and its value."""
    kept = _TOGETHER.sub("\N{NO-BREAK SPACE}", text)
    less = " " * (0 if later is None else room - later)
    lines = textwrap.wrap(kept, room, subsequent_indent=less, break_long_words=False, break_on_hyphens=False)
    return [
        line.removeprefix(less if number else "").replace("\N{NO-BREAK SPACE}", " ")
        for number, line in enumerate(lines)
    ]


def filled(items: Sequence[str], room: int) -> list[str]:
    """Items joined by dots, as many to a line as there is room for; only an item that is too long itself is broken."""
    lines: list[str] = []
    for item in items:
        longer = f"{lines[-1]}{BETWEEN}{item}" if lines else item
        if lines and cell_len(longer) <= room:
            lines[-1] = longer
        else:
            lines += wrapped(item, max(room, 20)) or [item]
    return lines or [""]


def _cells(parts: Sequence[Part]) -> int:
    return sum(cell_len(part if isinstance(part, str) else part[0]) for part in parts)
