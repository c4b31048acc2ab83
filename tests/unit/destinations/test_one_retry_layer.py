"""When calls are repeated, how long is waited, and how much a run may repeat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from consentric.destinations.retrying import LONGEST_WAIT, MOST_TRIES, Budget, Retrying
from consentric.errors import AccessDenied, PlatformError, Refused, RetryAfter, Stopped, Unavailable
from fakes import StandingClock


@dataclass
class Platform:
    """Fails as it is told, then answers."""

    failures: list[PlatformError]
    calls: int = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


def down(seconds: float | None = None, *, unknown: bool = False) -> Unavailable:
    return Unavailable("A501", "down", wait=RetryAfter(seconds), applied_unknown=unknown)


def most() -> float:
    return 1.0


def test_a_passing_failure_is_repeated() -> None:
    """Pauses double up to their cap; the draw is between nothing and that."""
    clock = StandingClock()
    platform = Platform([down(unknown=True) for _ in range(4)])
    assert Retrying(clock, Budget(), most).repeatable(platform) == "done"
    assert clock.slept == [2.0, 4.0, 8.0, 16.0]
    clock = StandingClock()
    Retrying(clock, Budget(), lambda: 0.0).repeatable(Platform([down()]))
    assert clock.slept == [0.0]


def test_five_tries_then_the_last_error() -> None:
    """Not a wrapper around it."""
    errors = [down() for _ in range(9)]
    platform = Platform(list(errors))
    with pytest.raises(Unavailable) as caught:
        Retrying(StandingClock(), Budget()).repeatable(platform)
    assert platform.calls == MOST_TRIES
    assert caught.value is errors[4]


@pytest.mark.parametrize("error", [Refused("A521", "no"), AccessDenied("A541", "no"), ValueError("bug")])
def test_what_will_not_change_is_not_repeated(error: PlatformError) -> None:
    """By class alone."""
    platform = Platform([error])
    with pytest.raises(type(error)):
        Retrying(StandingClock(), Budget()).repeatable(platform)
    assert platform.calls == 1


def test_creation_is_repeated_only_if_nothing_was_done() -> None:
    """Who may have applied it is not asked twice."""
    refused_at_the_door, maybe_done = Platform([down(60.0)]), Platform([down(unknown=True)])
    assert Retrying(StandingClock(), Budget()).once(refused_at_the_door) == "done"
    with pytest.raises(Unavailable):
        Retrying(StandingClock(), Budget()).once(maybe_done)
    assert maybe_done.calls == 1


def test_what_the_platform_asks_is_waited_in_full() -> None:
    """With a little on top, so that not all come back at once."""
    clock = StandingClock()
    Retrying(clock, Budget(), most).repeatable(Platform([down(420.0)]))
    assert clock.slept == [422.0]


def test_a_run_never_waits_longer_than_a_quarter_of_an_hour() -> None:
    """An hour is not waited for at all; several waits together neither."""
    clock = StandingClock()
    with pytest.raises(Unavailable):
        Retrying(clock, Budget()).repeatable(Platform([down(3600.0)]))
    assert clock.slept == []
    with pytest.raises(Unavailable):
        Retrying(clock, Budget()).repeatable(Platform([down(400.0) for _ in range(5)]))
    assert sum(clock.slept) <= LONGEST_WAIT


@pytest.mark.parametrize("calm_before", [0, 50, 150])
def test_a_platform_that_is_down_gets_less_than_a_tenth_more_calls(calm_before: int) -> None:
    """The budget of a run: 200 calls, the platform fails all after the first few, and nothing more than 220 arrive."""
    arrived = 0

    def call_number(number: int) -> Callable[[], str]:
        def call() -> str:
            nonlocal arrived
            arrived += 1
            if number >= calm_before:
                raise down()
            return "done"

        return call

    retrying = Retrying(StandingClock(), Budget())
    for number in range(200):
        try:
            retrying.repeatable(call_number(number))
        except Unavailable:
            continue
    assert arrived < 220


def test_success_fills_the_budget_again() -> None:
    """Ten successes pay for one repetition, and never for more than are in flight."""
    budget = Budget()
    most = int(Budget.START)
    assert [budget.take() for _ in range(most + 1)] == [True] * most + [False]
    for _ in range(11):
        budget.earn()
    assert [budget.take(), budget.take()] == [True, False]
    for _ in range(10_000):
        budget.earn()
    assert sum(budget.take() for _ in range(100)) == Budget.MOST


def test_a_repetition_can_be_forbidden() -> None:
    """Whoever sends is asked before every repetition, and not before the first attempt; a no ends it there."""
    asked: list[int] = []

    def no() -> None:
        asked.append(platform.calls)
        raise Stopped("A421", "somebody withdrew")

    platform = Platform([down(), down()])
    with pytest.raises(Stopped):
        Retrying(StandingClock(), Budget(), most).repeatable(platform, no)
    assert (asked, platform.calls) == ([1], 1)
    assert Retrying(StandingClock(), Budget(), most).repeatable(Platform([]), no) == "done"


def test_a_refusal_after_an_unanswered_attempt_leaves_the_outcome_open() -> None:
    """The first attempt may have been carried out, whatever the platform says to the second."""
    platform = Platform([down(unknown=True), Refused("A521", "no")])
    with pytest.raises(Refused) as caught:
        Retrying(StandingClock(), Budget(), most).repeatable(platform)
    assert caught.value.may_have_arrived
    with pytest.raises(Refused) as caught:
        Retrying(StandingClock(), Budget(), most).repeatable(Platform([Refused("A521", "no")]))
    assert not caught.value.may_have_arrived


def test_a_destination_that_was_given_up_on_gets_no_repetitions_until_it_answers() -> None:
    """Five calls for the first, one each for the next ones; a refusal is an answer too, and another destination is not meant."""
    budget = Budget()
    google, meta = (Retrying(StandingClock(), budget, destination=name) for name in ("google", "meta"))
    tries = []
    for _ in range(3):
        platform = Platform([down() for _ in range(9)])
        with pytest.raises(Unavailable):
            google.repeatable(platform)
        tries.append(platform.calls)
    assert tries == [MOST_TRIES, 1, 1]
    elsewhere = Platform([down()])
    assert meta.repeatable(elsewhere) == "done"
    with pytest.raises(Refused):
        google.repeatable(Platform([Refused("A521", "no")]))
    platform = Platform([down()])
    assert google.repeatable(platform) == "done"
    assert platform.calls == 2


def test_a_list_that_is_busy_says_nothing_of_its_destination() -> None:
    """The next call is repeated as ever."""
    retrying = Retrying(StandingClock(), Budget(), destination="meta")
    with pytest.raises(Unavailable):
        retrying.repeatable(Platform([Unavailable("A505", "busy") for _ in range(9)]))
    platform = Platform([down()])
    assert retrying.repeatable(platform) == "done"
    assert platform.calls == 2


class Storm:
    """A platform that is down for all; no call is answered before as many have arrived as are in flight."""

    def __init__(self, together: int) -> None:
        self.arrived = 0
        self.at_once = 0
        self._repeating = 0
        self._lock = threading.Lock()
        self._all_here = threading.Barrier(together)
        self._together = together

    def __call__(self) -> str:
        with self._lock:
            self.arrived += 1
            first = self.arrived <= self._together
            self._repeating += not first
            self.at_once = max(self.at_once, self._repeating)
        if first:
            self._all_here.wait(10)
        else:
            time.sleep(0.01)
            with self._lock:
                self._repeating -= 1
        raise down()


def test_calls_in_flight_together_are_repeated_one_at_a_time() -> None:
    """Ten calls meet a platform that is down: ten and four repetitions arrive, none of these beside another."""
    storm = Storm(10)
    retrying = Retrying(StandingClock(), Budget(), destination="google")

    def call() -> bool:
        with pytest.raises(Unavailable):
            retrying.repeatable(storm)
        return True

    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(lambda _: call(), range(10)))
    assert storm.arrived == 10 + MOST_TRIES - 1
    assert storm.at_once == 1


def test_who_comes_after_a_wait_that_helped_does_not_wait_again() -> None:
    """A quota of the minute: ten are told to wait, one waits, and then all go."""
    clock = StandingClock()
    retrying = Retrying(clock, Budget(), lambda: 0.0, destination="google")
    together = threading.Barrier(10)

    def call() -> str:
        answers = iter([down(60.0)])

        def attempt() -> str:
            error = next(answers, None)
            if error is None:
                return "done"
            together.wait(10)
            raise error

        return retrying.repeatable(attempt)

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(lambda _: call(), range(10))) == ["done"] * 10
    assert sum(clock.slept) <= 2 * 60.0


def test_a_login_that_is_refused_is_renewed_once() -> None:
    """The call goes on with the fresh one; if that is refused too, it is not renewed again."""
    renewed: list[int] = []
    retrying = Retrying(StandingClock(), Budget(), renew=lambda: renewed.append(1))
    expired = AccessDenied("A541", "expired")
    assert retrying.repeatable(Platform([expired])) == "done"
    assert renewed == [1]
    for tries in (2, 1):
        platform = Platform([AccessDenied("A541", "expired") for _ in range(9)])
        with pytest.raises(AccessDenied):
            retrying.repeatable(platform)
        assert platform.calls == tries
    assert renewed == [1]
    permission = Platform([AccessDenied("A542", "no permission")])
    with pytest.raises(AccessDenied):
        Retrying(StandingClock(), Budget(), renew=lambda: renewed.append(1)).repeatable(permission)
    assert (renewed, permission.calls) == ([1], 1)


def test_an_answer_after_an_unanswered_attempt_is_told_with_its_doubt() -> None:
    """The repetition was answered; the first attempt may be carried out besides. Who was turned away did nothing."""
    for failures, doubtful in (([], False), ([down()], False), ([down(unknown=True)], True)):
        assert Retrying(StandingClock(), Budget(), most).told(Platform(list(failures))) == ("done", doubtful)
