"""The document `plan/1`. Its keys stay; more may come. Counts are never masked here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from consentric.model.events import Head
from consentric.model.people import Reason
from consentric.model.plan import AudiencePlan, ListPlan, NoRecord, Notice, Plan, Rename, SetKeepFor, Stop
from consentric.reporting.look import Look
from consentric.reporting.notices import noticed
from consentric.reporting.plan_screen import stopped_lists

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

_UNMASKED: Final = Look()
_OF_THE_RECORD: Final = (
    "was", "add", "remove", "removed_because", "unchanged", "rekey", "later", "refresh", "reassert", "deferred", "requests",
    "first_fill",
)  # fmt: skip

Beside = Callable[[ListPlan], Mapping[str, Json]]
"""What a document adds to each list."""


def plan_json(plan: Plan) -> dict[str, Json]:
    """The plan for machines: the same numbers as on the screen."""
    return {**head("plan/1", plan.at, plan.config_sha256), **plan_body(plan)}


def head(name: str, at: datetime, config_sha256: str | None = None) -> dict[str, Json]:
    """How every document begins."""
    start: dict[str, Json] = {"format": name, "at": at.isoformat()}
    return start if config_sha256 is None else {**start, "config_sha256": config_sha256}


def chain_json(newest: Head | None) -> dict[str, Json]:
    """The head of the chain of events, whole; to be written down elsewhere."""
    return {} if newest is None else {"head": {"number": newest.number, "sha256": newest.hex}}


def plan_body(plan: Plan, beside: Beside = lambda _: {}) -> dict[str, Json]:
    """What the plan and the sync document share."""
    return {
        "plan": plan.id,
        "record": "ledger" if plan.no_record is None else "none" if plan.no_record.at is None else "summary",
        "file": plan.file,
        "first_run": plan.first_run,
        "sources": {each.name: {"rows": each.rows, "last_rows": each.last_rows} for each in plan.sources},
        "audiences": {key: _audience(audience, beside, plan.no_record) for key, audience in plan.audiences.items()},
        "renames": [str(step.ref) for step in plan.steps if isinstance(step, Rename)],
        "keep_for": [
            {"list": str(step.ref), "days": step.days, "before": step.before}
            for step in plan.steps
            if isinstance(step, SetKeepFor)
        ],
        "warnings": [_warning(notice) for notice in plan.notices],
        "totals": {**_moved(plan), "stopped": stopped_lists(plan)},
    }


def _moved(plan: Plan) -> dict[str, Json]:
    if plan.no_record is not None:
        return dict.fromkeys(("add", "remove", "later"))
    return {
        "add": sum(one.add for one in plan.lists),
        "remove": sum(one.remove for one in plan.lists),
        "later": sum(one.later for one in plan.lists),
    }


def _audience(audience: AudiencePlan, beside: Beside, no_record: NoRecord | None) -> dict[str, Json]:
    return {
        "name": audience.name,
        "owner": audience.owner,
        "paused": audience.paused,
        "sentence": audience.sentence,
        "cut_offs": [{"sentence": each.sentence, "people": each.people} for each in audience.cut_offs],
        "rule": audience.rule,
        "excluded": audience.excluded,
        "excluded_by": dict(audience.excluded_by),
        "renamed_from": audience.renamed_from,
        "unusable": {name: dict(reasons) for name, reasons in audience.unusable.items()},
        "lists": {
            name: {**_list(one), **beside(one), **_unknown(one, no_record)} for name, one in audience.lists.items()
        },
    }


def _list(one: ListPlan) -> dict[str, Json]:
    return {
        "platform": one.platform.value,
        "account": one.account,
        "name": one.name,
        "consent": {reason.value: one.consent.get(reason, 0) for reason in Reason},
        "holdout": one.holdout,
        "unmatchable": one.unmatchable,
        "members": one.members,
        "was": one.was,
        "add": one.add,
        "remove": one.remove,
        "removed_because": {str(word): count for word, count in one.removed_because.items()},
        "unchanged": one.unchanged,
        "rekey": one.rekey,
        "later": one.later,
        "refresh": one.refresh,
        "reassert": one.reassert,
        "deferred": one.deferred,
        "requests": one.requests,
        "coverage": dict(one.coverage),
        "first_fill": one.first_fill,
        "rebuild": None if one.rebuild is None else {"reason": one.rebuild.reason, "stage": one.rebuild.stage},
        "stopped": None if one.stopped is None else _stopped(one.stopped),
        "hashed": list(one.hashed),
        "in_clear": list(one.in_clear),
    }


def _unknown(one: ListPlan, no_record: NoRecord | None) -> dict[str, Json]:
    """Without the record these numbers are null, which is not nought."""
    if no_record is None:
        return {}
    held: dict[str, Json] = dict.fromkeys(("add", "remove", "rekey"))
    stopped = {"stopped": {**_stopped(one.stopped), "held": held}} if one.stopped else {}
    return {**dict.fromkeys(_OF_THE_RECORD), "was": no_record.sizes.get(one.ref), **stopped}


def _stopped(stop: Stop) -> dict[str, Json]:
    held: dict[str, Json] = {"add": stop.held.add, "remove": stop.held.remove, "rekey": stop.held.rekey}
    return {"code": stop.code, "message": stop.message, "hint": stop.hint, "held": held}


def _warning(notice: Notice) -> dict[str, Json]:
    figures: dict[str, Json] = {"count": notice.count, "of": notice.of, "parts": dict(notice.parts)}
    return {"code": notice.code, "where": notice.where, **figures, "text": noticed(notice, _UNMASKED)}
