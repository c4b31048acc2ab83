"""Keys of people as somebody types them, one a line, into digests. No message here shows a line, only its number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, assert_never

import pyarrow as pa

from consentric.engine.contacts import Contacts
from consentric.engine.kernel import normalise, text_key
from consentric.engine.leaving import what_was_sent
from consentric.errors import UsageError
from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable
from consentric.ledger import Keys
from consentric.model.lists import KeyType
from consentric.model.project import KeyKind, Project
from consentric.model.requests import SentKey, Subject

MOST_LINES: Final = 100_000
LONGEST: Final = 320
LONGEST_REASON: Final = 200
_DATES: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_LONG_NUMBER: Final = re.compile(r"\+?\d(?:[ ().-]?\d){6,}")
_INVISIBLE: Final = "\ufeff\u200b\u200e\u200f"


class Reading(StrEnum):
    """What a line may be. EITHER: digits that are a phone number and may be a customer number are taken for both."""

    EITHER = "either"
    EMAIL = "email"
    PHONE = "phone"
    KEY = "key"


def lines_of(content: bytes) -> Mapping[int, str]:
    """The keys with the number of their line; blank lines do not count. Raises UsageError, then nothing is done."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(content[: error.start].count(b"\n") + 1, "is not UTF-8") from None
    found = {number: _trimmed(line) for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1)}
    found = {number: line for number, line in found.items() if line}
    if not found:
        raise UsageError(
            "A927",
            "no key was given",
            hint="give one e-mail address, phone number or primary key a line, on stdin or --file",
        )
    if len(found) > MOST_LINES:
        raise UsageError("A927", f"more than {MOST_LINES:,} keys at once", hint="give them in several calls")
    return found


def subjects_of(lines: Mapping[int, str], project: Project, keys: Keys, reading: Reading) -> tuple[Subject, ...]:
    """One subject for each different key. Raises UsageError naming the first line that cannot be one."""
    read = {number: tuple(_readings(number, line, project, reading)) for number, line in lines.items()}
    emails = _contacts([line for line, kinds in _pairs(lines, read) if Reading.EMAIL in kinds], "email", project, keys)
    phones = _contacts([line for line, kinds in _pairs(lines, read) if Reading.PHONE in kinds], "phone", project, keys)
    named = _named([line for line, kinds in _pairs(lines, read) if Reading.KEY in kinds], project, keys)
    found: dict[Subject, None] = {}
    for line in lines.values():
        parts = [each[line] for each in (emails, phones, named) if line in each]
        digests = frozenset[bytes]().union(*(part.digests for part in parts))
        known = {digest: key for part in parts for digest, key in part.known.items()}
        found[Subject(digests, frozenset(known), known)] = None
    return tuple(found)


def ambiguous(lines: Mapping[int, str], project: Project, reading: Reading) -> int:
    """How many lines are taken for a phone number and for a primary key, since nobody can say which of them they are."""
    read = [tuple(_readings(number, line, project, reading)) for number, line in lines.items()]
    both = (Reading.PHONE, Reading.KEY)
    return sum(kinds == both and not line.startswith("+") for kinds, line in zip(read, lines.values(), strict=True))


def checked_reason(reason: str, lines: Mapping[int, str]) -> str:
    """The reason, if it can stay on record for good: it must not say who the person is. Raises UsageError."""
    text = _trimmed(reason)
    folded = text.casefold()
    names_somebody = any(len(line) > 3 and line.casefold() in folded for line in lines.values())
    if "@" in text or names_somebody or _LONG_NUMBER.search(_DATES.sub("", text)):
        raise UsageError(
            "A928",
            "the reason looks as if it held an e-mail address, a phone number or a key of the person",
            hint='name the case, such as --reason "letter of 2026-11-20, case 417": the reason outlives the data of the person',
        )
    if len(text) > LONGEST_REASON or any(unicodedata.category(letter).startswith("C") for letter in text):
        raise UsageError("A928", f"the reason must be one line of at most {LONGEST_REASON} characters")
    return text


