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
    Side,
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
            which = f"{_activity(rows)}{_which(rows, today)}"
            if of is None:
                return f"{_limit_in_percent(number)} of {which} are such that {row(part, today)}"
            return f"{_limit_in_percent(number)} of the {plain(of)} of {which} is from those where {row(part, today)}"
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
            return f"at least one {_one_of(did.rows)}"
        case Compare(Comparator.AT_LEAST, value):
            return f"{quantity(value)} or more {_activity(did.rows)}"
        case Compare(_, value) as number:
            return f"{limit(number)} {_one_of(did.rows) if value == 1 else _activity(did.rows)}"
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
    return f"{start} {_with_article(word)} {column} of {limit(number)}"


def _edge(edge: Edge, today: date) -> str:
    """`the last order is between … and … and such that status is paid`."""
    told = [inside(edge.window, today)] if when(edge.window, today) else []
    told += [f"such that {row(edge.was, today)}"] if edge.was is not None else []
    return f"the {edge.end} {_one_of(edge.rows)}{_which(edge.rows, today)} is {' and '.join(told)}"


def _overdue(overdue: Overdue, today: date) -> str:
    rows, factor = overdue.rows, (1 + overdue.by).normalize()
    last = f"the last {_one_of(rows)}{_which(rows, today)}"
    days = f"{grouped(overdue.days)} or more days with {_activity(rows)}"
    return f"{last} is longer ago than {factor:f} times the person's median gap between {days}"


def _followed(followed: Followed, today: date) -> str:
    begins = f"at least one {_one_of(followed.rows)}{_which(followed.rows, today)}"
    how = "followed" if followed.wanted else "not followed"
    span = f" within {_hours(followed.within_hours)}" if followed.within_hours is not None else ""
    same = f" with the same {plain(followed.same)}" if followed.same else ""
    return f"{begins}, {how} by {_with_article(_one_of(followed.then))}{span}{same}"


def cut_off(ranked: Ranked, value: Decimal | None) -> str:
    """Where the ranked ones begin or end; None: they reach to people of whom nothing can be measured."""
    reach = "begin" if ranked.side is Side.TOP else "end"
    reach += "" if isinstance(ranked.size, int) else "s"
    where = "people without any" if value is None else _rounded(value)
    return f"{_size(ranked)} {reach} at {where} ({_by(ranked)})"


def _ranked(ranked: Ranked, today: date) -> str:
    return f"among {_size(ranked)} by {_by(ranked)}{_which(ranked.rows, today)}"


def _size(ranked: Ranked) -> str:
    size = f"{grouped(ranked.size)} people" if isinstance(ranked.size, int) else _percent(ranked.size)
    return f"the {ranked.side} {size}{f' of {plain(ranked.of)}' if ranked.of else ''}"


def _by(ranked: Ranked) -> str:
    column, rows = plain(ranked.measure.column or ""), _activity(ranked.rows)
    match ranked.measure.kind:
        case MeasureKind.COUNT:
            return f"number of {rows}"
        case MeasureKind.DISTINCT:
            return f"number of different values of {column} of {rows}"
        case kind:
            return f"{_MEASURES[kind]} {column} of {rows}"


def _which(rows: Rows, today: date) -> str:
    where = f" where {row(rows.where, today)}" if rows.where is not None else ""
    return when(rows.window, today) + where


def _activity(rows: Rows) -> str:
    """`orders`, or an event: `add to cart` on web."""
    return plain(rows.source) if rows.event is None else f"`{plain(rows.event)}` on {plain(rows.source)}"


def _one_of(rows: Rows) -> str:
    """`order`, or the event."""
    return _singular(plain(rows.source)) if rows.event is None else _activity(rows)


def _with_article(noun: str) -> str:
    if noun.startswith("`"):
        return noun
    return f"{'an' if noun[0] in _VOWELS else 'a'} {noun}"


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


def _rounded(value: Decimal) -> str:
    """To three digits: it is some one person's figure."""
    short = Decimal(f"{value:.3g}")
    return grouped(int(short) if short == short.to_integral_value() else short)


def _hours(hours: int) -> str:
    count, unit = (hours // 24, "day") if hours % 24 == 0 and hours else (hours, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"
