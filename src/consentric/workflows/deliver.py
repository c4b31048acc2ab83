"""Carries out the steps of a plan. The only place that asks for a sender, so the only one that changes a platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from consentric.destinations.retrying import Budget
from consentric.destinations.senders import open_sender
from consentric.errors import ConsentricError, PlatformError, Stopped
from consentric.ledger import Ledger, ListRecord
from consentric.model.lists import ListRef, ListSpec
from consentric.model.plan import Add, EnsureAudience, Refresh, Rekey, Remove, RemoveNow, Rename, Span, Step
from consentric.model.project import Destination, Project
from consentric.planning.capabilities import CAPABILITIES
from consentric.ports import Sender
from consentric.workflows.batches import Dispatch, Parcel
from consentric.workflows.exit_codes import is_hopeless_for_all, told
from consentric.workflows.opening import Shell

Sending = RemoveNow | Rekey | Add | Refresh | Remove


@dataclass(slots=True)
class Delivered:
    """What was sent to one list: people by kind of step; `rejected` rows the gate kept back or the platform named.

    `aside` is a failure that keeps nobody's rows back: a name that could not be changed.
    """

    people: Counter[type[Step]] = field(default_factory=Counter)
    rejected: int = 0
    error: ConsentricError | None = None
    aside: ConsentricError | None = None

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
            if isinstance(step, Rename):
                delivered.aside = error
            else:
                delivered.error = error
            if isinstance(error, PlatformError) and is_hopeless_for_all(error):
                self._down[step.ref.destination] = error
            self.dispatch.shell.progress.note(f"{step.ref}: {told(error).message}")

    def _carry_out(self, step: Step, delivered: Delivered) -> None:
        match step:
            case EnsureAudience(ref, spec):
                self._ensure(ref, spec)
            case Rename():
                self._rename(step)
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
        ours = replace(spec, tag=parcel.record.tag)
        platform_id = sender.find(ours.tag)
        if platform_id is None:
            if sender.namesakes(ours.name):
                shell.progress.note(f"{ref}: the account has a list of this name that is not ours; it is left alone")
            platform_id = sender.create(ours)
            shell.checkpoint("list_created")
        else:
            sender.rename(platform_id, ours)
        now = shell.clock.now()
        ledger.record_platform_id(parcel.record.id, platform_id, now)
        ledger.record_told(parcel.record.id, ours)
        parcel.record = ledger.ensure_list(spec, now)
        shell.checkpoint("list_recorded")

    def _rename(self, step: Rename) -> None:
        """Set, not changed: a run that dies before it is recorded does it again."""
        self._sender(step.ref.destination).rename(step.platform_id, step.spec)
        self.dispatch.shell.checkpoint("list_renamed")
        self.dispatch.ledger.record_told(step.list_id, step.spec)

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
        most = CAPABILITIES[self.project.destinations[ref.destination].platform].rows_per_request
        for first in range(span.first, span.first + span.rows, most):
            yield Span(first, min(most, span.first + span.rows - first), span.shape)


def delete(shell: Shell, ledger: Ledger, destination: Destination, record: ListRecord, budget: Budget) -> None:
    """Deletes a list with everybody on it: written down before it is asked for, and after. Raises PlatformError.

    A run that dies in between leaves a list that is gone or not: the next one that looks at it finishes the record.
    """
    assert record.platform_id is not None, "only a list that is on a platform can be deleted"
    sender = open_sender(destination, shell.clock, budget)
    ledger.ask_deletion(record.id, shell.clock.now())
    shell.checkpoint("deletion_intended")
    sender.delete(record.platform_id)
    shell.checkpoint("list_deleted")
    ledger.record_deleted(record.id, shell.clock.now())
    shell.checkpoint("deletion_recorded")
