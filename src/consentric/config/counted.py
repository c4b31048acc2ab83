"""Which rows of which activity count: the source and event behind a word, `where` and `was`, and what is measured."""

from __future__ import annotations

from consentric.config.problems import did_you_mean
from consentric.config.reading import Reading, column_name
from consentric.config.references import Reference, Use
from consentric.config.row_tests import read_window
from consentric.config.rows import RowReader
from consentric.config.tree import MappingNode, Path
from consentric.config.words import MEASURES
from consentric.model.conditions import Measure, MeasureKind, Rows
from consentric.model.row_tests import RowCondition

Activity = tuple[str, str | None]
"""Source and event."""


def read_activity(reading: Reading, node: MappingNode, path: Path, head: str) -> Activity | None:
    """What stands behind `did`, `last`, `then` and the like."""
    place = (*path, head)
    child = node.get(head)
    name = None if child is None else reading.attempt(place, column_name, child)
    if name is None:
        return None
    source, dot, event = name.partition(".")
    shape = reading.sources.get(source)
    if shape is None:
        activities = [key for key, each in reading.sources.items() if each.at is not None]
        hint = did_you_mean(source, activities, f"activities are: {', '.join(activities)}" if activities else "")
        reading.problems.error("A201", place, f"there is no activity called `{source}`", hint)
        return None
    if shape.at is None:
        hint = f"`{source}` has no `at:` column, so it is something we know, not something people did; "
        hint += f"use `field: {source}.{event or '…'}`"
        reading.problems.error("A201", place, f"there is no activity called `{source}`", hint)
        return None
    if dot and (shape.event is None or not event):
        hint = f"write `{head}: {source}` with `where: …`, or give the source an `event:`"
        message = f"`{source}` does not say which column names the event" if event else f"`{name}` names no event"
        reading.problems.error("A201", place, message, hint)
        return None
    return source, event or None


def read_where(
    reading: Reading, node: MappingNode, path: Path, activity: Activity | None, word: str
) -> tuple[RowCondition | None, bool]:
    """The row tests behind `where` or `was`, and whether all is well; none is well too."""
    child = node.get(word)
    if child is None:
        return None, True
    before = len(reading.references)
    found = RowReader(activity[0] if activity else "").read(reading, child, (*path, word))
    if activity is None:
        del reading.references[before:]
    return found, found is not None


def read_rows(reading: Reading, node: MappingNode, path: Path, activity: Activity | None) -> Rows | None:
    """The rows that count, by `where` and the window beside the activity."""
    where, where_is_fine = read_where(reading, node, path, activity, "where")
    window = read_window(reading, node, path)
    if activity is None or window is None or not where_is_fine:
        return None
    return Rows(*activity, where=where, window=window)


def read_measure(reading: Reading, node: MappingNode, path: Path, activity: Activity | None) -> Measure | None:
    words = [key for key in node.keys if key in MEASURES]
    if not words:
        return Measure()
    if len(words) > 1:
        message = f"`{words[0]}` and `{words[1]}` cannot stand together"
        reading.problems.error_on_key("A106", (*path, words[1]), message, "make two conditions of it")
        return None
    place = (*path, words[0])
    child = node.get(words[0])
    column = None if child is None else reading.attempt(place, column_name, child)
    if column is None:
        return None
    kind = MeasureKind(words[0])
    if activity is not None:
        reading.references.append(Reference(activity[0], column, place, Use.MEASURE, measure=kind))
    return Measure(kind, column)
