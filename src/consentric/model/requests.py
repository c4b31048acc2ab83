"""What people demand of us (withdrawal, objection, restriction, erasure), and what came of it. No value here names anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from consentric.model.lists import KeyType, ListRef
from consentric.model.people import Verb
from consentric.model.project import Platform
from consentric.model.results import Failure


@dataclass(frozen=True, slots=True)
class SentKey:
    """A key as platforms get it, in the memory of the command to which it was given; nothing of it is ever written."""

    kind: KeyType = field(repr=False)
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """One key that was given to a command: digests of what it can be in the data, and of what platforms were sent of it."""

    digests: frozenset[bytes] = field(repr=False)
    sought: frozenset[bytes] = field(default=frozenset(), repr=False)
    known: Mapping[bytes, SentKey] = field(default_factory=dict, repr=False, compare=False)
    """What each of `sought` is a digest of; it lasts as long as the command."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Subjects of requests of which nobody looked yet on which lists they are."""

    verbs: Mapping[int, Verb]
    requests: Mapping[int, int]
    digests: Mapping[bytes, frozenset[int]] = field(repr=False)
    sought: Mapping[bytes, frozenset[int]] = field(repr=False)


class Stage(StrEnum):
    """How far the removal from one list is. ERASED: confirmed, and no byte of the person is left in our files."""

    WAITING = "waiting"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    ERASED = "erased"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ListRemoval:
    """One list that somebody of the request was on; `asked` and `confirmed` None: not yet."""

    ref: ListRef
    platform: Platform
    account: str
    list_id: str | None
    people: int
    stage: Stage
    asked: datetime | None = None
    confirmed: datetime | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a command and how far it is. `people` were found on lists; None: nobody looked yet."""

    id: int
    verb: Verb
    reason: str
    at: datetime
    keys: int
    people: int | None
    lists: tuple[ListRemoval, ...]

    @property
    def under_way(self) -> bool:
        return self.people is None or any(each.stage is not Stage.ERASED for each in self.lists)


@dataclass(frozen=True, slots=True)
class RequestResult:
    """What a call of withdraw, object, restrict or forget did."""

    at: datetime
    config_sha256: str
    run_id: str
    exit_code: int
    request: Request
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Lifted:
    """`keys` are free again; `bound` of those given are still out by another key, or were never suppressed by this one."""

    at: datetime
    config_sha256: str
    keys: int
    unknown: int
    bound: int


@dataclass(frozen=True, slots=True)
class Erasures:
    """Every erasure under way. `notes` say what could not be done now."""

    at: datetime
    config_sha256: str
    requests: tuple[Request, ...]
    notes: tuple[str, ...] = ()
