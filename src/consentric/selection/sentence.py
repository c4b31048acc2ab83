"""Every rule read back in plain English, from the same tree that makes the SQL. Days are written out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
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
from consentric.model.time import Window

_COMPARE: Final = {
    Comparator.AT_LEAST: "at least",
    Comparator.AT_MOST: "at most",
    Comparator.MORE_THAN: "more than",
    Comparator.LESS_THAN: "less than",
    Comparator.EXACTLY: "exactly",
}
_TEXT: Final = {
    TextMatch.CONTAINS: "contains",
    TextMatch.STARTS_WITH: "starts with",
    TextMatch.ENDS_WITH: "ends with",
}


def sentence(condition: Condition, today: date) -> str:
    """One sentence with a capital and a full stop."""
    text = _condition(condition, today, outermost=True)
    return text[:1].upper() + text[1:] + "."


def _condition(condition: Condition, today: date, *, outermost: bool = False) -> str:
    match condition:
        case All(parts):
            return (
                _joined([_condition(part, today) for part in parts], "; ", "; and ")
                if outermost
                else _group([_condition(part, today) for part in parts], "and")
            )
        case Any(parts):
            return _group([_condition(part, today) for part in parts], "or")
        case Not(part):
            return f"not ({_condition(part, today)})"
        case Field(source, column, test):
            return f"{source + ' ' if source else ''}{_plain(column)} {_test(test, today)}"
        case Did(source, event, where, _, _, window):
            return f"{_amount(condition)}{_where(where, today)}{_window(window, today)}"
        case DidNot(source, event, where, window):
            return f"no {_activity(source, event)}{_where(where, today)}{_window(window, today)}"
        case _:
            assert_never(condition)


def _amount(did: Did) -> str:
    rows = _activity(did.source, did.event)
    measure = did.measure
    if measure.kind is MeasureKind.COUNT:
        if did.number == AT_LEAST_ONCE:
            return f"any {rows}"
        return f"{_number(did.number, 'or more', 'or fewer')} {rows}"
    name = {MeasureKind.DISTINCT: "different", MeasureKind.SUM: "sum of"}.get(measure.kind, measure.kind.value)
    return f"{rows} with {name} {_plain(measure.column or '')} {_limit(did.number)}"


def _activity(source: str, event: str | None) -> str:
    return _plain(source) if event is None else f"{_plain(source)} {_plain(event)}"


def _number(test: NumberTest, more: str, fewer: str) -> str:
    match test:
        case Compare(Comparator.AT_LEAST, value):
            return f"{_quantity(value)} {more}"
        case Compare(Comparator.AT_MOST, value):
            return f"{_quantity(value)} {fewer}"
        case _:
            return _limit(test)


def _limit(test: NumberTest) -> str:
    match test:
        case Compare(comparator, value):
            return f"{_COMPARE[comparator]} {_quantity(value)}"
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
        case Compare() | Between():
            return f"is {_limit(test)}"
        case Within(window):
            return f"is{_window(window, today)}"
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
            return f"not ({_row(part, today)})"
        case _:
            assert_never(condition)


def _window(window: Window, today: date) -> str:
    first, last = window.first_day(today), window.last_day(today)
    since = "" if first is None else f" since {_day(first)}"
    return since + ("" if last is None else f" until {_day(last)}")


def _group(parts: list[str], word: str) -> str:
    return (
        parts[0]
        if len(parts) == 1
        else "(" + _joined(parts, ", ", f" {word} " if len(parts) == 2 else f", {word} ") + ")"
    )


def _joined(parts: list[str], comma: str, last: str) -> str:
    return parts[0] if len(parts) == 1 else comma.join(parts[:-1]) + last + parts[-1]


def _either(values: tuple[Scalar, ...]) -> str:
    return _joined([_scalar(value) for value in values], ", ", " or ")


def _scalar(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else _day(value) if isinstance(value, date) else str(value)


def _quantity(value: Quantity) -> str:
    if isinstance(value, date):
        return _day(value)
    return f"{value:,}".replace(",", " ") if isinstance(value, int | Decimal) else str(value)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
