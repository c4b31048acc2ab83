"""Why a cell is of no use to a platform, and what a good one looks like: sentences and invented examples, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from consentric.identifiers.reasons import Unusable

MEANINGS: Final[Mapping[str, str]] = {
    Unusable.EMPTY: "nothing, or only spaces",
    Unusable.PLACEHOLDER: "typed to get past a form, such as n/a, - or test@test.dk",
    Unusable.LOOKS_HASHED: "a hash already; it takes the value itself to make the right one",
    Unusable.CONTROL_CHARACTER: "a control character inside the value",
    Unusable.TOO_LONG: "longer than any real value of its kind",
    Unusable.SEVERAL_VALUES: "two or more values in one cell",
    Unusable.NOT_AN_EMAIL: "no e-mail address",
    Unusable.NOT_A_NUMBER: "no phone number that exists in its country",
    Unusable.PRECISION_LOST: "rounded by a spreadsheet, as in 4.51E+09: the digits are gone",
    Unusable.NO_COUNTRY: "a national number or postcode, and nothing says of which country",
    Unusable.NOT_A_COUNTRY: "not the two letters of a country",
    Unusable.NOT_A_NAME: "no name",
    Unusable.NOT_A_POSTCODE: "no postcode of its country",
    Unusable.NOT_A_PLACE: "no city or state that can be written from a to z, or no state of its country",
    Unusable.NOT_A_DATE: "no day written year first, such as 1990-12-24",
    Unusable.IMPLAUSIBLE_DATE: "a birth date before 1901 or after today",
    Unusable.NOT_M_OR_F: "a gender that the platform has no letter for",
    Unusable.NOT_A_DEVICE: "no advertising id of a device",
    Unusable.NOT_A_HASH: "no SHA-256 in 64 hexadecimal digits, in a column that is said to hold them",
}
_RIGHT: Final[Mapping[str, str]] = {
    "email": "anna@example.com",
    "phone": "+45 20 30 40 50",
    "first_name": "Anna",
    "last_name": "Holm",
    "postcode": "8000",
    "country": "DK",
    "city": "Aarhus",
    "state": "CA",
    "birth_date": "1990-12-24",
    "gender": "f",
    "mobile_id": "38400000-8cf0-11bd-b23e-10b96e40000d",
}


def meaning(reason: str) -> str:
    """What is wrong with such a cell."""
    return MEANINGS.get(reason, reason.replace("_", " "))


def right(field: str) -> str | None:
    """A cell of the field that can be used."""
    return _RIGHT.get(field)
