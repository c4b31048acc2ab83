"""Times as the file writes them: `90 days`, `6 months ago`, `2026-01-31`, and the slips that people make with them."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from consentric.config.amounts import MISUNDERSTOOD
from consentric.config.problems import WrongValueError
from consentric.model.time import Ago, Bound, Duration, OnDate, Unit

LONGEST = {Unit.HOUR: 100_000, Unit.DAY: 73_000, Unit.WEEK: 10_000, Unit.MONTH: 2_400, Unit.YEAR: 200}

_ANY_DAY = date(2026, 1, 1)
_ANY_SPAN = re.compile(r"([0-9]{1,9})\s*([a-zæøå]+)")
_WRITTEN = re.compile(r"[0-9]+ +[a-z]+")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{4})")
_UNITS = {word: unit for unit in Unit for word in (unit.value, f"{unit.value}s")}
_OTHER_WORDS = {
    "d": "days", "dag": "days", "dage": "days", "w": "weeks", "uge": "weeks", "uger": "weeks", "m": "months",
    "mo": "months", "mth": "months", "måned": "months", "måneder": "months", "maaneder": "months", "y": "years",
    "yr": "years", "yrs": "years", "år": "years", "aar": "years", "h": "hours", "timer": "hours",
}  # fmt: skip


def duration(value: object) -> Duration:
    """A whole number of days, weeks, months or years."""
    found = _duration(value)
    if found is None or found.unit is Unit.HOUR:
        raise WrongValueError("A104", MISUNDERSTOOD, f"write a number and a unit, e.g. `{_span_cure(value)}`")
    return found


def lifetime(value: object) -> Duration:
    """A duration of at least one day."""
    found = duration(value)
    if found.count == 0:
        raise WrongValueError("A104", MISUNDERSTOOD, "write at least `1 day`")
    return found


def hours(value: object) -> int:
    """`7 days` as 168: a time on the clock, so months and years will not do."""
    found = _duration(value)
    if found is None or found.unit in {Unit.MONTH, Unit.YEAR} or found.count == 0:
        cure = "24 hours" if found is None else str(Duration(max(found.days_from(_ANY_DAY), 1), Unit.DAY))
        raise WrongValueError("A104", MISUNDERSTOOD, f"write hours, days or weeks, e.g. `{cure}`")
    return found.count * {Unit.HOUR: 1, Unit.DAY: 24, Unit.WEEK: 168}[found.unit]


def validity(value: object) -> Duration | Literal["never"]:
    """How long a consent holds."""
    if isinstance(value, str) and value.casefold() == "never":
        return "never"
    if isinstance(value, str) and value.casefold() in {"forever", "always", "none", "aldrig", "no limit"}:
        raise WrongValueError("A104", MISUNDERSTOOD, "write `never`, or a time such as `24 months`")
    return lifetime(value)


def day(value: object) -> date:
    found = as_day(value)
    if found is None:
        raise WrongValueError("A104", MISUNDERSTOOD, "write a date, e.g. `2026-01-31`")
    return found


def as_day(value: object) -> date | None:
    """The date that a text is, if it is one. Raises for one written day first."""
    if not isinstance(value, str):
        return None
    local = _DAY_FIRST.fullmatch(value)
    if local:
        cure = _real_day(int(local[3]), int(local[2]), int(local[1]))
        raise WrongValueError("A108", "`{raw}` is not a date that can be read", f"write `{cure or '2026-12-24'}`")
    if not _ISO.fullmatch(value):
        return None
    found = _real_day(*map(int, value.split("-")))
    if found is None:
        raise WrongValueError("A104", "there is no day `{raw}`", "check the month and the day")
    return found


def bound(value: object) -> Bound:
    """One end of a window: `6 months ago` or a date."""
    span = _duration(value.removesuffix(" ago").rstrip()) if isinstance(value, str) and value.endswith(" ago") else None
    if span is not None and span.unit is not Unit.HOUR:
        return Ago(span)
    on = as_day(value)
    if on is not None:
        return OnDate(on)
    bare = _duration(value)
    if bare is not None and bare.unit is not Unit.HOUR:
        raise WrongValueError("A104", MISUNDERSTOOD, f"write `{bare} ago`")
    example = f"{_span_cure(value)} ago" if _ANY_SPAN.match(str(value)) else "6 months ago"
    raise WrongValueError("A104", MISUNDERSTOOD, f"write e.g. `{example}` or a date such as `2026-01-31`")


def zone(value: object) -> ZoneInfo:
    """A time zone of the IANA database."""
    wanted = value if isinstance(value, str) else ""
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = {name.casefold(): name for name in available_timezones()}
    near = get_close_matches(wanted.casefold(), zones, n=1, cutoff=0.6)
    hint = f"did you mean `{zones[near[0]]}`?" if near else "write e.g. `Europe/Copenhagen`"
    raise WrongValueError("A104", "there is no time zone called `{raw}`", hint)


def _duration(value: object) -> Duration | None:
    if not isinstance(value, str):
        return None
    found = _ANY_SPAN.fullmatch(value.casefold())
    if not found or found[2] not in _UNITS or not _WRITTEN.fullmatch(value.casefold()):
        return None
    count, unit = int(found[1]), _UNITS[found[2]]
    if count > LONGEST[unit]:
        raise WrongValueError("A104", MISUNDERSTOOD, f"write at most `{Duration(LONGEST[unit], unit)}`")
    return Duration(count, unit)


def _span_cure(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LONGEST[Unit.DAY]:
        return f"{value} days"
    found = _ANY_SPAN.match(value.casefold()) if isinstance(value, str) else None
    if not found:
        return "90 days"
    unit = _OTHER_WORDS.get(found[2], found[2])
    unit = unit if unit in _UNITS and _UNITS[unit] is not Unit.HOUR else "days"
    return str(Duration(int(found[1]), _UNITS[unit]))


def _real_day(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None
