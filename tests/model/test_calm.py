"""Whoever is calm can be set aside: the plan of everybody is the same, in its numbers and in its rows; so is folding."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import md5
from typing import Any, Final

import pyarrow as pa
import pytest

from consentric.engine import lists, memory
from consentric.engine.base import Sent
from consentric.engine.standing import fold, standing
from consentric.engine.stays import History
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES, Capabilities
from consentric.planning.held import STANDING
from consentric.planning.outbox import BASE
from model.driver import play
from model.history import draw_history
from model.planner import LIFESPAN, Answer, Planner, Question

LONG: Final = os.environ.get("CONSENTRIC_LONG") == "1"
_TOGETHER: Final = 20
HISTORIES: Final = 2_000 if LONG else _TOGETHER
PLAYED: Final = _TOGETHER if LONG else 6
"""The shortest of those drawn together: a night takes hardly longer for many than for one, so few nights are quick."""


class BothWays(Planner):
    """Plans every night of every list twice."""

    def __init__(self) -> None:
        super().__init__()
        self.calm = self.concerned = self.folded = 0

    def plan(self, platform: Platform, questions: Sequence[Question]) -> dict[int, Answer]:
        whole = super().plan(platform, questions)
        without, calm = self.plan_without_calm(platform, questions)
        assert without == whole
        self.calm += calm
        self.concerned += sum(answer.counts["members"] for answer in whole.values()) - calm
        return whole

    def fold(self, platform: Platform, questions: Iterable[tuple[int, datetime, Sent]]) -> dict[int, pa.Table]:
        """Every fifth list is also folded by itself, a few rows at a time, its people under digests as in real life."""
        asked = list(questions)
        bases = super().fold(platform, asked)
        for mark, now, sent in asked[::5]:
            own = _digested(sent)
            history = History(platform, LIFESPAN, own, None, None, b"key")
            tables = fold(history, own, now, at_once=2)
            assert (tables is None) == (mark not in bases)
            if tables is not None:
                assert _as_rows(pa.concat_tables([each.base for each in tables])) == _as_rows(_renamed(bases[mark]))
                self.folded += 1
            assert standing(CAPABILITIES[platform], LIFESPAN, own, now, at_once=2) == self._standing(
                CAPABILITIES[platform], sent, now
            )
        return bases

    def _standing(self, capabilities: Capabilities, sent: Sent, now: datetime) -> tuple[int, int]:
        memory.recall(self._con, sent)
        lists.remember(self._con, capabilities, LIFESPAN, now)
        sure, all_ = self._con.row(STANDING)
        return sure, all_ - sure


def _digested(sent: Sent) -> Sent:
    base = None if sent.base is None else _renamed(sent.base)
    return replace(sent, base=base, outboxes=[(file, _renamed(rows), skipped) for file, rows, skipped in sent.outboxes])


def _renamed(table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index("person")
    names = [md5(each).digest() for each in table.column("person").to_pylist()]
    return table.set_column(place, table.schema.field(place), pa.array(names, pa.binary()))


def _as_rows(base: pa.Table) -> list[dict[str, Any]]:
    assert base.schema.equals(BASE)
    rows = base.sort_by("person").to_pylist()
    return [row | {"removed": bool(row["removed"]), "first_sent": None} for row in rows]


@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("first", range(0, HISTORIES, _TOGETHER))
def test_a_plan_without_the_calm_is_the_plan(first: int) -> None:
    planner = BothWays()
    drawn = [draw_history(seed) for seed in range(first, first + _TOGETHER)]
    play(sorted(drawn, key=lambda each: len(each.steps))[:PLAYED], planner=planner)
    assert planner.calm > 50, "hardly anybody was calm: this shows nothing"
    assert planner.concerned > 50
    assert planner.folded > 5
