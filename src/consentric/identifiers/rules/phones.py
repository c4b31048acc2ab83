"""Phone numbers: a number is whatever `phonenumbers` says is valid, in E.164.

*Identity form*: `+4520304050`. Decisions:
* Google's and Meta's samples only strip characters, which makes (800)555-0100 and +44 (0)20 … into numbers that do not exist;
  both pages want E.164 with the country code (https://developers.google.com/data-manager/api/devguides/concepts/formatting;
  https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences).
* A national number is read in the row's country. Without one it is unusable: a wrong country makes it a stranger's number.
* `0045…` is international everywhere, and `(0)` after a country code may be left out, where the number is then valid.
* A number from a spreadsheet may end in `.0`; one in exponent notation has lost digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.text import UNJOINED, plain_digits, readable

LONGEST_NUMBER: Final = 100
WHOLE_FLOAT: Final = r"^\+?[1-9][0-9]*\.0+$"
"""A whole number as a spreadsheet or a data frame writes it, never with a zero in front: 020.00 is 02000 with a dot.

A pattern for Python and for RE2.
"""

_WHOLE_FLOAT = re.compile(WHOLE_FLOAT)
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_FROM_ABROAD = re.compile(r"^[ ().-]*0[ ().-]*0")
_TRUNK_ZERO = re.compile(r"^(\+[0-9]{1,3}[ .-]*)\(0\)")
_SEPARATORS = re.compile(r"[;,|/\n]|\b(?:or|og|and|und|eller)\b", re.IGNORECASE)
_DIGITS_OF_A_NUMBER: Final = 7


def phone(text: str, country: str | None) -> str | Unusable:
    """E.164. `country` (ISO 3166 alpha-2, upper case) is where numbers without a country code are at home."""
    inner = readable(text)
    if isinstance(inner, Unusable):
        return inner
    if len(inner) > LONGEST_NUMBER:
        return Unusable.TOO_LONG
    written = plain_digits(inner.translate(UNJOINED))
    if _EXPONENT.fullmatch(written):
        return Unusable.PRECISION_LOST
    if _WHOLE_FLOAT.match(written):
        written = written.partition(".")[0]
    if _holds_several(written):
        return Unusable.SEVERAL_VALUES
    for reading in _readings(written):
        number = _valid(reading, country)
        if number is not None:
            return number
    return Unusable.NOT_A_NUMBER if _is_at_home(written, country) else Unusable.NO_COUNTRY


def google_phone(number: str) -> str:
    """E.164 as it is, with the plus: https://developers.google.com/data-manager/api/devguides/concepts/formatting."""
    return number


def meta_phone(number: str) -> str:
    """E.164 without the plus, digits only.

    https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences, whose example
    (+84) 091-2345678 → 84912345678 loses the zero inside too.
    """
    return number.removeprefix("+")


def _readings(written: str) -> Iterator[str]:
    """The number as written; then with 00 read as a plus; then without the (0) that is not dialled from abroad."""
    yield written
    international = _FROM_ABROAD.sub("+", written)
    if international != written:
        yield international
    if _TRUNK_ZERO.match(international):
        yield _TRUNK_ZERO.sub(r"\1", international)


def _valid(written: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(written, country)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_at_home(written: str, country: str | None) -> bool:
    """True when the number says its country itself, or the row does; or when there is no number at all."""
    if "+" in written or _FROM_ABROAD.match(written) or country in phonenumbers.SUPPORTED_REGIONS:
        return True
    return sum(each.isdigit() for each in written) < _DIGITS_OF_A_NUMBER


def _holds_several(written: str) -> bool:
    parts = _SEPARATORS.split(written)
    return len(parts) > 1 and sum(sum(map(str.isdigit, part)) >= _DIGITS_OF_A_NUMBER for part in parts) > 1
