"""Lists on platforms, what is done to them, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from consentric.model.project import Platform


@dataclass(frozen=True, slots=True, order=True)
class ListRef:
    """One audience on one destination. Identity is the audience's key and the account, never a name."""

    audience: str
    destination: str

    def __str__(self) -> str:
        return f"{self.audience} → {self.destination}"


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What a list on a platform should be. `tag` is ours: by it the list is found again when its id was lost."""

    ref: ListRef
    platform: Platform
    account: str
    name: str
    description: str
    tag: str
    keep_for_days: int


class Drift(StrEnum):
    """How a list is not as it was left, as the platform tells it. The words are stored.

    CLOSED takes nobody in, and lets everybody out. FADING is as it should be, and will be deleted for want of use.
    """

    MISSING = "missing"
    LOCKED = "locked"
    OTHER_TYPE = "other_type"
    FOREIGN = "foreign"
    CLOSED = "closed"
    FADING = "fading"


class KeyType(IntEnum):
    """The kinds of match key: what a platform can find an account by. The numbers are stored."""

    EMAIL = 1
    PHONE = 2
    ADDRESS = 3
    MOBILE_ID = 4


class Operation(IntEnum):
    """What an outbox row does.

    OWED is never sent: it remembers who must be added again once a removal is processed. REMOVE_REST ends a rebuild:
    whoever was last added before it began leaves.
    """

    ADD = 1
    REMOVE = 2
    OWED = 3
    REMOVE_REST = 4


class RebuildReason(StrEnum):
    """Why a list is filled anew. DELETED: it is not on its platform any more, so it is made again."""

    REKEYED = "rekeyed"
    ASKED = "asked"
    ADOPTED = "adopted"
    RESTORED = "restored"
    DELETED = "deleted"


class Shape(IntEnum):
    """Which cells a wire row has: everything, or one kind of key (removals, one kind a request)."""

    FULL = 0
    EMAIL = 1
    PHONE = 2
    ADDRESS = 3
    MOBILE_ID = 4


class BatchState(StrEnum):
    """`intent` before the request, then what the platform said; `unknown` when no trustworthy answer came."""

    INTENT = "intent"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    PARTIAL = "partial"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Replacement:
    """The place of a request in the series that replaces a list: number `seq` of it, counted from 1.

    `before` rows of the series came with earlier requests, `total` are in all; `id` is the same for the whole series.
    """

    id: int
    seq: int
    last: bool
    before: int
    total: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A platform took a request. `handle` asks later what became of it; `invalid` rows it could not read at once.

    `doubtful`: an earlier attempt of the same request got no answer, and may be carried out besides.
    """

    handle: str
    received: int
    invalid: int = 0
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a platform says of an accepted request. `state` None: it is still at work."""

    state: BatchState | None
    reason: str = ""
    match_rate: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a platform tells about a list; None where it does not say. Sizes are people, rounded by the platform.

    `keep_for_days`: after how many days without an addition it drops somebody; None where it keeps them, or does not say.
    """

    list_id: str
    name: str
    exists: bool = True
    writable: bool = True
    trouble: str = ""
    size: int | None = None
    match_rate: tuple[int, int] | None = None
    eligible: bool | None = None
    drift: Drift | None = None
    keep_for_days: int | None = None


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One request as the ledger knows it: rows `first` to `first + rows` of an outbox file.

    `doubtful`: the platform took a repetition of it, and the first attempt may be carried out besides. `decided_at`: when we
    learned the state that it is in.
    """

    id: int
    list_id: int
    file_id: int
    operation: Operation
    shape: Shape
    first: int
    rows: int
    people: int
    state: BatchState
    handle: str | None
    sent_at: datetime
    accepted_at: datetime | None
    doubtful: bool = False
    decided_at: datetime | None = None
