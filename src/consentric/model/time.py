"""Spans of calendar time as the YAML writes them: `90 days`, `6 months ago`, `2026-01-31`.

Months and years are calendar ones and clamp (31 January + 1 month = 28 February). Days are whole local days.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

Moment = TypeVar("Moment", date, datetime)


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of units, never negative."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def before(self, moment: Moment) -> Moment:
        """The moment this much earlier on the calendar."""
        return _shift(moment, -self.count, self.unit)

    def after(self, moment: Moment) -> Moment:
        """The moment this much later on the calendar."""
        return _shift(moment, self.count, self.unit)

    @property
    def days_at_least(self) -> int:
        """How many whole days the span takes at least, whenever it begins: six months 181, a year 365."""
        months = (date(year, month, 1) for year in range(2001, 2005) for month in range(1, 13))
        return min(self.days_from(each) for each in months)

    def days_from(self, start: date) -> int:
        """How many whole days the span takes when it begins at `start`."""
        return (self.after(start) - start).days


@dataclass(frozen=True, slots=True)
class Ago:
    """A bound that moves with today: `6 months ago`."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class OnDate:
    """A bound that stands still: `2026-01-31`."""

    day: date


Bound = Ago | OnDate


@dataclass(frozen=True, slots=True)
class Window:
    """Whole local days, both ends included; an open end reaches to the first row or to the instant of the run."""

    since: Bound | None = None
    until: Bound | None = None

    def first_day(self, today: date) -> date | None:
        return None if self.since is None else _day(self.since, today)

    def last_day(self, today: date) -> date | None:
        return None if self.until is None else _day(self.until, today)


ALWAYS = Window()


def _day(bound: Bound, today: date) -> date:
    return bound.day if isinstance(bound, OnDate) else bound.duration.before(today)


def _shift(moment: Moment, count: int, unit: Unit) -> Moment:
    """Beyond the calendar lies its first or last year."""
    try:
        return _shifted(moment, count, unit)
    except (OverflowError, ValueError):
        return moment.replace(year=1 if count < 0 else 9999, month=1, day=3)


def _shifted(moment: Moment, count: int, unit: Unit) -> Moment:
    match unit:
        case Unit.HOUR:
            return moment + timedelta(hours=count)
        case Unit.DAY:
            return moment + timedelta(days=count)
        case Unit.WEEK:
            return moment + timedelta(weeks=count)
        case Unit.MONTH:
            return _shift_months(moment, count)
        case Unit.YEAR:
            return _shift_months(moment, 12 * count)


def _shift_months(moment: Moment, months: int) -> Moment:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
