"""What came of a run, for people and machines to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from consentric.model.events import Head
from consentric.model.lists import ListRef, RebuildReason
from consentric.model.people import Verb
from consentric.model.plan import Plan


class ListState(StrEnum):
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    PARTIAL = "partial"
    FAILED = "failed"
    STOPPED = "stopped"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the tree, as far as it is told: code, sentence, hint, exit code."""

    code: str
    message: str
    hint: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class ListResult:
    """People, as far as they were sent; `rejected` were skipped by the gate or named unusable by the platform."""

    ref: ListRef
    state: ListState
    added: int = 0
    refreshed: int = 0
    removed: int = 0
    rekeyed: int = 0
    rejected: int = 0
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class SyncResult:
    run_id: str
    plan: Plan
    exit_code: int
    lists: Mapping[ListRef, ListResult]
    failure: Failure | None = None
    head: Head | None = None


class Ending(StrEnum):
    """What became of a list that the file does not want: GONE was deleted by somebody else, KEPT is used by ads."""

    DELETED = "deleted"
    GONE = "gone"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Doomed:
    """A list that `prune` may delete. `uses` are the ads that use it, None if nobody can tell; `there` False: it is gone."""

    ref: ListRef
    platform: str
    account: str
    name: str
    platform_id: str
    there: bool = True
    uses: tuple[str, ...] | None = ()

    @property
    def in_use(self) -> bool:
        return self.there and self.uses != ()


@dataclass(frozen=True, slots=True)
class Pruned:
    list: Doomed
    ending: Ending
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class PruneResult:
    """`out_of_reach` are lists in accounts that no destination names. `declined`: somebody said no, so nothing was done."""

    at: datetime
    exit_code: int
    lists: tuple[Pruned, ...]
    out_of_reach: tuple[str, ...] = ()
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A list that the next syncs fill anew."""

    ref: ListRef
    reason: RebuildReason


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """Batches by what this call learned; `waiting` and `unknown` are as they stand."""

    confirmed: int = 0
    partial: int = 0
    failed: int = 0
    waiting: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class ConfirmResult:
    at: datetime
    total: BatchCounts
    lists: Mapping[ListRef, BatchCounts]
    failures: tuple[Failure, ...] = ()
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class ListStatus:
    """`members` are sure to be on the list, `maybe` were sent with an unknown outcome; pending: accepted, not confirmed.

    `rebuild` is why the next syncs fill the list anew.
    """

    ref: ListRef
    platform_id: str | None
    members: int
    maybe: int
    pending_adds: int
    pending_removals: int
    last_sync: datetime | None
    platform_size: int | None
    match_rate: tuple[int, int] | None
    eligible: bool | None
    stopped: str | None
    rebuild: RebuildReason | None = None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """`age_of_last_success_s` None: no sync ended with 0 yet. `suppressed`: keys of people who said no, by how."""

    at: datetime
    lists: Mapping[ListRef, ListStatus]
    age_of_last_success_s: int | None
    suppressed: Mapping[Verb, int] = field(default_factory=dict)
    notes: tuple[str, ...] = field(default=())
    head: Head | None = None
