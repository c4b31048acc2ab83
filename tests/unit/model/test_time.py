"""Spans of calendar time: months clamp, days are days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.model.secrets import Secret
from consentric.model.time import Ago, Duration, OnDate, Unit, Window

SHIFTS = [
    ("2026-01-31", 1, Unit.MONTH, "2026-02-28"),
    ("2028-01-31", 1, Unit.MONTH, "2028-02-29"),
    ("2028-02-29", 1, Unit.YEAR, "2029-02-28"),
    ("2026-12-31", 2, Unit.MONTH, "2027-02-28"),
    ("2026-11-23", 90, Unit.DAY, "2027-02-21"),
    ("2026-11-23", 2, Unit.WEEK, "2026-12-07"),
    ("2026-11-23", 0, Unit.MONTH, "2026-11-23"),
    ("2026-10-31", 24, Unit.MONTH, "2028-10-31"),
]


@pytest.mark.parametrize(("start", "count", "unit", "end"), SHIFTS)
def test_calendar_units_clamp(start: str, count: int, unit: Unit, end: str) -> None:
    """31 January and one month is 28 February."""
    assert Duration(count, unit).after(date.fromisoformat(start)) == date.fromisoformat(end)


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.integers(0, 600),
    st.sampled_from([Unit.MONTH, Unit.YEAR, Unit.DAY, Unit.WEEK]),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_before_and_after_are_monotone(day: date, count: int, unit: Unit) -> None:
    """Earlier is never later, and a moment keeps its time of day."""
    span = Duration(count if unit is not Unit.YEAR else count // 12, unit)
    assert span.before(day) <= day <= span.after(day)
    moment = datetime(day.year, day.month, day.day, 4, 30, tzinfo=UTC)
    assert span.before(moment).date() == span.before(day)
    assert span.before(moment).time() == moment.time()


def test_a_window_is_made_of_whole_days() -> None:
    """Either end may be open."""
    today = date(2026, 11, 23)
    window = Window(Ago(Duration(90, Unit.DAY)), OnDate(date(2026, 11, 1)))
    assert (window.first_day(today), window.last_day(today)) == (date(2026, 8, 25), date(2026, 11, 1))
    assert (Window().first_day(today), Window().last_day(today)) == (None, None)


def test_a_secret_shows_itself_to_nobody() -> None:
    """Neither in a repr nor inside a container; equal secrets are equal."""
    secret = Secret("EAAB-canary")
    assert "canary" not in f"{secret} {secret!r} {[secret]}"
    assert secret == Secret("EAAB-canary")
    assert secret.reveal() == "EAAB-canary"


@given(st.integers(1, 40), st.sampled_from(list(Unit)), st.dates(date(1990, 1, 1), date(2050, 1, 1)))
def test_the_fewest_days_of_a_span(count: int, unit: Unit, start: date) -> None:
    """Whenever it begins it takes as many days or more, and some day it takes no more."""
    span = Duration(count, unit)
    assert span.days_at_least <= span.days_from(start)
    assert any(span.days_from(date(2001 + month // 12, month % 12 + 1, 1)) == span.days_at_least for month in range(48))
