"""One batch on its way: rows → gate → intent → request → outcome. Nothing is sent that was not written down before."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from consentric.errors import Interrupted, PlatformError, Refused, Stopped
from consentric.ledger import FileRecord, Ledger, ListRecord
from consentric.model.lists import BatchRecord, BatchState, ListRef, Operation, Receipt, Replacement
from consentric.model.plan import Span
from consentric.planning.gate import Barred, gate
from consentric.ports import Sender, WireBatch
from consentric.workflows.halving import Allowance, Search
from consentric.workflows.opening import Shell

_MOST_TRIES: Final = 5


@dataclass(slots=True)
class Parcel:
    """One list in this run: its record and its outbox."""

    record: ListRecord
    outbox: FileRecord


@dataclass(frozen=True, slots=True)
class Cargo:
    """Rows of an outbox that may still be sent, and where in it they stand."""

    rows: pa.Table
    places: tuple[int, ...]

    def without(self, numbers: frozenset[int]) -> Cargo:
        """The same without the rows at these positions."""
        kept = [number for number in range(len(self.places)) if number not in numbers]
        return Cargo(self.rows.take(pa.array(kept, pa.int64())), tuple(self.places[number] for number in kept))


@dataclass(frozen=True, slots=True)
class Shipped:
    """`people` whose `rows` a platform took; `rejected` rows that the gate kept back or the platform named unusable."""

    people: int = 0
    rejected: int = 0
    rows: int = 0


class Watch(Protocol):
    """Asked right before every attempt to add somebody."""

    def barred(self) -> Barred: ...


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Sends batches of one run, from several threads; `turn` is for what only one of them may do."""

    shell: Shell
    ledger: Ledger
    watch: Watch
    turn: Lock = field(default_factory=Lock)
    searches: Allowance = field(default_factory=Allowance)

    def send(
        self, ref: ListRef, parcel: Parcel, sender: Sender, span: Span, place: Replacement | None = None
    ) -> Shipped:
        """Rows that the platform refuses are found, left out, and the rest is sent. Raises PlatformError, Stopped.

        `place` in a series that replaces the list, which cannot be cut.
        """
        try:
            return self._send(ref, parcel, sender, span, place)
        except Refused as refusal:
            cargo = self._load(parcel, span)
            if place is not None or not cargo.places or not _may_cut(_operation(cargo), refusal):
                raise
            return self._search(ref, parcel, sender, span, cargo, refusal)

    def _search(
        self, ref: ListRef, parcel: Parcel, sender: Sender, span: Span, cargo: Cargo, refusal: Refused
    ) -> Shipped:
        """An addition that is refused alone is set aside and counted; a removal that is, is a failure of its list."""
        operation, shipped = _operation(cargo), list[Shipped]()

        def send(part: Span) -> int:
            shipped.append(self._send(ref, parcel, sender, part))
            return shipped[-1].people

        search = Search(send, partial(_may_cut, operation), self.searches)
        try:
            search.run(span, refusal)
        finally:
            if operation is Operation.ADD:
                self.ledger.skip(parcel.outbox.id, search.alone, "refused alone")
        known = search.taken or self.ledger.took_additions(parcel.record.id)
        if search.alone and (operation is not Operation.ADD or not known):
            raise refusal
        people = min(sum(each.people for each in shipped), _people(cargo))
        return Shipped(people, sum(each.rejected for each in shipped) + len(search.alone))

    def _send(
        self, ref: ListRef, parcel: Parcel, sender: Sender, span: Span, place: Replacement | None = None
    ) -> Shipped:
        """Rows that the platform names are left out and the rest is sent again."""
        rejected = 0
        for attempt in range(1, _MOST_TRIES + 1):
            self.shell.checkpoint("between_requests")
            cargo, barred = self._gated(parcel, self._load(parcel, span))
            rejected += barred
            if not cargo.places:
                break
            try:
                return self._request(ref, parcel, sender, span, cargo, rejected, place)
            except Refused as error:
                if not error.bad_rows or error.may_have_arrived or attempt == _MOST_TRIES:
                    raise
                rejected += len(error.bad_rows)
        return Shipped(0, rejected)

    def _load(self, parcel: Parcel, span: Span) -> Cargo:
        rows = self.ledger.read(parcel.outbox, first=span.first, rows=span.rows)
        whole = Cargo(rows, tuple(range(span.first, span.first + span.rows)))
        skipped = self.ledger.skipped(parcel.outbox.id)
        return whole.without(frozenset(place - span.first for place in skipped)) if skipped else whole

    def _gated(self, parcel: Parcel, cargo: Cargo) -> tuple[Cargo, int]:
        if not cargo.places or _operation(cargo) is not Operation.ADD:
            return cargo, 0
        barred = gate(cargo.rows, self.watch.barred())
        if barred:
            self.ledger.skip(parcel.outbox.id, [cargo.places[each] for each in barred], "gate")
        return cargo.without(barred), len(barred)

    def _request(
        self,
        ref: ListRef,
        parcel: Parcel,
        sender: Sender,
        span: Span,
        cargo: Cargo,
        rejected: int,
        place: Replacement | None,
    ) -> Shipped:
        batch = self.intend(parcel, span, _operation(cargo), _people(cargo))
        wire = WireBatch(
            platform_id(parcel),
            batch.operation,
            span.shape,
            cargo.rows,
            batch.id,
            again=lambda: self._allow_again(cargo),
            replacement=place,
        )
        try:
            receipt = sender.send(wire)
        except PlatformError as error:
            self._record_failure(parcel, cargo, batch.id, error)
            raise
        except (Stopped, Interrupted) as error:
            reason = "gate" if isinstance(error, Stopped) else "interrupted"
            self.ledger.outcome(batch.id, BatchState.UNKNOWN, self.shell.clock.now(), reason=reason)
            raise
        self.accepted(ref, batch, receipt)
        return Shipped(batch.people, rejected + receipt.invalid, cargo.rows.num_rows)

    def intend(self, parcel: Parcel, span: Span, operation: Operation, people: int) -> BatchRecord:
        """Notes a request before it is made."""
        batch = self.ledger.intend(
            parcel.record.id,
            parcel.outbox.id,
            operation,
            span.shape,
            first=span.first,
            rows=span.rows,
            people=people,
            at=self.shell.clock.now(),
        )
        self.shell.checkpoint("intent_recorded")
        return batch

    def accepted(self, ref: ListRef, batch: BatchRecord, receipt: Receipt) -> None:
        """Notes that the platform took it, and tells of it."""
        self.shell.checkpoint("sent")
        now, doubtful = self.shell.clock.now(), receipt.doubtful
        self.ledger.outcome(batch.id, BatchState.ACCEPTED, now, handle=receipt.handle, doubtful=doubtful)
        self.shell.checkpoint("outcome_recorded")
        with self.turn:
            self.shell.progress.sent(ref, batch.operation, batch.shape, batch.people, receipt.handle)

    def failed(self, batch_id: int, error: PlatformError) -> None:
        """Notes that it was not taken for certain, or that nobody knows."""
        state = BatchState.UNKNOWN if error.may_have_arrived else BatchState.FAILED
        self.ledger.outcome(batch_id, state, self.shell.clock.now(), reason=error.code)

    def _allow_again(self, cargo: Cargo) -> None:
        """The gate once more before a repetition. Rows of a request that may have arrived cannot be taken out of it."""
        if _operation(cargo) is Operation.ADD and gate(cargo.rows, self.watch.barred()):
            raise Stopped(
                "A421",
                "somebody withdrew while the platform did not answer, so this request is not repeated",
                hint="run again: the next plan leaves them out and adds the others",
            )

    def _record_failure(self, parcel: Parcel, cargo: Cargo, batch_id: int, error: PlatformError) -> None:
        """Not sent for certain, or nobody knows; rows that the platform named are not tried again."""
        self.failed(batch_id, error)
        if isinstance(error, Refused) and error.bad_rows and not error.may_have_arrived:
            bad = [cargo.places[row] for row in error.bad_rows if row < len(cargo.places)]
            self.ledger.skip(parcel.outbox.id, bad, "refused")


def platform_id(parcel: Parcel) -> str:
    """Under which id the platform knows the list."""
    assert parcel.record.platform_id is not None, "a list is made before anything is sent to it"
    return parcel.record.platform_id


def _operation(cargo: Cargo) -> Operation:
    """All rows of a span do the same."""
    return Operation(cargo.rows.column("op")[0].as_py())


def _people(cargo: Cargo) -> int:
    return int(pc.count_distinct(cargo.rows.column("person")).as_py())


def _may_cut(operation: Operation, refusal: Refused) -> bool:
    """What may have arrived is not sent in parts; but to remove somebody twice is to remove them once."""
    return refusal.divisible and (operation is Operation.REMOVE or not refusal.may_have_arrived)
