"""Whoever is calm can be set aside: the plan of everybody is the same, in its numbers and in its rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

import pytest

from consentric.model.project import Platform
from model.driver import play
from model.history import draw_history
from model.planner import Answer, Planner, Question

HISTORIES: Final = 2_000 if os.environ.get("CONSENTRIC_LONG") == "1" else 100
_TOGETHER: Final = 50


class BothWays(Planner):
    """Plans every night of every list twice."""

    def __init__(self) -> None:
        super().__init__()
        self.calm = self.concerned = 0

    def plan(self, platform: Platform, questions: Sequence[Question]) -> dict[int, Answer]:
        whole = super().plan(platform, questions)
        without, calm = self.plan_without_calm(platform, questions)
        assert without == whole
        self.calm += calm
        self.concerned += sum(answer.counts["members"] for answer in whole.values()) - calm
        return whole


@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("first", range(0, HISTORIES, _TOGETHER))
def test_a_plan_without_the_calm_is_the_plan(first: int) -> None:
    planner = BothWays()
    play([draw_history(seed) for seed in range(first, first + _TOGETHER)], planner=planner)
    assert planner.calm > 200, "hardly anybody was calm: this shows nothing"
    assert planner.concerned > 200
