"""The words of sentences: tests of rows, limits, windows, names. Days are written out."""

from __future__ import annotations

from datetime import date
from typing import Final, assert_never

from consentric.model.figures import grouped
from consentric.model.row_tests import (
    Between,
    Comparator,
    Compare,
    Exists,
    Is,
    IsNot,
    NumberTest,
    Quantity,
    Recurs,
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


def row(condition: RowCondition, today: date) -> str:
    """`status is paid`, joined and bracketed as far as the meaning asks."""
    match condition:
        case RowTest(column, test):
            return f"{plain(column)} {tested(test, today)}"
        case RowAll(parts):
            return group([row(part, today) for part in parts], "and")
        case RowAny(parts):
            return group([row(part, today) for part in parts], "or")
        case RowNot(part):
            return f"not {bracketed(row(part, today))}"
        case _:
            assert_never(condition)


def tested(test: Test, today: date) -> str:
    """`is DK or SE`, `is on or after 31 Jan 2024`."""
    match test:
        case Is(values, file):
            return f"is {_either(values) if file is None else _listed('one', values, file)}"
        case IsNot(values, file):
            return f"is {f'not {_either(values)}' if file is None else _listed('none', values, file)}"
        case Exists(wanted):
            return "is known" if wanted else "is not known"
        case Text(match_, fragment):
            return f"{_TEXT[match_]} “{fragment}”"
        case Compare():
            return f"is {limit(test)}"
        case Between(low, high):
            return f"is between {quantity(low)} and {quantity(high)}"
        case Within(window):
            return f"is {inside(window, today)}"
        case Recurs(anniversary):
            first, last = (_day_and_month(each) for each in anniversary.days(today))
            return f"has its anniversary {f'on {first}' if first == last else f'between {first} and {last}'}"
        case _:
            assert_never(test)


def compared(how: Comparator) -> str:
    """`at least`, `more than`."""
    return _COMPARE[how]


def limit(test: NumberTest) -> str:
    """`at least 3`, `10 to 20`."""
    match test:
        case Compare(comparator, value):
            words = _COMPARE_DAYS if isinstance(value, date) else _COMPARE
            return f"{words[comparator]} {quantity(value)}"
        case Between(low, high):
            return f"{quantity(low)} to {quantity(high)}"
        case _:
            assert_never(test)


def when(window: Window, today: date) -> str:
    """` since 25 Aug 2026`, with the space before it; nothing for a window without ends. Both ends are included."""
    first, last = window.first_day(today), window.last_day(today)
    if first and last:
        return f" from {day(first)} to {day(last)}"
    return f" since {day(first)}" if first else f" until {day(last)}" if last else ""


def inside(window: Window, today: date) -> str:
    """`between 1 Jan 2024 and 1 Feb 2024`."""
    first, last = window.first_day(today), window.last_day(today)
    if first and last:
        return f"between {day(first)} and {day(last)}"
    return f"on or after {day(first)}" if first else f"on or before {day(last)}" if last else "at any time"


def bracketed(text: str) -> str:
    return text if text.startswith("(") else f"({text})"


def group(parts: list[str], word: str) -> str:
    """`or` has a comma before it, since values are joined by a bare one."""
    last = f" {word} " if len(parts) == 2 and word == "and" else f", {word} "
    return parts[0] if len(parts) == 1 else f"({joined(parts, ', ', last)})"


def joined(parts: list[str], comma: str, last: str) -> str:
    return parts[0] if len(parts) == 1 else comma.join(parts[:-1]) + last + parts[-1]


def quantity(value: Quantity) -> str:
    return day(value) if isinstance(value, date) else grouped(value)


def plain(name: str) -> str:
    """The name of a source, a column, an event or an audience as words."""
    return name.replace("_", " ")


def day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def _day_and_month(value: date) -> str:
    return f"{value.day} {value:%b}"


def _either(values: tuple[Scalar, ...]) -> str:
    return joined([_scalar(value) for value in values], ", ", " or ")


def _listed(how_many: str, values: tuple[Scalar, ...], file: str) -> str:
    return f"{how_many} of the {grouped(len(values))} values in {file}"


def _scalar(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return day(value) if isinstance(value, date) else str(value) if str(value).strip() else "“”"
