"""`confirm`: asks the platforms what became of accepted requests, records it, and folds lists of which nothing is open
and for which folding pays.

Where a platform reports nothing for a request, it counts as processed 23 hours after it was accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from consentric.destinations.registry import open_inspector
from consentric.destinations.retrying import Budget
from consentric.engine.standing import fold
from consentric.errors import PlatformError
from consentric.ledger import FileKind, Ledger, ListRecord, hold_lock
from consentric.model.lists import BatchRecord, BatchState, Drift, ListRef, Operation, Verdict
from consentric.model.project import Destination, Project
from consentric.model.results import BatchCounts, ConfirmResult, Failure
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.folding import worth_folding
from consentric.planning.rebuild import horizon
from consentric.planning.settling import believed, is_early, is_open
from consentric.ports import Inspector
from consentric.workflows.disclosures import history
from consentric.workflows.environments import refuse_other_environment
from consentric.workflows.exit_codes import told
from consentric.workflows.memory import valid
from consentric.workflows.opening import Shell, begin, ledger, read_file
from consentric.workflows.past import deleted, forget_old, forgetting
from consentric.workflows.traces import settle

_STILL_WAITING: Final = Verdict(None)


def run(shell: Shell, *, patience: float = 0) -> ConfirmResult:
    """Under the lock, outside a sync. Raises ConfigError, LockHeld, StateError."""
    loaded = read_file(shell, contact=True)
    with hold_lock(shell.state, "confirm", patience), ledger(shell) as record:
        refuse_other_environment(loaded, record)
        run_id = begin(record, shell, loaded.project, "confirm")
        shell.progress.started(run_id)
        record.abandon_intents(shell.clock.now())
        result = confirm(shell, loaded.project, record, run_id, Budget())
        record.end_run(run_id, 0, shell.clock.now(), {}, {})
        return replace(result, head=record.head())


def confirm(shell: Shell, project: Project, record: Ledger, run_id: str, budget: Budget) -> ConfirmResult:
    """The same inside a run; a platform that does not answer is a failure of the result, and stops nothing."""
    inquiry = Inquiry(shell, record, run_id, budget)
    by_account = {(each.platform, each.account): each for each in project.destinations.values()}
    for each in record.lists():
        destination = by_account.get((each.platform, each.account))
        if destination is not None:
            inquiry.ask_about(each, destination)
            inquiry.measure(each, destination)
            _fold(shell, project, record, each, run_id)
        forget_old(record, project, each, run_id, shell.clock.now())
    settle(shell, record)
    counts = {ref: BatchCounts(**found) for ref, found in inquiry.counts.items()}
    now = shell.clock.now().astimezone(project.timezone)
    return ConfirmResult(now, _sum(inquiry.counts), counts, tuple(inquiry.failures.values()))


@dataclass(slots=True)
class Inquiry:
    """Asks about one list after the other; a destination that fails once is not asked again."""

    shell: Shell
    ledger: Ledger
    run_id: str
    budget: Budget
    counts: dict[ListRef, Counter[str]] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    _inspectors: dict[str, Inspector] = field(default_factory=dict)

    def ask_about(self, record: ListRecord, destination: Destination) -> None:
        """Every accepted request of a list."""
        found = self.counts.setdefault(record.ref, Counter())
        for batch in self.ledger.batches(record.id):
            match batch.state:
                case BatchState.ACCEPTED:
                    found[self._settle(batch, destination)] += 1
                case BatchState.UNKNOWN:
                    found["unknown"] += 1
                case _:
                    pass

    def measure(self, record: ListRecord, destination: Destination) -> None:
        """What the platform says of the list itself: its size, whether it can be used."""
        if record.platform_id is None or destination.name in self.failures:
            return
        try:
            facts = self._inspector(destination).facts(record.platform_id)
        except PlatformError as error:
            self._fail(destination, error)
            return
        if facts.drift is Drift.MISSING and record.deletion_asked_at is not None:
            now = self.shell.clock.now()
            past = deleted(self.ledger, record, record.deletion_asked_at, now)
            self.ledger.record_deleted(record.id, self.run_id, now, past)
            return
        self.ledger.record_facts(record.id, facts, self.shell.clock.now())
        if facts.trouble:
            self.shell.progress.note(f"{record.ref}: {facts.trouble}")

    def _settle(self, batch: BatchRecord, destination: Destination) -> str:
        verdict = self._verdict(batch, destination)
        if verdict.state is None:
            return "waiting"
        state = believed(batch, verdict.state)
        self.ledger.outcome(
            batch.id, state, self.shell.clock.now(), reason=verdict.reason, match_rate=verdict.match_rate
        )
        self.shell.checkpoint("confirmed")
        return state.value

    def _verdict(self, batch: BatchRecord, destination: Destination) -> Verdict:
        capabilities = CAPABILITIES[destination.platform]
        if is_early(batch, capabilities, self.shell.clock.now()):
            return _STILL_WAITING
        if capabilities.settle_after is not None:
            return Verdict(BatchState.CONFIRMED)
        if destination.name in self.failures or batch.handle is None:
            return _STILL_WAITING
        try:
            return self._inspector(destination).verdict(batch.handle)
        except PlatformError as error:
            self._fail(destination, error)
            return _STILL_WAITING

    def _fail(self, destination: Destination, error: PlatformError) -> None:
        self.failures[destination.name] = told(error)
        self.shell.progress.note(f"{destination.name}: {error.message}")

    def _inspector(self, destination: Destination) -> Inspector:
        if destination.name not in self._inspectors:
            self._inspectors[destination.name] = open_inspector(destination, self.shell.clock, self.budget)
        return self._inspectors[destination.name]


def _fold(shell: Shell, project: Project, record: Ledger, each: ListRecord, run_id: str) -> None:
    """A list of which nothing is open needs its outboxes no more; a large one keeps them until folding pays.

    One that is being filled anew needs them to the end, and then at once no more; one that somebody is erased from gives
    them up as soon as it can.
    """
    outboxes = [file for file in record.files(each.id) if file.kind is FileKind.OUTBOX]
    now, batches = shell.clock.now(), record.batches(each.id)
    rebuilt = horizon(each.rebuild_seq, batches) is not None
    if each.rebuild_seq is not None and not rebuilt:
        return
    if not outboxes or any(is_open(batch, now) for batch in batches):
        return
    base = sum(file.rows for file in record.files(each.id) if file.kind is FileKind.BASE)
    first = min((batch.sent_at for batch in batches if batch.operation is Operation.REMOVE), default=None)
    age = None if first is None else now - first
    urgent = rebuilt or bool(record.leavers(each.id))
    if not urgent and not worth_folding(base, sum(file.rows for file in outboxes), age):
        return
    whole = history(record, each, forgetting(record, project, now))
    folded = fold(whole, valid(whole.sent, each), now)
    if folded is not None:
        record.fold(each.id, run_id, folded, ends_rebuild=rebuilt)


def _sum(counts: Mapping[ListRef, Counter[str]]) -> BatchCounts:
    total: Counter[str] = Counter()
    for each in counts.values():
        total.update(each)
    return BatchCounts(**total)
