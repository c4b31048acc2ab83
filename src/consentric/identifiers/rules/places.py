"""Countries, postcodes, cities and states.

A country is its ISO 3166-1 alpha-2 code. Alpha-3 codes are read too, and two codes that everybody writes although ISO has
others: UK (GB) and EL (GR). Names of countries are not read.
"""

from __future__ import annotations

import re
from typing import Final

from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.countries import ALPHA_2, ALSO_WRITTEN
from consentric.identifiers.rules.latin import letters_of
from consentric.identifiers.rules.states import CODE_OF, CODES
from consentric.identifiers.rules.text import NOT_GIVEN, collapsed, plain_digits, readable

_UNITED_STATES = re.compile(r"([0-9]{5})(?:[- ]?([0-9]{4}))?")
_POSTCODE = re.compile(r"[0-9A-Z](?:[0-9A-Z -]{0,10}[0-9A-Z])?")
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
LONGEST_PLACE: Final = 200
NOT_IN_A_POSTCODE: Final = str.maketrans("", "", " -")


def country(text: str) -> str | Unusable:
    """ISO 3166-1 alpha-2 in upper case: https://www.iso.org/iso-3166-country-codes.html."""
    inner = readable(text, NOT_GIVEN)
    if isinstance(inner, Unusable):
        return inner
    code = inner.upper()
    return code if code in ALPHA_2 else ALSO_WRITTEN.get(code, Unusable.NOT_A_COUNTRY)


def google_postcode(text: str, country: str | None) -> str | Unusable:
    """In clear, upper case, one space at most; in the US five digits, with `-` and four more if they are known.

    "For US addresses, use either 5 digits or 5 digits followed by a 4-digit extension … may improve your match rate"; the
    hyphen of other countries stays (1229-076 is a test vector)
    (https://developers.google.com/data-manager/api/devguides/concepts/formatting;
    https://github.com/googleads/data-manager-java).
    """
    code = _postcode(text, country)
    if isinstance(code, Unusable) or country != "US":
        return code
    digits = _UNITED_STATES.fullmatch(code)
    return "-".join(filter(None, digits.groups())) if digits else Unusable.NOT_A_POSTCODE


def meta_postcode(text: str, country: str | None) -> str | Unusable:
    """Lower case without space and dash; in the US the first five digits; in the UK the full code.

    The guide's "Area/District/Sector" for the UK contradicts the example of the Conversions API page, m11ae, which is the full
    code, and every implementation keeps it
    (https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters/customer-information-parameters).
    """
    code = google_postcode(text, country)
    if isinstance(code, Unusable):
        return code
    return code[:5] if country == "US" else code.translate(NOT_IN_A_POSTCODE).lower()


def meta_country(country: str) -> str:
    """Lower case, and hashed at Meta."""
    return country.lower()


def meta_city(text: str) -> str | Unusable:
    """Its letters, a to z, in lower case: `San José` → sanjose, `København Ø` → kobenhavno, `Stanley Park 1234` → stanleypark.

    Meta contradicts itself on accents: the guide has "a-z only" and asks for "the Roman translation with no special
    characters", its Java library's test keeps them (sanjosé), its parameter builder cuts them out (sanjos). The guide is followed
    (https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences;
    https://github.com/facebook/facebook-java-business-sdk; https://github.com/facebook/capi-param-builder).
    """
    return _place(text)


def meta_state(text: str, country: str | None) -> str | Unusable:
    """In the US its two letters, of which a name in full is turned into (`Washington, D.C.` → dc); elsewhere as a city.

    "Use the 2-character ANSI abbreviation code", says the guide; "normalize states outside the US in lowercase, no
    punctuation, no special characters, no white space". A state without a country is unusable: WA is in the US and in
    Australia. Sources as for the city.
    """
    letters = _place(text)
    if isinstance(letters, Unusable):
        return letters
    if country is None:
        return Unusable.NO_COUNTRY
    if country != "US" or letters in CODES:
        return letters
    return CODE_OF.get(letters, Unusable.NOT_A_PLACE)


def _place(text: str) -> str | Unusable:
    inner = readable(text, NOT_GIVEN)
    if isinstance(inner, Unusable):
        return inner
    letters = letters_of(inner)
    if not letters or "@" in inner:
        return Unusable.NOT_A_PLACE
    return Unusable.TOO_LONG if max(len(inner), len(letters)) > LONGEST_PLACE else readable(letters, NOT_GIVEN)


def _postcode(text: str, country: str | None) -> str | Unusable:
    """The rules differ by country; without one it is not known which of them holds."""
    inner = readable(text)
    if isinstance(inner, Unusable):
        return inner
    if country is None:
        return Unusable.NO_COUNTRY
    code = _WHOLE_FLOAT.sub(r"\1", collapsed(plain_digits(inner)).upper())
    is_one = _POSTCODE.fullmatch(code) and any(map(str.isdigit, code)) and len(code.translate(NOT_IN_A_POSTCODE)) > 2
    return code if is_one else Unusable.NOT_A_POSTCODE
