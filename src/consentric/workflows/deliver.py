"""Carries out the steps of a plan. The only place that asks for a sender, so the only one that changes a platform.

First those whom guards never hold back, on all lists; then, list by list, one step after the other. Lists are worked on side
by side, with as many requests in flight as the platform takes (docs/decisions/0010-storms.md).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, assert_never

from consentric.destinations.codes import Code
from consentric.destinations.retrying import Budget
from consentric.destinations.senders import open_sender
from consentric.errors import ConsentricError, PlatformError, QuotaExhausted, Stopped, Unavailable
from consentric.ledger import Ledger, ListRecord
from consentric.model.lists import ListRef, ListSpec, RebuildReason
from consentric.model.plan import (
    Add,
    EnsureAudience,
    Rebuild,
    Refresh,
    Rekey,
    Remove,
    RemoveNow,
    RemoveRest,
    Rename,
    SetKeepFor,
    Span,
    Step,
)
from consentric.model.project import Destination, Project
from consentric.planning.capabilities import CAPABILITIES, MOST_IN_FLIGHT, rows_per_request
from consentric.ports import Clock, Sender
from consentric.workflows.batches import Dispatch, Parcel, Shipped
from consentric.workflows.exit_codes import is_hopeless_for_all, told
from consentric.workflows.in_flight import Landed, Lane, fly
from consentric.workflows.opening import Shell
from consentric.workflows.past import deleted
from consentric.workflows.refilling import Refill

_NO_SPAN: Final = -1
OpenSender = Callable[[Destination, Clock, Budget], Sender]


@dataclass(slots=True)
class Delivered:
    """What was sent to one list: people by kind of step; `rejected` rows the gate kept back or the platform refused.

    `error` is that of the first request, in the order of the plan, that failed; `aside` a failure that keeps nobody's rows
    back: a name, or the days that the platform keeps somebody, that could not be changed.
    """

    people: Counter[type[Step]] = field(default_factory=Counter)
    rejected: int = 0
    error: ConsentricError | None = None
    aside: ConsentricError | None = None
    _failed: int = 0
    _by_span: Counter[int] = field(default_factory=Counter)

    @property
    def removed(self) -> int:
        return self.people[RemoveNow] + self.people[Remove]

    def count(self, job: Job, shipped: Shipped) -> None:
        """Spans of different shapes repeat the same people, so the largest counts."""
        self._by_span[job.span] += shipped.people
        kind = type(job.step)
        self.people[kind] = max(self.people[kind], self._by_span[job.span])
        self.rejected += shipped.rejected

    def fail(self, number: int, error: ConsentricError) -> None:
        if self.error is None or number < self._failed:
            self.error, self._failed = error, number


@dataclass(frozen=True, slots=True)
class Job:
    """One request, or what must be done alone for a list; `number` is its place in the run, `span` that of its span."""

    number: int
    step: Step
    span: int
    do: Callable[[], Shipped]


@dataclass(slots=True)
class Delivery:
    """After a failure a list gets nothing more in this run; other lists go on, unless their whole destination is down."""

    project: Project
    dispatch: Dispatch
    parcels: dict[ListRef, Parcel]
    budget: Budget
    open_sender: OpenSender = open_sender
    most_rows: int | None = None
    done: dict[ListRef, Delivered] = field(default_factory=dict)
    _senders: dict[str, Sender] = field(default_factory=dict)
    _unanswered: dict[str, set[ListRef]] = field(default_factory=dict)
    _down: dict[str, PlatformError] = field(default_factory=dict)
    _jobs_made: int = 0

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Does all steps of a plan. Raises Interrupted and StateError, after what was in flight is recorded."""
        urgent = [step for step in steps if isinstance(step, RemoveNow)]
        self._carry_out(urgent)
        self._carry_out([step for step in steps if not isinstance(step, RemoveNow)])

    def _carry_out(self, steps: Sequence[Step]) -> None:
        """Steps of one list one after the other, lists side by side."""
        lanes: dict[ListRef, Lane[Job]] = {}
        for step in steps:
            if self._is_open(step.ref):
                lane = lanes.setdefault(step.ref, Lane(deque(), self._width(step.ref)))
                lane.groups.extend(deque(group) for group in self._groups(step))
        shell = self.dispatch.shell
        fly(
            list(lanes.values()),
            MOST_IN_FLIGHT,
            carry_out=lambda job: job.do(),
            before=lambda: shell.checkpoint("between_requests"),
            landed=lambda landed: self._land(landed, lanes),
        )

    def _is_open(self, ref: ListRef) -> bool:
        """Whether the list may still get something; who has to do with a destination that is down, fails with it."""
        delivered = self.done.setdefault(ref, Delivered())
        down = self._down.get(ref.destination)
        if down is not None and delivered.error is None:
            delivered.fail(self._jobs_made, down)
        return delivered.error is None

    def _width(self, ref: ListRef) -> int:
        return CAPABILITIES[self.project.destinations[ref.destination].platform].requests_in_flight

    def _groups(self, step: Step) -> Iterator[list[Job]]:
        """What is to be done for a step, group after group; jobs of one group may be in flight together."""
        match step:
            case EnsureAudience(ref, spec):
                yield [self._job(step, 0, partial(self._ensure, ref, spec))]
            case Rename():
                yield [self._job(step, 0, partial(self._rename, step))]
            case SetKeepFor():
                yield [self._job(step, 0, partial(self._keep_for, step))]
            case RemoveNow(ref, spans) | Rekey(ref, spans) | Add(ref, spans) | Refresh(ref, spans) | Remove(ref, spans):
                yield [
                    self._job(step, span.first, partial(self._send, ref, part))
                    for span in spans
                    for part in self._parts(ref, span)
                ]
            case Rebuild(ref, spans, _, reason):
                refill = self._refill(ref, reason)
                parts = [part for span in spans for part in self._parts(ref, span)]
                total = sum(part.rows for part in parts)
                yield [self._job(step, _NO_SPAN, refill.begin)]
                yield [self._job(step, 0, partial(refill.send, part, total, last=part is parts[-1])) for part in parts]
            case RemoveRest(ref, span, reason):
                yield [self._job(step, _NO_SPAN, partial(self._refill(ref, reason).end, span))]
            case _:
                assert_never(step)

    def _job(self, step: Step, span: int, do: Callable[[], Shipped]) -> Job:
        self._jobs_made += 1
        return Job(self._jobs_made, step, span, do)

    def _ensure(self, ref: ListRef, spec: ListSpec) -> Shipped:
        """Looks for our tag before anything is made: a list that was made by a run that died is found again."""
        shell, ledger = self.dispatch.shell, self.dispatch.ledger
        parcel, sender = self.parcels[ref], self._sender(ref.destination)
        ours, lapses = replace(spec, tag=parcel.record.tag), CAPABILITIES[spec.platform].lapses
        platform_id = sender.find(ours.tag)
        if platform_id is None:
            if sender.namesakes(ours.name):
                shell.progress.note(f"{ref}: the account has a list of this name that is not ours; it is left alone")
            platform_id = sender.create(ours)
            shell.checkpoint("list_created")
        else:
            sender.rename(platform_id, ours)
            if lapses:
                sender.keep_for(platform_id, ours.keep_for_days)
        now = shell.clock.now()
        ledger.record_platform_id(parcel.record.id, platform_id, now)
        ledger.record_told(parcel.record.id, ours)
        if lapses:
            ledger.record_keep_for(parcel.record.id, ours.keep_for_days, now)
        parcel.record = ledger.ensure_list(spec, now)
        shell.checkpoint("list_recorded")
        return Shipped()

    def _rename(self, step: Rename) -> Shipped:
        """Set, not changed: a run that dies before it is recorded does it again."""
        self._sender(step.ref.destination).rename(step.platform_id, step.spec)
        self.dispatch.shell.checkpoint("list_renamed")
        self.dispatch.ledger.record_told(step.list_id, step.spec)
        return Shipped()

    def _keep_for(self, step: SetKeepFor) -> Shipped:
        """Written down before: if no answer comes, the fewer of both days may be in force."""
        shell, ledger = self.dispatch.shell, self.dispatch.ledger
        ledger.ask_keep_for(step.list_id, step.days)
        shell.checkpoint("keep_for_asked")
        self._sender(step.ref.destination).keep_for(step.platform_id, step.days)
        shell.checkpoint("keep_for_set")
        ledger.record_keep_for(step.list_id, step.days, shell.clock.now())
        return Shipped()

    def _send(self, ref: ListRef, span: Span) -> Shipped:
        return self.dispatch.send(ref, self.parcels[ref], self._sender(ref.destination), span)

    def _refill(self, ref: ListRef, reason: RebuildReason) -> Refill:
        form = CAPABILITIES[self.project.destinations[ref.destination].platform].rebuild
        return Refill(ref, self.dispatch, self.parcels[ref], partial(self._sender, ref.destination), form, reason)

    def _parts(self, ref: ListRef, span: Span) -> Iterator[Span]:
        """The span in requests of the size that the platform takes."""
        most = rows_per_request(self.project.destinations[ref.destination].platform, self.most_rows)
        for first in range(span.first, span.first + span.rows, most):
            yield Span(first, min(most, span.first + span.rows - first), span.shape)

    def _sender(self, destination: str) -> Sender:
        """One for all threads."""
        with self.dispatch.turn:
            if destination not in self._senders:
                account = self.project.destinations[destination]
                self._senders[destination] = self.open_sender(account, self.dispatch.shell.clock, self.budget)
            return self._senders[destination]

    def _land(self, landed: Landed[Job, Shipped], lanes: dict[ListRef, Lane[Job]]) -> None:
        job, ref = landed.work, landed.work.step.ref
        match landed.error:
            case None:
                assert landed.result is not None, "work that went well has a result"
                self.done[ref].count(job, landed.result)
                self._unanswered.pop(ref.destination, None)
            case PlatformError() | Stopped() as error:
                if isinstance(job.step, Rename | SetKeepFor):
                    self.done[ref].aside = error
                else:
                    self.done[ref].fail(job.number, error)
                    landed.lane.close()
                if isinstance(error, PlatformError) and self._is_down(ref, error):
                    self._give_up(ref.destination, error, lanes)
                else:
                    self.dispatch.shell.progress.note(f"{ref}: {told(error).message}")
            case error:
                raise error

    def _is_down(self, ref: ListRef, error: PlatformError) -> bool:
        """One list without an answer may be that list's own trouble; two in a row are the platform's."""
        if not isinstance(error, Unavailable):
            self._unanswered.pop(ref.destination, None)
            return isinstance(error, QuotaExhausted) or is_hopeless_for_all(error)
        if error.code == Code.LIST_BUSY:
            return False
        unanswered = self._unanswered.setdefault(ref.destination, set())
        unanswered.add(ref)
        return len(unanswered) > 1

    def _give_up(self, destination: str, error: PlatformError, lanes: dict[ListRef, Lane[Job]]) -> None:
        """What was not begun fails with the same reason, without another call."""
        if destination in self._down:
            return
        self._down[destination] = error
        waiting = [ref for ref, lane in lanes.items() if ref.destination == destination and lane.waits]
        for ref in waiting:
            lanes[ref].close()
            self.done[ref].fail(self._jobs_made, error)
        shell = self.dispatch.shell
        shell.progress.note(f"{destination}: {told(error).message}; nothing more is sent there in this run")


def delete(
    shell: Shell, ledger: Ledger, destination: Destination, record: ListRecord, run_id: str, budget: Budget
) -> None:
    """Deletes a list with everybody on it: written down before it is asked for, and after. Raises PlatformError.

    A run that dies in between leaves a list that is gone or not: the next one that looks at it finishes the record.
    """
    assert record.platform_id is not None, "only a list that is on a platform can be deleted"
    sender = open_sender(destination, shell.clock, budget)
    asked = shell.clock.now()
    ledger.ask_deletion(record.id, asked)
    shell.checkpoint("deletion_intended")
    sender.delete(record.platform_id)
    shell.checkpoint("list_deleted")
    now = shell.clock.now()
    ledger.record_deleted(record.id, run_id, now, deleted(ledger, record, asked, now))
    shell.checkpoint("deletion_recorded")
