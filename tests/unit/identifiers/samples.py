"""Made-up cells as real files have them: mostly clean, some of every kind of dirt. No real person's data."""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

COUNT: Final = 1_000_000 if os.environ.get("CONSENTRIC_LONG") else 8_000
PATIENCE: Final = 3600 if COUNT > 8_000 else 300
"""Seconds that a test over all cells may take."""
SPACE: Final = ["", "", "", " ", "\t", "\xa0", "\u200b", "\u3000", "\r\n", "\ufeff", "\x1c"]
REGIONS: Final = sorted(phonenumbers.SUPPORTED_REGIONS)
COUNTRIES: Final = [None, "DK", "SE", "NO", "DE", "GB", "US", "CA", "FR", "IT", "FI", "AR", "KZ", "AQ", "BR", "GG"]
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFZæøåÆØÅéü"
_ODD: Final = "İıßẞΣσς\u0301ﬁ＠@@.+-_'\"<>,;: \0\x7f\u200bＡ́中정١٢,/()&"
_WHOLE: Final = [
    "",
    " ",
    "-",
    "N/A",
    "null",
    "nan",
    "noemail@",
    "test@test.dk",
    "0",
    "a" * 64,
    "D41D8CD98F00B204E9800998ECF8427E",
]


def many(make: Callable[[random.Random], str | None], seed: int = 7) -> list[str | None]:
    """COUNT cells, the same ones in every run."""
    chance = random.Random(seed)
    return [make(chance) for _ in range(COUNT)]


def email(chance: random.Random) -> str | None:
    """An address, often clean, sometimes at Gmail, sometimes broken."""
    local = _word(chance) + chance.choice(["", ".", "_", "..", "+x", "-", "."]) + _word(chance)
    host = chance.choice(["gmail.com", "GoogleMail.com", "x.dk", "mail.example", "bogense-æ.dk", "xn--bogense--q0a.dk"])
    host = chance.choice([host, f"{_word(chance)}.{chance.choice(['dk', 'com', 'co.uk', 'x', 'invalid', '1a'])}"])
    return _dirtied(chance, f"{local}@{host}")


def phone(chance: random.Random) -> str | None:
    """A number of any country in one of the ways in which people write numbers, sometimes broken."""
    region = chance.choice(["DK", "DK", "SE", "DE", "GB", "US", "IT", *REGIONS])
    number = example(
        region, chance.choice([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE])
    )
    if number is None:
        return None
    written = chance.choice(written_forms(number))
    digits = "".join(
        chance.choice("0123456789") if each.isdigit() and chance.random() < 0.15 else each for each in written
    )
    return _dirtied(chance, digits + chance.choice(["", "", "", "", ".0", " ext 5", "E+09", "/" + digits]))


def name(chance: random.Random) -> str | None:
    """A first or last name with titles, suffixes, particles and marks."""
    word = _word(chance) + chance.choice(["", "", "-", "'", " ", " van ", "  "]) + _word(chance)
    worn = (
        chance.choice(["", "", "Mr. ", "Dr. ", "mrs."])
        + word
        + chance.choice(["", "", ", Jr.", " III", " phd", ", jr., dds"])
    )
    return _dirtied(chance, unicodedata.normalize(chance.choice(["NFC", "NFD"]), worn))


def postcode(chance: random.Random) -> str | None:
    """Four to nine digits, or a code with letters, spaces and hyphens."""
    digits = "".join(chance.choices("0123456789", k=chance.choice([1, 3, 4, 5, 9])))
    code = chance.choice([digits, "SW1A 1AA", "m1 1ae", "1229-076", "94045-1234", "1012  AB", digits + ".0", "K1A-0B1"])
    return _dirtied(chance, code)


def country(chance: random.Random) -> str | None:
    """A code in any spelling, or something else."""
    return _dirtied(chance, chance.choice(["DK", "dk", "Se", "UK", "gbr", "Danmark", "XK", "EL", "NA", "unknown"]))


@cache
def example(region: str, kind: int) -> phonenumbers.PhoneNumber | None:
    """The number that the library gives as an example for the region."""
    return phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)


def written_forms(number: phonenumbers.PhoneNumber) -> list[str]:
    """The same number in the usual ways, with and without its country."""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return [e164, spaced, spaced.replace(" ", "."), "00" + e164[1:], e164[1:], national, national.replace(" ", "-")]


def formatted(chance: random.Random, region: str) -> str:
    """A number of the region, valid or nearly, in one of the formats in which numbers are written everywhere."""
    number = example(region, chance.randrange(11))
    if number is None:
        return "+" + region
    drawn = phonenumbers.PhoneNumber()
    drawn.merge_from(number)
    digits = [chance.choice("0123456789") if chance.random() < 0.1 else each for each in str(number.national_number)]
    drawn.national_number = int("".join(digits)) + chance.choice([0, 0, 1])
    kinds = (
        PhoneNumberFormat.E164,
        PhoneNumberFormat.INTERNATIONAL,
        PhoneNumberFormat.NATIONAL,
        PhoneNumberFormat.RFC3966,
    )
    written = phonenumbers.format_number(drawn, chance.choice(kinds))
    if written.startswith("tel:"):
        return written
    bare = "".join(each for each in written if each.isdigit() or each == "+")
    grouped = chance.choice(" -.").join([bare[:3], bare[3:6], bare[6:8], bare[8:]]).rstrip(" -.")
    bracketed = f"({bare[:4]}) {bare[4:]}"
    return chance.choice(
        [written, written, bare, grouped, bracketed, written.replace(" ", "-"), written.replace(" ", ".")]
    )


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_LETTERS, k=chance.randint(1, 7)))


def _dirtied(chance: random.Random, text: str) -> str | None:
    """One cell in six is not as it should be."""
    draw = chance.random()
    if draw < 0.01:
        return None
    if draw < 0.03:
        return chance.choice(_WHOLE)
    if draw < 0.10:
        at = chance.randint(0, len(text))
        return text[:at] + chance.choice(_ODD) + text[at:]
    if draw < 0.16:
        return chance.choice(SPACE) + text + chance.choice(SPACE)
    return text
