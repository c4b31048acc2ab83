"""`prune`: deletes the lists of audiences that left the file, unless ads use them. Asks first; looks at each before it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from consentric.destinations.registry import open_inspector
from consentric.destinations.retrying import Budget
from consentric.errors import ConsentricError, Interrupted, PlatformError
from consentric.ledger import Ledger, ListRecord, hold_lock
from consentric.model.figures import counted
from consentric.model.lists import Drift, ListRef
from consentric.model.project import Destination, Project
from consentric.model.results import Doomed, Ending, Failure, Pruned, PruneResult
from consentric.planning.drift import drifted
from consentric.ports import Inspector
from consentric.workflows.belongings import out_of_reach, records, unwanted
from consentric.workflows.deliver import delete
from consentric.workflows.exit_codes import STOPPED, of_codes, told
from consentric.workflows.opening import Shell, begin, ledger, read_file
from consentric.workflows.past import deleted

Consent = Callable[[tuple[Doomed, ...]], bool]
_NOT_OURS: Final = frozenset({Drift.FOREIGN, Drift.OTHER_TYPE})


def run(shell: Shell, *, approve: Consent, even_in_use: int = 0, patience: float = 0) -> PruneResult:
    """What was deleted. Raises ConfigError, LockHeld, StateError, Interrupted: then nothing is lost."""
    loaded = read_file(shell, contact=True)
    with hold_lock(shell.state, "prune", patience), ledger(shell) as record:
        run_id = begin(record, shell, loaded.project, "prune")
        shell.progress.started(run_id)
        try:
            record.abandon_intents(shell.clock.now())
            result = _prune(shell, loaded.project, record, run_id, approve, even_in_use)
        except ConsentricError as error:
            code = error.signal_code if isinstance(error, Interrupted) else error.exit_code
            record.end_run(run_id, code, shell.clock.now(), {}, {})
            raise
        record.end_run(run_id, result.exit_code, shell.clock.now(), {}, {})
    return result


def _prune(
    shell: Shell, project: Project, record: Ledger, run_id: str, approve: Consent, even_in_use: int
) -> PruneResult:
    found = records(record, project)
    lost = tuple(f"{each.ref} ({each.platform} account {each.account})" for each in out_of_reach(found, project))
    at = shell.clock.now().astimezone(project.timezone)
    pruning = Pruning(shell, record, run_id)
    for each, destination in unwanted(found, project):
        pruning.look_at(each, destination)
    doomed = tuple(each.list for each in pruning.doomed)
    if doomed and not approve(doomed):
        return PruneResult(at, 0, (), lost, declined=True)
    pruning.carry_out(even_in_use)
    lists = tuple(pruning.done)
    exit_code = of_codes([0 if each.failure is None else each.failure.exit_code for each in lists])
    return PruneResult(at, exit_code, lists, lost)


@dataclass(frozen=True, slots=True)
class Candidate:
    list: Doomed
    record: ListRecord
    destination: Destination


@dataclass(slots=True)
class Pruning:
    """One list after the other; what fails for one is said of that one, and the others go on."""

    shell: Shell
    ledger: Ledger
    run_id: str
    budget: Budget = field(default_factory=Budget)
    doomed: list[Candidate] = field(default_factory=list)
    done: list[Pruned] = field(default_factory=list)
    _inspectors: dict[str, Inspector] = field(default_factory=dict)

    def look_at(self, record: ListRecord, destination: Destination) -> None:
        """Is it there, is it ours to delete, do ads use it? Nothing is changed."""
        assert record.platform_id is not None, "a list that is on no platform is not unwanted"
        ref = ListRef(record.ref.audience, destination.name)
        name = record.told_name or record.name
        one = Doomed(ref, record.platform, record.account, name, record.platform_id)
        try:
            inspector = self._inspector(destination)
            facts = inspector.facts(record.platform_id)
            foreign = drifted(facts.drift, ref.audience) if facts.drift in _NOT_OURS else None
            if foreign is not None:
                failure = Failure(foreign.code, foreign.message, foreign.hint, STOPPED)
                self.done.append(Pruned(one, Ending.FAILED, failure))
                return
            if facts.drift is Drift.MISSING:
                # The account answers, so it is the list that is missing and not the access to it.
                inspector.find(record.tag)
                one = replace(one, there=False)
            else:
                one = replace(one, uses=self._uses(inspector, record.platform_id))
        except PlatformError as error:
            self.done.append(Pruned(one, Ending.FAILED, told(error)))
            return
        self.doomed.append(Candidate(one, record, destination))

    def carry_out(self, even_in_use: int) -> None:
        """Lists that ads use only if that many were allowed: then somebody has seen which."""
        in_use = sum(1 for each in self.doomed if each.list.in_use)
        for each in self.doomed:
            self.shell.checkpoint("between_requests")
            if not each.list.there:
                now, when = self.shell.clock.now(), each.record.deletion_asked_at
                past = deleted(self.ledger, each.record, when, now)
                self.ledger.record_deleted(each.record.id, self.run_id, now, past)
                self.done.append(Pruned(each.list, Ending.GONE if when is None else Ending.DELETED))
            elif each.list.in_use and in_use > even_in_use:
                self.done.append(Pruned(each.list, Ending.KEPT, _kept(each.list, in_use)))
            else:
                self.done.append(self._delete(each))

    def _delete(self, one: Candidate) -> Pruned:
        try:
            delete(self.shell, self.ledger, one.destination, one.record, self.run_id, self.budget)
        except PlatformError as error:
            self.shell.progress.note(f"{one.list.ref}: {told(error).message}")
            return Pruned(one.list, Ending.FAILED, told(error))
        return Pruned(one.list, Ending.DELETED)

    def _uses(self, inspector: Inspector, platform_id: str) -> tuple[str, ...] | None:
        try:
            return inspector.uses(platform_id)
        except PlatformError as error:
            self.shell.progress.note(f"it cannot be told which ads use list {platform_id}: {error.message}")
            return None

    def _inspector(self, destination: Destination) -> Inspector:
        if destination.name not in self._inspectors:
            self._inspectors[destination.name] = open_inspector(destination, self.shell.clock, self.budget)
        return self._inspectors[destination.name]


def _kept(one: Doomed, in_use: int) -> Failure:
    why = "it cannot be told whether ads use it" if one.uses is None else f"ads use it: {', '.join(one.uses)}"
    hint = (
        f"take it out of these ads first; or, if they may stop: consentric prune --even-in-use {in_use} "
        f"({counted(in_use, 'list')} in use)"
    )
    return Failure("A641", f"the list is kept, since {why}", hint, STOPPED)
