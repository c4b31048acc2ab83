"""The one retry layer: which failed calls are repeated, when, and how often. The retries of all SDKs are off.

A platform that is down must not get more calls than on a calm day (docs/decisions/0010-storms.md): every repetition is
paid from a budget that a run shares and that success alone fills again (a token bucket, as in the AWS Builders' Library,
"Timeouts, retries and backoff with jitter"), the repetitions of one destination are made one at a time, and once a call was
given up nothing is repeated there until the destination has answered again.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final, Generic, TypeVar

import tenacity

from consentric.destinations.codes import Code
from consentric.errors import AccessDenied, PlatformError, Unavailable
from consentric.ports import Clock

T = TypeVar("T")

MOST_TRIES: Final = 5
LONGEST_WAIT: Final = 15 * 60.0
_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0


class Budget:
    """Repetitions that a run may still make, and the destinations that have fallen silent. Thread-safe."""

    # All that are in flight when a quota of the minute ends are repeated once; a tenth for each success keeps
    # repetitions below a tenth of calls.
    START: Final = 10.0
    MOST: Final = 10.0
    EARNED: Final = 0.1

    def __init__(self) -> None:
        self._left = self.START
        self._silent: set[str] = set()
        self._lock = threading.Lock()

    def earn(self) -> None:
        with self._lock:
            self._left = min(self.MOST, self._left + self.EARNED)

    def take(self, destination: str = "") -> bool:
        """Pays for one repetition; False when there is nothing left, or the destination is silent."""
        with self._lock:
            if self._left < 1 or destination in self._silent:
                return False
            self._left -= 1
            return True

    def given_up(self, destination: str) -> None:
        """From now on nothing is repeated there."""
        with self._lock:
            self._silent.add(destination)

    def answered(self, destination: str) -> None:
        with self._lock:
            self._silent.discard(destination)


class Retrying:
    """Runs the calls to one destination and repeats those that may be repeated. Thread-safe."""

    def __init__(
        self,
        clock: Clock,
        budget: Budget,
        chance: Callable[[], float] = random.random,
        *,
        destination: str = "",
        renew: Callable[[], None] | None = None,
    ) -> None:
        """`renew` drops the present login, so that the next call gets a fresh one; done once, when a platform refuses it."""
        self._clock = clock
        self._budget = budget
        self._chance = chance
        self._destination = destination
        self._renew = renew
        self._renewed = False
        self._login_refused = False
        self._turn = threading.RLock()
        self._recoveries = 0

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
        self._wait_for_others()
        begun = self._recoveries
        with ExitStack() as turn:
            run = tenacity.Retrying(
                sleep=self._clock.sleep,
                before=lambda state: again() if state.attempt_number > 1 else None,
                stop=lambda state: self._gives_up(state, turn, begun),
                wait=self._pause,
                retry=tenacity.retry_if_exception(lambda error: worth(error) or self._is_stale_login(error)),
                reraise=True,
            )
            result = run(self._listening(call))
            # Only what was repeated shows that the wait is over; others in flight were sent before it.
            self._recoveries += run.statistics["attempt_number"] > 1
        self._budget.earn()
        return result

    def _wait_for_others(self) -> None:
        """Nothing new is sent to a destination that was told to wait, or that another call is trying to reach again."""
        if not self._turn.acquire(blocking=False):
            with self._turn:
                self._clock.sleep(0.0)
            return
        self._turn.release()

    def _listening(self, attempt: Callable[[], T]) -> Callable[[], T]:
        """Whatever the platform says of its own accord is an answer, a refusal too."""

        def call() -> T:
            try:
                result = attempt()
            except PlatformError as error:
                if not isinstance(error, Unavailable):
                    self._budget.answered(self._destination)
                raise
            self._budget.answered(self._destination)
            return result

        return call

    def _gives_up(self, state: tenacity.RetryCallState, turn: ExitStack, begun: int) -> bool:
        """Waits for its turn first; if another's repetition went well since this call was begun, the wait is over."""
        error = state.outcome.exception() if state.outcome else None
        busy = isinstance(error, Unavailable) and error.code == Code.LIST_BUSY
        if not busy:  # that is one list's affair, and says nothing of the others
            turn.enter_context(self._turn)
            if state.attempt_number == 1 and self._recoveries != begun:
                state.upcoming_sleep = 0.0
        if isinstance(error, AccessDenied):
            return not (self._renewed_login(state.attempt_number) and self._budget.take(self._destination))
        too_often = state.attempt_number >= MOST_TRIES
        too_long = state.idle_for + state.upcoming_sleep > LONGEST_WAIT
        if not too_often and not too_long and self._budget.take(self._destination):
            return False
        if not busy:
            self._budget.given_up(self._destination)
        return True

    def _is_stale_login(self, error: BaseException) -> bool:
        return self._renew is not None and isinstance(error, AccessDenied) and error.code == Code.CREDENTIALS

    def _renewed_login(self, attempt: int) -> bool:
        """Whether there is a login that was not refused yet. Calls in flight with the old one are repeated once each."""
        if attempt > 1:
            self._login_refused = True
        if self._renew is not None and not self._renewed:
            self._renew()
            self._renewed = True
        return not self._login_refused

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Exponential with full jitter; where the platform says how long, that long and then the jitter."""
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, Unavailable):
            return 0.0
        most = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (state.attempt_number - 1))
        asked = error.wait.seconds
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
