"""The meaning of conditions, in plain Python, row by row: written from the documentation of the language, not from the SQL.

A cell is what its source holds: text (always so in CSV), a number, a date, an instant, a truth, or nothing.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from consentric.model import conditions as c
from consentric.model.time import Ago, Bound, Unit, Window

from .room import Cell, Row

SPACE: Final = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class World:
    """`zone` is the file's, `zones` those of sources that have one of their own, `rows` those of one person."""

    now: datetime
    zone: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    rows: Mapping[str, Sequence[Row]]
    at: Mapping[str, str]
    event: Mapping[str, str]

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
    if window.since is not None and local < day_of(window.since, world.today):
        return False
    return window.until is None or local <= day_of(window.until, world.today)


def compare(how: c.Comparator, left: Fraction | date, right: Fraction | date) -> bool:
    tests: dict[c.Comparator, Callable[[], bool]] = {
        c.Comparator.AT_LEAST: lambda: left >= right,  # type: ignore[operator]
        c.Comparator.AT_MOST: lambda: left <= right,  # type: ignore[operator]
        c.Comparator.MORE_THAN: lambda: left > right,  # type: ignore[operator]
        c.Comparator.LESS_THAN: lambda: left < right,  # type: ignore[operator]
        c.Comparator.EXACTLY: lambda: left == right,
    }
    return tests[how]()


def equals(cell: Cell, value: c.Scalar, source: str, world: World) -> bool:
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


def _written(value: c.Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def cell_test(cell: Cell, test: c.Test, source: str, world: World) -> bool:
    match test:
        case c.Is(values):
            return any(equals(cell, value, source, world) for value in values)
        case c.IsNot(values):
            return not any(equals(cell, value, source, world) for value in values)
        case c.Exists(wanted):
            return filled(cell) is wanted
        case c.Text(how, text):
            return isinstance(cell, str) and _TEXTS[how](fold(cell), fold(text))
        case c.Compare(how, limit):
            return _compared(cell, how, limit, source, world)
        case c.Between(low, high):
            return _compared(cell, c.Comparator.AT_LEAST, low, source, world) and _compared(
                cell, c.Comparator.AT_MOST, high, source, world
            )
        case c.Within(window):
            moment = instant(cell, world.zone_of(source))
            return within(moment, window, world, past=window.until is None)
        case _:
            assert_never(test)


_TEXTS: Final[Mapping[c.TextMatch, Callable[[str, str], bool]]] = {
    c.TextMatch.CONTAINS: lambda cell, text: text in cell,
    c.TextMatch.STARTS_WITH: str.startswith,
    c.TextMatch.ENDS_WITH: str.endswith,
}


def _compared(cell: Cell, how: c.Comparator, limit: c.Quantity, source: str, world: World) -> bool:
    if isinstance(limit, date):
        moment = instant(cell, world.zone_of(source))
        return moment is not None and compare(how, moment.astimezone(world.zone).date(), limit)
    value = number(cell)
    return value is not None and compare(how, value, Fraction(limit))


def row_passes(row: Row, condition: c.RowCondition | None, source: str, world: World) -> bool:
    match condition:
        case None:
            return True
        case c.RowTest(column, test):
            return cell_test(row.get(column), test, source, world)
        case c.RowAll(parts):
            return all(row_passes(row, part, source, world) for part in parts)
        case c.RowAny(parts):
            return any(row_passes(row, part, source, world) for part in parts)
        case c.RowNot(part):
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
            if isinstance(test, c.IsNot) or test == c.Exists(False):
                return all(cell_test(cell, test, source, world) for cell in cells)
            return any(cell_test(cell, test, source, world) for cell in cells)
        case c.Did():
            rows = _counted(condition.source, condition.event, condition.where, condition.window, world)
            return bool(rows) and _measured(condition, rows)
        case c.DidNot(source, event, where, window):
            return not _counted(source, event, where, window, world)
        case _:
            assert_never(condition)


def _counted(source: str, event: str | None, where: c.RowCondition | None, window: Window, world: World) -> list[Row]:
    return [
        row
        for row in world.rows[source]
        if within(instant(row.get(world.at[source]), world.zone_of(source)), window, world, past=True)
        and (event is None or _happened(row.get(world.event[source]), event))
        and row_passes(row, where, source, world)
    ]


def _happened(cell: Cell, event: str) -> bool:
    return isinstance(cell, str) and fold(cell) == fold(event)


def _measured(did: c.Did, rows: Sequence[Row]) -> bool:
    if did.measure.kind is c.MeasureKind.COUNT:
        return _number_test(Fraction(len(rows)), did.number)
    assert did.measure.column is not None
    cells = [row.get(did.measure.column) for row in rows]
    if did.measure.kind is c.MeasureKind.DISTINCT:
        return _number_test(Fraction(len({fold(str(cell)) for cell in cells if filled(cell)})), did.number)
    values = [value for value in map(number, cells) if value is not None]
    if not values:
        return False
    match did.measure.kind:
        case c.MeasureKind.SUM:
            return _number_test(sum(values, Fraction()), did.number)
        case c.MeasureKind.AVERAGE:
            return _number_test(sum(values, Fraction()) / len(values), did.number)
        case c.MeasureKind.MIN:
            return _number_test(min(values), did.number)
        case c.MeasureKind.MAX:
            return _number_test(max(values), did.number)


def _number_test(value: Fraction, test: c.NumberTest) -> bool:
    if isinstance(test, c.Between):
        return Fraction(test.low) <= value <= Fraction(test.high)  # type: ignore[arg-type]
    return compare(test.comparator, value, Fraction(test.value))  # type: ignore[arg-type]
