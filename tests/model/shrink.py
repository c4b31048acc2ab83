"""Cuts a history down to what it takes to break the same property."""

from __future__ import annotations

from collections.abc import Callable

from model.driver import play
from model.history import History
from model.judge import Violation

_AT_ONCE = 60
_ROUNDS = 60


def shrink(
    history: History, same: Callable[[Violation], bool], ignored: frozenset[str] = frozenset(), rounds: int = _ROUNDS
) -> tuple[History, Violation | None]:
    """A smallest history of which the violation is still the same, and that violation."""
    found: Violation | None = None
    for _ in range(rounds):
        better = None
        candidates = list(history.smaller())
        for first in range(0, len(candidates), _AT_ONCE):
            for one in play(candidates[first : first + _AT_ONCE], ignored):
                if one.violation is not None and same(one.violation):
                    better = (one.history, one.violation)
                    break
            if better is not None:
                break
        if better is None:
            return history, found
        history, found = better
    return history, found
