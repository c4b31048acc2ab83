"""Tests on one cell of one row, as SQL."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import assert_never

from sqlglot import exp

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
from consentric.model.scan import ColumnType
from consentric.model.time import Anniversary, Window, days_of_year
from consentric.selection.catalog import Catalog, Table, cell_of
from consentric.selection.cells import as_instant, as_number, folded, is_filled
from consentric.selection.sql import (
    DIALECT,
    Sql,
    all_of,
    among,
    any_of,
    call,
    column,
    false,
    instant,
    named,
    negate,
    number,
    surely,
    text,
)

_MANY = 20
_DIGITS = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)", re.ASCII)
_COMPARE: dict[Comparator, type[exp.Binary]] = {
    Comparator.AT_LEAST: exp.GTE,
    Comparator.AT_MOST: exp.LTE,
    Comparator.MORE_THAN: exp.GT,
    Comparator.LESS_THAN: exp.LT,
    Comparator.EXACTLY: exp.EQ,
}


def row_condition(condition: RowCondition, table: Table, catalog: Catalog) -> Sql:
    """True or false for each row of the table's relation, never null."""
    match condition:
        case RowTest(name, test):
            return cell_test(name, test, table, catalog)
        case RowAll(parts):
            return all_of(row_condition(part, table, catalog) for part in parts)
        case RowAny(parts):
            return any_of(row_condition(part, table, catalog) for part in parts)
        case RowNot(part):
            return negate(row_condition(part, table, catalog))
        case _:
            assert_never(condition)


def cell_test(name: str, test: Test, table: Table, catalog: Catalog) -> Sql:
    """One test on one column of one row; an empty or unreadable cell fails every test but `is_not` and `exists: false`."""
    cell, type_ = column(cell_of(name)), table.types[name]
    match test:
        case Is(values):
            return surely(_equals_one(cell, type_, values, table, catalog))
        case IsNot(values):
            return negate(surely(_equals_one(cell, type_, values, table, catalog)))
        case Exists(wanted):
            return is_filled(cell, type_) if wanted else negate(is_filled(cell, type_))
        case Text(match_, fragment):
            return surely(_text_match(cell, match_, fragment))
        case Compare(comparator, value):
            return surely(_compare(cell, type_, comparator, value, table, catalog))
        case Between(low, high):
            return surely(
                all_of(
                    (
                        _compare(cell, type_, Comparator.AT_LEAST, low, table, catalog),
                        _compare(cell, type_, Comparator.AT_MOST, high, table, catalog),
                    )
                )
            )
        case Within(window):
            moment = as_instant(cell, type_, table.timezone)
            endless = window.until is None and window.during is None
            return surely(in_window(moment, window, catalog, past_only=endless))
        case Recurs(anniversary):
            return surely(_recurs(as_instant(cell, type_, table.timezone), anniversary, catalog))
        case _:
            assert_never(test)


def in_window(moment: Sql, window: Window, catalog: Catalog, *, past_only: bool) -> Sql:
    """Whole local days, both ends included; nothing after the instant of the run where `past_only`."""
    parts: list[Sql] = []
    first, last = window.first_day(catalog.today), window.last_day(catalog.today)
    if first is not None:
        parts.append(exp.GTE(this=moment, expression=instant(catalog.day_begins(first))))
    if last is not None:
        parts.append(exp.LT(this=moment, expression=instant(catalog.day_ends(last))))
    if past_only:
        parts.append(exp.LTE(this=moment, expression=instant(catalog.now)))
    return all_of(parts)


def local_day(moment: Sql, catalog: Catalog) -> Sql:
    """The day on which an instant falls in the file's zone."""
    return exp.cast(call("timezone", text(catalog.timezone.key), moment), "date", dialect=DIALECT)


def number_test(value: Sql, test: NumberTest) -> Sql:
    """A test on a count or another measure of a person's rows."""
    match test:
        case Compare(comparator, limit):
            return comparison(comparator, value, _plain(limit))
        case Between(low, high):
            return exp.Between(this=value, low=_plain(low), high=_plain(high))
        case _:
            assert_never(test)


