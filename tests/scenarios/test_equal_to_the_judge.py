"""What the platforms received and what they hold is what an independent computation says."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consentric.demo import CHANGES_PHONE, WITHDRAWS, apply_change
from judge import Judgement, Reason
from judge.accounts import SandboxView
from judge.sent import added_rows, unconsented, wrongly_sent
from scenarios.conftest import OpenShop
from scenarios.harness import Stage, open_stage
from scenarios.harness.size import LONG, OTHER_ANSWERS, POSITIONS, label


def assert_first_fill(stage: Stage) -> None:
    """Every list received its members, all of them and nobody else, with the keys that the judge says."""
    judgement, view = stage.judgement(), SandboxView.at(stage.sandbox.meta)
    assert all(judged.members for judged in judgement.lists), "a list without members proves nothing"
    problems = [
        f"{judged.destination.name} `{judged.name}`: {problem}"
        for judged in judgement.lists
        for problem in wrongly_sent(judged, added_rows(judged, view))
    ]
    problems += unconsented([judgement], view.log)
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems[:20])


def funnel(judgement: Judgement) -> dict[str, dict[str, object]]:
    """The counts of a judgement, as plan's document has them."""
    return {
        key: {
            "rule": len(audience.rule),
            "excluded": len(audience.excluded),
            "lists": {
                name: {
                    "consent": {reason.value: judged.count(reason) for reason in Reason},
                    "unmatchable": len(judged.unmatchable),
                    "members": len(judged.members),
                }
                for name, judged in audience.lists.items()
            },
        }
        for key, audience in judgement.audiences.items()
    }


def told_funnel(stage: Stage) -> dict[str, dict[str, object]]:
    """The same counts out of plan's document."""
    return {
        key: {
            "rule": audience["rule"],
            "excluded": audience["excluded"],
            "lists": {
                name: {
                    "consent": {reason.value: one["consent"][reason.value] for reason in Reason},
                    "unmatchable": one["unmatchable"],
                    "members": one["members"],
                }
                for name, one in audience["lists"].items()
            },
        }
        for key, audience in stage.plan()["audiences"].items()
    }


def test_every_number_of_the_funnel_is_the_judges(shop: Stage) -> None:
    """Who fits, who is excluded, who is left out for which reason, who is in: for every list of the demo shop."""
    told = told_funnel(shop)
    assert told == funnel(shop.judgement())


DAYS = [*(POSITIONS if LONG else POSITIONS[3:4]), OTHER_ANSWERS]


@pytest.mark.parametrize("switches", DAYS, ids=label)
def test_the_demo_shop_day_by_day(open_shop: OpenShop, open_few: OpenShop, switches: dict[str, str]) -> None:
    """The first fill is exact; after withdrawals, a changed phone and the passing of days the lists are exact again."""
    stage = (open_few if switches == OTHER_ANSWERS else open_shop)(switches=switches)
    run = stage.sync()
    assert run.exit == 0, run
    assert_first_fill(stage)
    stage.sandbox.advance("24h")
    stage.assert_right()

    for change in (WITHDRAWS, CHANGES_PHONE, WITHDRAWS):
        apply_change(stage.folder, change, now=stage.sandbox.now)
    before = stage.sandbox.last_entry()
    stage.converge()
    stage.assert_right()
    assert not unconsented([stage.judgement()], stage.sandbox.log(before))


def test_the_complete_journey(journey_template: Path, tmp_path: Path, opened: ExitStack) -> None:
    """Real purchases of 2,469 households: numbers, first fill and accounts are the judge's on both platforms."""
    folder = tmp_path / "journey"
    shutil.copytree(journey_template, folder)
    stage = opened.enter_context(open_stage(folder, clock=datetime(2018, 1, 1, 5, 30, tzinfo=UTC)))
    told = told_funnel(stage)
    run = stage.sync()
    assert run.exit == 0, run
    judgement = stage.judgement()
    assert told == funnel(judgement)
    view = SandboxView.at(stage.sandbox.meta)
    assert not [problem for one in judgement.lists for problem in wrongly_sent(one, added_rows(one, view))]
    stage.sandbox.advance("24h")
    stage.assert_right(judgement)
