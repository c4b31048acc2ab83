"""`plan`: evaluates everything, calls no platform unless it is asked to look, needs no credential, changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from consentric.ledger import passing_keys
from consentric.model.people import Suppression
from consentric.model.plan import Held, ListPlan, NoRecord, Plan, Stop
from consentric.workflows.choice import Choice
from consentric.workflows.drafting import draft
from consentric.workflows.environments import refuse_other_environment
from consentric.workflows.evaluation import evaluate
from consentric.workflows.given_files import read_summary
from consentric.workflows.looking import look_at_lists
from consentric.workflows.opening import Shell, open_project, read_file, reader


def run(
    shell: Shell, *, audiences: tuple[str, ...] = (), destinations: tuple[str, ...] = (), check: bool = False
) -> Plan:
    """What a sync would do now; `check` looks at the lists on their platforms first.

    Raises ConfigError, SourceError, Stopped, StateError.
    """
    loaded = read_file(shell, contact=check)
    choice = Choice(audiences, destinations)
    choice.check(loaded.project)
    opened = open_project(shell, loaded)
    with ExitStack() as stack:
        ledger = reader(shell)
        if ledger is not None:
            stack.enter_context(ledger)
            refuse_other_environment(loaded, ledger)
        keys = passing_keys() if ledger is None else ledger.keys()
        suppressed = frozenset[Suppression]() if ledger is None else ledger.suppressions()
        before = {} if ledger is None else ledger.source_rows()
        evaluation = evaluate(shell, opened, keys, suppressed, before)
        seen = look_at_lists(shell, opened.project, ledger) if check and ledger is not None else {}
        return draft(opened, evaluation, ledger, choice, seen)


def run_without_record(
    shell: Shell, *, audiences: tuple[str, ...] = (), destinations: tuple[str, ...] = (), summary: Path | None = None
) -> Plan:
    """Who would be on each list, where the record is not at hand; `summary` is what a night left. Opens no state folder."""
    left = None if summary is None else read_summary(summary)
    loaded = read_file(shell, contact=False)
    choice = Choice(audiences, destinations)
    choice.check(loaded.project)
    opened = open_project(shell, loaded)
    before = {} if left is None else left.source_rows
    evaluation = evaluate(shell, opened, passing_keys(), frozenset(), before)
    plan = draft(opened, evaluation, None, choice)
    at = None if left is None else left.at.astimezone(opened.project.timezone)
    return _unknowing(plan, NoRecord(at, {} if left is None else left.sizes), before)


def _unknowing(plan: Plan, no_record: NoRecord, before: Mapping[str, int]) -> Plan:
    """The plan without what only the record could tell."""
    audiences = {
        key: replace(audience, lists={name: _size_only(one, no_record) for name, one in audience.lists.items()})
        for key, audience in plan.audiences.items()
    }
    sources = tuple(replace(each, last_rows=before.get(each.name)) for each in plan.sources)
    return replace(
        plan, audiences=audiences, sources=sources, steps=(), first_run=False, install_id=None, no_record=no_record
    )


def _size_only(one: ListPlan, no_record: NoRecord) -> ListPlan:
    stopped = one.stopped
    return replace(
        one, was=no_record.sizes.get(one.ref, 0), add=0, remove=0, unchanged=0, rekey=0, later=0, refresh=0, reassert=0,
        deferred=0, removed_because={}, requests=0, first_fill=False, guarded=0,
        stopped=None if stopped is None else Stop(stopped.code, stopped.message, Held(), stopped.hint),
    )  # fmt: skip
