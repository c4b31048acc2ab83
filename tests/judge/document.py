"""audiences.yaml as the judge reads it: every scalar stays the text that was written.

Only what the judge needs. Conditions stay plain dictionaries and lists; `rules` reads them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

IDENTIFIERS: Final = ("email", "phone", "first_name", "last_name", "postcode", "country")
GRANTED: Final = ("true", "1", "yes", "ja", "granted")
REFUSED: Final = ("false", "0", "no", "nej", "denied", "refused", "withdrawn")
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    column: str


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    name: str
    file: str
    keys: tuple[Key, ...]
    at: str | None
    event: str | None
    people: bool
    only: Any
    zone: ZoneInfo
    delimiter: str
    encoding: str
    quote: str


@dataclass(frozen=True, slots=True)
class Column:
    source: str
    column: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """Column and words; the words are compared trimmed and folded."""

    column: str
    granted: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    source: str
    purposes: Mapping[str, Purpose]
    given_at: str
    withdrawn_at: str | None
    valid_for: str
    needed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Destination:
    name: str
    platform: str
    account: str


@dataclass(frozen=True, slots=True)
class Audience:
    key: str
    name: str
    who: Any
    exclude: tuple[str, ...]
    send_to: tuple[str, ...]
    min_size: int


@dataclass(frozen=True, slots=True)
class Document:
    """The file as values. `folder` is where its relative paths start."""

    folder: Path
    zone: ZoneInfo
    sources: Mapping[str, Source]
    identifiers: Mapping[str, tuple[Column, ...]]
    assume_country: str | None
    consent: Consent
    destinations: Mapping[str, Destination]
    audiences: Mapping[str, Audience]
    key_kinds: Mapping[str, str] = field(default_factory=dict)


def read_document(path: Path, environment: Mapping[str, str] = os.environ) -> Document:
    """Reads a file that is known to be right; a wrong one raises whatever it raises."""
    tree = _substitute(yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader), environment)
    zone = ZoneInfo(tree.get("timezone", "UTC"))
    sources = {name: _source(name, each, zone) for name, each in tree["sources"].items()}
    destinations = {name: _destination(name, each) for name, each in tree["destinations"].items()}
    identifiers = _identifiers(tree, sources)
    return Document(
        folder=path.parent,
        zone=zone,
        sources=sources,
        identifiers=identifiers,
        assume_country=tree.get("identifiers", {}).get("assume_country"),
        consent=_consent(tree["consent"], destinations),
        destinations=destinations,
        audiences={key: _audience(key, each, tree, path.parent) for key, each in tree["audiences"].items()},
        key_kinds=_key_kinds(sources, identifiers),
    )


def texts(one_or_many: Any) -> tuple[str, ...]:
    """A scalar or a list of scalars, as a tuple."""
    if one_or_many is None:
        return ()
    return (one_or_many,) if isinstance(one_or_many, str) else tuple(one_or_many)


def _substitute(tree: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(tree, dict):
        return {key: _substitute(each, environment) for key, each in tree.items()}
    if isinstance(tree, list):
        return [_substitute(each, environment) for each in tree]
    return _VARIABLE.sub(lambda found: environment.get(found[1]) or found[2] or "", tree)


def _with_values(tree: Any, folder: Path) -> Any:
    """Conditions, with `is: {file: …}` replaced by the lines of the file."""
    if isinstance(tree, list):
        return [_with_values(each, folder) for each in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.keys() == {"file"}:
        return [line for line in (folder / tree["file"]).read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    return {key: _with_values(each, folder) for key, each in tree.items()}


def _source(name: str, words: dict[str, Any], zone: ZoneInfo) -> Source:
    return Source(
        name=name,
        file=words["file"],
        keys=tuple(_keys(words.get("key"))),
        at=words.get("at"),
        event=words.get("event"),
        people=words.get("people", "true") == "true",
        only=words.get("only"),
        zone=ZoneInfo(words["timezone"]) if "timezone" in words else zone,
        delimiter=words.get("delimiter", ","),
        encoding=words.get("encoding", "utf-8"),
        quote=words.get("quote", '"'),
    )


def _keys(words: Any) -> list[Key]:
    if isinstance(words, dict):
        return [Key(name, column) for name, column in words.items()]
    if isinstance(words, list):
        return [key for each in words for key in _keys(each)]
    return [Key(name, name) for name in texts(words)]


def _identifiers(tree: dict[str, Any], sources: Mapping[str, Source]) -> dict[str, tuple[Column, ...]]:
    """Without the block, columns called email and phone are taken from the sources that make people of what we know."""
    if "identifiers" in tree:
        declared = tree["identifiers"]
        return {kind: tuple(map(_column, texts(declared.get(kind)))) for kind in IDENTIFIERS}
    known = [name for name, source in sources.items() if source.people and source.at is None]
    found: dict[str, tuple[Column, ...]] = dict.fromkeys(IDENTIFIERS, ())
    return found | {kind: tuple(Column(name, kind) for name in known) for kind in ("email", "phone")}


def _column(reference: str) -> Column:
    source, _, column = reference.partition(".")
    return Column(source, column)


def _key_kinds(sources: Mapping[str, Source], identifiers: Mapping[str, tuple[Column, ...]]) -> dict[str, str]:
    """Keys called email or phone, or standing in a column that holds one, compare as that; all others as text."""
    kinds = {"email": "email", "phone": "phone"}
    for source in sources.values():
        for key in source.keys:
            for kind in ("email", "phone"):
                if Column(source.name, key.column) in identifiers[kind]:
                    kinds[key.name] = kind
    return kinds


def _consent(words: dict[str, Any], destinations: Mapping[str, Destination]) -> Consent:
    if "purposes" in words:
        purposes = {name: _purpose(each) for name, each in words["purposes"].items()}
    else:
        purposes = {"all purposes": Purpose(words["granted"], GRANTED, REFUSED)}
    asked = words.get("needed", {}) if "purposes" in words else {}
    needed = {
        name: texts(asked.get(name, asked.get(destination.platform, tuple(purposes))))
        for name, destination in destinations.items()
    }
    return Consent(
        source=words["from"],
        purposes=purposes,
        given_at=words["given_at"],
        withdrawn_at=words.get("withdrawn_at"),
        valid_for=words.get("valid_for", "never"),
        needed=needed,
    )


def _purpose(words: dict[str, Any]) -> Purpose:
    return Purpose(words["column"], texts(words.get("granted", GRANTED)), texts(words.get("refused", REFUSED)))


def _destination(name: str, words: dict[str, Any]) -> Destination:
    account = words["customer_id"] if words["platform"] == "google" else words["ad_account"]
    return Destination(name, words["platform"], re.sub(r"\D", "", account))


def _audience(key: str, words: dict[str, Any], tree: dict[str, Any], folder: Path) -> Audience:
    guards = {**tree.get("guards", {}), **words.get("guards", {})}
    min_size = guards.get("min_size", "100")
    return Audience(
        key=key,
        name=words.get("name", key),
        who=_with_values(words["who"], folder),
        exclude=texts(words.get("exclude")),
        send_to=texts(words.get("send_to", tree.get("defaults", {}).get("send_to"))),
        min_size=0 if min_size == "off" else int(min_size),
    )
