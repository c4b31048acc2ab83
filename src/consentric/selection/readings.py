"""Which columns are read as numbers or as instants, so that unreadable cells can be counted before they count as empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import assert_never

from consentric.model.project import Project
from consentric.model.row_tests import Between, Compare, Exists, Is, IsNot, Recurs, Test, Text, Within
from consentric.model.scan import ColumnType
from consentric.selection.catalog import Table, cell_of
from consentric.selection.cells import as_instant, as_number, is_filled
from consentric.selection.looks import Look, looks, row_looks
from consentric.selection.sql import Sql, column


class Reading(StrEnum):
    NUMBER = "number"
    INSTANT = "date"


def readings(project: Project) -> dict[str, frozenset[tuple[str, Reading]]]:
    """For each source the columns that some test, measure, window or date of consent reads, and as what."""
    found: dict[str, set[tuple[str, Reading]]] = {name: set() for name in project.sources}
    for audience in project.audiences.values():
        _note(found, looks(audience.who))
    for declared in project.sources.values():
        _note(found, row_looks(declared.name, declared.only))
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


def _note(found: dict[str, set[tuple[str, Reading]]], seen: Iterable[Look]) -> None:
    for look in seen:
        if look.column is not None:
            found[look.source].update((look.column, kind) for kind in _kinds(look))


def _kinds(look: Look) -> Iterator[Reading]:
    if look.measured:
        yield Reading.NUMBER
    if look.test is not None:
        yield from _of_test(look.test)


def _of_test(test: Test) -> Iterator[Reading]:
    match test:
        case Compare(_, value) | Between(value, _):
            yield Reading.INSTANT if isinstance(value, date) else Reading.NUMBER
        case Within() | Recurs():
            yield Reading.INSTANT
        case Is() | IsNot() | Text() | Exists():
            return
        case _:
            assert_never(test)
