"""A project: everything one audiences.yaml says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from consentric.model.conditions import Condition
from consentric.model.row_tests import RowCondition
from consentric.model.secrets import Secret
from consentric.model.time import Duration, Unit


class KeyKind(StrEnum):
    """How a key's values are made equal: as an e-mail address, as a phone number, or as trimmed text."""

    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Key:
    """Rows of any sources that share a value of a key of this name are the same person."""

    name: str
    column: str
    kind: KeyKind


@dataclass(frozen=True, slots=True)
class CsvDialect:
    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'


@dataclass(frozen=True, slots=True)
class Source:
    """`file` is a path or glob as written; relative ones are relative to the folder of the audiences file.

    With `at` its rows are things people did; without it, things we know. `people` False: its rows only add facts.
    """

    name: str
    file: str
    keys: tuple[Key, ...]
    dialect: CsvDialect = CsvDialect()
    at: str | None = None
    event: str | None = None
    people: bool = True
    only: RowCondition | None = None
    fresh_within: Duration | None = None
    timezone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class ColumnRef:
    source: str
    column: str


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Which columns hold which identifier, in order of trust. `declared` False: taken from columns called email, phone.

    `prehashed`: those of `email` and `phone` whose cells are SHA-256 already.
    """

    email: tuple[ColumnRef, ...] = ()
    phone: tuple[ColumnRef, ...] = ()
    first_name: tuple[ColumnRef, ...] = ()
    last_name: tuple[ColumnRef, ...] = ()
    city: tuple[ColumnRef, ...] = ()
    state: tuple[ColumnRef, ...] = ()
    postcode: tuple[ColumnRef, ...] = ()
    country: tuple[ColumnRef, ...] = ()
    birth_date: tuple[ColumnRef, ...] = ()
    gender: tuple[ColumnRef, ...] = ()
    mobile_id: tuple[ColumnRef, ...] = ()
    assume_country: str | None = None
    declared: bool = True
    prehashed: frozenset[ColumnRef] = frozenset()


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose of consent. Words are compared trimmed and case-folded; all other words are unclear."""

    name: str
    column: str
    granted: frozenset[str]
    refused: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence of a consent: a column of the consent source, or one text for all rows."""

    column: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentRules:
    """`needed` maps the name of each destination to the purposes it asks for. `valid_for` None: never expires."""

    source: str
    purposes: tuple[Purpose, ...]
    given_at: str
    withdrawn_at: str | None
    valid_for: Duration | None
    proof: Proof
    needed: Mapping[str, tuple[str, ...]]
    fresh_within: Duration


class Platform(StrEnum):
    GOOGLE = "google"
    META = "meta"


@dataclass(frozen=True, slots=True)
class TermsAccepted:
    """The user's own statement that the Customer Match terms are accepted; both None for `true` on loopback."""

    by: str | None
    on: date | None


@dataclass(frozen=True, slots=True)
class GoogleAccount:
    name: str
    customer_id: str
    login_customer_id: str | None = None
    terms_accepted: TermsAccepted | None = None
    endpoint: str | None = None
    ads_endpoint: str | None = None
    platform: Literal[Platform.GOOGLE] = Platform.GOOGLE

    @property
    def account(self) -> str:
        return self.customer_id


@dataclass(frozen=True, slots=True)
class MetaAccount:
    name: str
    ad_account: str
    token: Secret | None = None
    app_secret: Secret | None = None
    endpoint: str | None = None
    platform: Literal[Platform.META] = Platform.META

    @property
    def account(self) -> str:
        return self.ad_account


Destination = GoogleAccount | MetaAccount


@dataclass(frozen=True, slots=True)
class Privacy:
    controller: str
    contact: str
    notice: str


@dataclass(frozen=True, slots=True)
class Guards:
    """Limits before anything is sent; shares from 0 to 1; None = off. A share is breached only beyond 20 people too."""

    min_size: int | None = 100
    max_removals: float | None = 0.20
    max_additions: float | None = 0.50
    max_vanished: float | None = 0.05
    max_source_shrink: float | None = 0.50
    max_rejected: float | None = 0.10


@dataclass(frozen=True, slots=True)
class Approval:
    """What a line in the file allows on one day, on each list of its audience: at most so many people."""

    on: date
    removals: int = 0
    additions: int = 0


@dataclass(frozen=True, slots=True)
class Audience:
    """`send_to` holds names of destinations; none = a building block that is never uploaded. `renamed_from`: its key before.

    `paused`: nobody is added; whoever no longer fits still leaves.
    """

    key: str
    name: str
    who: Condition
    description: str = ""
    tags: tuple[str, ...] = ()
    owner: str | None = None
    exclude: tuple[str, ...] = ()
    send_to: tuple[str, ...] = ()
    keep_for: Duration = field(default_factory=lambda: Duration(180, Unit.DAY))
    guards: Guards = Guards()
    paused: bool = False
    approval: Approval | None = None
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """`root` is the folder of the audiences file, `config_sha256` the hex digest of its bytes.

    `environment` keeps records apart: test, production; empty where the file names none. `record_kept_for`: how long it stays
    on record that somebody was on a list, after they left.
    """

    path: Path
    root: Path
    config_sha256: str
    timezone: ZoneInfo
    currency: str | None
    sources: Mapping[str, Source]
    identifiers: Identifiers
    consent: ConsentRules
    destinations: Mapping[str, Destination]
    privacy: Privacy | None
    guards: Guards
    audiences: Mapping[str, Audience]
    environment: str = ""
    record_kept_for: Duration = field(default_factory=lambda: Duration(3, Unit.YEAR))

    @property
    def rehearsal(self) -> bool:
        """True when every destination is on this machine."""
        return all(destination.endpoint is not None for destination in self.destinations.values())

    @property
    def primary_key(self) -> Key | None:
        """The first key of the first source of people that we know things of, else of the first source of people."""
        makers = [source for source in self.sources.values() if source.people]
        people = [source for source in makers if source.at is None] or makers
        return people[0].keys[0] if people else None
