"""Killed at any point, any number of times: clean runs bring the platforms to what the file says, and nobody was sent wrongly."""

from __future__ import annotations

import signal

import pytest

from consentric.demo import CHANGES_PHONE, WITHDRAWS, apply_change
from judge.accounts import ADDS, REMOVALS
from judge.sent import unconsented
from scenarios.conftest import OpenShop
from scenarios.harness import Stage
from scenarios.harness.size import LONG, POSITIONS

CREATING = ("list_created", "list_recorded")
SENDING = ("outbox_written", "intent_recorded", "sent", "outcome_recorded")
LATER = ("confirmed", "fold_written", "fold_registered")
ONCE = ("after_read", "after_evaluate", "after_plan", "run_ended")

Kill = tuple[str, int]


def chains() -> list[list[Kill]]:
    """Kills that follow each other on one state, so that each point is reached: while lists are created, filled, confirmed."""
    if not LONG:
        return [
            [
                ("list_recorded", 1),
                ("outbox_written", 2),
                ("outcome_recorded", 2),
                ("fold_written", 1),
                ("after_read", 1),
            ],
            [("intent_recorded", 4), ("sent", 1), ("fold_registered", 1), ("run_ended", 1), ("after_evaluate", 1)],
        ]
    return [
        [
            (CREATING[number % 2], 1 + number // 2),
            (SENDING[number % 4], 1 + number % 6),
            (SENDING[(number + 2) % 4], 1 + number % 3),
            (LATER[number % 3], 1 + number % 8),
            (ONCE[number % 4], 1),
        ]
        for number in range(10)
    ]


def assert_only_consenting(stage: Stage, since: int) -> None:
    """What the last run sent, it sent of people who consented at its instant."""
    wrong = unconsented([stage.judgement()], stage.sandbox.log(since))
    assert not wrong, wrong[:10]


@pytest.mark.parametrize("chain", chains(), ids=lambda chain: "-".join(f"{point}:{count}" for point, count in chain))
def test_kills_then_clean_runs(open_few: OpenShop, chain: list[Kill], request: pytest.FixtureRequest) -> None:
    """After kills in a row, with changes between, clean runs converge: right accounts, one list each, nobody sent wrongly."""
    stage = open_few(switches=POSITIONS[len(request.node.name) % len(POSITIONS)])
    died = 0
    for number, (point, count) in enumerate(chain):
        if point in LATER:
            stage.sync()
            stage.sandbox.advance("24h")
        before = stage.sandbox.last_entry()
        run = stage.sync(CONSENTRIC_KILL=f"{point}:{count}")
        died += run.exit == -signal.SIGKILL
        assert run.exit in (0, -signal.SIGKILL), run
        assert_only_consenting(stage, before)
        if number % 2:
            apply_change(stage.folder, WITHDRAWS if number % 4 == 1 else CHANGES_PHONE, now=stage.sandbox.now)
        stage.sandbox.advance("6h")
    assert died == len(chain), f"only {died} of {len(chain)} points were reached"

    before = stage.sandbox.last_entry()
    stage.converge()
    stage.assert_right()
    assert_only_consenting(stage, before)
    stage.sync()
    before = stage.sandbox.last_entry()
    stage.sync()
    assert not [entry for entry in stage.sandbox.log(before) if entry["op"] in ADDS | REMOVALS]
