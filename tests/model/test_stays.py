"""What the record tells of people is the same whether lists were folded or not, and what really happened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pytest

from consentric.engine.base import Sent
from consentric.engine.leaving import sent_digest
from consentric.engine.standing import fold
from consentric.engine.stays import History, stays_of
from consentric.model.lists import KeyType, Shape
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES
from model.driver import play
from model.history import History as Life
from model.history import draw_history
from model.planner import LIFESPAN, Answer, Planner, Question
from model.stays import Stay, stays

LIVES: Final = 300 if os.environ.get("CONSENTRIC_LONG") == "1" else 3
_TOGETHER: Final = 3
_CHAPTERS: Final = 4
_KEY: Final = b"a key of the installation"


class Recording(Planner):
    """Folds each list by itself, its past too, and every night compares the record with that of a list never folded."""

    def __init__(self) -> None:
        super().__init__()
        self.bases: dict[int, pa.Table] = {}
        self.pasts: dict[int, pa.Table] = {}
        self.asked: dict[int, tuple[datetime, Sent]] = {}
        self.nights = self.folded = self.compared = self.over = self.returned = self.rekeyed = self.unsure = 0

    def plan(self, platform: Platform, questions: Sequence[Question]) -> dict[int, Answer]:
        for each in questions:
            before = self.asked.get(each.mark)
            if before is not None and before[0] == each.now:
                self.nights += 1
                if self.nights % 3 == 0:
                    self._compare(platform, each, before[1])
            else:
                self.asked[each.mark] = (each.now, each.sent)
        return super().plan(platform, questions)

    def fold(self, platform: Platform, questions: Iterable[tuple[int, datetime, Sent]]) -> dict[int, pa.Table]:
        asked = list(questions)
        bases = super().fold(platform, asked)
        for mark, now, sent in asked:
            if mark in bases:
                history = self._history(platform, mark, sent)
                parts = list(fold(history, history.sent, now, at_once=3) or ())
                self.bases[mark] = pa.concat_tables([each.base for each in parts])
                self.pasts[mark] = pa.concat_tables([each.past for each in parts])
                self.folded += 1
        return bases

    def _history(self, platform: Platform, mark: int, sent: Sent) -> History:
        own = sent if sent.base is None else replace(sent, base=self.bases[mark])
        return History(platform, LIFESPAN, own, self.pasts.get(mark), None, _KEY)

    def _compare(self, platform: Platform, question: Question, sent: Sent) -> None:
        history = self._history(platform, question.mark, sent)
        folded = _told(history, _everybody(history), question.now)
        never = History(platform, LIFESPAN, question.sent, None, None, _KEY)
        told = _told(never, _everybody(never), question.now)
        single = CAPABILITIES[platform].remove_shapes != (Shape.FULL,)
        truth = [
            _as_row(person, each)
            for person, own in sorted(stays(question.sent, question.now, single).items())
            for each in own
        ]
        assert told == truth
        assert folded == truth
        self.compared += len(truth)
        self.over += sum(row["confirmed"] is not None for row in truth)
        self.returned += len(truth) - len({row["person"] for row in truth})
        keys = {row["person"]: row["keys"] for _, rows, _ in question.sent.outboxes for row in _rows(rows)}
        self.rekeyed += sum(len(row["digests"]) > len(keys[row["person"]]) for row in truth)
        self.unsure += sum(not row["sure"] for row in truth)


def _everybody(history: History) -> frozenset[bytes]:
    base, past = history.sent.base, history.past
    tables = [each for each in (base, past, *(rows for _, rows, _ in history.sent.outboxes)) if each is not None]
    return frozenset(name for each in tables for name in each.column("person").to_pylist())  # type: ignore[union-attr]


def _told(history: History, people: frozenset[bytes], now: datetime) -> list[dict[str, Any]]:
    left_out = {"ended", "over_at", "fields", "known"}
    return [
        {name: cell for name, cell in row.items() if name not in left_out}
        for row in stays_of(history, people, frozenset(), now)
    ]


def _as_row(person: bytes, stay: Stay) -> dict[str, Any]:
    digests = sorted(sent_digest(KeyType(kind), pa.array([value]), _KEY)[0].as_py() for kind, value in stay.keys)
    return {
        "person": person,
        "first_sent": stay.first,
        "last_sent": stay.last,
        "sure": stay.sure,
        "asked": stay.asked,
        "confirmed": stay.confirmed,
        "evidence": stay.evidence,
        "digests": digests,
    }


def _rows(table: Any) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["op"] == 1]


def a_life(seed: int) -> Life:
    """Several histories of the same people, one after the other: long enough to leave and to come back."""
    chapters = [draw_history(seed * _CHAPTERS + number) for number in range(_CHAPTERS)]
    return replace(chapters[0], people=5, steps=tuple(step for each in chapters for step in each.steps))


@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("first", range(0, LIVES, _TOGETHER))
def test_what_was_folded_is_told_as_if_it_never_were(first: int) -> None:
    """Night after night: the same stays from a list that is folded and from one that never was, and in plain Python."""
    planner = Recording()
    play([a_life(seed) for seed in range(first, first + _TOGETHER)], planner=planner)
    assert planner.folded > 20, "hardly any list was folded: this shows nothing"
    assert min(planner.compared, planner.over) > 10
