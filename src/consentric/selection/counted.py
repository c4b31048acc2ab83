"""The rows of an activity that count, and what is measured over those of a person."""

from __future__ import annotations

from typing import assert_never

from sqlglot import exp

from consentric.model.conditions import Measure, MeasureKind, Rows
from consentric.selection.catalog import AT, EVENT, PERSON, Catalog, cell_of, rows_of
from consentric.selection.cells import as_number, folded, is_filled
from consentric.selection.row_tests import in_window, row_condition
from consentric.selection.sql import Sql, all_of, column, relation, text


def counted(rows: Rows, catalog: Catalog, *extra: Sql) -> exp.Select:
    """One line of person, and of what else is asked for, a row that counts."""
    table = catalog.tables[rows.source]
    tests: list[Sql] = [in_window(column(AT), rows.window, catalog, past_only=True)]
    if rows.event is not None:
        tests.append(exp.EQ(this=folded(column(EVENT)), expression=folded(text(rows.event))))
    if rows.where is not None:
        tests.append(row_condition(rows.where, table, catalog))
    return people_of(rows.source, all_of(tests), *extra)


def people_of(source: str, test: Sql, *extra: Sql) -> exp.Select:
    """One line a row of somebody that passes."""
    somebody = exp.Not(this=exp.Is(this=column(PERSON), expression=exp.Null()))
    return exp.select(column(PERSON), *extra).from_(relation(rows_of(source))).where(all_of((somebody, test)))


def measured(measure: Measure, source: str, catalog: Catalog) -> Sql:
    """An aggregate over the rows of a person; null where no row holds a number to be measured."""
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
