"""The one retry layer: which failed calls are repeated, when, and how often. The retries of all SDKs are off.

A platform that is down must not get more calls than on a calm day: every repetition is paid from a budget that a run
shares, and only success fills it again (a token bucket, as in the AWS Builders' Library, "Timeouts, retries and backoff
with jitter").
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import tenacity

from consentric.errors import PlatformError, Unavailable
from consentric.ports import Clock

T = TypeVar("T")

MOST_TRIES: Final = 5
LONGEST_WAIT: Final = 15 * 60.0
_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0


class Budget:
    """Repetitions that a run may still make. Thread-safe."""

    # Four pay for all repetitions of one call; a tenth for each success keeps repetitions below a tenth of calls.
    START: Final = 4.0
    MOST: Final = 8.0
    EARNED: Final = 0.1

    def __init__(self) -> None:
        self._left = self.START
        self._lock = threading.Lock()

    def earn(self) -> None:
        with self._lock:
            self._left = min(self.MOST, self._left + self.EARNED)

    def take(self) -> bool:
        """Pays for one repetition; False when there is nothing left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Retrying:
    """Runs calls and repeats those that may be repeated."""

    def __init__(self, clock: Clock, budget: Budget, chance: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._budget = budget
        self._chance = chance

    def repeatable(self, call: Callable[[], T], again: Callable[[], None] = lambda: None) -> T:
        """For reads, adds and removals: doing them twice is doing them once. `again` may forbid a repetition by raising."""
        return self._run(_Attempts(call), lambda error: isinstance(error, Unavailable), again)

    def told(self, call: Callable[[], T], again: Callable[[], None] = lambda: None) -> tuple[T, bool]:
        """As `repeatable`, and whether an attempt before the one that was answered may be carried out as well."""
        attempts = _Attempts(call)
        return self._run(attempts, lambda error: isinstance(error, Unavailable), again), attempts.unsure

    def once(self, call: Callable[[], T]) -> T:
        """For creation: repeated only when the platform certainly did nothing."""
        attempts = _Attempts(call)
        return self._run(
            attempts, lambda error: isinstance(error, Unavailable) and not error.applied_unknown, lambda: None
        )

    def _run(self, call: _Attempts[T], worth: Callable[[BaseException], bool], again: Callable[[], None]) -> T:
        run = tenacity.Retrying(
            sleep=self._clock.sleep,
            before=lambda state: again() if state.attempt_number > 1 else None,
            stop=self._gives_up,
            wait=self._pause,
            retry=tenacity.retry_if_exception(worth),
            reraise=True,
        )
        result = run(call)
        self._budget.earn()
        return result

    def _gives_up(self, state: tenacity.RetryCallState) -> bool:
        too_often = state.attempt_number >= MOST_TRIES
        too_long = state.idle_for + state.upcoming_sleep > LONGEST_WAIT
        return too_often or too_long or not self._budget.take()

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Exponential with full jitter; where the platform says how long, that long and then the jitter."""
        most = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (state.attempt_number - 1))
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait.seconds if isinstance(error, Unavailable) else None
        return self._chance() * most if asked is None else asked + self._chance() * _FIRST_PAUSE


class _Attempts(Generic[T]):
    """The attempts of one call. A later answer or refusal does not undo an earlier one that may have been carried out."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self.unsure = False

    def __call__(self) -> T:
        try:
            return self._call()
        except PlatformError as error:
            self.unsure = self.unsure or (isinstance(error, Unavailable) and error.applied_unknown)
            error.may_have_arrived = self.unsure
            raise
