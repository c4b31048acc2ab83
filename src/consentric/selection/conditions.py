"""Conditions about people, as SQL: each is true or false for `p.person`, never null."""

from __future__ import annotations

from typing import assert_never

from sqlglot import exp

from consentric.model.conditions import (
    All,
    Any,
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
    RowCondition,
)
from consentric.model.time import Window
from consentric.selection.catalog import AT, EVENT, PERSON, Catalog, cell_of, rows_of
from consentric.selection.cells import as_number, folded, is_filled
from consentric.selection.row_tests import cell_test, in_window, number_test, row_condition
from consentric.selection.sql import (
    Sql,
    all_of,
    among,
    any_of,
    column,
    negate,
    relation,
    text,
)

_PERSON = column(PERSON, "p")


def person_condition(condition: Condition, catalog: Catalog) -> Sql:
    """The condition over the relation `p` of all people."""
    match condition:
        case All(parts):
            return all_of(person_condition(part, catalog) for part in parts)
        case Any(parts):
            return any_of(person_condition(part, catalog) for part in parts)
        case Not(part):
            return negate(person_condition(part, catalog))
        case Field():
            return _field(condition, catalog)
        case Did():
            return among(_PERSON, _did(condition, catalog))
        case DidNot(source, event, where, window):
            return negate(among(_PERSON, _rows(source, event, where, window, catalog)))
        case _:
            assert_never(condition)


def _field(field: Field, catalog: Catalog) -> Sql:
    """Any row passes; the negative tests are true when no row has what they deny, so also for people without a row."""
    assert field.source is not None, "bare columns are resolved when the data is opened"
    table, test = catalog.tables[field.source], field.test
    match test:
        case IsNot(values):
            return negate(among(_PERSON, _matching(field.source, cell_test(field.column, Is(values), table, catalog))))
        case Exists(False):
            filled = cell_test(field.column, Exists(True), table, catalog)
            return negate(among(_PERSON, _matching(field.source, filled)))
        case _:
            return among(_PERSON, _matching(field.source, cell_test(field.column, test, table, catalog)))


def _matching(source: str, test: Sql) -> exp.Select:
    somebody = exp.Not(this=exp.Is(this=column(PERSON), expression=exp.Null()))
    return exp.select(column(PERSON)).from_(relation(rows_of(source))).where(all_of((somebody, test)))


def _rows(source: str, event: str | None, where: RowCondition | None, window: Window, catalog: Catalog) -> exp.Select:
    """The people of the rows that count."""
    table = catalog.tables[source]
    tests: list[Sql] = [in_window(column(AT), window, catalog, past_only=True)]
    if event is not None:
        tests.append(exp.EQ(this=folded(column(EVENT)), expression=folded(text(event))))
    if where is not None:
        tests.append(row_condition(where, table, catalog))
    return _matching(source, all_of(tests))


def _did(did: Did, catalog: Catalog) -> exp.Select:
    rows = _rows(did.source, did.event, did.where, did.window, catalog)
    measured = _measure(did.measure, did.source, catalog)
    return rows.group_by(column(PERSON)).having(number_test(measured, did.number))


def _measure(measure: Measure, source: str, catalog: Catalog) -> Sql:
    if measure.kind is MeasureKind.COUNT or measure.column is None:
        return exp.Count(this=exp.Star())
    cell, type_ = column(cell_of(measure.column)), catalog.tables[source].types[measure.column]
    value = as_number(cell, type_)
    match measure.kind:
        case MeasureKind.SUM:
            return exp.Sum(this=value)
        case MeasureKind.AVERAGE:
            return exp.Avg(this=value)
        case MeasureKind.MIN:
            return exp.Min(this=value)
        case MeasureKind.MAX:
            return exp.Max(this=value)
        case MeasureKind.DISTINCT:
            filled = exp.Case().when(is_filled(cell, type_), folded(cell))
            return exp.Count(this=exp.Distinct(expressions=[filled]))
        case _:
            assert_never(measure.kind)
