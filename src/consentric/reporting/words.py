"""The words of the screens for the words of the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from consentric.model.events import Head
from consentric.model.figures import grouped
from consentric.model.lists import RebuildReason
from consentric.model.people import Reason
from consentric.model.results import ListState

REASONS: Final[dict[Reason, str]] = {
    Reason.NO_RECORD: "no record",
    Reason.REFUSED: "refused",
    Reason.EXPIRED: "expired",
    Reason.WITHDREW: "withdrew",
    Reason.UNCLEAR: "unclear",
    Reason.TOO_YOUNG: "too young",
    Reason.SHARED_KEY: "shared key",
    Reason.SUPPRESSED: "asked to be left out",
}
"""In the order of the funnel: what a shop can mend comes first."""

_REMOVED_BECAUSE: Final = {
    "no_longer_fits": "no longer fit",
    Reason.WITHDREW: "withdrew consent",
    Reason.REFUSED: "refused consent",
    Reason.EXPIRED: "consent expired",
    Reason.UNCLEAR: "consent became unclear",
    Reason.NO_RECORD: "consent record is gone",
    Reason.SHARED_KEY: "share a key with somebody who did not consent",
}

_FIELDS: Final = {"first_name": "first name", "last_name": "last name", "external_id": "external id"}

STATES: Final[dict[ListState, str]] = {
    ListState.ACCEPTED: "accepted, not confirmed yet",
    ListState.CONFIRMED: "confirmed",
    ListState.PARTIAL: "partly sent",
    ListState.FAILED: "failed",
    ListState.STOPPED: "stopped",
    ListState.UNCHANGED: "nothing to do",
}

REBUILD_BECAUSE: Final[dict[RebuildReason, str]] = {
    RebuildReason.REKEYED: "many people have other keys than were sent",
    RebuildReason.ASKED: "`state rebuild` asked for it",
    RebuildReason.ADOPTED: "somebody else filled it before",
    RebuildReason.RESTORED: "the record came from a backup, which does not know who was sent since",
    RebuildReason.DELETED: "it was deleted on the platform",
}
"""Why a list is filled anew."""


def removed_because(word: str) -> str:
    """Why people leave a list: a consent reason or `no_longer_fits`."""
    if word in _REMOVED_BECAUSE:
        return _REMOVED_BECAUSE[word]
    return REASONS[Reason(word)] if word in set(Reason) else word.replace("_", " ")


def field(name: str) -> str:
    """An identifier as the funnel names it."""
    return _FIELDS.get(name, name.replace("_", " "))


def joined(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def moment(at: datetime) -> str:
    """`Mon 23 Nov 2026 05:30 Copenhagen`: never in the words of the machine's locale."""
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[at.month - 1]
    zone = at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else at.tzname() or ""
    return f"{day} {at.day} {month} {at.year} {at:%H:%M} {zone.rpartition('/')[2].replace('_', ' ')}".rstrip()


def chain(newest: Head) -> str:
    """The head of the chain of events, short: whoever writes it down can prove later that nothing before was changed."""
    return f"Events up to {grouped(newest.number)}, head {newest.short}"
