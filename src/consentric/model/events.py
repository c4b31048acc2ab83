"""What happened, as a chain: each event's digest covers the one before it, so nothing earlier can change unseen.

An event tells of runs, lists, requests and counts, and never who they concern: that lies in tables from which it can be
deleted. Whoever wrote down a head knows, as long as that number and digest are in the chain, that nothing before was
changed (docs/decisions/0015-the-event-chain.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

Fact = str | int | None | Sequence["Fact"] | Mapping[str, "Fact"]
KEEP_EVENTS: Final = timedelta(days=3 * 365 + 1)
SHORT: Final = 12


class Kind(StrEnum):
    """What an event tells of. The words are stored, and covered by the digests."""

    RUN_BEGAN = "run_began"
    RUN_ENDED = "run_ended"
    APPROVED = "approved"
    DECLINED = "declined"
    STOPPED = "stopped"
    LIST_MADE = "list_made"
    LIST_PLACED = "list_placed"
    LIST_NAMED = "list_named"
    LIST_LEFT = "list_left"
    LIST_RENEWED = "list_renewed"
    LIST_DELETED = "list_deleted"
    DELETION_ASKED = "deletion_asked"
    AUDIENCE_RENAMED = "audience_renamed"
    KEEP_FOR_ASKED = "keep_for_asked"
    KEEP_FOR_SET = "keep_for_set"
    REBUILD_ASKED = "rebuild_asked"
    REBUILD_BEGAN = "rebuild_began"
    FOLDED = "folded"
    REQUEST_INTENDED = "request_intended"
    REQUEST = "request"
    SAID_NO = "said_no"
    LIFTED = "lifted"
    REMOVALS_ASKED = "removals_asked"
    REMOVALS_CONFIRMED = "removals_confirmed"
    ERASED = "erased"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    CLOCK_BELIEVED = "clock_believed"
    EVENTS_DROPPED = "events_dropped"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event: its number and its digest. `short` is for people to write down."""

    number: int
    sha256: bytes

    @property
    def hex(self) -> str:
        return self.sha256.hex()

    @property
    def short(self) -> str:
        return self.hex[:SHORT]


@dataclass(frozen=True, slots=True)
class Stored:
    """One event as it is stored: instants in microseconds since 1970, the facts as the bytes that were digested."""

    number: int
    at: int
    kind: str
    facts: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """One event for people and machines to read."""

    head: Head
    at: datetime
    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """The first number at which the chain is not what was written, and in what way."""

    number: int
    how: str


def first(install_id: str) -> Head:
    """What comes before the first event of an installation."""
    return Head(0, hashlib.sha256(f"consentric events\n{install_id}".encode()).digest())


def canonical(facts: Mapping[str, Fact]) -> bytes:
    """One way to write them, whoever writes."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest(before: bytes, number: int, at: int, kind: str, facts: bytes) -> bytes:
    """Over the digest before it and everything that the event says; no two events are written alike."""
    said = json.dumps([number, at, kind], separators=(",", ":")).encode()
    return hashlib.sha256(b"\n".join((before.hex().encode(), said, facts))).digest()


def verify(start: Head, events: Iterable[Stored], head: Head) -> Broken | None:
    """From what was before the oldest event that is kept to the head; None where all of it fits."""
    before = start
    for each in events:
        if each.number != before.number + 1:
            number = min(each.number, before.number + 1)
            return Broken(number, "it is missing" if each.number > before.number else "it was never written")
        if digest(before.sha256, each.number, each.at, each.kind, each.facts) != each.sha256:
            return Broken(each.number, "it, or what comes before it, was changed")
        before = Head(each.number, each.sha256)
    if before.number > head.number:
        return Broken(head.number + 1, "it is newer than the newest that was written")
    if before.number < head.number:
        return Broken(before.number + 1, "it is missing")
    return None if before.sha256 == head.sha256 else Broken(head.number, "it, or what comes before it, was changed")
