"""Birth dates and genders. Only Meta takes them, and hashes hide neither: there are two genders there and 366 birthdays.

https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences: year YYYY "from 1900
to current year", month `01` to `12`, day `01` to `31`, each in a cell of its own; gender `m` and `f`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.text import NOT_GIVEN, lowered, plain_digits, readable

FIRST_YEAR: Final = 1901
"""Many systems write 1 January 1900 where they know no date."""
DAY: Final = (
    r"^([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|\.([0-9]{1,2})\.)([0-9]{1,2})"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
"""Year first, perhaps with a time behind it. A pattern for Python and for RE2."""

_DAY = re.compile(DAY)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\.0+)?")

WORDS: Final = dict.fromkeys(["m", "male", "man", "mand", "mann", "männlich", "homme", "hombre"], "m") | dict.fromkeys(
    ["f", "female", "woman", "kvinde", "kvinna", "kvinne", "k", "frau", "weiblich", "w", "femme", "mujer"], "f"
)
"""Numbers are not read: 1 is a man to ISO 5218 and a woman to others."""


def birth_date(text: str, today: date) -> str | Unusable:
    """The day, `1997-02-16`. Read are a year first with `-`, `/` or `.`, a time behind it, and `19970216`.

    No other order: 03/04/1990 is in March or in April. Eight digits are never a day first, since no month is 19 or 20.
    """
    inner = readable(text)
    if isinstance(inner, Unusable):
        return inner
    written = plain_digits(inner)
    found = _DAY.match(written) or _COMPACT.fullmatch(written)
    if found is None:
        return Unusable.NOT_A_DATE
    try:
        day = date(*(int(each) for each in found.groups() if each is not None))
    except ValueError:
        return Unusable.NOT_A_DATE
    return day.isoformat() if day.year >= FIRST_YEAR and day <= today else Unusable.IMPLAUSIBLE_DATE


def meta_birth_year(day: str) -> str:
    return day[:4]


def meta_birth_month(day: str) -> str:
    return day[5:7]


def meta_birth_day(day: str) -> str:
    return day[8:]


def meta_gender(text: str) -> str | Unusable:
    """`m` or `f`, of the words in `WORDS`; whoever is neither to the source is left blank, not guessed.

    Meta's own builders read many words more, `god` and `count` among them, and take the rest of the world for male.
    """
    inner = readable(text, NOT_GIVEN)
    return inner if isinstance(inner, Unusable) else WORDS.get(lowered(inner), Unusable.NOT_M_OR_F)
