"""Two plans made by hand: a night with somebody to add, and one with nothing to do."""

from __future__ import annotations

from datetime import UTC, datetime

from consentric.model.lists import ListRef, Shape
from consentric.model.plan import Add, AudiencePlan, ListPlan, Plan, Span, Step
from consentric.model.project import Platform

REF = ListRef("loyal_customers", "meta")


def ordinary_night() -> Plan:
    return _plan(Add(REF, (Span(0, 41, Shape.FULL),), 41), add=41)


def quiet_night() -> Plan:
    return _plan()


def _plan(*steps: Step, add: int = 0) -> Plan:
    one = ListPlan(
        REF, Platform.META, "act_1", "Loyal", consent={}, unmatchable=0, members=1000, was=1000 - add, add=add,
        remove=0, unchanged=1000 - add, rekey=0, later=0, refresh=0, reassert=0, deferred=0, removed_because={},
        coverage={}, hashed=("email",), in_clear=(), requests=len(steps), first_fill=False,
    )  # fmt: skip
    audience = AudiencePlan("loyal_customers", "DK | Loyal customers", None, "2 orders.", 1000, 0, {}, {"meta": one})
    at = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    return Plan("7f3a", at, "audiences.yaml", "0" * 64, False, (), {audience.key: audience}, steps, ())
