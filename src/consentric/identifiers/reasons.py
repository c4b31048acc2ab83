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
    NOT_A_PLACE = "not_a_place"
    """A city or state that cannot be written in the letters a to z, or no state of the United States."""
    NOT_A_DATE = "not_a_date"
    """Not a day written year first; `03/04/1990` is two days, and which of them is not ours to say."""
    IMPLAUSIBLE_DATE = "implausible_date"
    """A birth date before 1901 or after today: what systems write when they know none."""
    NOT_M_OR_F = "not_m_or_f"
    """A gender that the platform has no letter for, or a word that is not known."""
    NOT_A_DEVICE = "not_a_device"
    """Not a mobile advertising id in the form of a UUID."""
    NOT_A_HASH = "not_a_hash"
    """A column is declared as hashed, and the cell holds something else than 64 hexadecimal digits."""
