"""Which field a column of a foreign file holds, by its name, where nobody has said so.

Small and exact on purpose: English and Danish names that can mean one thing only. A name that is not here is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from consentric.identifiers.reasons import Unusable
from consentric.identifiers.recipes import Field
from consentric.identifiers.rules import email
from consentric.identifiers.rules.text import readable

ALSO_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("mail", "email_address", "mail_address", "mailadresse", "emailadresse"),
    "phone": (
        "phone_number", "mobile", "mobile_phone", "mobile_number", "telephone", "telefon", "telefonnummer", "mobil",
        "mobilnummer", "mobiltelefon", "tlf", "tlfnr",
    ),
    "first_name": ("given_name", "forename", "fornavn"),
    "last_name": ("surname", "family_name", "efternavn"),
    "postcode": ("postal_code", "zip", "zip_code", "postnummer", "postnr"),
    "country": ("country_code", "land", "landekode"),
}  # fmt: skip
"""Beside the word of `identifiers:` itself, which is recognised for every field. Case and `-`, `_`, `.`, space do not matter."""

_BETWEEN: Final = re.compile(r"[-_. ]")
_LONGEST: Final = 40
_MOST_DIGITS: Final = 4


def field_of(name: str) -> Field | None:
    """The field that a column of this name holds."""
    return _FIELDS.get(_plain(name))


def is_value(name: str) -> bool:
    """Whether the name of a column is a customer's contact: then the first line of the file names no columns."""
    return (
        not isinstance(email(name), Unusable)
        or readable(name) is Unusable.LOOKS_HASHED
        or (not any(map(str.isalpha, name)) and _digits(name) > _MOST_DIGITS)
    )


def may_be_shown(name: str) -> bool:
    """Whether a name is surely no value, so that a message may list it."""
    is_short = len(name) <= _LONGEST and _digits(name) <= _MOST_DIGITS
    return is_short and name.isprintable() and any(map(str.isalpha, name)) and "@" not in name


def _digits(name: str) -> int:
    return sum(map(str.isdigit, name))


def _plain(name: str) -> str:
    return _BETWEEN.sub("", name).casefold()


_FIELDS: Final = {_plain(name): field for field in Field for name in (field.value, *ALSO_CALLED.get(field.value, ()))}
