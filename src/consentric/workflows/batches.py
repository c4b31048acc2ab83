"""One batch on its way: rows → gate → intent → request → outcome. Nothing is sent that was not written down before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from consentric.errors import PlatformError, Refused, Stopped
from consentric.ledger import FileRecord, Ledger, ListRecord
from consentric.model.lists import BatchState, ListRef, Operation
from consentric.model.plan import Span
from consentric.planning.gate import gate
from consentric.ports import Sender, WireBatch
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
        return Cargo(self.rows.take(kept), tuple(self.places[number] for number in kept))


@dataclass(frozen=True, slots=True)
class Shipped:
    """`people` whose rows a platform took; `rejected` rows that the gate kept back or the platform named unusable."""

    people: int = 0
    rejected: int = 0


class Watch(Protocol):
    """Asked right before every attempt to add somebody."""

    def barred(self) -> frozenset[bytes]: ...


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Sends batches of one run."""

    shell: Shell
    ledger: Ledger
    watch: Watch

    def send(self, ref: ListRef, parcel: Parcel, sender: Sender, span: Span) -> Shipped:
        """Rows that the platform names are left out and the rest is sent again. Raises PlatformError, Stopped."""
        rejected = 0
        for attempt in range(1, _MOST_TRIES + 1):
            self.shell.checkpoint("between_requests")
            cargo, barred = self._gated(parcel, self._load(parcel, span))
            rejected += barred
            if not cargo.places:
                break
            try:
                return self._request(ref, parcel, sender, span, cargo, rejected)
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
        self, ref: ListRef, parcel: Parcel, sender: Sender, span: Span, cargo: Cargo, rejected: int
    ) -> Shipped:
        assert parcel.record.platform_id is not None, "a list is made before anything is sent to it"
        operation, people = _operation(cargo), int(pc.count_distinct(cargo.rows.column("person")).as_py())
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
        wire = WireBatch(
            parcel.record.platform_id, operation, span.shape, cargo.rows, batch.id, lambda: self._allow_again(cargo)
        )
        try:
            receipt = sender.send(wire)
        except PlatformError as error:
            self._record_failure(parcel, cargo, batch.id, error)
            raise
        except Stopped:
            self.ledger.outcome(batch.id, BatchState.UNKNOWN, self.shell.clock.now(), reason="gate")
            raise
        self.shell.checkpoint("sent")
        self.ledger.outcome(batch.id, BatchState.ACCEPTED, self.shell.clock.now(), handle=receipt.handle)
        self.shell.checkpoint("outcome_recorded")
        self.shell.progress.sent(ref, operation, span.shape, people, receipt.handle)
        return Shipped(people, rejected + receipt.invalid)

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
        state = BatchState.UNKNOWN if error.may_have_arrived else BatchState.FAILED
        self.ledger.outcome(batch_id, state, self.shell.clock.now(), reason=error.code)
        if isinstance(error, Refused) and error.bad_rows and not error.may_have_arrived:
            bad = [cargo.places[row] for row in error.bad_rows if row < len(cargo.places)]
            self.ledger.skip(parcel.outbox.id, bad, "refused")


def _operation(cargo: Cargo) -> Operation:
    """All rows of a span do the same."""
    return Operation(cargo.rows.column("op")[0].as_py())
