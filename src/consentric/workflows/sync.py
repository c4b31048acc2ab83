"""`sync`: asks what became of earlier requests, makes the plan, asks for approval, carries out exactly that plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from consentric.destinations.retrying import Budget
from consentric.errors import ConsentricError, Interrupted
from consentric.ledger import Ledger, hold_lock
from consentric.model.lists import ListRef, RebuildReason
from consentric.model.plan import Add, ListPlan, Plan, Rebuild, Refresh, Rekey, Rename, SetKeepFor
from consentric.model.results import ListResult, ListState, SyncResult
from consentric.planning.drift import ENDED
from consentric.planning.guards import AS_THE_FILE_SAYS, Allowance
from consentric.workflows.batches import Dispatch, Parcel
from consentric.workflows.choice import NO_ALLOWANCE, Choice, leftovers, renames_of, specs
from consentric.workflows.confirm import confirm
from consentric.workflows.consent_watch import ConsentWatch
from consentric.workflows.deliver import Delivered, Delivery
from consentric.workflows.drafting import draft
from consentric.workflows.environments import refuse_other_environment
from consentric.workflows.evaluation import Evaluation, evaluate
from consentric.workflows.exit_codes import of_run, told
from consentric.workflows.given_files import read_saved_plan
from consentric.workflows.leaving import look_up
from consentric.workflows.noting import note_plan
from consentric.workflows.opening import Opened, Shell, begin, ledger, open_project, read_file
from consentric.workflows.past import deleted, derive
from consentric.workflows.saved_plans import refuse_other_file, refuse_other_record

Approve = Callable[[Plan], bool]


def run(
    shell: Shell,
    *,
    audiences: tuple[str, ...] = (),
    destinations: tuple[str, ...] = (),
    approve: Approve,
    allowance: Allowance = NO_ALLOWANCE,
    by: Path | None = None,
    patience: float = 0,
) -> SyncResult:
    """What was sent. Raises ConfigError, SourceError, Stopped, StateError, LockHeld, Interrupted: then nothing is lost.

    `by` is a saved plan: it says which lists the run is about, and how many people each may move.
    """
    saved = None if by is None else read_saved_plan(by)
    loaded = read_file(shell, contact=True)
    if saved is not None:
        refuse_other_file(saved, loaded.project, shell.clock.now())
        audiences, destinations = saved.audiences, saved.destinations
    choice = Choice(audiences, destinations, allowance, saved)
    choice.check(loaded.project)
    with hold_lock(shell.state, "sync", patience), ledger(shell) as record:
        refuse_other_environment(loaded, record)
        if saved is not None:
            refuse_other_record(saved, record)
        record.remember_environment(loaded.project.environment)
        run_id = begin(record, shell, loaded.project)
        shell.progress.started(run_id)
        budget = Budget()
        try:
            record.abandon_intents(shell.clock.now())
            opened = open_project(shell, loaded)
            shell.progress.stage("asking what became of earlier requests")
            confirm(shell, opened.project, record, run_id, budget)
            look_up(shell, record, run_id)
            evaluation = evaluate(shell, opened, record.keys(), record.suppressions(), record.source_rows())
            derive(shell, record, run_id, evaluation.engine.relatives())
            return _sync(shell, opened, evaluation, record, run_id, choice, approve, budget)
        except ConsentricError as error:
            code = error.signal_code if isinstance(error, Interrupted) else error.exit_code
            record.end_run(run_id, code, shell.clock.now(), {}, {})
            raise


def _sync(
    shell: Shell,
    opened: Opened,
    evaluation: Evaluation,
    record: Ledger,
    run_id: str,
    choice: Choice,
    approve: Approve,
    budget: Budget,
) -> SyncResult:
    plan = draft(opened, evaluation, record, choice)
    shell.checkpoint("after_plan")
    approved = approve(plan)
    note_plan(record, run_id, plan, choice, opened.project, shell.clock.now(), approved=approved)
    if not approved:
        record.end_run(run_id, 0, shell.clock.now(), {}, {})
        unchanged = {each.ref: ListResult(each.ref, ListState.UNCHANGED) for each in plan.lists}
        return SyncResult(run_id, plan, 0, unchanged, head=record.head())
    for new, old in renames_of(opened, record).items():
        record.rename_audience(old, new)
        shell.checkpoint("audience_renamed")
    parcels = _pack(shell, opened, evaluation, record, run_id, plan, choice)
    dispatch = Dispatch(shell, record, ConsentWatch(shell, opened, evaluation.engine, record, evaluation.suppressed))
    delivery = Delivery(opened.project, dispatch, parcels, budget, most_rows=opened.most_rows)
    delivery.carry_out(plan.steps)
    results = {each.ref: _result(each, delivery.done.get(each.ref)) for each in plan.lists}
    by_list_id = _by_list_id(record, opened, results)
    record.note_asked(_served(by_list_id, delivery), shell.clock.now())
    exit_code = of_run(results)
    rows = {name: tally.rows for name, tally in evaluation.sources.items()}
    record.end_run(run_id, exit_code, shell.clock.now(), rows, by_list_id)
    shell.checkpoint("run_ended")
    failure = next((each.failure for each in results.values() if each.failure is not None), None)
    return SyncResult(run_id, plan, exit_code, results, failure, record.head())


def _pack(
    shell: Shell,
    opened: Opened,
    evaluation: Evaluation,
    record: Ledger,
    run_id: str,
    plan: Plan,
    choice: Choice,
) -> dict[ListRef, Parcel]:
    """Every list's outbox is on the disk before the first request of the run."""
    concerned = {step.ref for step in plan.steps if not isinstance(step, Rename | SetKeepFor)}
    parcels: dict[ListRef, Parcel] = {}
    wanted = tuple(specs(opened, record, choice))
    for spec in (*wanted, *leftovers(opened, record, choice)):
        known = record.ensure_list(spec, shell.clock.now())
        if known.rebuild is RebuildReason.DELETED:
            record.renew_list(known.id, run_id, deleted(record, known, None, shell.clock.now()))
            known = record.ensure_list(spec, shell.clock.now())
        if spec in wanted:
            record.mark_wanted(known.id)
        else:
            record.mark_left(known.id, shell.clock.now())
        if spec.ref in concerned:
            outbox = record.write_outbox(known.id, run_id, evaluation.engine.rows(spec.ref))
            parcels[spec.ref] = Parcel(known, outbox)
    return parcels


