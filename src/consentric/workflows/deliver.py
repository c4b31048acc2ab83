"""Carries out the steps of a plan. The only place that asks for a sender, so the only one that changes a platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from consentric.destinations.retrying import Budget
from consentric.destinations.senders import open_sender
from consentric.errors import ConsentricError, PlatformError, Stopped
from consentric.model.lists import ListRef, ListSpec
from consentric.model.plan import Add, EnsureAudience, Refresh, Rekey, Remove, RemoveNow, Span, Step
from consentric.model.project import Project
from consentric.planning.capabilities import rows_per_request
from consentric.ports import Sender
from consentric.workflows.batches import Dispatch, Parcel
from consentric.workflows.exit_codes import is_hopeless_for_all, told

Sending = RemoveNow | Rekey | Add | Refresh | Remove


@dataclass(slots=True)
class Delivered:
    """What was sent to one list: people by kind of step; `rejected` rows the gate kept back or the platform named."""

    people: Counter[type[Step]] = field(default_factory=Counter)
    rejected: int = 0
    error: ConsentricError | None = None

    @property
    def removed(self) -> int:
        return self.people[RemoveNow] + self.people[Remove]


@dataclass(slots=True)
class Delivery:
    """After a failure a list gets nothing more in this run; other lists go on."""

    project: Project
    dispatch: Dispatch
    parcels: dict[ListRef, Parcel]
    budget: Budget
    most_rows: int | None = None
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
        except (PlatformError, Stopped) as error:
            delivered.error = error
            if isinstance(error, PlatformError) and is_hopeless_for_all(error):
                self._down[step.ref.destination] = error
            self.dispatch.shell.progress.note(f"{step.ref}: {told(error).message}")

    def _carry_out(self, step: Step, delivered: Delivered) -> None:
        match step:
            case EnsureAudience(ref, spec):
                self._ensure(ref, spec)
            case RemoveNow() | Rekey() | Add() | Refresh() | Remove():
                self._send(step, delivered)
            case _:
                assert_never(step)

    def _sender(self, destination: str) -> Sender:
        if destination in self._down:
            raise self._down[destination]
        if destination not in self._senders:
            account = self.project.destinations[destination]
            self._senders[destination] = open_sender(account, self.dispatch.shell.clock, self.budget)
        return self._senders[destination]

    def _ensure(self, ref: ListRef, spec: ListSpec) -> None:
        """Looks for our tag before anything is made: a list that was made by a run that died is found again."""
        shell, ledger = self.dispatch.shell, self.dispatch.ledger
        parcel, sender = self.parcels[ref], self._sender(ref.destination)
        platform_id = sender.find(parcel.record.tag)
        if platform_id is None:
            platform_id = sender.create(spec)
            shell.checkpoint("list_created")
        now = shell.clock.now()
        ledger.record_platform_id(parcel.record.id, platform_id, now)
        parcel.record = ledger.ensure_list(spec, now)
        shell.checkpoint("list_recorded")

    def _send(self, step: Sending, delivered: Delivered) -> None:
        """Spans of different shapes repeat the same people, so the largest counts."""
        for span in step.spans:
            sent = 0
            for part in self._parts(step.ref, span):
                sender = self._sender(step.ref.destination)
                shipped = self.dispatch.send(step.ref, self.parcels[step.ref], sender, part)
                sent += shipped.people
                delivered.rejected += shipped.rejected
                delivered.people[type(step)] = max(delivered.people[type(step)], sent)

    def _parts(self, ref: ListRef, span: Span) -> Iterator[Span]:
        """The span in requests of the size that the platform takes."""
        most = rows_per_request(self.project.destinations[ref.destination].platform, self.most_rows)
        for first in range(span.first, span.first + span.rows, most):
            yield Span(first, min(most, span.first + span.rows - first), span.shape)
