"""Which columns are read as numbers or as instants, so that unreadable cells can be counted before they count as empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import assert_never

from consentric.model.conditions import (
    All,
    Any,
    Between,
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
    RowAll,
    RowAny,
    RowCondition,
    RowNot,
    RowTest,
    Test,
    Text,
    Within,
)
from consentric.model.project import Project
from consentric.model.scan import ColumnType
from consentric.selection.catalog import Table, cell_of
from consentric.selection.cells import as_instant, as_number, is_filled
from consentric.selection.sql import Sql, column


class Reading(StrEnum):
    NUMBER = "number"
    INSTANT = "date"


def readings(project: Project) -> dict[str, frozenset[tuple[str, Reading]]]:
    """For each source the columns that some test, measure, window or date of consent reads, and as what."""
    found: dict[str, set[tuple[str, Reading]]] = {name: set() for name in project.sources}
    for audience in project.audiences.values():
        for source, name, kind in _of_condition(audience.who):
            found[source].add((name, kind))
    for declared in project.sources.values():
        found[declared.name].update(_of_row(declared.only))
        if declared.at is not None:
            found[declared.name].add((declared.at, Reading.INSTANT))
    consent = project.consent
    dates = (each for each in (consent.given_at, consent.withdrawn_at) if each is not None)
    found[consent.source].update((each, Reading.INSTANT) for each in dates)
    return {source: frozenset(each) for source, each in found.items()}


def unreadable(name: str, kind: Reading, table: Table) -> tuple[Sql, Sql]:
    """(the cell is filled, what is read of it): filled and null means that it could not be read."""
    cell, type_ = column(cell_of(name)), table.types[name]
    value = as_number(cell, type_) if kind is Reading.NUMBER else as_instant(cell, type_, table.timezone)
    return is_filled(cell, type_), value


def can_be_unreadable(name: str, table: Table) -> bool:
    """Only text can hold what is not a number or a date."""
    return table.types[name] is ColumnType.TEXT


def _of_condition(condition: Condition) -> Iterator[tuple[str, str, Reading]]:
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _of_condition(part)
        case Not(part):
            yield from _of_condition(part)
        case Field(source, name, test):
            assert source is not None
            yield from ((source, name, kind) for kind in _of_test(test))
        case Did(source, _, where, measure, _, _):
            yield from ((source, name, kind) for name, kind in _of_row(where))
            if measure.column is not None and measure.kind is not MeasureKind.DISTINCT:
                yield source, measure.column, Reading.NUMBER
        case DidNot(source, _, where, _):
            yield from ((source, name, kind) for name, kind in _of_row(where))
        case _:
            assert_never(condition)


def _of_row(condition: RowCondition | None) -> Iterator[tuple[str, Reading]]:
    match condition:
        case None:
            return
        case RowTest(name, test):
            yield from ((name, kind) for kind in _of_test(test))
        case RowAll(parts) | RowAny(parts):
            for part in parts:
                yield from _of_row(part)
        case RowNot(part):
            yield from _of_row(part)
        case _:
            assert_never(condition)


def _of_test(test: Test) -> Iterator[Reading]:
    match test:
        case Compare(_, value) | Between(value, _):
            yield Reading.INSTANT if isinstance(value, date) else Reading.NUMBER
        case Within():
            yield Reading.INSTANT
        case Is() | IsNot() | Text() | Exists():
            return
        case _:
            assert_never(test)
