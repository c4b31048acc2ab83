"""The meaning of conditions, in plain Python, row by row: written from the documentation of the language, not from the SQL.

A cell is what its source holds: text (always so in CSV), a number, a date, an instant, a truth, or nothing.
"""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from consentric.model import conditions as c
from consentric.model import row_tests as r
from consentric.model.time import Ago, Anniversary, Bound, DayOfYear, DaysAhead, Month, MonthsAgo, Period, Unit, Window

from .room import Cell, Row

SPACE: Final = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Town:
    """Everybody, and the rules by the keys of their audiences."""

    rules: Mapping[str, c.Condition]
    people: list[World]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """`zone` is the file's, `zones` those of sources that have one of their own, `rows` those of one person."""

    now: datetime
    zone: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    rows: Mapping[str, Sequence[Row]]
    at: Mapping[str, str]
    event: Mapping[str, str]
    town: Town

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def zone_of(self, source: str) -> ZoneInfo:
        return self.zones.get(source, self.zone)


def fold(text: str) -> str:
    """As text is compared: no surrounding space, NFC, lower case."""
    return unicodedata.normalize("NFC", text.strip(SPACE)).lower()


def filled(cell: Cell) -> bool:
    return cell.strip(SPACE) != "" if isinstance(cell, str) else cell is not None


