"""Plans made by hand, one for each shape of a night that the screens must tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from consentric.model.lists import ListRef, ListSpec, Shape
from consentric.model.people import Reason
from consentric.model.plan import (
    Add,
    AudiencePlan,
    EnsureAudience,
    Held,
    ListPlan,
    Notice,
    Plan,
    Rekey,
    Remove,
    RemoveNow,
    SourceCount,
    Span,
    Step,
    Stop,
)
from consentric.model.project import Platform

AT = datetime(2026, 11, 23, 5, 30, tzinfo=ZoneInfo("Europe/Copenhagen"))
SHA = "3f9c2ab" + "0" * 57
SPAN = (Span(0, 1, Shape.FULL),)

LOYAL_GOOGLE = ListRef("loyal_customers", "google")
LOYAL_META = ListRef("loyal_customers", "meta")


def a_list(ref: ListRef, **numbers: Any) -> ListPlan:
    """A list in which nothing happens, but for the numbers given."""
    platform = Platform.META if ref.destination.startswith("meta") else Platform.GOOGLE
    quiet: dict[str, Any] = dict(  # noqa: C408
        platform=platform, account="1234567890", name=f"DK | {ref.audience}", consent={}, unmatchable=0, members=0,
        was=0, add=0, remove=0, unchanged=0, rekey=0, later=0, refresh=0, reassert=0, deferred=0, removed_because={},
        coverage={}, hashed=("email", "phone"), in_clear=(), requests=0, first_fill=False,
    )  # fmt: skip
    return ListPlan(ref=ref, **{**quiet, **numbers})


def consent(**counts: int) -> dict[Reason, int]:
    return {Reason(word): count for word, count in counts.items()}


def loyal(**more: Any) -> AudiencePlan:
    google = a_list(
        LOYAL_GOOGLE,
        consent=consent(no_record=214, refused=70, expired=31, withdrew=11, unclear=4),
        holdout=68, unmatchable=8, members=1278, was=1249, add=41, remove=12, unchanged=1229, rekey=8, later=8,
        removed_because={"no_longer_fits": 9, "withdrew": 3}, coverage={"email": 1265, "phone": 1035, "address": 400},
        hashed=("email", "phone", "first_name", "last_name"), in_clear=("country", "postcode"), requests=5,
    )  # fmt: skip
    meta = a_list(
        LOYAL_META,
        consent=consent(no_record=207, refused=69, expired=30, withdrew=10, unclear=3),
        holdout=68, unmatchable=8, members=1289, was=1260, add=39, remove=10, unchanged=1242, rekey=8, later=8,
        removed_because={"no_longer_fits": 7, "withdrew": 3}, coverage={"email": 1276, "phone": 1044},
        hashed=("email", "phone", "first_name", "last_name", "postcode", "country"), requests=16,
    )  # fmt: skip
    whole = AudiencePlan(
        key="loyal_customers",
        name="DK | Loyal customers",
        owner="maria@hyggeshop.example",
        sentence="3 or more orders since 23 Nov 2025; no open ticket; and (loyalty gold or platinum, or last NPS 9+).",
        rule=1690,
        excluded=6,
        excluded_by={"staff": 6},
        lists={"google": google, "meta": meta},
    )
    return replace(whole, **more)


def newsletter_stopped() -> AudiencePlan:
    stop = Stop(
        code="A602",
        message="would remove 2 914 of 3 124 people (93%); the limit is 20%",
        held=Held(remove=2914),
        hint="if this is right: consentric sync newsletter_non_buyers --allow-removals 2914",
    )
    google = a_list(
        ListRef("newsletter_non_buyers", "google"),
        consent=consent(withdrew=4), members=206, was=3124, remove=4, unchanged=206, removed_because={"withdrew": 4},
        coverage={"email": 206}, hashed=("email",), requests=1, stopped=stop,
    )  # fmt: skip
    return AudiencePlan(
        key="newsletter_non_buyers",
        name="DK | Newsletter, never bought",
        owner=None,
        sentence="Subscribed; no orders.",
        rule=210,
        excluded=0,
        excluded_by={},
        lists={"google": google},
    )


def building_block() -> AudiencePlan:
    return AudiencePlan("staff", "staff", None, "E-mail ends with @hyggeshop.example.", 6, 0, {}, {})


def a_plan(*audiences: AudiencePlan, steps: tuple[Step, ...] = (), **more: Any) -> Plan:
    bare: dict[str, Any] = dict(  # noqa: C408
        id="7f3a", at=AT, file="audiences.yaml", config_sha256=SHA, first_run=False, sources=(), notices=()
    )
    return Plan(audiences={each.key: each for each in audiences}, steps=steps, **{**bare, **more})


def ordinary_night() -> Plan:
    unusable = {"email": {"not_an_email": 11, "too_long": 2}, "phone": {"not_a_number": 28, "placeholder": 8}}
    return a_plan(
        loyal(unusable=unusable),
        newsletter_stopped(),
        building_block(),
        steps=(
            RemoveNow(LOYAL_GOOGLE, SPAN, 3),
            RemoveNow(LOYAL_META, SPAN, 3),
            RemoveNow(ListRef("newsletter_non_buyers", "google"), SPAN, 4),
            Rekey(LOYAL_GOOGLE, SPAN, 8),
            Rekey(LOYAL_META, SPAN, 8),
            Add(LOYAL_GOOGLE, SPAN, 41),
            Add(LOYAL_META, SPAN, 39),
            Remove(LOYAL_GOOGLE, SPAN, 9),
            Remove(LOYAL_META, SPAN, 7),
        ),
        sources=(
            SourceCount("customers", 48_212, 48_190),
            SourceCount("orders", 131_904, 131_200),
            SourceCount("web", 1_210_000),
            SourceCount("newsletter", 1_902, 22_870),
        ),
        notices=(
            Notice("W310", 1, "customers.email", parts={"email": 1}),
            Notice(
                "W312",
                52,
                "customers.mobile",
                of=1943,
                parts={"not_a_number": 28, "several_values": 9, "placeholder": 8, "too_long": 4, "precision_lost": 3},
            ),
            Notice("W313", 1, "keys"),
            Notice("W313", 3, "customers.mobile", parts={"people": 312, "alone": 7}),
            Notice("W315", 0, "web"),
            Notice("W316", 12, "orders", of=131_904),
            Notice("W317", 1, "orders", of=131_904),
        ),
    )


def first_run() -> Plan:
    """One audience on one platform, nothing on record."""
    ref = ListRef("loyal_customers", "meta")
    meta = a_list(
        ref,
        consent=consent(no_record=20, refused=5), unmatchable=2, members=473, add=473,
        coverage={"email": 470, "phone": 300}, requests=1, first_fill=True,
    )  # fmt: skip
    spec = ListSpec(ref, Platform.META, "act_1", "DK | Loyal customers", "", "tag", 180)
    return a_plan(
        AudiencePlan(
            "loyal_customers",
            "Loyal customers",
            None,
            "2 or more orders since 25 Aug 2026.",
            500,
            0,
            {},
            {"meta": meta},
        ),
        steps=(EnsureAudience(ref, spec), Add(ref, SPAN, 473)),
        sources=(SourceCount("customers", 2_000), SourceCount("orders", 8_100)),
        first_run=True,
        at=datetime(2026, 11, 23, 4, 30, tzinfo=UTC),
    )


def quiet_night() -> Plan:
    """Every list is as the file says."""
    google = a_list(LOYAL_GOOGLE, members=1278, was=1278, unchanged=1278, coverage={"email": 1278})
    return a_plan(loyal(rule=1278, excluded=0, excluded_by={}, lists={"google": google}))
