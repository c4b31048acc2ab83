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
    Edge,
    Field,
    Followed,
    InAudience,
    Not,
    Overdue,
    Ranked,
    Share,
)
from consentric.model.row_tests import Exists, Is, IsNot
from consentric.selection.activities import at_edge, did, followed, overdue, sharing
from consentric.selection.catalog import PERSON, Catalog, rule_of
from consentric.selection.counted import counted, people_of
from consentric.selection.ranks import ranked
from consentric.selection.row_tests import cell_test
from consentric.selection.sql import Sql, all_of, among, any_of, column, negate, relation

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
        case DidNot(rows):
            return negate(among(_PERSON, counted(rows, catalog)))
        case InAudience(key):
            return among(_PERSON, exp.select(column(PERSON)).from_(relation(rule_of(key))))
        case Did():
            return among(_PERSON, did(condition, catalog))
        case Edge():
            return among(_PERSON, at_edge(condition, catalog))
        case Overdue():
            return among(_PERSON, overdue(condition, catalog))
        case Followed():
            return among(_PERSON, followed(condition, catalog))
        case Share():
            return among(_PERSON, sharing(condition, catalog))
        case Ranked():
            return among(_PERSON, ranked(condition, catalog))
        case _:
            assert_never(condition)


def _field(field: Field, catalog: Catalog) -> Sql:
    """Any row passes; the negative tests are true when no row has what they deny, so also for people without a row."""
    assert field.source is not None, "bare columns are resolved when the data is opened"
    table, test = catalog.tables[field.source], field.test
    match test:
        case IsNot(values):
            return negate(among(_PERSON, people_of(field.source, cell_test(field.column, Is(values), table, catalog))))
        case Exists(False):
            filled = cell_test(field.column, Exists(True), table, catalog)
            return negate(among(_PERSON, people_of(field.source, filled)))
        case _:
            return among(_PERSON, people_of(field.source, cell_test(field.column, test, table, catalog)))
