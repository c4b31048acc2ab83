"""Seeded dice and instants: the only place of the demo shop that makes randomness or writes a time as text.

Knows nothing about shops. Each topic rolls its own dice, so that a change in one file leaves the others alone.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate
from random import Random
from typing import Final, Generic, TypeVar

T = TypeVar("T")

DAY: Final = 86_400
WINTER_TIME: Final = timezone(timedelta(hours=1))
# Shoppers by the hour of the day (UTC): few at night, most in the evening.
HOURS: Final = (
    4,
    5,
    6,
    6,
    7,
    7,
    8,
    8,
    9,
    10,
    10,
    11,
    11,
    12,
    13,
    14,
    15,
    16,
    17,
    17,
    18,
    18,
    19,
    19,
    19,
    20,
    20,
    21,
    22,
)


class Choice(Generic[T]):
    """A weighted choice that is prepared once and rolled often."""

    def __init__(self, *weighted: tuple[T, float]) -> None:
        self._options = [option for option, _ in weighted]
        self._bounds = list(accumulate(weight for _, weight in weighted))

    def roll(self, rng: Random) -> T:
        return self._options[bisect(self._bounds, rng.random() * self._bounds[-1])]


def dice(seed: int, topic: str) -> Random:
    """The dice of one topic. Text seeds are hashed with SHA-512 by Python itself: the same on every machine."""
    return Random(f"{seed}:{topic}")


def pick(rng: Random, options: Sequence[T]) -> T:
    """As `rng.choice`, three times as fast."""
    return options[int(rng.random() * len(options))]


def at_a_likely_hour(rng: Random, instant: int) -> int:
    """The same day as `instant`, at an hour when people shop."""
    return instant - instant % DAY + pick(rng, HOURS) * 3600 + int(rng.random() * 3600)


def as_utc(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_local(instant: int) -> str:
    """Without an offset, the way an old shop system exports it (in winter time all year)."""
    return datetime.fromtimestamp(instant, WINTER_TIME).strftime("%Y-%m-%d %H:%M:%S")


def as_date(instant: int) -> str:
    return datetime.fromtimestamp(instant, WINTER_TIME).strftime("%Y-%m-%d")
