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
class Month:
    """A month of the calendar: `2026-03`."""

    year: int
    month: int

    def days(self, _today: date) -> tuple[date, date]:
        """First and last day."""
        return _whole_month(self.year, self.month)


@dataclass(frozen=True, slots=True)
class MonthsAgo:
    """`this month` (0) or `last month` (1)."""

    count: int

    def days(self, today: date) -> tuple[date, date]:
        day = Duration(self.count, Unit.MONTH).before(today)
        return _whole_month(day.year, day.month)


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """29 February is the 28th where there is none."""

    month: int
    day: int

    def of(self, year: int) -> date:
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


@dataclass(frozen=True, slots=True)
class Season:
    """`last 15 Nov to 24 Dec`: the newest such days of which the last lies before today; they may go over New Year."""

    first: DayOfYear
    last: DayOfYear

    def days(self, today: date) -> tuple[date, date]:
        """First and last day."""
        end = next(each for each in map(self.last.of, (today.year, today.year - 1)) if each < today)
        begin = self.first.of(end.year)
        return (begin if begin <= end else self.first.of(end.year - 1)), end


Period = Month | MonthsAgo | Season


@dataclass(frozen=True, slots=True)
class Window:
    """Whole local days, both ends included; an open end reaches to the first row or to the instant of the run.

    `during` says both ends at once, and then stands alone.
    """

    since: Bound | None = None
    until: Bound | None = None
    during: Period | None = None

    def first_day(self, today: date) -> date | None:
        if self.during is not None:
            return self.during.days(today)[0]
        return None if self.since is None else _day(self.since, today)

    def last_day(self, today: date) -> date | None:
        if self.during is not None:
            return self.during.days(today)[1]
        return None if self.until is None else _day(self.until, today)


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class DaysAhead:
    """`next 7 days` (7): today and the six days after it; `today` is 1."""

    count: int

    def days(self, today: date) -> tuple[date, date]:
        """First and last day."""
        return today, Duration(self.count - 1, Unit.DAY).after(today)


Anniversary = MonthsAgo | DaysAhead


def days_of_year(anniversary: Anniversary, today: date) -> tuple[DayOfYear, ...]:
    """The days of the year that are looked for, 29 February as the 28th."""
    first, last = anniversary.days(today)
    days = (first + timedelta(days=each) for each in range(min((last - first).days, 366) + 1))
    found = (DayOfYear(each.month, 28 if (each.month, each.day) == (2, 29) else each.day) for each in days)
    return tuple(dict.fromkeys(found))


def _day(bound: Bound, today: date) -> date:
    return bound.day if isinstance(bound, OnDate) else bound.duration.before(today)


def _whole_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


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
