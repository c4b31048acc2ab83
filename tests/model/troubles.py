"""What a platform makes of a request: when it is carried out, whether it fails later, and what is known of a repetition."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Final

from consentric.destinations.retrying import Budget, Retrying
from consentric.errors import PlatformError, Refused, Unavailable
from consentric.model.lists import BatchState
from consentric.model.project import Platform
from fakes import StandingClock
from model.history import Step
from model.platform import USUAL, Switches

START: Final = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
UNKNOWN_HOURS: Final = 20
_GOOGLE_HOURS: Final = (1, 2, 6, 20, 30)
_SHORTEST_HOURS: Final = 0.5
_LATER: Final = {
    "failed_later": BatchState.FAILED,
    "partial": BatchState.PARTIAL,
    "forgotten": BatchState.UNKNOWN,
}


def drawn_verdict(platform: Platform, step: Step, draw: random.Random) -> str:
    """The fault that shows once a request was carried out, "" for none."""
    if platform is Platform.META or step.calm or draw.random() >= step.fault_rate / 2:
        return ""
    return draw.choice(tuple(_LATER))


def verdict(fault: str) -> BatchState:
    """What the platform says of the request then."""
    return _LATER.get(fault, BatchState.CONFIRMED)


def drawn_delay(
    switches: Switches, platform: Platform, step: Step, draw: random.Random, *, is_add: bool, known: bool
) -> timedelta:
    """A request whose answer is missing is carried out within 23 hours, if at all."""
    usual = switches.delay(platform, is_add=is_add)
    if platform is Platform.META:
        return timedelta(hours=usual * draw.choice([0.1, 0.9, 1, 1]))
    if step.calm:
        return timedelta(hours=usual)
    most = _GOOGLE_HOURS[-1] if known and step.crash is None else UNKNOWN_HOURS
    drawn = draw.choice(_GOOGLE_HOURS) + usual - USUAL.google_delay
    return timedelta(hours=min(max(drawn, _SHORTEST_HOURS), most))


def state_after_repeating() -> BatchState:
    """What is recorded when a request timed out, was repeated, and the repetition was refused for certain."""
    answers = iter([Unavailable("A500", "no answer", applied_unknown=True)])

    def call() -> None:
        raise next(answers, Refused("A500", "not that"))

    try:
        Retrying(StandingClock(START), Budget()).repeatable(call)
    except PlatformError as error:
        return BatchState.UNKNOWN if error.may_have_arrived else BatchState.FAILED
    raise AssertionError("a call that always fails went well")


def doubt_after_repeating() -> bool:
    """Whether a request that timed out, and was taken when it was repeated, is known to be doubtful."""
    answers = iter([Unavailable("A500", "no answer", applied_unknown=True)])

    def call() -> None:
        for error in answers:
            raise error

    return Retrying(StandingClock(START), Budget()).told(call)[1]
