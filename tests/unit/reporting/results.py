"""What came of runs, made by hand."""

from __future__ import annotations

from datetime import timedelta

from consentric.model.lists import ListRef
from consentric.model.people import Verb
from consentric.model.results import (
    BatchCounts,
    ConfirmResult,
    Failure,
    ListResult,
    ListState,
    ListStatus,
    StatusReport,
    SyncResult,
)

from .plans import AT, LOYAL_GOOGLE, LOYAL_META, ordinary_night, quiet_night

NEWSLETTER = ListRef("newsletter_non_buyers", "google")
QUOTA = Failure("A503", "the quota of today is used up.", "Run it again tomorrow.", 5)


def ordinary_sync() -> SyncResult:
    """Two lists sent, one stopped by a guard."""
    lists = (
        ListResult(LOYAL_GOOGLE, ListState.ACCEPTED, added=41, removed=12, rekeyed=8),
        ListResult(LOYAL_META, ListState.ACCEPTED, added=39, removed=10, rekeyed=8, rejected=2),
        ListResult(NEWSLETTER, ListState.STOPPED, removed=4),
    )
    return SyncResult("20261123-0430-a1", ordinary_night(), 4, {one.ref: one for one in lists})


def failed_sync() -> SyncResult:
    """One list sent, one broke off, one not reached."""
    lists = (
        ListResult(LOYAL_GOOGLE, ListState.ACCEPTED, added=41, removed=12, rekeyed=8),
        ListResult(LOYAL_META, ListState.PARTIAL, added=10, failure=QUOTA),
    )
    return SyncResult("20261123-0430-a2", ordinary_night(), 5, {one.ref: one for one in lists}, QUOTA)


def quiet_sync() -> SyncResult:
    lists = {LOYAL_GOOGLE: ListResult(LOYAL_GOOGLE, ListState.UNCHANGED)}
    return SyncResult("20261123-0500-a3", quiet_night(), 0, lists)


def status() -> StatusReport:
    google = ListStatus(
        LOYAL_GOOGLE, "987", members=1278, maybe=3, pending_adds=41, pending_removals=12, last_sync=AT,
        platform_size=690, match_rate=(50, 60), eligible=False, stopped=None,
    )  # fmt: skip
    meta = ListStatus(
        NEWSLETTER, None, members=0, maybe=0, pending_adds=0, pending_removals=0, last_sync=None,
        platform_size=None, match_rate=None, eligible=None, stopped="[A602] would remove 2 914 of 3 124 people",
    )  # fmt: skip
    return StatusReport(
        AT + timedelta(hours=3), {LOYAL_GOOGLE: google, NEWSLETTER: meta}, 10_800, suppressed={Verb.WITHDREW: 12}
    )


def confirmed() -> ConfirmResult:
    lists = {LOYAL_GOOGLE: BatchCounts(confirmed=3, waiting=1), LOYAL_META: BatchCounts(failed=1)}
    return ConfirmResult(AT, BatchCounts(confirmed=3, failed=1, waiting=1), lists, (QUOTA,))
