"""How a screen may look: how wide, in which characters, and below which size a count of people is not told."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from consentric.model.figures import grouped

WIDE: Final = 100
NARROW: Final = 80

_ASCII: Final = str.maketrans(
    {
        "−": "-", "–": "-", "·": "|", "→": ">", "≈": "~", "…": ".", "×": "x", "✓": "*", "✗": "x", "⚠": "!", "↻": "^",
        "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "#", "▍": " ", "▎": " ", "▏": " ", "─": "-", "•": "*",
        "æ": "a", "Æ": "A", "ø": "o", "Ø": "O", "ß": "s", "ł": "l", "Ł": "L", "“": '"', "”": '"', "’": "'",
    }
)  # fmt: skip

_FEW_PEOPLE: Final = re.compile(r"(?<![\d.,] )\b(\d{1,9}) ((?:more )?)(people|person|members?|customers?)\b")
_PLURAL: Final = {"person": "people", "member": "members", "customer": "customers"}

_COMMANDS: Final = re.compile(r"\bconsentric (?=(?:validate|plan|sync|confirm|status)\b)")
"""Commands that read the audiences file; the others take no file."""


@dataclass(frozen=True, slots=True)
class Look:
    """`mask_below` N: counts of people from 1 to N - 1 are written "<N"; 0 shows every count.

    `command` is how the reader calls consentric: with the file and the record that they named.
    """

    width: int = WIDE
    unicode: bool = True
    mask_below: int = 0
    command: str = "consentric"

    @property
    def bars(self) -> bool:
        return self.width >= WIDE

    def people(self, count: int) -> str:
        """A count of people, masked when it is small enough to point at somebody."""
        return f"<{self.mask_below}" if self._is_few(count) else grouped(count)

    def counted(self, count: int, one: str, many: str | None = None) -> str:
        """`1 person`, `12 people`, `<10 people`: a masked count is never told by its grammar."""
        several = many or f"{one}s"
        return f"{self.people(count)} {one if self.is_one(count) else several}"

    def is_one(self, count: int) -> bool:
        """Whether the reader sees that it is one."""
        return count == 1 and not self._is_few(count)

    def sentence(self, text: str) -> str:
        """A sentence that others wrote: small counts of people masked, commands as the reader has to type them."""
        text = typed(printable(text), self.command)
        return _FEW_PEOPLE.sub(self._few, text) if self.mask_below else text

    def spell(self, text: str) -> str:
        """The text in the characters that the reader's terminal has; every character keeps its one cell."""
        if self.unicode or text.isascii():
            return text
        return "".join(_ascii(letter) for letter in text.translate(_ASCII))

    def _is_few(self, count: int) -> bool:
        return 0 < count < self.mask_below

    def _few(self, found: re.Match[str]) -> str:
        if not self._is_few(int(found[1])):
            return found[0]
        return f"{self.people(int(found[1]))} {found[2]}{_PLURAL.get(found[3], found[3])}"


def typed(text: str, command: str) -> str:
    """A hint whose commands begin as the reader has to type them."""
    return _COMMANDS.sub(lambda _: f"{command} ", text)


def rows(number: int) -> str:
    """A number of rows: exact below a million, then short."""
    return grouped(number) if number < 1_000_000 else f"{number / 1_000_000:.1f} M"


def printable(text: str) -> str:
    """Text from a file, on one line and without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _ascii(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() else "?"
