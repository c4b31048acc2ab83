"""How people and old systems write an e-mail address, a phone number or a name: mostly well, sometimes not.

Takes true values and gives them as written. Knows nothing about customers, consent or files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from .names import TITLES
from .rolls import Choice, pick

CALLING_CODE: Final = {"DK": "45", "SE": "46", "NO": "47", "DE": "49"}

# National numbers of mobiles: the leading digits, and how many digits follow. Denmark assigns no numbers with a nought
# in third place. 202… is left out although assigned: it begins like a year, tests search output for these digits, and a
# date is no leak.
_DANISH: Final = tuple(
    f"{start}{third}"
    for start in (*range(20, 32), 40, 41, 42, 50, 51, 52, 53, 60, 61)
    for third in range(1, 10)
    if (start, third) != (20, 2)
)
_MOBILES: Final[dict[str, tuple[tuple[str, ...], int]]] = {
    "DK": (_DANISH, 5),
    "SE": (("070", "072", "073", "076"), 7),
    "NO": (("40", "41", "46", "47", "48", "90", "91", "92", "93", "95"), 6),
    "DE": (("0151", "0157", "0160", "0176"), 8),
}
_LATIN: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "'": "", ".": "", " ": "."}
)


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it stands in the file, and whether the person behind it can be told from it."""

    text: str
    usable: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number by its parts: `national` may begin with a trunk nought, `short` does not."""

    code: str
    national: str

    @property
    def short(self) -> str:
        return self.national.removeprefix("0")

    def pairs(self, separator: str) -> str:
        return separator.join(self.national[at : at + 2] for at in range(0, len(self.national), 2))


EmailSpelling = Callable[[str], str]
NumberSpelling = Callable[[Number], str]

_EMAIL: Final = Choice[tuple[EmailSpelling, bool]](
    ((str, True), 870.0),
    ((str.upper, True), 20.0),
    ((str.title, True), 20.0),
    ((lambda email: f"  {email} ", True), 12.0),
    ((lambda email: f"{email}\u00a0", True), 6.0),
    ((lambda email: f"\u200b{email}", True), 3.0),
    ((lambda _: "", False), 25.0),
    ((lambda _: "n/a", False), 2.0),
    ((lambda _: "N/A", False), 2.0),
    ((lambda _: "-", False), 4.0),
    ((lambda _: "test@test.dk", False), 4.0),
    ((lambda _: "noemail@post.example", False), 2.0),
    ((lambda email: email.replace("@", "@@"), False), 6.0),
    ((lambda email: email.partition("@")[0] + "@", False), 4.0),
    ((lambda email: email.replace(".", " ", 1), False), 3.0),
    ((lambda email: f"mailto:{email}", False), 3.0),
    ((lambda email: f"{email.partition('@')[0]} <{email}>", False), 2.0),
)

_MOBILE: Final = Choice[
    tuple[NumberSpelling, bool]
](
    ((lambda number: number.national, True), 400.0),
    ((lambda number: number.pairs(" "), True), 190.0),
    ((lambda number: f"+{number.code} {number.short}", True), 110.0),
    ((lambda number: f"+{number.code}{number.short}", True), 80.0),
    ((lambda number: f"00{number.code}{number.short}", True), 30.0),
    ((lambda number: number.pairs("-"), True), 25.0),
    ((lambda number: number.pairs("\u00a0"), True), 8.0),
    ((lambda number: f"{number.national}.0", True), 12.0),  # a spreadsheet took it for a number
    ((lambda number: f"{int(number.code + number.short):.2E}", False), 7.0),  # and here the digits are gone
    ((lambda _: "12345678", False), 3.0),
    ((lambda _: "00000000", False), 2.0),
    ((lambda _: "ukendt", False), 1.0),
    ((lambda number: number.national[:5], False), 4.0),
    ((lambda number: f"ring {number.national} efter kl. 16", False), 3.0),
    ((lambda _: "n/a", False), 6.0),
    ((lambda _: "-", False), 6.0),
    ((lambda _: "", False), 110.0),
)


def mailbox(first_name: str, last_name: str) -> str:
    """`Anne-Marie`, `Møller` → `anne-marie.moeller`."""
    return f"{first_name} {last_name}".lower().translate(_LATIN)


def write_email(rng: Random, email: str) -> Written:
    """A true address the way it stands in the customer file."""
    spelling, usable = _EMAIL.roll(rng)
    return Written(spelling(email), usable)


def new_mobile(rng: Random, country: str, taken: set[str]) -> str:
    """A valid national mobile number that nobody in the shop has yet."""
    prefixes, digits = _MOBILES[country]
    while True:
        number = pick(rng, prefixes) + str(int(rng.random() * 10**digits)).zfill(digits)
        if number not in taken:
            taken.add(number)
            return number


def write_mobile(rng: Random, country: str, national: str) -> Written:
    """A true national number the way it stands in the customer file."""
    spelling, usable = _MOBILE.roll(rng)
    return Written(spelling(Number(CALLING_CODE[country], national)), usable)


def write_first_name(rng: Random, name: str) -> str:
    roll = rng.random()
    if roll < 0.006:
        return f"{pick(rng, TITLES)} {name}"
    if roll < 0.016:
        return name.upper()
    if roll < 0.026:
        return f" {name} "
    return "" if roll < 0.032 else name


def gmail_spelling(rng: Random, email: str) -> str:
    """The same Gmail box, with other dots and a +tag."""
    local, _, domain = email.partition("@")
    return f"{local.replace('.', '', 1)}+{pick(rng, ('hyggeshop', 'kaffe', 'shop'))}@{domain}"
