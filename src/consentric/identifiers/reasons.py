"""Why a cell cannot become an identifier: a value to be counted, never a guess, never the hash of nothing."""

from __future__ import annotations

from enum import StrEnum


class Unusable(StrEnum):
    """The codes are stable: reports count them, and the documentation explains them."""

    EMPTY = "empty"
    """Null, or nothing but space and invisible characters."""
    PLACEHOLDER = "placeholder"
    """Something typed to get past a form: `n/a`, `-`, `noemail@…`, `test@test.dk`."""
    LOOKS_HASHED = "looks_hashed"
    """32, 40 or 64 hexadecimal digits: hashing a hash again matches nobody."""
    CONTROL_CHARACTER = "control_character"
    """A NUL or another control character inside the value."""
    TOO_LONG = "too_long"
    """Longer than any real value of its kind."""
    SEVERAL_VALUES = "several_values"
    """Two or more values in one cell; which of them is the person's own is not ours to say."""
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_NUMBER = "not_a_number"
    """Not a phone number that exists in its country's numbering plan."""
    PRECISION_LOST = "precision_lost"
    """A spreadsheet has rounded the number (`4.51E+09`); its digits are gone."""
    NO_COUNTRY = "no_country"
    """A national number or postcode, and no country says whose."""
    NOT_A_COUNTRY = "not_a_country"
    NOT_A_NAME = "not_a_name"
    NOT_A_POSTCODE = "not_a_postcode"
