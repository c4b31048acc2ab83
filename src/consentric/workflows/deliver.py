"""Sends: intent → gate → send → outcome, for one batch after the other. The only place that changes a platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

import pyarrow.compute as pc

from consentric.destinations.retrying import Budget
from consentric.destinations.senders import open_sender
from consentric.errors import ConsentricError, PlatformError, Refused, Stopped, Unavailable
from consentric.ledger import FileRecord, Ledger, ListRecord
from consentric.model.lists import BatchState, ListRef, ListSpec, Operation
from consentric.model.plan import Add, EnsureAudience, Refresh, Rekey, Remove, RemoveNow, Span, Step
from consentric.model.project import Project
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.gate import gate
from consentric.ports import Sender, WireBatch
from consentric.workflows.consent_watch import ConsentWatch
from consentric.workflows.exit_codes import is_hopeless_for_all, told
from consentric.workflows.opening import Shell

_MOST_REFUSALS = 5


@dataclass(slots=True)
class Delivered:
    """What was sent to one list, in people; `rejected` were kept back by the gate or refused row by row."""

    added: int = 0
    refreshed: int = 0
    removed: int = 0
    rekeyed: int = 0
    rejected: int = 0
    sent_anything: bool = False
    error: ConsentricError | None = None


@dataclass(slots=True)
class Parcel:
    """One list in this run: its record and its outbox."""

    record: ListRecord
    outbox: FileRecord


@dataclass(slots=True)
class Delivery:
    """Carries out the steps of a plan. After a failure a list gets nothing more in this run; other lists go on."""

    shell: Shell
    project: Project
    ledger: Ledger
    watch: ConsentWatch
    parcels: dict[ListRef, Parcel]
    budget: Budget
    done: dict[ListRef, Delivered] = field(default_factory=dict)
    _senders: dict[str, Sender] = field(default_factory=dict)
    _down: dict[str, PlatformError] = field(default_factory=dict)

    def carry_out(self, step: Step) -> None:
        """Does one step, unless an earlier one of its list failed."""
        delivered = self.done.setdefault(step.ref, Delivered())
        if delivered.error is not None:
            return
        try:
            self._carry_out(step, delivered)
        except PlatformError as error:
            delivered.error = error
            if is_hopeless_for_all(error):
                self._down[step.ref.destination] = error
            self.shell.progress.note(f"{step.ref}: {told(error).message}")
        except Stopped as error:
            delivered.error = error
            self.shell.progress.note(f"{step.ref}: {told(error).message}")

    def _carry_out(self, step: Step, delivered: Delivered) -> None:
        match step:
            case EnsureAudience(ref, spec):
                self._ensure(ref, spec)
            case RemoveNow(ref, spans, _) | Remove(ref, spans, _):
                delivered.removed += self._send_all(ref, spans, delivered)
            case Rekey(ref, spans, _):
                delivered.rekeyed += self._send_all(ref, spans, delivered)
            case Add(ref, spans, _):
                delivered.added += self._send_all(ref, spans, delivered)
            case Refresh(ref, spans, _):
                delivered.refreshed += self._send_all(ref, spans, delivered)
            case _:
                assert_never(step)

    def _sender(self, destination: str) -> Sender:
        if destination in self._down:
            raise self._down[destination]
        if destination not in self._senders:
            self._senders[destination] = open_sender(
                self.project.destinations[destination], self.shell.clock, self.budget
            )
        return self._senders[destination]

    def _ensure(self, ref: ListRef, spec: ListSpec) -> None:
        """Looks for our tag before anything is made: a list that was made by a run that died is found again."""
        parcel, sender = self.parcels[ref], self._sender(ref.destination)
        platform_id = sender.find(parcel.record.tag)
        if platform_id is None:
            platform_id = sender.create(spec)
            self.shell.checkpoint("list_created")
        now = self.shell.clock.now()
        self.ledger.record_platform_id(parcel.record.id, platform_id, now)
        parcel.record = self.ledger.ensure_list(spec, now)
        self.shell.checkpoint("list_recorded")

    def _send_all(self, ref: ListRef, spans: tuple[Span, ...], delivered: Delivered) -> int:
        """How many people were sent: each is in one row of full shape at least."""
        people = 0
        for span in spans:
            sent = sum(self._send(ref, part, delivered) for part in self._parts(ref, span))
            people = max(people, sent)
        return people

    def _parts(self, ref: ListRef, span: Span) -> Iterator[Span]:
        most = CAPABILITIES[self.project.destinations[ref.destination].platform].rows_per_request
        for first in range(span.first, span.first + span.rows, most):
            yield Span(first, min(most, span.first + span.rows - first), span.shape)

    def _send(self, ref: ListRef, span: Span, delivered: Delivered) -> int:
        """One batch; rows that the platform names are left out and the rest is sent again."""
        for _ in range(_MOST_REFUSALS - 1):
            try:
                return self._attempt(ref, span, delivered)
            except Refused as error:
                if not error.bad_rows:
                    raise
        return self._attempt(ref, span, delivered)

    def _attempt(self, ref: ListRef, span: Span, delivered: Delivered) -> int:
        self.shell.checkpoint("between_requests")
        parcel, sender = self.parcels[ref], self._sender(ref.destination)
        rows = self.ledger.read(parcel.outbox, first=span.first, rows=span.rows)
        kept_back = self.ledger.skipped(parcel.outbox.id)
        places = [place for place in range(span.first, span.first + span.rows) if place not in kept_back]
        rows = rows.take([place - span.first for place in places]) if len(places) < span.rows else rows
        operation = Operation(rows.column("op")[0].as_py()) if rows.num_rows else Operation.ADD
        rows, barred = gate(rows, self.watch.barred() if operation is Operation.ADD else frozenset())
        if barred:
            self.ledger.skip(parcel.outbox.id, [places[each] for each in barred], "gate")
            delivered.rejected += len(barred)
            gone = set(barred)
            places = [place for number, place in enumerate(places) if number not in gone]
        if rows.num_rows == 0:
            return 0
        people = pc.count_distinct(rows.column("person")).as_py()
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
        assert parcel.record.platform_id is not None, "a list is made before anything is sent to it"
        try:
            receipt = sender.send(WireBatch(parcel.record.platform_id, operation, span.shape, rows, batch.id))
        except PlatformError as error:
            self._record_failure(batch.id, error)
            if isinstance(error, Refused) and error.bad_rows:
                bad = [places[row] for row in error.bad_rows if row < len(places)]
                self.ledger.skip(parcel.outbox.id, bad, "refused")
                delivered.rejected += len(bad)
            raise
        self.shell.checkpoint("sent")
        self.ledger.outcome(batch.id, BatchState.ACCEPTED, self.shell.clock.now(), handle=receipt.handle)
        self.shell.checkpoint("outcome_recorded")
        delivered.rejected += receipt.invalid
        delivered.sent_anything = True
        self.shell.progress.sent(ref, operation, people, receipt.handle)
        return int(people)

    def _record_failure(self, batch_id: int, error: PlatformError) -> None:
        """Not sent for certain, or nobody knows."""
        unknown = isinstance(error, Unavailable) and error.applied_unknown
        state = BatchState.UNKNOWN if unknown else BatchState.FAILED
        self.ledger.outcome(batch_id, state, self.shell.clock.now(), reason=error.code)
