"""Makes the plan: for each list the difference, the guards' word, and the steps. `plan` prints it, `sync` executes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from consentric.engine.base import Difference
from consentric.identifiers.recipes import RECIPES, Field, Leaves
from consentric.ledger import LedgerReader, ListRecord
from consentric.model.lifespan import Lifespan
from consentric.model.lists import Drift, KeyType, ListFacts, ListRef, ListSpec, RebuildReason
from consentric.model.people import Reason
from consentric.model.plan import ListPlan, Plan, Rebuilding, Rename, SetKeepFor, SourceCount
from consentric.model.project import Destination, GoogleAccount, Project
from consentric.planning.capabilities import CAPABILITIES, RebuildForm, rows_per_request
from consentric.planning.clock import clock_behind
from consentric.planning.drift import drifted, left_the_file
from consentric.planning.guards import Trouble, Verdict, no_terms, removed
from consentric.planning.rebuild import begun, is_mass
from consentric.planning.rows import Allowed, Stretch
from consentric.planning.steps import order, requests
from consentric.workflows.audience_plans import audience_plans
from consentric.workflows.belongings import notices, records
from consentric.workflows.choice import Choice, leftovers, renames_of, specs
from consentric.workflows.evaluation import Evaluation
from consentric.workflows.judging import Judge
from consentric.workflows.memory import rebuilding, recollect
from consentric.workflows.opening import Opened
from consentric.workflows.settings import settings

Seen = Mapping[int, ListFacts]
_UNSEEN: Final[Seen] = {}


@dataclass(slots=True)
class Drafts:
    """Lists as they are drafted, one after the other; `clock` is what stops all of them."""

    clock: tuple[Trouble, ...]
    lists: dict[ListRef, ListPlan] = field(default_factory=dict)
    stretches: dict[ListRef, tuple[Stretch, ...]] = field(default_factory=dict)
    rebuilds: dict[ListRef, Rebuilding] = field(default_factory=dict)
    missing: dict[ListRef, ListSpec] = field(default_factory=dict)
    settings: list[Rename | SetKeepFor] = field(default_factory=list)


def draft(
    opened: Opened, evaluation: Evaluation, ledger: LedgerReader | None, choice: Choice, seen: Seen = _UNSEEN
) -> Plan:
    """The plan, as a function of file, data, ledger and instant; `seen` are lists that were looked at since the record."""
    on_record = tuple(_as_seen(each, seen.get(each.id)) for each in records(ledger, opened.project))
    by_place = {(each.platform, each.account, each.ref.audience): each for each in on_record}
    drafts, judge = Drafts(_clock(opened, ledger)), Judge(opened, choice.allowance, choice.saved)
    for spec in (*specs(opened, ledger, choice), *leftovers(opened, ledger, choice)):
        record = by_place.get((spec.platform, spec.account, spec.ref.audience))
        _draft_list(drafts, opened, evaluation, ledger, record, spec, judge)
    steps = order(drafts.stretches, drafts.missing, drafts.rebuilds, drafts.settings)
    return Plan(
        id=_plan_id(opened, drafts),
        at=opened.catalog.now.astimezone(opened.project.timezone),
        file=opened.project.path.name,
        config_sha256=opened.project.config_sha256,
        first_run=not any(each.was for each in drafts.lists.values()) and not on_record,
        sources=_sources(evaluation, ledger),
        audiences=audience_plans(opened, evaluation, drafts.lists, choice, renames_of(opened, ledger)),
        steps=steps,
        notices=(
            *evaluation.notices,
            *(() if choice.audiences else notices(on_record, opened.project)),
            *judge.notices(),
        ),
        audience_names=choice.audiences,
        destinations=choice.destinations,
        install_id=None if ledger is None else ledger.install_id,
    )


def _draft_list(
    drafts: Drafts,
    opened: Opened,
    evaluation: Evaluation,
    ledger: LedgerReader | None,
    record: ListRecord | None,
    spec: ListSpec,
    judge: Judge,
) -> None:
    destination = opened.project.destinations[spec.ref.destination]
    audience = opened.project.audiences.get(spec.ref.audience)
    wanted = audience is not None and destination.name in audience.send_to
    capabilities = CAPABILITIES[destination.platform]
    if record is not None and record.rebuild is RebuildReason.DELETED:
        record = None
    difference = _compare(opened, evaluation, ledger, record, spec, wanted=wanted)
    rebuild = difference.rebuild
    since = None if record is None or record.left_at is None else record.left_at.astimezone(_zone(opened)).date()
    today = opened.catalog.today
    drift = None if record is None else record.drift
    troubles = (
        (*drafts.clock, *_drifts(spec, drift), *evaluation.troubles_of(opened, spec.ref.audience), *_terms(destination))
        if wanted
        else (*drafts.clock, left_the_file(since, today, drift, spec.ref.audience))
    )
    first_fill = record is None or record.last_sync is None
    verdict = judge.judge(spec.ref, difference, troubles, first_fill=first_fill, left_since=None if wanted else since)
    stretches = evaluation.engine.prepare(spec.ref, capabilities, verdict.allowed, rebuild)
    drafts.stretches[spec.ref] = stretches
    if rebuild is not None:
        drafts.rebuilds[spec.ref] = rebuild
    most = rows_per_request(destination.platform, opened.most_rows)
    planned = requests(stretches, most, capabilities.rebuild)
    drafts.lists[spec.ref] = _list_plan(spec, difference, verdict, planned, _known_fields(opened.project))
    if record is None or record.platform_id is None:
        drafts.missing[spec.ref] = spec
    elif wanted and verdict.allowed.withdrawals:
        drafts.settings += settings(record, record.platform_id, spec, capabilities, rebuild)


def _as_seen(record: ListRecord, facts: ListFacts | None) -> ListRecord:
    if facts is None:
        return record
    return replace(record, drift=facts.drift, seen_name=facts.name or None, seen_days=facts.keep_for_days)


def _clock(opened: Opened, ledger: LedgerReader | None) -> tuple[Trouble, ...]:
    trouble = None if ledger is None else clock_behind(opened.catalog.now, ledger.newest_instant())
    return () if trouble is None else (trouble,)


def _drifts(spec: ListSpec, drift: Drift | None) -> tuple[Trouble, ...]:
    trouble = drifted(drift, spec.ref.audience)
    return () if trouble is None else (trouble,)


def _zone(opened: Opened) -> ZoneInfo:
    return opened.project.timezone


def _compare(
    opened: Opened,
    evaluation: Evaluation,
    ledger: LedgerReader | None,
    record: ListRecord | None,
    spec: ListSpec,
    *,
    wanted: bool,
) -> Difference:
    """The difference; where it would take out the keys of many people who stay, the list is filled anew instead."""
    capabilities, now = CAPABILITIES[spec.platform], opened.catalog.now
    lifespan = Lifespan.of(spec.keep_for_days) if record is None else record.lifespan.with_wanted(spec.keep_for_days)
    sent = recollect(ledger, record)
    rebuild = None if ledger is None or record is None or not wanted else rebuilding(ledger, record, now)
    compare = partial(evaluation.engine.compare, spec.ref, capabilities, lifespan, sent, wanted=wanted)
    difference = compare(rebuild=rebuild)
    if rebuild is None and ledger is not None and record is not None and is_mass(difference.counts):
        last_add = ledger.last_add_at(record.id)
        begins = begun(RebuildReason.REKEYED, None, sent.batches, last_add, capabilities.rebuild, now)
        difference = compare(rebuild=begins)
    if (
        difference.rebuild is not None
        and not difference.counts["members"]
        and capabilities.rebuild is RebuildForm.REPLACE
    ):
        return compare()
    return difference


def _known_fields(project: Project) -> tuple[Field, ...]:
    known = project.identifiers
    fields = {
        Field.EMAIL: known.email,
        Field.PHONE: known.phone,
        Field.FIRST_NAME: known.first_name,
        Field.LAST_NAME: known.last_name,
        Field.CITY: known.city,
        Field.STATE: known.state,
        Field.POSTCODE: known.postcode,
        Field.COUNTRY: known.country or known.assume_country,
        Field.BIRTH_DATE: known.birth_date,
        Field.GENDER: known.gender,
        Field.MOBILE_ID: known.mobile_id,
    }
    return tuple(name for name, declared in fields.items() if declared)


def _terms(destination: Destination) -> tuple[Trouble, ...]:
    if isinstance(destination, GoogleAccount) and destination.terms_accepted is None:
        return (no_terms(destination.name),)
    return ()


def _list_plan(
    spec: ListSpec, difference: Difference, verdict: Verdict, requests_: int, known: tuple[Field, ...]
) -> ListPlan:
    counts, stopped = difference.counts, verdict.stop is not None
    return ListPlan(
        ref=spec.ref,
        platform=spec.platform,
        account=spec.account,
        name=spec.name,
        consent=difference.consent,
        unmatchable=difference.unmatchable,
        members=counts["members"],
        was=counts["was"],
        add=0 if stopped else counts["add"],
        remove=removed(counts, verdict.allowed),
        unchanged=counts["unchanged"],
        rekey=0 if stopped else counts["rekey"],
        later=0 if stopped else counts["later"] + counts["rekey"],
        refresh=counts["refresh"] if verdict.allowed.refreshes else 0,
        reassert=removed(counts, verdict.allowed, of="reassert"),
        deferred=removed(counts, verdict.allowed, of="deferred"),
        removed_because=_because(difference.removed_because, verdict.allowed),
        coverage={KeyType(kind).name.lower(): people for kind, people in sorted(difference.coverage.items())},
        hashed=RECIPES[spec.platform].leaving(known, Leaves.HASHED),
        in_clear=RECIPES[spec.platform].leaving(known, Leaves.IN_CLEAR),
        requests=requests_,
        first_fill=counts["was"] == 0,
        stopped=verdict.stop,
        rebuild=difference.rebuild,
        guarded=counts["guarded"] if not stopped else removed(counts, verdict.allowed) - counts["remove_exempt"],
    )


def _because(by_rank: Mapping[int, Mapping[str, int]], allowed: Allowed) -> dict[str, int]:
    reasons = list(Reason)
    found: dict[str, int] = {}
    for rank, counts in sorted(by_rank.items()):
        if not (people := removed(counts, allowed)):
            continue
        if 0 <= rank < len(reasons):
            word = reasons[rank].value
        elif rank < 0:
            word = "unmatchable"
        else:
            word = "not_in_data" if rank >= 1000 else "no_longer_fits"
        found[word] = found.get(word, 0) + people
    return found


def _sources(evaluation: Evaluation, ledger: LedgerReader | None) -> tuple[SourceCount, ...]:
    before = {} if ledger is None else ledger.source_rows()
    return tuple(SourceCount(name, tally.rows, before.get(name)) for name, tally in evaluation.sources.items())


def _plan_id(opened: Opened, drafts: Drafts) -> str:
    """Four characters that are the same for the same file, instant and numbers."""
    numbers = [
        (str(ref), each.was, each.members, each.add, each.remove, each.later) for ref, each in drafts.lists.items()
    ]
    seed = f"{opened.project.config_sha256}{opened.catalog.now.isoformat()}{numbers}"
    return sha256(seed.encode()).hexdigest()[:4]
