"""Every rule read back in plain English, from the same tree that makes the SQL. Days are written out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, assert_never

from consentric.model.conditions import (
    AT_LEAST_ONCE,
    All,
    Any,
    Condition,
    Did,
    DidNot,
    Edge,
    Field,
    Followed,
    InAudience,
    Measure,
    MeasureKind,
    Not,
    Overdue,
    Ranked,
    Rows,
    Share,
)
from consentric.model.figures import grouped
from consentric.model.row_tests import Between, Comparator, Compare, NumberTest, Quantity
from consentric.selection.wording import (
    bracketed,
    compared,
    group,
    inside,
    joined,
    limit,
    plain,
    quantity,
    row,
    tested,
    when,
)

_MEASURES: Final = {
    MeasureKind.SUM: "total",
    MeasureKind.AVERAGE: "average",
    MeasureKind.MIN: "lowest",
    MeasureKind.MAX: "highest",
}
_VOWELS: Final = "aeiou"


def sentence(condition: Condition, today: date) -> str:
    """One sentence with a capital and a full stop."""
    text = _outermost(condition, today)
    return text[:1].upper() + text[1:] + "."


def _outermost(condition: Condition, today: date) -> str:
    """Semicolons instead of brackets, as far as the meaning allows."""
    match condition:
        case All(parts):
            return joined([_condition(part, today) for part in parts], "; ", "; and ")
        case Any(parts):
            return joined([_condition(part, today) for part in parts], "; ", "; or ")
        case _:
            return _condition(condition, today)


def _condition(condition: Condition, today: date) -> str:
    match condition:
        case All(parts):
            return group([_condition(part, today) for part in parts], "and")
        case Any(parts):
            return group([_condition(part, today) for part in parts], "or")
        case Not(part):
            return f"not {bracketed(_condition(part, today))}"
        case Field(source, column, test):
            return f"{plain(source) + ': ' if source else ''}{plain(column)} {tested(test, today)}"
        case InAudience(key):
            return f"fits the rule of {plain(key)}"
        case Did(rows, measure, number):
            return _how_many(condition) + _which(rows, today) + _measured(measure, number, after_where=bool(rows.where))
        case DidNot(rows):
            return f"no {_activity(rows)}{_which(rows, today)}"
        case Edge():
            return _edge(condition, today)
        case Overdue():
            return _overdue(condition, today)
        case Followed():
            return _followed(condition, today)
        case Share(rows, part, number, of):
            worth = f" of their {plain(of)}" if of else ""
            which = f"{_activity(rows)}{_which(rows, today)}"
            return f"{which}, {_limit_in_percent(number)}{worth} from those where {row(part, today)}"
        case Ranked():
            return _ranked(condition, today)
        case _:
            assert_never(condition)


def _how_many(did: Did) -> str:
    """How many rows, where they are counted; else the rows of which something is measured."""
    if did.measure.kind is not MeasureKind.COUNT:
        return _activity(did.rows)
    match did.number:
        case number if number == AT_LEAST_ONCE:
            return f"at least one {_activity(did.rows, one=True)}"
        case Compare(Comparator.AT_LEAST, value):
            return f"{quantity(value)} or more {_activity(did.rows)}"
        case Compare(_, value) as number:
            return f"{limit(number)} {_activity(did.rows, one=value == 1)}"
        case number:
            return f"{limit(number)} {_activity(did.rows)}"


def _measured(measure: Measure, number: NumberTest, *, after_where: bool) -> str:
    if measure.kind is MeasureKind.COUNT:
        return ""
    column = plain(measure.column or "")
    start = ", with" if after_where else " with"
    if measure.kind is MeasureKind.DISTINCT:
        return f"{start} {limit(number)} different values of {column}"
    word = _MEASURES[measure.kind]
    return f"{start} {'an' if word[0] in _VOWELS else 'a'} {word} {column} of {limit(number)}"


def _edge(edge: Edge, today: date) -> str:
    """`the last order is between … and …, and is one where status is paid`."""
    told = [f"is {inside(edge.window, today)}"] if when(edge.window, today) else []
    told += [f"is one where {row(edge.was, today)}"] if edge.was is not None else []
    which = f"the {edge.end} {_activity(edge.rows, one=True)}{_which(edge.rows, today)}"
    return f"{which}{',' if edge.rows.where else ''} {' and '.join(told)}"


def _overdue(overdue: Overdue, today: date) -> str:
    rows = overdue.rows
    since = f"the last {_activity(rows, one=True)}{_which(rows, today)}"
    rhythm = f"longer ago than the person's own median gap and {_percent(overdue.by)} on top"
    return f"{since} is {rhythm}, with {grouped(overdue.days)} or more days with {_activity(rows)}"


def _followed(followed: Followed, today: date) -> str:
    begins = f"at least one {_activity(followed.rows, one=True)}{_which(followed.rows, today)}"
    how = "followed" if followed.wanted else "not followed"
    span = f" within {_hours(followed.within_hours)}" if followed.within_hours is not None else ""
    same = f" with the same {plain(followed.same)}" if followed.same else ""
    then = followed.then
    noun = f"`{plain(then.event)}` on {plain(then.source)}" if then.event else f"one of {plain(then.source)}"
    return f"{begins}, {how} by {noun}{span}{same}"


def _ranked(ranked: Ranked, today: date) -> str:
    size = f"{grouped(ranked.size)} people" if isinstance(ranked.size, int) else _percent(ranked.size)
    among = f" of {plain(ranked.of)}" if ranked.of else ""
    match ranked.measure.kind:
        case MeasureKind.COUNT:
            by = "number"
        case MeasureKind.DISTINCT:
            by = f"number of different values of {plain(ranked.measure.column or '')}"
        case kind:
            by = f"{_MEASURES[kind]} {plain(ranked.measure.column or '')}"
    return f"among the {ranked.side} {size}{among} by {by} of {_activity(ranked.rows)}{_which(ranked.rows, today)}"


def _which(rows: Rows, today: date) -> str:
    where = f" where {row(rows.where, today)}" if rows.where is not None else ""
    return when(rows.window, today) + where


def _activity(rows: Rows, *, one: bool = False) -> str:
    """`orders`, `order`, or an event: `add to cart` on web."""
    if rows.event is not None:
        return f"`{plain(rows.event)}` on {plain(rows.source)}"
    return _singular(plain(rows.source)) if one else plain(rows.source)


def _singular(name: str) -> str:
    """The usual endings of English; any other name stays as it is."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name if name.endswith(("ss", "us", "is")) else name.removesuffix("s")


def _limit_in_percent(test: NumberTest) -> str:
    if isinstance(test, Between):
        return f"{_percent(test.low)} to {_percent(test.high)}"
    return f"{compared(test.comparator)} {_percent(test.value)}"


def _percent(share: Quantity) -> str:
    assert isinstance(share, int | Decimal), "shares are numbers"
    return f"{(Decimal(share) * 100).normalize():f}%"


def _hours(hours: int) -> str:
    count, unit = (hours // 24, "day") if hours % 24 == 0 and hours else (hours, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"
