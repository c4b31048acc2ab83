"""Stretches of the calendar by name: `last month`, `2026-03`, `last 15 Nov to 24 Dec`, `next 7 days`."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Final

from consentric.config.amounts import MISUNDERSTOOD
from consentric.config.problems import WrongValueError
from consentric.model.time import Anniversary, DayOfYear, DaysAhead, Month, MonthsAgo, Period, Season

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DANISH: Final = {"maj": "may", "okt": "oct", "mai": "may", "mär": "mar", "dez": "dec"}
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})")
_SEASON: Final = re.compile(r"last +([0-9]{1,2})\.? *([a-zæøåä]{3,})\.? +to +([0-9]{1,2})\.? *([a-zæøåä]{3,})\.?")
_AHEAD: Final = re.compile(r"next +([0-9]{1,3}) +days?")
_FURTHEST: Final = 366
_LEAP_YEAR: Final = 2024

_PERIODS: Final = "write `this month`, `last month`, a month such as `2026-03`, or days such as `last 15 Nov to 24 Dec`"
_ANNIVERSARIES: Final = "write `today`, `this month`, or e.g. `next 7 days`"


def period(value: object) -> Period:
    """What stands behind `during`."""
    text = value.strip().casefold() if isinstance(value, str) else ""
    if text in {"this month", "last month"}:
        return MonthsAgo(0 if text == "this month" else 1)
    month = _MONTH.fullmatch(text)
    if month and 1 <= int(month[2]) <= 12 and int(month[1]) > 0:
        return Month(int(month[1]), int(month[2]))
    season = _season(text)
    if season is not None:
        return season
    raise WrongValueError("A104", MISUNDERSTOOD, _PERIODS)


def anniversary(value: object) -> Anniversary:
    """What stands behind `anniversary`."""
    text = value.strip().casefold() if isinstance(value, str) else ""
    if text == "today":
        return DaysAhead(1)
    if text == "this month":
        return MonthsAgo(0)
    ahead = _AHEAD.fullmatch(text)
    if ahead and 1 <= int(ahead[1]) <= _FURTHEST:
        return DaysAhead(int(ahead[1]))
    hint = f"write at most `next {_FURTHEST} days`" if ahead and int(ahead[1]) > _FURTHEST else _ANNIVERSARIES
    raise WrongValueError("A104", MISUNDERSTOOD, hint)


def _season(text: str) -> Period | None:
    found = _SEASON.fullmatch(text)
    if found is None:
        return None
    first, last = _day(found[1], found[2]), _day(found[3], found[4])
    return None if first is None or last is None else Season(first, last)


def _day(day: str, month: str) -> DayOfYear | None:
    short = month[:3]
    short = _DANISH.get(short, short)
    if short not in _MONTHS:
        return None
    number = _MONTHS.index(short) + 1
    return DayOfYear(number, int(day)) if 1 <= int(day) <= monthrange(_LEAP_YEAR, number)[1] else None
