"""Fills a list anew: what is noted before the first request, the place of each in its series, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Final

from consentric.errors import PlatformError, Stopped
from consentric.model.lists import BatchState, ListRef, Operation, RebuildReason, Replacement
from consentric.model.plan import Span
from consentric.planning.capabilities import RebuildForm
from consentric.ports import Sender
from consentric.workflows.batches import Dispatch, Parcel, Shipped, platform_id

_CLOCKS_AGREE: Final = timedelta(minutes=30)
_MARGIN: Final = timedelta(minutes=5)
_MOST_SESSIONS: Final = 2**63 - 2


@dataclass(slots=True)
class Refill:
    """One list in one run (docs/decisions/0012-filling-a-list-anew.md)."""

    ref: ListRef
    dispatch: Dispatch
    parcel: Parcel
    sender: Callable[[], Sender]
    form: RebuildForm
    reason: RebuildReason
    _series: int = field(default_factory=lambda: 1 + randbelow(_MOST_SESSIONS))
    _requests: int = 0
    _rows: int = 0

    def begin(self) -> Shipped:
        """Notes, before anything is sent, of which instant the rest will leave; one that goes on has that already."""
        record, now = self.parcel.record, self.dispatch.shell.clock.now()
        if self.form is RebuildForm.REMOVE_REST:
            if record.rebuild_seq is not None:
                return Shipped()
            now = _before_anything(self.sender().server_time(platform_id(self.parcel)) or now, now)
        self.parcel.record = self.dispatch.ledger.begin_rebuild(record.id, self.reason, now)
        self.dispatch.shell.checkpoint("rebuild_begun")
        return Shipped()

    def send(self, part: Span, total: int, *, last: bool) -> Shipped:
        """Adds like any other, or the next request of the series that replaces the list. Raises PlatformError, Stopped."""
        place = None
        if self.form is RebuildForm.REPLACE:
            place = Replacement(self._series, self._requests + 1, last, self._rows, total)
        shipped = self.dispatch.send(self.ref, self.parcel, self.sender(), part, place)
        self._requests += bool(shipped.rows)
        self._rows += shipped.rows
        return shipped

    def end(self, span: Span) -> Shipped:
        """Whoever was last added before it began leaves; where a series replaced the list, that is only noted."""
        if self.form is RebuildForm.REPLACE:
            batch = self.dispatch.intend(self.parcel, span, Operation.REMOVE_REST, 0)
            self.dispatch.ledger.outcome(batch.id, BatchState.ACCEPTED, self.dispatch.shell.clock.now())
            return Shipped()
        self.begin()
        before = self.parcel.record.rebuild_at
        assert before is not None, "a rebuild begins before it ends"
        batch = self.dispatch.intend(self.parcel, span, Operation.REMOVE_REST, 0)
        try:
            receipt = self.sender().remove_rest(platform_id(self.parcel), before)
        except PlatformError as error:
            self.dispatch.failed(batch.id, error)
            raise
        self.dispatch.accepted(self.ref, batch, receipt)
        return Shipped()


def _before_anything(theirs: datetime, ours: datetime) -> datetime:
    """An instant before every request of the rebuild by either clock; Stopped if the two cannot be meant to agree."""
    if abs(theirs - ours) > _CLOCKS_AGREE:
        raise Stopped(
            "A640",
            "the clock of this machine and the platform's differ by more than half an hour, so no list is filled anew",
            hint="set the clock of this machine by NTP, then run again; nobody was removed",
        )
    return min(theirs, ours) - _MARGIN
