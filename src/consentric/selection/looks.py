"""What a rule looks at: every column of every source, and how its cells are read there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from consentric.model.conditions import (
    ActivityCondition,
    Condition,
    Did,
    DidNot,
    Edge,
    Field,
    Followed,
    InAudience,
    Measure,
    MeasureKind,
    Overdue,
    Ranked,
    Rows,
    Share,
    leaves,
)
from consentric.model.row_tests import RowAll, RowAny, RowCondition, RowNot, RowTest, Test


@dataclass(frozen=True, slots=True)
class Look:
    """`column` None: only the rows of the source count. `measured`: the cells are read as numbers."""

    source: str
    column: str | None
    test: Test | None = None
    measured: bool = False


def looks(condition: Condition) -> Iterator[Look]:
    """All looks of a rule at its own sources; what the audiences that it names look at is theirs to say."""
    for leaf in leaves(condition):
        match leaf:
            case Field(source, column, test):
                assert source is not None, "bare columns are resolved when the data is opened"
                yield Look(source, column, test)
            case InAudience():
                pass
            case _:
                yield from _of_activity(leaf)


def row_looks(source: str, condition: RowCondition | None) -> Iterator[Look]:
    match condition:
        case None:
            return
        case RowTest(column, test):
            yield Look(source, column, test)
        case RowAll(parts) | RowAny(parts):
            for part in parts:
                yield from row_looks(source, part)
        case RowNot(part):
            yield from row_looks(source, part)
        case _:
            assert_never(condition)


def _of_activity(activity: ActivityCondition) -> Iterator[Look]:
    rows = activity.rows
    yield from _of_rows(rows)
    match activity:
        case Did(_, measure, _) | Ranked(measure=measure):
            yield from _of_measure(rows.source, measure)
        case Edge(_, _, was, _):
            yield from row_looks(rows.source, was)
        case Followed(_, _, then, same):
            yield from _of_rows(then)
            if same is not None:
                yield from (Look(rows.source, same), Look(then.source, same))
        case Share(_, part, _, of):
            yield from row_looks(rows.source, part)
            if of is not None:
                yield Look(rows.source, of, measured=True)
        case DidNot() | Overdue():
            pass
        case _:
            assert_never(activity)


def _of_rows(rows: Rows) -> Iterator[Look]:
    yield Look(rows.source, None)
    yield from row_looks(rows.source, rows.where)


def _of_measure(source: str, measure: Measure) -> Iterator[Look]:
    if measure.column is not None:
        yield Look(source, measure.column, measured=measure.kind is not MeasureKind.DISTINCT)
