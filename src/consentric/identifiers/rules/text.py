"""What all identifiers have in common: space, case, digits, and values that are no value.

Space means the characters with Unicode's White_Space property (https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt).
Case means NFC, then lower case code point by code point, then NFC again (j + caron has a composed form, J + caron has none).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from consentric.identifiers.reasons import Unusable

WHITE_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
INVISIBLE: Final = (
    "\xad\u061c\u180e"
    + "".join(map(chr, range(0x200B, 0x2010)))
    + "".join(map(chr, range(0x202A, 0x202F)))
    + "".join(map(chr, range(0x2060, 0x2065)))
    + "".join(map(chr, range(0x2066, 0x206A)))
    + "\ufeff"
)
"""Zero-width, joining and direction marks, which spreadsheets and chat programs leave around copied values."""

_PLACEHOLDERS: Final = """
0|x|xx|xxx|n/a|na|n.a.|nan|none|null|(null)|nil|nul|undefined|unknown|not provided|not available|ukendt|ukjent|okänd|unbekannt
no|nej|nope|ingen|ingenting|keine|k.a.|test|fake|dummy|email|e-mail|mail|phone|telefon|mobil|noemail|nomail|nophone
no email|no mail|no phone|ingen email|ingen e-mail|ingen mail|#n/a|#n/a!|#value!|#ref!
"""
PLACEHOLDERS: Final = frozenset(_PLACEHOLDERS.strip().replace("\n", "|").split("|"))
NOT_GIVEN: Final = frozenset({"n/a", "n.a.", "null", "(null)", "undefined", "unknown", "ukendt", "unbekannt", "#n/a"})
"""The placeholders that cannot be a name or a country code (NA is Namibia, NO is Norway, Test is a family name)."""

LONGEST: Final = 1000
_MOST_APART: Final = 4
"""Into so many code points NFD takes one apart."""
UNJOINED: Final = str.maketrans("", "", "".join(set(INVISIBLE) - {"\u200c", "\u200d"}))
"""Takes out invisible characters, but those that tell words of some scripts apart (ZWNJ and ZWJ)."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_ONLY_PUNCTUATION = re.compile(r"[-–—_.,:;?!*#/\\'\"()+ ]+")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")
_SPACES = re.compile(f"[{WHITE_SPACE}]+")


def readable(text: str, placeholders: frozenset[str] = PLACEHOLDERS) -> str | Unusable:
    """The text in NFC without the space around it, or why nothing can be read from it."""
    inner = trimmed(text)
    if not inner:
        return Unusable.EMPTY
    if not inner.isascii() and len(inner) <= LONGEST * _MOST_APART:
        inner = unicodedata.normalize("NFC", inner)
    if len(inner) > LONGEST:
        return Unusable.TOO_LONG
    if _CONTROL.search(inner):
        return Unusable.CONTROL_CHARACTER
    if _ONLY_PUNCTUATION.fullmatch(inner) or inner.lower() in placeholders:
        return Unusable.PLACEHOLDER
    if _HEXADECIMAL.fullmatch(inner):
        return Unusable.LOOKS_HASHED
    return inner


def trimmed(text: str) -> str:
    """Without space and invisible characters at both ends."""
    return text.strip(WHITE_SPACE + INVISIBLE)


def collapsed(text: str) -> str:
    """Every run of space as one space, none at the ends."""
    return _SPACES.sub(" ", text).strip(" ")


def lowered(text: str) -> str:
    """Lower case, code point by code point: no final sigma, and İ becomes i (Unicode's simple case mapping)."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii():
        return composed.lower()
    return unicodedata.normalize("NFC", "".join(map(str.lower, composed.replace("İ", "i"))))


def plain_digits(text: str) -> str:
    """Compatibility forms folded (NFKC), and the decimal digits of every script as 0 to 9."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in folded)