def _result(plan: ListPlan, delivered: Delivered | None) -> ListResult:
    if delivered is None:
        return ListResult(plan.ref, ListState.STOPPED if _is_stopped(plan) else ListState.UNCHANGED)
    error = delivered.error or delivered.aside
    whole = delivered.error is None and not delivered.rejected
    return ListResult(
        ref=plan.ref,
        state=_state(plan, delivered),
        added=plan.add if whole else delivered.people[Add],
        refreshed=plan.refresh if whole else delivered.people[Refresh] + delivered.people[Rebuild],
        removed=plan.remove - plan.deferred if whole else delivered.removed,
        rekeyed=plan.rekey if whole else delivered.people[Rekey],
        rejected=delivered.rejected,
        failure=None if error is None else told(error),
    )


def _is_stopped(plan: ListPlan) -> bool:
    """A list that left the file, or is paused, is as it should be."""
    return plan.stopped is not None and plan.stopped.code not in AS_THE_FILE_SAYS | ENDED


def _state(plan: ListPlan, delivered: Delivered) -> ListState:
    if delivered.error is not None or delivered.aside is not None:
        return ListState.PARTIAL if delivered.people.total() else ListState.FAILED
    return ListState.STOPPED if _is_stopped(plan) else ListState.ACCEPTED


def _served(by_list_id: Mapping[int, ListResult], delivery: Delivery) -> Iterator[int]:
    """Lists whose removals were all taken, so that whoever said no was asked to be removed."""
    for list_id, result in by_list_id.items():
        done = delivery.done.get(result.ref)
        if done is None or done.error is None:
            yield list_id


def _by_list_id(record: Ledger, opened: Opened, results: Mapping[ListRef, ListResult]) -> dict[int, ListResult]:
    accounts = {name: (each.platform, each.account) for name, each in opened.project.destinations.items()}
    found: dict[int, ListResult] = {}
    for each in record.lists():
        result = results.get(each.ref)
        if result is not None and accounts.get(each.ref.destination) == (each.platform, each.account):
            found[each.id] = result
    return found
