"""The best and the last of many, by what is measured over their rows."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlglot import exp

from consentric.model.conditions import MeasureKind, Ranked, Side
from consentric.selection.catalog import PERSON, Catalog, rule_of
from consentric.selection.counted import counted, measured
from consentric.selection.sql import DIALECT, Sql, call, column, named, number, ordered, relation

_VALUE, _PLACE, _PEOPLE = "value", "place", "people"
_NOTHING_IS_NOUGHT: Final = frozenset({MeasureKind.COUNT, MeasureKind.SUM, MeasureKind.DISTINCT})


def ranked(condition: Ranked, catalog: Catalog) -> exp.Select:
    """Those up to the last place that is in, ties with it included."""
    return exp.select(column(PERSON)).from_(_placed(condition, catalog).subquery("l")).where(_is_in(condition.size))


def cut_off(condition: Ranked, catalog: Catalog) -> exp.Select:
    """How many are in, and what the last of them has; null where that is nothing."""
    among = _placed(condition, catalog).subquery("l")
    last = ordered(column(_PLACE), descending=True)
    value = exp.cast(column(_VALUE), "varchar", dialect=DIALECT)
    people = exp.Window(this=exp.Count(this=exp.Star()))
    lines = exp.select(named(people, _PEOPLE), named(value, _VALUE)).from_(among).where(_is_in(condition.size))
    return lines.order_by(*last.expressions).limit(1)


def _placed(condition: Ranked, catalog: Catalog) -> exp.Select:
    best = condition.side is Side.TOP
    order = ordered(column(_VALUE), descending=best, nulls_first=not best)
    place = exp.Window(this=call("rank"), order=order)
    people = exp.Window(this=exp.Count(this=exp.Star()))
    everybody = _values(condition, catalog).subquery("v")
    return exp.select(column(PERSON), column(_VALUE), named(place, _PLACE), named(people, _PEOPLE)).from_(everybody)


def _values(condition: Ranked, catalog: Catalog) -> exp.Select:
    """Everybody who is ranked with their value; null is below everything."""
    value = measured(condition.measure, condition.rows.source, catalog)
    each = counted(condition.rows, catalog, named(value, _VALUE)).group_by(column(PERSON))
    mine: Sql = column(_VALUE, "m")
    if condition.measure.kind in _NOTHING_IS_NOUGHT:
        mine = exp.Coalesce(this=mine, expressions=[number(0)])
    if condition.of is None:
        return exp.select(column(PERSON, "m"), named(mine, _VALUE)).from_(each.subquery("m"))
    people = exp.select(column(PERSON, "o"), named(mine, _VALUE)).from_(
        exp.alias_(relation(rule_of(condition.of)), "o", table=True)
    )
    same = exp.EQ(this=column(PERSON, "m"), expression=column(PERSON, "o"))
    return people.join(each.subquery("m"), on=same, join_type="left")


def _is_in(size: int | Decimal) -> Sql:
    """The place is at most `size`, or that share of all people, rounded up to whole ones."""
    if isinstance(size, int):
        return exp.LTE(this=column(_PLACE), expression=number(size))
    share = Fraction(size)
    # place <= ceil(people * share), in whole numbers
    before = exp.Paren(this=exp.Sub(this=column(_PLACE), expression=number(1)))
    return exp.LT(
        this=exp.Mul(this=before, expression=number(share.denominator)),
        expression=exp.Mul(this=column(_PEOPLE), expression=number(share.numerator)),
    )
