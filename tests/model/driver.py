"""Plays many histories in step, so that they share their statements, with the real planning code in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from consentric.model.project import Platform
from model.history import History
from model.judge import Broken
from model.planner import Planner
from model.playing import Play


def play(
    histories: Sequence[History], ignored: frozenset[str] = frozenset(), planner: Planner | None = None
) -> list[Play]:
    """All of them in step, until each has ended or is broken. `ignored`: letters of properties that are not looked at."""
    planner = planner or Planner()
    plays = [Play(history, 2 * place) for place, history in enumerate(histories)]
    try:
        for place in range(max(len(each.steps) for each in histories)):
            going = [
                one
                for one in plays
                if one.violation is None and place < len(one.history.steps) and not one.is_over(place)
            ]
            if not going:
                break
            _night(planner, going, place, ignored)
    finally:
        planner.close()
    return plays


def _night(planner: Planner, going: list[Play], place: int, ignored: frozenset[str]) -> None:
    def guarded(one: Play, act: Callable[[], None]) -> None:
        try:
            act()
        except Broken as broken:
            if broken.violation.letter not in ignored:
                one.violation = replace(broken.violation, step=place)

    for one in going:
        one.begin(one.history.steps[place])
    for platform in Platform:
        sides = [side for one in going for side in one.foldable() if side.platform is platform]
        clocks = {side.mark: one.now for one in going for side in one.sides}
        bases = planner.fold(platform, [(side.mark, clocks[side.mark], side.book.sent()) for side in sides])
        for side in sides:
            if side.mark in bases:
                side.book.fold(bases[side.mark])
    asked = [(one, side, question) for one in going for side, question in one.questions()]
    for platform in Platform:
        own = [(one, side, question) for one, side, question in asked if side.platform is platform]
        answers = planner.plan(platform, [question for *_, question in own])
        again = [
            (side, replace(question, sent=side.book.never_folded()))
            for one, side, question in own
            if side.book.folded and not one.handed_over(side)
        ]
        never = planner.plan(platform, [question for _, question in again])
        for one, side, question in own:
            answer = answers[side.mark]
            guarded(one, partial(one.judge, side, question, answer, never.get(side.mark, answer)))
    for one in going:
        if one.history.steps[place].run and one.violation is None:
            guarded(one, one.finish_night)
            guarded(one, one.deliver)


__all__ = ["Play", "play"]
