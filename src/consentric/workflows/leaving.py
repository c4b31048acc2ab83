"""Takes people who said no off every list of every account, at once and without reading any source.

Whom it finds is written down before the first request, so whatever moment it dies at, the next sync goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Never

from consentric.destinations.retrying import Budget
from consentric.engine.leaving import Leaving, among, leave, seek
from consentric.errors import Stopped
from consentric.ledger import Ledger, ListRecord
from consentric.model.lists import ListRef
from consentric.model.people import Verb
from consentric.model.plan import RemoveNow
from consentric.model.project import Project
from consentric.model.requests import ListRemoval, Pending, SentKey, Stage
from consentric.model.results import Failure, ListResult, ListState
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.steps import order
from consentric.workflows.batches import Dispatch, Parcel
from consentric.workflows.deliver import Delivery
from consentric.workflows.exit_codes import of_run, told
from consentric.workflows.memory import recollect
from consentric.workflows.opening import Shell
from consentric.workflows.past import forget_erased, forget_sought, on_any

ALWAYS: Final = frozenset({Verb.OBJECTED, Verb.RESTRICTED, Verb.ERASED})
"""What no consent lifts, so that it may be asserted again without looking into any source."""


@dataclass(frozen=True, slots=True)
class Left:
    """What came of one pass over all lists."""

    exit_code: int
    removals: Mapping[int, ListRemoval]
    people: Mapping[int, frozenset[bytes]]
    failure: Failure | None


class NobodyIsAdded:
    """Stands where a sync watches consent: this run has no add to ask for."""

    def barred(self) -> Never:
        raise Stopped("A421", "a removal tried to add somebody", hint="this is a defect: please report it")


def take_off(
    shell: Shell,
    project: Project,
    record: Ledger,
    run_id: str,
    budget: Budget,
    known: Mapping[bytes, SentKey] = MappingProxyType({}),
) -> Left:
    """Removes whoever is pending, and once more whoever no consent brings back. Raises StateError, Interrupted.

    `known`: what was sent of keys that were just given. Whoever was given to a run that died is found without, only slower.
    """
    pending = record.pending()
    shell.progress.stage("looking for them on every list")
    forget_sought(shell, record, run_id)
    _seek(shell, record, pending, known)
    forget_erased(shell, record, run_id)
    names = _names(record)
    found = {each: _leave(shell, record, each, names) for each in record.lists() if each.platform_id is not None}
    _note(record, pending, {each.id: leaving.people for each, leaving in found.items()})
    shell.checkpoint("leavers_noted")
    results, failures = _deliver(shell, project, record, run_id, budget, found)
    now = shell.clock.now()
    record.note_asked((each.id for each, leaving in found.items() if leaving.people and each.id not in failures), now)
    removals = {
        each.id: _removal(each, len(leaving.people), failures.get(each.id))
        for each, leaving in found.items()
        if leaving.people
    }
    code = of_run(results)
    first = next(iter(failures.values()), None)
    return Left(code, removals, {each.id: leaving.people for each, leaving in found.items()}, first)


def look_up(shell: Shell, record: Ledger, run_id: str) -> None:
    """The same look-up inside a sync, for requests whose own run died; the sync's plan then removes them."""
    pending = record.pending()
    if not pending.requests:
        return
    forget_sought(shell, record, run_id)
    _seek(shell, record, pending, {})
    forget_erased(shell, record, run_id)
    names = frozenset(record.pending().digests)
    now = shell.clock.now()
    people = {
        each.id: among(CAPABILITIES[each.platform], each.lifespan, recollect(record, each), now, names)
        for each in record.lists()
    }
    _note(record, pending, people)


def _seek(shell: Shell, record: Ledger, pending: Pending, known: Mapping[bytes, SentKey]) -> None:
    """Who is on any list by something that was sent; also when no source, and no key of ours, knows them any more.

    Whoever was on one, is on none, and shall be erased is known by name then as well: files still tell of them.
    """
    if not pending.sought:
        return
    sought, key, now = frozenset(pending.sought), record.keys().suppression, shell.clock.now()
    found: set[tuple[int, bytes]] = set()
    gone: set[tuple[int, bytes]] = set()
    for each in record.lists():
        hits = seek(CAPABILITIES[each.platform], each.lifespan, recollect(record, each), now, sought, key, known)
        found |= _subjects(hits.there, pending)
        gone |= {hit for hit in _subjects(hits.gone, pending) if pending.verbs[hit[0]] is Verb.ERASED}
    on_some = on_any(record, frozenset(person for _, person in gone), now)
    found |= {(who, person) for who, person in gone if person not in on_some}
    record.found({who for subjects in pending.sought.values() for who in subjects}, found)


