"""First and last names.

Lower case here is Unicode's full mapping (final sigma, İ in two code points), as in the official Java, Node and Python
formatters, whose hashes ours have to equal; accents and scripts are kept, as both platforms' examples do (valéry, 정).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.latin import letters_of
from consentric.identifiers.rules.text import NOT_GIVEN, collapsed, readable, trimmed

LONGEST_NAME: Final = 200
SUFFIX: Final = r"(?:, *| +)(?:jr\.|sr\.|2nd|3rd|ii|iii|iv|v|vi|cpa|dc|dds|vm|jd|md|phd)$"
"""What Google does not want after a family name. A pattern for Python and for RE2."""

_PREFIX = re.compile(r"(?:^|(?<=\s))(?:mr|mrs|ms|dr)\.(?=\s|$)")
_SUFFIX = re.compile(SUFFIX)


def google_first_name(text: str) -> str | Unusable:
    """Lower case, one space between words, without Mr. Mrs. Ms. Dr.; hyphens and apostrophes stay.

    The page says "Don't include prefixes such as Mrs."; the Java and Node formatters name the four and want the dot, the Python
    one keeps them: the page is followed (https://developers.google.com/data-manager/api/devguides/concepts/formatting;
    https://github.com/googleads/data-manager-java).
    """
    name = _name(text)
    return name if isinstance(name, Unusable) else _without(_PREFIX, name)


def google_last_name(text: str) -> str | Unusable:
    """Lower case, one space between words, without suffixes such as Jr., PhD, III; hyphens and apostrophes stay.

    Sources as for the first name; the list of suffixes is that of the Java formatter. Its test vector Quinn-Alex → quinn-alex
    keeps the hyphen, against the older page of the Google Ads API ("no punctuation").
    """
    name = _name(text)
    return name if isinstance(name, Unusable) else _without(_SUFFIX, name)


def meta_name(text: str) -> str | Unusable:
    """Lower case letters of any script, marks and digits; no punctuation, no space.

    The guide's hashes are those of valéry and 정, which Meta's Python library destroys; it says nothing about titles, so they
    stay (https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences).
    """
    name = _name(text)
    if isinstance(name, Unusable):
        return name
    return _sound(
        unicodedata.normalize("NFC", "".join(each for each in name if unicodedata.category(each)[0] in "LMN"))
    )


def meta_initial(text: str) -> str | Unusable:
    """The first letter of the first name, a to z: å is a, ø is o, æ is a; other scripts have none.

    The guide wants "a-z, lowercase"; titles such as Dr. do not begin a name. Sources as for the name; its library's own test
    has GW → g (https://github.com/facebook/facebook-java-business-sdk).
    """
    name = google_first_name(text)
    if isinstance(name, Unusable):
        return name
    first = next(each for each in name if each.isalpha())
    return (letters_of(first) or "")[:1] or Unusable.NOT_A_NAME


def _name(text: str) -> str | Unusable:
    inner = readable(text, NOT_GIVEN)
    if isinstance(inner, Unusable):
        return inner
    if len(inner) > LONGEST_NAME:
        return Unusable.TOO_LONG
    name = unicodedata.normalize("NFC", unicodedata.normalize("NFC", inner).lower())
    return _sound(collapsed(name)) if "@" not in name and any(map(str.isalpha, name)) else Unusable.NOT_A_NAME


def _sound(form: str) -> str | Unusable:
    """The form, unless it would be refused as a name itself: `un-known` is no name either."""
    again = readable(form, NOT_GIVEN)
    return Unusable.TOO_LONG if len(form) > LONGEST_NAME else again


def _without(worn: re.Pattern[str], name: str) -> str | Unusable:
    """The name without what is worn before or after it, as often as it is there; nothing if that was all."""
    while (bare := trimmed(collapsed(worn.sub("", name))).rstrip(" ,")) != name:
        name = bare
    return _sound(name) if any(map(str.isalpha, name)) else Unusable.NOT_A_NAME
