"""Reading audience members strictly: every record is checked, one bad one fails the request.

Also gives the key strings of whatever is readable, so that the log shows what a refused request
carried. Sources: Data Manager reference, AudienceMember and ErrorReason; concepts/formatting.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from consentric.sandbox.google_errors import Violation
from consentric.sandbox.request_log import Row

MOST_MEMBERS: Final = 10_000
MOST_IDENTIFIERS: Final = 10
HEX: Final = 1
BASE64: Final = 2
_MOST_VIOLATIONS: Final = 100
_HEX_DIGITS: Final = re.compile(r"[0-9a-fA-F]+")
_REGION: Final = re.compile(r"[A-Z]{2}")
_GRANTED: Final = 1
_DENIED: Final = 2


@dataclass(slots=True)
class Member:
    """One member as it was understood."""

    row: Row
    references: tuple[str, ...]
    consent: str
    types: Counter[str]


@dataclass(slots=True)
class Members:
    """All members of a request, and everything that is wrong with them."""

    members: list[Member] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def blame(self, path: str, reason: str, description: str) -> None:
        """Note that a field is wrong; a hundred of them are enough."""
        if len(self.violations) < _MOST_VIOLATIONS:
            self.violations.append(Violation(path, reason, description))


def read_members(members: Iterable[Any], encoding: int, request_consent: Any | None) -> Members:
    """Read raw ``AudienceMember`` messages; ``request_consent`` is None for removals."""
    result = Members()
    for index, raw in enumerate(members):
        path = f"audience_members[{index}]"
        kind = raw.WhichOneof("data")
        result.kinds.add(kind or "nothing")
        row: list[str] = []
        types: Counter[str] = Counter()
        identifiers = _identifiers(raw, kind)
        if identifiers is None:
            _no_user_data(result, path, kind)
        else:
            prefix = f"{path}.{_USER_DATA_PATH[str(kind)]}user_identifiers"
            _read_identifiers(result, identifiers, prefix, encoding, row, types)
        consent = _consent(result, raw, path, request_consent)
        # A key that is repeated in one member is one key.
        member = Member(tuple(dict.fromkeys(row)), tuple(raw.destination_references), consent, types)
        result.members.append(member)
    return result


_USER_DATA_PATH: Final = {"user_data": "user_data.", "composite_data": "composite_data.user_data."}


def _identifiers(raw: Any, kind: str | None) -> Any | None:
    if kind == "user_data":
        return raw.user_data.user_identifiers
    if kind == "composite_data":
        return raw.composite_data.user_data.user_identifiers
    return None


def _no_user_data(result: Members, path: str, kind: str | None) -> None:
    if kind is None:
        result.blame(path, "INVALID_AUDIENCE_MEMBER", "The member carries no data.")
    else:
        result.blame(f"{path}.{kind}", "INVALID_USER_LIST_TYPE", "A contact list takes user data only.")


def _read_identifiers(
    result: Members,
    identifiers: Any,
    prefix: str,
    encoding: int,
    row: list[str],
    types: Counter[str],
) -> None:
    if not identifiers:
        result.blame(prefix, "NO_IDENTIFIERS_PROVIDED", "The member has no user identifiers.")
    if len(identifiers) > MOST_IDENTIFIERS:
        result.blame(prefix, "TOO_MANY_USER_IDENTIFIERS", "At most 10 user identifiers per audience member.")
    for place, identifier in enumerate(identifiers):
        path = f"{prefix}[{place}]"
        match identifier.WhichOneof("identifier"):
            case "email_address":
                types["EMAIL"] += 1
                value = _hash(result, identifier.email_address, f"{path}.email_address", encoding)
                row.extend(f"email:{digest}" for digest in value)
            case "phone_number":
                types["PHONE_NUMBER"] += 1
                value = _hash(result, identifier.phone_number, f"{path}.phone_number", encoding)
                row.extend(f"phone:{digest}" for digest in value)
            case "address":
                types["ADDRESS"] += 1
                row.extend(_address(result, identifier.address, f"{path}.address", encoding))
            case _:
                result.blame(path, "REQUIRED_FIELD_MISSING", "The identifier is empty.")


def _address(result: Members, address: Any, path: str, encoding: int) -> Iterator[str]:
    """All four parts are required; region and postal code travel in clear."""
    names = [
        *_hash(result, address.given_name, f"{path}.given_name", encoding),
        *_hash(result, address.family_name, f"{path}.family_name", encoding),
    ]
    whole = len(names) == 2
    if not address.region_code:
        result.blame(f"{path}.region_code", "REQUIRED_FIELD_MISSING", "Required field is missing.")
        whole = False
    elif not _REGION.fullmatch(address.region_code):
        result.blame(
            f"{path}.region_code",
            "INVALID_REGION_CODE",
            "Not an upper-case ISO 3166-1 alpha-2 code.",
        )
        whole = False
    if not address.postal_code.strip():
        result.blame(f"{path}.postal_code", "REQUIRED_FIELD_MISSING", "Required field is missing.")
        whole = False
    elif address.postal_code != address.postal_code.strip() or len(address.postal_code) > 20:
        result.blame(f"{path}.postal_code", "INVALID_POSTAL_CODE", "Postal code is not valid.")
        whole = False
    if whole:
        yield f"address:{names[0]}|{names[1]}|{address.region_code}|{address.postal_code}"


def _hash(result: Members, text: str, path: str, encoding: int) -> tuple[str, ...]:
    """The SHA-256 in lower-case hex, or nothing if the value is not one."""
    if not text:
        result.blame(path, "REQUIRED_FIELD_MISSING", "Required field is missing.")
        return ()
    if encoding == BASE64:
        try:
            digest = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            result.blame(path, "INVALID_BASE64_ENCODING", "The base64 encoded value is malformed.")
            return ()
        text = digest.hex()
    elif not _HEX_DIGITS.fullmatch(text):
        result.blame(path, "INVALID_HEX_ENCODING", "The HEX encoded value is malformed.")
        return ()
    if len(text) != 64:
        result.blame(path, "INVALID_SHA256_FORMAT", "The SHA256 encoded value is malformed.")
        return ()
    return (text.lower(),)


def _consent(result: Members, raw: Any, path: str, request_consent: Any | None) -> str:
    """Member consent overrides request consent; both parts must be granted.

    The service counts members without them in the status, as denied or unknown; consent that is
    missing counts as not consented (Google Ads Help, EU user consent policy for Customer Match).
    """
    if request_consent is None:
        return "GRANTED"
    consent = raw.consent if raw.HasField("consent") else request_consent
    parts = (consent.ad_user_data, consent.ad_personalization)
    if not all(0 <= part <= _DENIED for part in parts):
        result.blame(f"{path}.consent", "INVALID_ENUM_VALUE", "Enum value cannot be used.")
        return "MISSING"
    if _DENIED in parts:
        return "DENIED"
    return "GRANTED" if parts == (_GRANTED, _GRANTED) else "MISSING"
