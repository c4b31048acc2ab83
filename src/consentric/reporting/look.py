"""How a screen may look: how wide, in which characters, and below which size a count of people is not told."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

WIDE: Final = 100
NARROW: Final = 80

_ASCII: Final = str.maketrans(
    {
        "−": "-", "–": "-", "·": "|", "→": ">", "≈": "~", "…": ".", "×": "x", "✓": "*", "✗": "x", "⚠": "!", "↻": "^",
        "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "#", "▍": " ", "▎": " ", "▏": " ", "─": "-", "•": "*",
        "æ": "a", "Æ": "A", "ø": "o", "Ø": "O", "ß": "s", "ł": "l", "Ł": "L", "“": '"', "”": '"', "’": "'",
    }
)  # fmt: skip

_FEW_PEOPLE: Final = re.compile(r"(?<![\d.,] )\b(\d{1,9})\b(?= (?:more )?(?:people|persons?|members?|customers?)\b)")


@dataclass(frozen=True, slots=True)
class Look:
    """`mask_below` N: counts of people from 1 to N - 1 are written "<N"; 0 shows every count."""

    width: int = WIDE
    unicode: bool = True
    mask_below: int = 0

    @property
    def bars(self) -> bool:
        return self.width >= WIDE

    def people(self, count: int) -> str:
        """A count of people, masked when it is small enough to point at somebody."""
        if 0 < count < self.mask_below:
            return f"<{self.mask_below}"
        return grouped(count)

    def sentence(self, text: str) -> str:
        """A sentence that others wrote, with the small counts of people in it masked."""
        text = printable(text)
        return _FEW_PEOPLE.sub(lambda found: self._few(found[1]), text) if self.mask_below else text

    def spell(self, text: str) -> str:
        """The text in the characters that the reader's terminal has; every character keeps its one cell."""
        if self.unicode or text.isascii():
            return text
        return "".join(_ascii(letter) for letter in text.translate(_ASCII))

    def _few(self, digits: str) -> str:
        return f"<{self.mask_below}" if 0 < int(digits) < self.mask_below else digits


def grouped(number: int) -> str:
    """12345 as people read it: `12 345`."""
    return f"{number:,}".replace(",", " ")


def rows(number: int) -> str:
    """A number of rows: exact below a million, then short."""
    return grouped(number) if number < 1_000_000 else f"{number / 1_000_000:.1f} M"


def printable(text: str) -> str:
    """Text from a file, on one line and without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 list`, `2 lists`."""
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"


def _ascii(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() else "?"
