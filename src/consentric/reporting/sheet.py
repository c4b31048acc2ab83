"""A page of text under construction: lines that know the look, wrap between items, and keep their styles."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from consentric.reporting.look import Look

Part = str | tuple[str, str]

BETWEEN: Final = " · "


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
        for line in textwrap.wrap(
            text,
            self.look.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hanging),
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self.line((line, style))

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

    def text(self) -> Text:
        return Text("\n").join(self._lines)


def filled(items: Sequence[str], room: int) -> list[str]:
    """Items joined by dots, as many to a line as there is room for; only an item that is too long itself is broken."""
    lines: list[str] = []
    for item in items:
        longer = f"{lines[-1]}{BETWEEN}{item}" if lines else item
        if lines and cell_len(longer) <= room:
            lines[-1] = longer
        else:
            lines += textwrap.wrap(item, max(room, 20), break_on_hyphens=False) or [item]
    return lines or [""]


def _cells(parts: Sequence[Part]) -> int:
    return sum(cell_len(part if isinstance(part, str) else part[0]) for part in parts)
