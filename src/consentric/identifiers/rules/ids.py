"""Ids of devices and of the shop, and values that are hashed already.

Mobile advertising ids leave in clear, lower case with hyphens ("keep hyphens", "hashing not required"):
https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences. External ids leave
as an HMAC of what `external_id` gives, so that a platform learns no customer number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.text import NOT_GIVEN, WHITE_SPACE, readable, trimmed

DEVICE: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
"""A pattern for Python and for RE2."""
NO_DEVICE: Final = "00000000-0000-0000-0000-000000000000"
"""What a phone answers whose owner does not want to be followed."""
HASH: Final = "^[0-9a-f]{64}$"
HASH_OF_NOTHING: Final = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

_DEVICE = re.compile(DEVICE)
_HASH = re.compile(HASH)
_FLOAT_OF_WHOLE = re.compile(r"(-?(?:0|[1-9][0-9]*))\.0+")


def mobile_id(text: str) -> str | Unusable:
    """AAID or IDFA: a UUID in lower case. One without hyphens is not told from an MD5, so it is unusable; zeros are none."""
    inner = readable(text)
    if isinstance(inner, Unusable):
        return Unusable.NOT_A_DEVICE if inner is Unusable.LOOKS_HASHED else inner
    device = inner.lower()
    if device == NO_DEVICE:
        return Unusable.EMPTY
    return device if device.isascii() and _DEVICE.match(device) else Unusable.NOT_A_DEVICE


def external_id(text: str) -> str | Unusable:
    """The shop's own id as keys are compared: without space around, `12.0` as `12`, capitals and zeros as they are; NFC."""
    inner = unicodedata.normalize("NFC", text.strip(WHITE_SPACE))
    found = readable(inner, NOT_GIVEN)
    if isinstance(found, Unusable) and found is not Unusable.LOOKS_HASHED:
        return found
    whole = _FLOAT_OF_WHOLE.fullmatch(inner)
    if whole is None:
        return inner
    return "0" if whole.group(1) == "-0" else whole.group(1)


def sha256_hex(text: str) -> str | Unusable:
    """A hash that somebody else made of a form, in lower case. The hash of nothing is nothing."""
    digits = trimmed(text).lower()
    if digits.isascii() and _HASH.match(digits):
        return Unusable.EMPTY if digits == HASH_OF_NOTHING else digits
    reason = readable(text)
    if reason is Unusable.EMPTY or reason is Unusable.PLACEHOLDER:
        return reason
    return Unusable.NOT_A_HASH
