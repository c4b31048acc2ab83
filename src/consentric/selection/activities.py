"""The people who did something in a certain way, one query a condition."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlglot import exp

from consentric.model.conditions import Did, Edge, End, Followed, Overdue, Share
from consentric.model.row_tests import Between, Comparator, NumberTest, Quantity
from consentric.model.scan import ColumnType
from consentric.selection.catalog import AT, PERSON, ROW, Catalog, cell_of
from consentric.selection.cells import as_number, folded
from consentric.selection.counted import counted, measured
from consentric.selection.row_tests import comparison, in_window, local_day, number_test, row_condition
from consentric.selection.sql import DIALECT, Sql, all_of, call, column, named, number, ordered, text

_PLACE, _FINE, _DAY, _GAP, _SAME = "place", "fine", "day", "gap", "same"
_HUGE: Final = "hugeint"


def did(condition: Did, catalog: Catalog) -> exp.Select:
    value = measured(condition.measure, condition.rows.source, catalog)
    return counted(condition.rows, catalog).group_by(column(PERSON)).having(number_test(value, condition.number))


def at_edge(condition: Edge, catalog: Catalog) -> exp.Select:
    """Rows at the same instant share the first place."""
    rows = condition.rows
    tests = [in_window(column(AT), condition.window, catalog, past_only=True)]
    if condition.was is not None:
        tests.append(row_condition(condition.was, catalog.tables[rows.source], catalog))
    order = ordered(column(AT), descending=condition.end is End.LAST)
    place = exp.Window(this=call("rank"), partition_by=[column(PERSON)], order=order)
    lines = counted(rows, catalog, named(place, _PLACE), named(all_of(tests), _FINE))
    first = exp.EQ(this=column(_PLACE), expression=number(1))
    return exp.select(column(PERSON)).from_(lines.subquery("e")).where(all_of((first, column(_FINE))))


def overdue(condition: Overdue, catalog: Catalog) -> exp.Select:
    """In whole numbers: twice the median is one, so that the share on top rounds nothing."""
    days = counted(condition.rows, catalog, named(local_day(column(AT), catalog), _DAY)).distinct()
    order = ordered(column(_DAY), descending=False)
    before = exp.Window(this=call("lag", column(_DAY)), partition_by=[column(PERSON)], order=order)
    gap = exp.Sub(this=column(_DAY), expression=before)
    gaps = exp.select(column(PERSON), column(_DAY), named(gap, _GAP)).from_(days.subquery("d"))
    today = exp.cast(text(catalog.today.isoformat()), "date", dialect=DIALECT)
    waited = _huge(exp.Sub(this=today, expression=exp.Max(this=column(_DAY))))
    twice_median = _huge(exp.Mul(this=number(2), expression=call("median", column(_GAP))))
    limit = 1 + Fraction(condition.by)
    late = exp.GT(this=_times(waited, 2 * limit.denominator), expression=_times(twice_median, limit.numerator))
    often = exp.GTE(this=exp.Count(this=exp.Star()), expression=number(condition.days))
    return exp.select(column(PERSON)).from_(gaps.subquery("g")).group_by(column(PERSON)).having(all_of((often, late)))


def followed(condition: Followed, catalog: Catalog) -> exp.Select:
    """`a` are the rows of the condition, `b` those that may follow them."""
    same = _same(condition, catalog)
    one, other = (counted(rows, catalog, column(AT), column(ROW), *same) for rows in (condition.rows, condition.then))
    how = "semi" if condition.wanted else "anti"
    people = exp.select(column(PERSON, "a")).from_(one.subquery("a"))
    return people.join(other.subquery("b"), on=all_of(_pair(condition)), join_type=how)


def sharing(condition: Share, catalog: Catalog) -> exp.Select:
    """Both sides are multiplied out, so that nothing is rounded."""
    table = catalog.tables[condition.rows.source]
    worth: Sql = number(1)
    if condition.of is not None:
        worth = as_number(column(cell_of(condition.of)), table.types[condition.of])
    passing = exp.Case().when(row_condition(condition.part, table, catalog), worth).else_(number(0))
    part, whole = exp.Sum(this=passing), exp.Sum(this=worth.copy())
    some = exp.GT(this=whole, expression=number(0))
    enough = _in_proportion(part, whole, condition.number)
    return counted(condition.rows, catalog).group_by(column(PERSON)).having(all_of((some, enough)))


def _pair(condition: Followed) -> list[Sql]:
    at, later = column(AT, "a"), column(AT, "b")
    tests: list[Sql] = [
        exp.EQ(this=column(PERSON, "b"), expression=column(PERSON, "a")),
        exp.GTE(this=later, expression=at),
    ]
    if condition.within_hours is not None:
        span = exp.Interval(this=text(str(condition.within_hours)), unit=exp.var("hours"))
        tests.append(exp.LTE(this=later, expression=exp.Add(this=at.copy(), expression=span)))
    if condition.same is not None:
        tests.append(exp.EQ(this=column(_SAME, "b"), expression=column(_SAME, "a")))
    if condition.rows.source == condition.then.source:
        tests.append(exp.NEQ(this=column(ROW, "b"), expression=column(ROW, "a")))
    return tests


def _same(condition: Followed, catalog: Catalog) -> list[Sql]:
    """The cell that must be equal, null where it is empty: a number where it is one on both sides, else text."""
    if condition.same is None:
        return []
    both = (catalog.tables[each.source].types[condition.same] for each in (condition.rows, condition.then))
    cell = column(cell_of(condition.same))
    if all(type_ is ColumnType.NUMBER for type_ in both):
        return [named(as_number(cell, ColumnType.NUMBER), _SAME)]
    return [named(exp.Nullif(this=folded(cell), expression=text("")), _SAME)]


def _in_proportion(part: Sql, whole: Sql, test: NumberTest) -> Sql:
    if isinstance(test, Between):
        low, high = Comparator.AT_LEAST, Comparator.AT_MOST
        return all_of((_against(part, whole, low, test.low), _against(part, whole, high, test.high)))
    return _against(part, whole, test.comparator, test.value)


def _against(part: Sql, whole: Sql, how: Comparator, limit: Quantity) -> Sql:
    assert isinstance(limit, int | Decimal), "shares are compared with shares"
    share = Fraction(limit)
    return comparison(how, _times(part.copy(), share.denominator), _times(whole.copy(), share.numerator))


def _times(value: Sql, factor: int) -> Sql:
    return exp.Mul(this=value, expression=number(factor))


def _huge(value: Sql) -> Sql:
    return exp.cast(value, _HUGE, dialect=DIALECT)