def number(cell: Cell) -> Fraction | None:
    """A number with a point; what cannot be read counts as empty."""
    if isinstance(cell, str):
        text = cell.strip(SPACE)
        return Fraction(text) if _NUMBER.fullmatch(text) else None
    return Fraction(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else None


def instant(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """ISO 8601; without an offset a local time of the source, without a time the first moment of the day."""
    if isinstance(cell, str):
        text = cell.strip(SPACE)
        try:
            moment = datetime.fromisoformat(text) if _DAY.match(text) else None
        except ValueError:
            return None
        return None if moment is None else _aware(moment, zone)
    if isinstance(cell, datetime):
        return _aware(cell, zone)
    return _aware(datetime.combine(cell, time()), zone) if isinstance(cell, date) else None


def _aware(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)


def day_of(bound: Bound, today: date) -> date:
    return earlier(today, bound.duration.count, bound.duration.unit) if isinstance(bound, Ago) else bound.day


def earlier(day: date, count: int, unit: Unit) -> date:
    """Months and years are those of the calendar and clamp."""
    if unit is Unit.DAY:
        return day - timedelta(days=count)
    if unit is Unit.WEEK:
        return day - timedelta(weeks=count)
    months = day.year * 12 + day.month - 1 - (count if unit is Unit.MONTH else 12 * count)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def within(moment: datetime | None, window: Window, world: World, *, past: bool) -> bool:
    """Whole local days, both ends included, nothing after the instant of the run."""
    if moment is None or (past and moment > world.now):
        return False
    local = moment.astimezone(world.zone).date()
    if window.during is not None:
        return _during(local, window.during, world.today)
    if window.since is not None and local < day_of(window.since, world.today):
        return False
    return window.until is None or local <= day_of(window.until, world.today)


def _during(day: date, period: Period, today: date) -> bool:
    """A month by its number or counted back, or the newest season that is over."""
    match period:
        case Month(year, month):
            return (day.year, day.month) == (year, month)
        case MonthsAgo(count):
            return day.year * 12 + day.month == today.year * 12 + today.month - count
        case _:
            ends = [_of_year(period.last, year) for year in range(today.year - 3, today.year + 1)]
            end = max(each for each in ends if each < today)
            begins = [_of_year(period.first, year) for year in (end.year - 1, end.year)]
            return max(each for each in begins if each <= end) <= day <= end


def _of_year(day: DayOfYear, year: int) -> date:
    try:
        return date(year, day.month, day.day)
    except ValueError:
        return date(year, 2, 28)


def _comes_round(day: date, anniversary: Anniversary, today: date) -> bool:
    """Day and month are those of a day that is looked at; born on 29 February counts as the 28th."""
    if isinstance(anniversary, DaysAhead):
        ahead = [today + timedelta(days=each) for each in range(anniversary.count)]
    else:
        ahead = [today.replace(day=each) for each in range(1, calendar.monthrange(today.year, today.month)[1] + 1)]
    return _as_28th(day) in [_as_28th(each) for each in ahead]


def _as_28th(day: date) -> tuple[int, int]:
    return (2, 28) if (day.month, day.day) == (2, 29) else (day.month, day.day)


def compare(how: r.Comparator, left: Fraction | date, right: Fraction | date) -> bool:
    tests: dict[r.Comparator, Callable[[], bool]] = {
        r.Comparator.AT_LEAST: lambda: left >= right,  # type: ignore[operator]
        r.Comparator.AT_MOST: lambda: left <= right,  # type: ignore[operator]
        r.Comparator.MORE_THAN: lambda: left > right,  # type: ignore[operator]
        r.Comparator.LESS_THAN: lambda: left < right,  # type: ignore[operator]
        r.Comparator.EXACTLY: lambda: left == right,
    }
    return tests[how]()


def equals(cell: Cell, value: r.Scalar, source: str, world: World) -> bool:
    """Text as text; a column that is a number, a date or a truth in its source as what it is."""
    match cell:
        case None:
            return False
        case bool():
            return fold(_written(value)) == ("true" if cell else "false")
        case int() | Decimal():
            return not isinstance(value, bool | date) and number(str(value)) == number(cell)
        case date():
            local = instant(cell, world.zone_of(source))
            return local is not None and _written(value).strip() == str(local.astimezone(world.zone).date())
        case str():
            return fold(cell) == fold(_written(value))


def _written(value: r.Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def cell_test(cell: Cell, test: r.Test, source: str, world: World) -> bool:
    match test:
        case r.Is(values):
            return any(equals(cell, value, source, world) for value in values)
        case r.IsNot(values):
            return not any(equals(cell, value, source, world) for value in values)
        case r.Exists(wanted):
            return filled(cell) is wanted
        case r.Text(how, text):
            return isinstance(cell, str) and _TEXTS[how](fold(cell), fold(text))
        case r.Compare(how, limit):
            return _compared(cell, how, limit, source, world)
        case r.Between(low, high):
            return _compared(cell, r.Comparator.AT_LEAST, low, source, world) and _compared(
                cell, r.Comparator.AT_MOST, high, source, world
            )
        case r.Within(window):
            moment = instant(cell, world.zone_of(source))
            return within(moment, window, world, past=window.until is None and window.during is None)
        case r.Recurs(anniversary):
            moment = instant(cell, world.zone_of(source))
            return moment is not None and _comes_round(moment.astimezone(world.zone).date(), anniversary, world.today)
        case _:
            assert_never(test)


_TEXTS: Final[Mapping[r.TextMatch, Callable[[str, str], bool]]] = {
    r.TextMatch.CONTAINS: lambda cell, text: text in cell,
    r.TextMatch.STARTS_WITH: str.startswith,
    r.TextMatch.ENDS_WITH: str.endswith,
}


def _compared(cell: Cell, how: r.Comparator, limit: r.Quantity, source: str, world: World) -> bool:
    if isinstance(limit, date):
        moment = instant(cell, world.zone_of(source))
        return moment is not None and compare(how, moment.astimezone(world.zone).date(), limit)
    value = number(cell)
    return value is not None and compare(how, value, Fraction(limit))


def row_passes(row: Row, condition: r.RowCondition | None, source: str, world: World) -> bool:
    match condition:
        case None:
            return True
        case r.RowTest(column, test):
            return cell_test(row.get(column), test, source, world)
        case r.RowAll(parts):
            return all(row_passes(row, part, source, world) for part in parts)
        case r.RowAny(parts):
            return any(row_passes(row, part, source, world) for part in parts)
        case r.RowNot(part):
            return not row_passes(row, part, source, world)
        case _:
            assert_never(condition)


def fits(condition: c.Condition, world: World) -> bool:
    """Whether the person whose rows these are fits."""
    match condition:
        case c.All(parts):
            return all(fits(part, world) for part in parts)
        case c.Any(parts):
            return any(fits(part, world) for part in parts)
        case c.Not(part):
            return not fits(part, world)
        case c.Field(source, column, test):
            assert source is not None
            cells = [row.get(column) for row in world.rows[source]]
            if isinstance(test, r.IsNot) or test == r.Exists(False):
                return all(cell_test(cell, test, source, world) for cell in cells)
            return any(cell_test(cell, test, source, world) for cell in cells)
        case c.InAudience(key):
            return fits(world.town.rules[key], world)
        case c.Ranked():
            return _ranked(condition, world)
        case c.Did(rows, measure, number):
            counted = _counted(rows, world)
            return bool(counted) and _number_test(_measured(measure, counted), number)
        case c.DidNot(rows):
            return not _counted(rows, world)
        case c.Edge():
            return _edge(condition, world)
        case c.Overdue():
            return _overdue(condition, world)
        case c.Followed():
            return _followed(condition, world)
        case c.Share():
            return _share(condition, world)
        case _:
            assert_never(condition)


def _at(row: Row, source: str, world: World) -> datetime:
    moment = instant(row.get(world.at[source]), world.zone_of(source))
    assert moment is not None, "rows that count have an instant"
    return moment


def _edge(edge: c.Edge, world: World) -> bool:
    """The newest or oldest row, any of those at the same instant."""
    counted = [(_at(row, edge.rows.source, world), row) for row in _counted(edge.rows, world)]
    if not counted:
        return False
    instants = [at for at, _ in counted]
    edge_at = max(instants) if edge.end is c.End.LAST else min(instants)
    tied = [row for at, row in counted if at == edge_at]
    return within(edge_at, edge.window, world, past=True) and any(
        row_passes(row, edge.was, edge.rows.source, world) for row in tied
    )


def _overdue(overdue: c.Overdue, world: World) -> bool:
    """Days since the last one against the median of the gaps between different days."""
    counted = _counted(overdue.rows, world)
    days = sorted({_at(row, overdue.rows.source, world).astimezone(world.zone).date() for row in counted})
    if len(days) < max(overdue.days, 2):
        return False
    gaps = sorted((later - sooner).days for sooner, later in pairwise(days))
    middle = gaps[(len(gaps) - 1) // 2], gaps[len(gaps) // 2]
    return (world.today - days[-1]).days > Fraction(sum(middle), 2) * (1 + Fraction(overdue.by))


def _followed(followed: c.Followed, world: World) -> bool:
    """Some row is, or is not, followed by a row of the other kind."""
    return any(_is_followed(row, followed, world) is followed.wanted for row in _counted(followed.rows, world))


def _is_followed(row: Row, followed: c.Followed, world: World) -> bool:
    begin = _at(row, followed.rows.source, world)
    for other in _counted(followed.then, world):
        later = _at(other, followed.then.source, world)
        if other is row or later < begin:
            continue
        if followed.within_hours is not None and later - begin > timedelta(hours=followed.within_hours):
            continue
        if followed.same is None or _alike(row.get(followed.same), other.get(followed.same)):
            return True
    return False


def _alike(one: Cell, other: Cell) -> bool:
    """Numbers as numbers where both columns hold such, else as text; an empty cell is like nothing."""
    if not filled(one) or not filled(other):
        return False
    if not isinstance(one, str) and not isinstance(other, str):
        return one == other
    return fold(str(one)) == fold(str(other))


def _share(share: c.Share, world: World) -> bool:
    """The part in the whole, by rows or by a sum; nothing can be said of a whole that is not above nought."""
    source = share.rows.source
    counted = _counted(share.rows, world)
    worth = [Fraction(1) if share.of is None else number(row.get(share.of)) or Fraction(0) for row in counted]
    part = sum(
        (each for each, row in zip(worth, counted, strict=True) if row_passes(row, share.part, source, world)),
        Fraction(),
    )
    whole = sum(worth, Fraction())
    return whole > 0 and _number_test(part / whole, share.number)


def _ranked(ranked: c.Ranked, world: World) -> bool:
    """One's own place among everybody who is ranked; equals share the better one."""
    if ranked.of is not None:
        everybody = [each for each in world.town.people if fits(world.town.rules[ranked.of], each)]
    else:
        everybody = [each for each in world.town.people if _counted(ranked.rows, each)]
    if world not in everybody:
        return False
    values = [_rank_value(ranked, each) for each in everybody]
    mine, best = _rank_value(ranked, world), ranked.side is c.Side.TOP
    before = sum(1 for each in values if (each > mine if best else each < mine))
    size = ranked.size if isinstance(ranked.size, int) else math.ceil(Fraction(ranked.size) * len(everybody))
    return before < size


def _rank_value(ranked: c.Ranked, world: World) -> tuple[int, Fraction]:
    """Nothing to count is nought; nothing to average is below everybody."""
    value = _measured(ranked.measure, _counted(ranked.rows, world))
    if value is None:
        counts = {c.MeasureKind.SUM, c.MeasureKind.COUNT, c.MeasureKind.DISTINCT}
        return (1 if ranked.measure.kind in counts else 0), Fraction()
    return 1, value


def _counted(rows: c.Rows, world: World) -> list[Row]:
    return [
        row
        for row in world.rows[rows.source]
        if within(instant(row.get(world.at[rows.source]), world.zone_of(rows.source)), rows.window, world, past=True)
        and (rows.event is None or _happened(row.get(world.event[rows.source]), rows.event))
        and row_passes(row, rows.where, rows.source, world)
    ]


def _happened(cell: Cell, event: str) -> bool:
    return isinstance(cell, str) and fold(cell) == fold(event)


def _measured(measure: c.Measure, rows: Sequence[Row]) -> Fraction | None:
    """None where no row holds a number to be measured."""
    if measure.kind is c.MeasureKind.COUNT:
        return Fraction(len(rows))
    assert measure.column is not None
    cells = [row.get(measure.column) for row in rows]
    if measure.kind is c.MeasureKind.DISTINCT:
        return Fraction(len({fold(str(cell)) for cell in cells if filled(cell)}))
    values = [value for value in map(number, cells) if value is not None]
    if not values:
        return None
    match measure.kind:
        case c.MeasureKind.SUM:
            return sum(values, Fraction())
        case c.MeasureKind.AVERAGE:
            return sum(values, Fraction()) / len(values)
        case c.MeasureKind.MIN:
            return min(values)
        case c.MeasureKind.MAX:
            return max(values)


def _number_test(value: Fraction | None, test: r.NumberTest) -> bool:
    if value is None:
        return False
    if isinstance(test, r.Between):
        return Fraction(test.low) <= value <= Fraction(test.high)  # type: ignore[arg-type]
    return compare(test.comparator, value, Fraction(test.value))  # type: ignore[arg-type]