def comparison(how: Comparator, left: Sql, right: Sql) -> Sql:
    made: Sql = _COMPARE[how](this=left, expression=right)
    return made


def _recurs(moment: Sql, anniversary: Anniversary, catalog: Catalog) -> Sql:
    """By month times 100 plus day, 29 February as the 28th."""
    day = local_day(moment, catalog)
    number_of_day = exp.Add(
        this=exp.Mul(this=exp.Month(this=day), expression=number(100)), expression=exp.Day(this=day.copy())
    )
    leap = exp.Case().when(exp.EQ(this=number_of_day, expression=number(229)), number(228)).else_(number_of_day.copy())
    wanted = [number(100 * each.month + each.day) for each in days_of_year(anniversary, catalog.today)]
    return exp.In(this=leap, expressions=wanted)


def _plain(limit: Quantity) -> Sql:
    assert not isinstance(limit, date), "measures are compared with numbers"
    return number(limit)


def _compare(cell: Sql, type_: ColumnType, how: Comparator, limit: Quantity, table: Table, catalog: Catalog) -> Sql:
    if not isinstance(limit, date):
        return comparison(how, as_number(cell, type_), number(limit))
    moment = as_instant(cell, type_, table.timezone)
    begins, ends = instant(catalog.day_begins(limit)), instant(catalog.day_ends(limit))
    match how:
        case Comparator.AT_LEAST:
            return exp.GTE(this=moment, expression=begins)
        case Comparator.MORE_THAN:
            return exp.GTE(this=moment, expression=ends)
        case Comparator.AT_MOST:
            return exp.LT(this=moment, expression=ends)
        case Comparator.LESS_THAN:
            return exp.LT(this=moment, expression=begins)
        case Comparator.EXACTLY:
            return all_of((exp.GTE(this=moment, expression=begins), exp.LT(this=moment, expression=ends)))


def _equals_one(cell: Sql, type_: ColumnType, values: tuple[Scalar, ...], table: Table, catalog: Catalog) -> Sql:
    """Long lists of texts and numbers are looked up, not gone through."""
    if len(values) > _MANY and type_ in {ColumnType.TEXT, ColumnType.OTHER}:
        listed = exp.Array(expressions=[text(_spelled(value)) for value in values])
        each = exp.select(named(call("unnest", listed), "value"))
        return among(folded(cell), exp.select(folded(column("value"))).from_(each.subquery("v")))
    if len(values) > _MANY and type_ is ColumnType.NUMBER:
        numbers = [wanted for value in values if (wanted := _number_of(value)) is not None]
        return exp.In(this=as_number(cell, type_), expressions=list(map(number, numbers))) if numbers else false()
    return any_of(_equals(cell, type_, value, table, catalog) for value in values)


def _equals(cell: Sql, type_: ColumnType, value: Scalar, table: Table, catalog: Catalog) -> Sql:
    match type_:
        case ColumnType.NUMBER:
            wanted = _number_of(value)
            return false() if wanted is None else exp.EQ(this=as_number(cell, type_), expression=number(wanted))
        case ColumnType.BOOLEAN:
            word = str(value).strip().lower()
            return (
                exp.EQ(this=cell, expression=exp.Boolean(this=word == "true")) if word in {"true", "false"} else false()
            )
        case ColumnType.DATE | ColumnType.INSTANT:
            day = _day_of(value)
            return false() if day is None else _compare(cell, type_, Comparator.EXACTLY, day, table, catalog)
        case ColumnType.TEXT | ColumnType.OTHER:
            return exp.EQ(this=folded(cell), expression=folded(text(_spelled(value))))


def _spelled(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number_of(value: Scalar) -> Decimal | None:
    """As cells are read: digits with a dot."""
    if isinstance(value, bool | date) or not _DIGITS.fullmatch(str(value).strip()):
        return None
    return Decimal(str(value).strip())


def _day_of(value: Scalar) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _text_match(cell: Sql, how: TextMatch, fragment: str) -> Sql:
    function = {
        TextMatch.CONTAINS: "contains",
        TextMatch.STARTS_WITH: "starts_with",
        TextMatch.ENDS_WITH: "suffix",
    }[how]
    return call(function, folded(cell), folded(text(fragment)))
