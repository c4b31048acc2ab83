"""Every rule read back in plain English, from the same tree that makes the SQL. Days are written out."""

from __future__ import annotations

from datetime import date
from typing import Final, assert_never

from consentric.model.conditions import (
    AT_LEAST_ONCE,
    All,
    Any,
    Between,
    Comparator,
    Compare,
    Condition,
    Did,
    DidNot,
    Exists,
    Field,
    Is,
    IsNot,
    Measure,
    MeasureKind,
    Not,
    NumberTest,
    Quantity,
    RowAll,
    RowAny,
    RowCondition,
    RowNot,
    RowTest,
    Scalar,
    Test,
    Text,
    TextMatch,
    Within,
)
from consentric.model.figures import grouped
from consentric.model.time import Window

_COMPARE: Final = {
    Comparator.AT_LEAST: "at least",
    Comparator.AT_MOST: "at most",
    Comparator.MORE_THAN: "more than",
    Comparator.LESS_THAN: "less than",
    Comparator.EXACTLY: "exactly",
}
_COMPARE_DAYS: Final = {
    Comparator.AT_LEAST: "on or after",
    Comparator.AT_MOST: "on or before",
    Comparator.MORE_THAN: "after",
    Comparator.LESS_THAN: "before",
    Comparator.EXACTLY: "on",
}
_TEXT: Final = {
    TextMatch.CONTAINS: "contains",
    TextMatch.STARTS_WITH: "starts with",
    TextMatch.ENDS_WITH: "ends with",
}
_MEASURES: Final = {
    MeasureKind.SUM: "a total",
    MeasureKind.AVERAGE: "an average",
    MeasureKind.MIN: "a lowest",
    MeasureKind.MAX: "a highest",
}


def sentence(condition: Condition, today: date) -> str:
    """One sentence with a capital and a full stop."""
    text = _outermost(condition, today)
    return text[:1].upper() + text[1:] + "."


def _outermost(condition: Condition, today: date) -> str:
    """Semicolons instead of brackets, as far as the meaning allows."""
    match condition:
        case All(parts):
            return _joined([_condition(part, today) for part in parts], "; ", "; and ")
        case Any(parts):
            return _joined([_condition(part, today) for part in parts], "; ", "; or ")
        case _:
            return _condition(condition, today)


def _condition(condition: Condition, today: date) -> str:
    match condition:
        case All(parts):
            return _group([_condition(part, today) for part in parts], "and")
        case Any(parts):
            return _group([_condition(part, today) for part in parts], "or")
        case Not(part):
            return f"not {_bracketed(_condition(part, today))}"
        case Field(source, column, test):
            return f"{_plain(source) + ': ' if source else ''}{_plain(column)} {_test(test, today)}"
        case Did(_, _, where, measure, number, window):
            text = f"{_rows(condition)}{_window(window, today)}{_where(where, today)}"
            return text + _measured(measure, number, after_where=where is not None)
        case DidNot(source, event, where, window):
            return f"no {_activity(source, event)}{_window(window, today)}{_where(where, today)}"
        case _:
            assert_never(condition)


def _rows(did: Did) -> str:
    """How many rows, where they are counted; else the rows of which something is measured."""
    if did.measure.kind is not MeasureKind.COUNT:
        return _activity(did.source, did.event)
    match did.number:
        case number if number == AT_LEAST_ONCE:
            return f"at least one {_activity(did.source, did.event, one=True)}"
        case Compare(Comparator.AT_LEAST, value):
            return f"{_quantity(value)} or more {_activity(did.source, did.event)}"
        case Compare(_, value) as number:
            return f"{_limit(number)} {_activity(did.source, did.event, one=value == 1)}"
        case number:
            return f"{_limit(number)} {_activity(did.source, did.event)}"


def _measured(measure: Measure, number: NumberTest, *, after_where: bool) -> str:
    if measure.kind is MeasureKind.COUNT:
        return ""
    column = _plain(measure.column or "")
    start = ", with" if after_where else " with"
    if measure.kind is MeasureKind.DISTINCT:
        return f"{start} {_limit(number)} different values of {column}"
    return f"{start} {_MEASURES[measure.kind]} {column} of {_limit(number)}"


def _activity(source: str, event: str | None, *, one: bool = False) -> str:
    """`orders`, `order`, or an event: `add to cart` on web."""
    if event is not None:
        return f"`{_plain(event)}` on {_plain(source)}"
    return _singular(_plain(source)) if one else _plain(source)


def _singular(name: str) -> str:
    """The usual endings of English; any other name stays as it is."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name if name.endswith(("ss", "us", "is")) else name.removesuffix("s")


def _limit(test: NumberTest) -> str:
    match test:
        case Compare(comparator, value):
            words = _COMPARE_DAYS if isinstance(value, date) else _COMPARE
            return f"{words[comparator]} {_quantity(value)}"
        case Between(low, high):
            return f"{_quantity(low)} to {_quantity(high)}"
        case _:
            assert_never(test)


def _test(test: Test, today: date) -> str:
    match test:
        case Is(values):
            return f"is {_either(values)}"
        case IsNot(values):
            return f"is not {_either(values)}"
        case Exists(wanted):
            return "is known" if wanted else "is not known"
        case Text(match_, fragment):
            return f"{_TEXT[match_]} “{fragment}”"
        case Compare():
            return f"is {_limit(test)}"
        case Between(low, high):
            return f"is between {_quantity(low)} and {_quantity(high)}"
        case Within(window):
            return f"is {_inside(window, today)}"
        case _:
            assert_never(test)


def _where(condition: RowCondition | None, today: date) -> str:
    return "" if condition is None else f" where {_row(condition, today)}"


def _row(condition: RowCondition, today: date) -> str:
    match condition:
        case RowTest(column, test):
            return f"{_plain(column)} {_test(test, today)}"
        case RowAll(parts):
            return _group([_row(part, today) for part in parts], "and")
        case RowAny(parts):
            return _group([_row(part, today) for part in parts], "or")
        case RowNot(part):
            return f"not {_bracketed(_row(part, today))}"
        case _:
            assert_never(condition)


def _window(window: Window, today: date) -> str:
    """Both ends are included."""
    first, last = window.first_day(today), window.last_day(today)
    if first and last:
        return f" from {_day(first)} to {_day(last)}"
    return f" since {_day(first)}" if first else f" until {_day(last)}" if last else ""


def _inside(window: Window, today: date) -> str:
    first, last = window.first_day(today), window.last_day(today)
    if first and last:
        return f"between {_day(first)} and {_day(last)}"
    return f"on or after {_day(first)}" if first else f"on or before {_day(last)}" if last else "at any time"


def _bracketed(text: str) -> str:
    return text if text.startswith("(") else f"({text})"


def _group(parts: list[str], word: str) -> str:
    """`or` has a comma before it, since values are joined by a bare one."""
    last = f" {word} " if len(parts) == 2 and word == "and" else f", {word} "
    return parts[0] if len(parts) == 1 else f"({_joined(parts, ', ', last)})"


def _joined(parts: list[str], comma: str, last: str) -> str:
    return parts[0] if len(parts) == 1 else comma.join(parts[:-1]) + last + parts[-1]


def _either(values: tuple[Scalar, ...]) -> str:
    return _joined([_scalar(value) for value in values], ", ", " or ")


def _scalar(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _day(value) if isinstance(value, date) else str(value) if str(value).strip() else "“”"


def _quantity(value: Quantity) -> str:
    return _day(value) if isinstance(value, date) else grouped(value)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
