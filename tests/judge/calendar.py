"""Spans and windows as the file writes them: `90 days`, `6 months ago`, `2026-01-31`.

Months and years are calendar ones and clamp: 31 January + 1 month is 28 February.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

_SPAN: Final = re.compile(r"(\d+) (day|week|month|year)s?")
_Moment = TypeVar("_Moment", date, datetime)


@dataclass(frozen=True, slots=True)
class Now:
    """The one instant of a run, and the zone whose days and months count."""

    instant: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.local_day(self.instant)

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Window:
    """Whole local days, both ends included. Without a last day it ends at the instant of the run."""

    first_day: date | None = None
    last_day: date | None = None

    def holds(self, moment: datetime, day: date, now: Now) -> bool:
        """Whether an instant, whose local day is `day`, lies in the window."""
        if self.first_day is not None and day < self.first_day:
            return False
        return moment <= now.instant if self.last_day is None else day <= self.last_day


def read_window(words: Mapping[str, Any], now: Now) -> Window | None:
    """The window that some of these words make, None if none of them is about time."""
    bounds = (words.get("in_the_last"), words.get("since"), words.get("until"))
    return None if bounds == (None, None, None) else _window(*bounds, now)


@cache
def _window(in_the_last: str | None, since: str | None, until: str | None, now: Now) -> Window:
    if in_the_last is not None:
        return Window(first_day=shift(now.today, in_the_last, -1))
    return Window(_bound(since, now), _bound(until, now))


def after(moment: datetime, span: str, zone: ZoneInfo) -> datetime:
    """The instant a span later on the local calendar."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    return shift(local, span, +1).replace(tzinfo=zone).astimezone(UTC)


def shift(moment: _Moment, span: str, direction: int) -> _Moment:
    found = _SPAN.fullmatch(span.strip())
    if found is None:
        raise ValueError(f"not a span of time: {span}")
    count, unit = direction * int(found[1]), found[2]
    if unit in ("day", "week"):
        return moment + timedelta(days=count * (7 if unit == "week" else 1))
    year, month = divmod(moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1), 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _bound(text: str | None, now: Now) -> date | None:
    if text is None:
        return None
    if text.endswith(" ago"):
        return shift(now.today, text.removesuffix(" ago"), -1)
    return date.fromisoformat(text)