def _readings(number: int, line: str, project: Project, reading: Reading) -> Iterator[Reading]:
    """All that a line may be, at least one."""
    if len(line) > LONGEST or any(unicodedata.category(letter) == "Cc" for letter in line):
        raise _bad(number, "is too long, or holds a control character")
    primary = project.primary_key
    named = primary is not None and primary.kind is KeyKind.TEXT
    match reading:
        case Reading.EMAIL:
            found = {Reading.EMAIL: _is_email(line)}
        case Reading.PHONE:
            found = {Reading.PHONE: _is_phone(line, project)}
        case Reading.KEY:
            found = {Reading.KEY: named}
        case Reading.EITHER if "@" in line:
            found = {Reading.EMAIL: _is_email(line), Reading.KEY: named and _is_email(line)}
        case Reading.EITHER if line.startswith("+"):
            found = {Reading.PHONE: _is_phone(line, project), Reading.KEY: named and _is_phone(line, project)}
        case Reading.EITHER:
            found = {Reading.PHONE: _is_phone(line, project), Reading.KEY: named}
        case _:
            assert_never(reading)
    if not any(found.values()):
        raise _bad(number, _WRONG[reading])
    yield from (kind for kind, fits in found.items() if fits)


_WRONG: Final[Mapping[Reading, str]] = {
    Reading.EITHER: "is no e-mail address, no phone number and no primary key",
    Reading.EMAIL: "is no e-mail address",
    Reading.PHONE: "is no phone number (write it with its country code, such as +45…)",
    Reading.KEY: "cannot be a primary key: that of this file is an e-mail address or a phone number",
}


def _pairs(
    lines: Mapping[int, str], read: Mapping[int, tuple[Reading, ...]]
) -> Iterator[tuple[str, tuple[Reading, ...]]]:
    return ((line, read[number]) for number, line in lines.items())


def _is_email(line: str) -> bool:
    return not isinstance(rules.email(line), Unusable)


def _is_phone(line: str, project: Project) -> bool:
    return not isinstance(rules.phone(line, project.identifiers.assume_country), Unusable)


def _contacts(lines: list[str], kind: str, project: Project, keys: Keys) -> Mapping[str, Subject]:
    """By the same rules as the cells of a source."""
    if not lines:
        return {}
    contacts = Contacts(
        emails=(kind,) if kind == "email" else (),
        phones=(kind,) if kind == "phone" else (),
        assume_country=project.identifiers.assume_country,
        beside_hashed=True,
    )
    made = normalise(pa.record_batch({kind: pa.array(lines, pa.string())}), contacts, identity_key=keys.identity)
    key_type = KeyType.EMAIL if kind == "email" else KeyType.PHONE
    found: dict[str, Subject] = {}
    for row, line in enumerate(lines):
        sent: dict[bytes, SentKey] = {}
        for platform in ("google", "meta"):
            sent |= what_was_sent(key_type, made.column(f"{kind}.{platform}").slice(row, 1), keys.suppression)
        known = {made.column(name)[row].as_py() for name in made.schema.names if name.endswith(".identity")}
        found[line] = Subject(frozenset(known), frozenset(sent), sent)
    return found


def _named(lines: list[str], project: Project, keys: Keys) -> Mapping[str, Subject]:
    primary = project.primary_key
    if not lines or primary is None:
        return {}
    digests = text_key(pa.array(lines, pa.string()), primary.name, keys.identity).to_pylist()
    return {line: Subject(frozenset({digest})) for line, digest in zip(lines, digests, strict=True)}


def _trimmed(line: str) -> str:
    return line.strip().strip(_INVISIBLE).strip()


def _bad(number: int, why: str) -> UsageError:
    return UsageError(
        "A926",
        f"line {number} {why}",
        hint="nothing was done; give one e-mail address, phone number or primary key a line",
    )
