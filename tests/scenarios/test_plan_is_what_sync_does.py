"""Plan shows, sync does: the same numbers, and plan alone touches nobody."""

from __future__ import annotations

from typing import Any

from consentric.demo import CHANGES_PHONE, WITHDRAWS, apply_change
from scenarios.conftest import OpenShop
from scenarios.harness import Stage

NOBODY = {"CONSENTRIC_GOOGLE_ENDPOINT": "127.0.0.1:1", "CONSENTRIC_META_ENDPOINT": "http://127.0.0.1:1"}
_COUNTS = (
    "consent",
    "unmatchable",
    "members",
    "was",
    "add",
    "remove",
    "unchanged",
    "rekey",
    "later",
    "refresh",
    "reassert",
)


def counts(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """What plan and sync both say of each list."""
    return {
        (key, name): {word: one[word] for word in _COUNTS}
        for key, audience in document["audiences"].items()
        for name, one in audience["lists"].items()
    }


def test_plan_needs_no_platform_and_no_credential(open_few: OpenShop) -> None:
    """With closed ports for platforms and no variable set, plan says all it has to say, and makes no state."""
    shop = open_few()
    unreachable = shop.run("plan", "--json", **NOBODY)
    assert unreachable.exit == 0, unreachable
    reachable = shop.run("plan", "--json")
    assert counts(unreachable.document) == counts(reachable.document)
    assert shop.sandbox.log() == []


def test_a_plan_adds_up(shop: Stage) -> None:
    """In every list rule − excluded is the sum of the reasons and the members, and members and `was` add up too."""
    shop.converge()
    apply_change(shop.folder, CHANGES_PHONE, now=shop.sandbox.now)
    apply_change(shop.folder, WITHDRAWS, now=shop.sandbox.now)
    for audience in shop.plan()["audiences"].values():
        for one in audience["lists"].values():
            left_out = sum(one["consent"].values()) + one["holdout"] + one["unmatchable"]
            assert audience["rule"] - audience["excluded"] == left_out + one["members"]
            assert one["members"] == one["unchanged"] + one["add"] + one["later"]
            assert one["was"] == one["unchanged"] + one["remove"] + one["rekey"]


def test_sync_sends_what_plan_showed(shop: Stage) -> None:
    """For a first fill and for a day with changes: every number of plan is sync's, and what was sent is what was planned."""
    for day in range(2):
        planned = shop.plan()
        run = shop.cli("sync", "--yes", "--json", variables={"CONSENTRIC_CLOCK": shop.now.isoformat()})
        assert run.exit == 0, run
        assert counts(run.document) == counts(planned)
        for audience in run.document["audiences"].values():
            for one in audience["lists"].values():
                sent = one["sent"]
                assert (sent["added"], sent["refreshed"], sent["removed"], sent["rejected"]) == (
                    one["add"],
                    one["refresh"],
                    one["remove"],
                    0,
                )
        if day == 0:
            shop.sandbox.advance("24h")
            apply_change(shop.folder, WITHDRAWS, now=shop.sandbox.now)
            apply_change(shop.folder, CHANGES_PHONE, now=shop.sandbox.now)
            shop.run("confirm")