def _subjects(hits: Mapping[bytes, frozenset[bytes]], pending: Pending) -> set[tuple[int, bytes]]:
    return {(who, person) for digest, people in hits.items() for person in people for who in pending.sought[digest]}


def _names(record: Ledger) -> frozenset[bytes]:
    """Under which names those may be on lists who must leave in this run."""
    lasting = frozenset(each.digest for each in record.suppressions() if each.verb in ALWAYS)
    return lasting | frozenset(record.pending().digests)


def _leave(shell: Shell, record: Ledger, each: ListRecord, names: frozenset[bytes]) -> Leaving:
    now = shell.clock.now()
    return leave(CAPABILITIES[each.platform], each.lifespan, recollect(record, each), now, names)


def _note(record: Ledger, pending: Pending, people: Mapping[int, frozenset[bytes]]) -> None:
    """How many people each request is about, and which lists they are on."""
    current = record.pending()
    requests = {each: set[bytes]() for each in pending.requests.values()}
    leavers: list[tuple[int, int, bytes]] = []
    for list_id, on_it in people.items():
        for person in on_it:
            for who in current.digests.get(person, frozenset()):
                request = current.requests[who]
                if request in requests:
                    requests[request].add(person)
                    leavers.append((request, list_id, person))
    record.note_leavers({request: len(found) for request, found in requests.items()}, leavers)


def _deliver(
    shell: Shell,
    project: Project,
    record: Ledger,
    run_id: str,
    budget: Budget,
    found: Mapping[ListRecord, Leaving],
) -> tuple[Mapping[ListRef, ListResult], Mapping[int, Failure]]:
    """Carries the removals out, list by list; a list that fails stops no other one."""
    names = {(each.platform, each.account): each.name for each in project.destinations.values()}
    failures: dict[int, Failure] = {}
    refs: dict[ListRef, int] = {}
    parcels: dict[ListRef, Parcel] = {}
    results: dict[ListRef, ListResult] = {}
    for each, leaving in found.items():
        name = names.get((each.platform, each.account))
        if name is None and leaving.stretches:
            failures[each.id] = _unreachable(each)
            ref = ListRef(each.ref.audience, each.account)
            results[ref] = ListResult(ref, ListState.FAILED, failure=failures[each.id])
        elif name is not None:
            ref = ListRef(each.ref.audience, name)
            refs[ref] = each.id
            if leaving.stretches:
                parcels[ref] = Parcel(each, record.write_outbox(each.id, run_id, leaving.rows))
    delivery = Delivery(project, Dispatch(shell, record, NobodyIsAdded()), parcels, budget)
    steps = order({ref: found[parcel.record].stretches for ref, parcel in parcels.items()}, {}, {})
    assert all(isinstance(step, RemoveNow) for step in steps), "nothing but removals that no guard holds back"
    delivery.carry_out(steps)
    for ref, list_id in refs.items():
        error = delivery.done[ref].error if ref in delivery.done else None
        if error is not None:
            failures[list_id] = told(error)
        results[ref] = _result(ref, ref in parcels, failures.get(list_id))
    return results, failures


def _result(ref: ListRef, concerned: bool, failure: Failure | None) -> ListResult:
    if failure is not None:
        return ListResult(ref, ListState.FAILED, failure=failure)
    return ListResult(ref, ListState.ACCEPTED if concerned else ListState.UNCHANGED)


def _unreachable(each: ListRecord) -> Failure:
    error = Stopped(
        "A621",
        f"somebody must leave the list of `{each.ref.audience}` in account {each.account}, which is no destination of the file",
        hint="put its destination back into the file, or delete the list on the platform",
    )
    return told(error)


def _removal(each: ListRecord, people: int, failure: Failure | None) -> ListRemoval:
    return ListRemoval(
        ref=each.ref,
        platform=each.platform,
        account=each.account,
        list_id=each.platform_id,
        people=people,
        stage=Stage.ASKED if failure is None else Stage.FAILED,
        failure=failure,
    )


def with_outcome(lists: Iterable[ListRemoval], left: Left) -> Iterator[ListRemoval]:
    """The lists of a request with what failed on them in this pass."""
    by_key = {(each.platform, each.account, each.ref.audience): each for each in left.removals.values()}
    for each in lists:
        outcome = by_key.get((each.platform, each.account, each.ref.audience))
        failed = outcome is not None and outcome.failure is not None
        yield replace(each, stage=Stage.FAILED, failure=outcome.failure) if failed and outcome is not None else each
