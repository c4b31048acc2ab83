"""The time of a run and of a rehearsal."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from consentric.cli.clock import clock_from
from consentric.cli.interruption import Interruption
from consentric.errors import UsageError


def test_without_the_variable_it_is_now() -> None:
    """Aware, in UTC."""
    now = clock_from(None, Interruption()).now()
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    assert now.utcoffset() == timedelta(0)


@pytest.mark.parametrize(("value", "shift"), [("+36h", timedelta(hours=36)), ("+3d", timedelta(days=3))])
def test_a_shift_moves_the_run_forward(value: str, shift: timedelta) -> None:
    """And lets it go on from there."""
    assert abs(clock_from(value, Interruption()).now() - datetime.now(UTC) - shift) < timedelta(seconds=5)


def test_an_instant_stands_still_but_for_waiting() -> None:
    """So that the same rehearsal prints the same plan."""
    clock = clock_from("2026-11-23T04:30:00Z", Interruption())
    time.sleep(0.02)
    assert clock.now() == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    clock.sleep(0.5)
    assert clock.now() == datetime(2026, 11, 23, 4, 30, 0, 500_000, tzinfo=UTC)


def test_a_rehearsal_may_wait_faster_than_time_passes() -> None:
    """Ten minutes in a blink; who waits beside another does not make the time pass twice."""
    clock = clock_from("2026-11-23T04:30:00Z*60000", Interruption())
    sleepers = [threading.Thread(target=clock.sleep, args=(600,)) for _ in range(4)]
    for each in sleepers:
        each.start()
    for each in sleepers:
        each.join(10)
    assert datetime(2026, 11, 23, 4, 40, tzinfo=UTC) <= clock.now() <= datetime(2026, 11, 23, 5, 10, tzinfo=UTC)
    clock = clock_from("2026-11-23T04:30:00+00:00*60000", Interruption())
    clock.sleep(600)
    assert clock.now() == datetime(2026, 11, 23, 4, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "tomorrow",
        "2026-11-23T04:30:00Z*0",
        "2026-11-23T04:30:00Z*fast",
        "-3d",
        "+3w",
        "2026-11-23T04:30:00",
        "2026-13-01T00:00:00Z",
    ],
)
def test_anything_else_is_a_usage_error(value: str) -> None:
    """Also an instant without its zone, which would be another one on another machine."""
    with pytest.raises(UsageError):
        clock_from(value, Interruption())
