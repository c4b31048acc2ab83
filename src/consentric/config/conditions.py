"""Conditions on people: `field`, `did`, `did_not`, `all`, `any`, `not`, read from the positioned tree."""

from __future__ import annotations

from consentric.config.always_true import warn_if_always_true
from consentric.config.problems import did_you_mean
from consentric.config.reading import Reading, column_name
from consentric.config.references import Reference, Use
from consentric.config.row_tests import read_number, read_test, read_window
from consentric.config.rows import RowReader
from consentric.config.tree import ListNode, MappingNode, Node, Path
from consentric.config.trees import head_of, read_list
from consentric.config.words import ALLOWED, EVERY_WORD, HEADS, LATER, MEASURES
from consentric.model.conditions import (
    AT_LEAST_ONCE,
    All,
    Any,
    Between,
    Compare,
    Condition,
    Did,
    DidNot,
    Field,
    Measure,
    MeasureKind,
    Not,
    NumberTest,
    RowCondition,
)
from consentric.model.time import Window


def read_who(reading: Reading, node: Node, path: Path) -> Condition | None:
    """What stands under `who`: a condition, or a list of which all must hold. None when something is wrong."""
    if isinstance(node, ListNode):
        parts: tuple[Condition, ...] | None = read_list(reading, node, path, read_condition)
        return None if parts is None else All(parts)
    return read_condition(reading, node, path)


def read_condition(reading: Reading, node: Node, path: Path) -> Condition | None:
    head = head_of(reading, node, path, HEADS)
    if head is None or not isinstance(node, MappingNode):
        return None
    fine = reading.only_known_words(node, path, (head, *ALLOWED[head]), LATER.get(head, ()), EVERY_WORD)
    found = _kind(reading, node, path, head)
    return found if fine else None


def _kind(reading: Reading, node: MappingNode, path: Path, head: str) -> Condition | None:
    child, inner = node.get(head), (*path, head)
    if child is None:
        return None
    match head:
        case "field":
            return _field(reading, node, path)
        case "did":
            return _did(reading, node, path)
        case "did_not":
            return _did_not(reading, node, path)
        case "not":
            part = read_condition(reading, child, inner)
            return None if part is None else Not(part)
        case _:
            return _group(reading, child, inner, head)


def _group(reading: Reading, node: Node, path: Path, head: str) -> All | Any | None:
    parts: tuple[Condition, ...] | None = read_list(reading, node, path, read_condition)
    if parts is None:
        return None
    if head == "all":
        return All(parts)
    warn_if_always_true(reading.problems, path, parts)
    return Any(parts)


def _field(reading: Reading, node: MappingNode, path: Path) -> Field | None:
    place = (*path, "field")
    child = node.get("field")
    name = None if child is None else reading.attempt(place, column_name, child)
    if name is None:
        return None
    source, column, known = _split_field(reading, name, place)
    if any(word in LATER["field"] for word in node.keys):
        return None
    test = read_test(reading, node, path, name)
    if test is None or not known:
        return None
    reading.references.append(Reference(source, column, place, Use.TEST, test=test))
    return Field(source, column, test)


def _split_field(reading: Reading, name: str, place: Path) -> tuple[str | None, str, bool]:
    """Source and column of a `field`, and whether there is such a source."""
    source, dot, column = name.partition(".")
    if not dot:
        return None, name, _not_an_event(reading, name, place)
    if source not in reading.sources:
        hint = did_you_mean(source, reading.sources, _known_sources(reading))
        reading.problems.error("A203", place, f"there is no source called `{source}`", hint)
        return source, column, False
    if not column:
        reading.problems.error("A104", place, f"`field: {name}` names no column", f"write `{source}.` and a column")
        return source, column, False
    if reading.sources[source].at is not None:
        message = f"`{source}` has an `at:` column, so it is something people did"
        reading.problems.error("A201", place, message, f"use `did: {source}` with `where: {{field: {column}, …}}`")
        return source, column, False
    return source, column, True


def _known_sources(reading: Reading) -> str:
    facts = [name for name, each in reading.sources.items() if each.at is None]
    return f"sources with columns to test are: {', '.join(facts)}" if facts else ""


def _not_an_event(reading: Reading, name: str, place: Path) -> bool:
    """A bare name may be a column; the name of a source is a slip."""
    source = reading.sources.get(name)
    if source is None:
        return True
    hint = f"use `did: {name}`" if source.at is not None else f"write `{name}.` and a column"
    reading.problems.error("A201", place, f"`{name}` is a source, not a column", hint)
    return False


def _did(reading: Reading, node: MappingNode, path: Path) -> Did | None:
    activity = _activity(reading, node, path, "did")
    where, where_is_fine = _where(reading, node, path, activity)
    measure = _measure(reading, node, path, activity)
    if any(word in LATER["did"] for word in node.keys):
        return None  # what the number counts is said by a word that is not available yet
    number, number_is_fine = read_number(reading, node, path)
    window = read_window(reading, node, path)
    if activity is None or measure is None or window is None or not (where_is_fine and number_is_fine):
        return None
    if not _measure_fits(reading, path, measure, number):
        return None
    return Did(*activity, where=where, measure=measure, number=number or AT_LEAST_ONCE, window=window)


def _did_not(reading: Reading, node: MappingNode, path: Path) -> DidNot | None:
    activity = _activity(reading, node, path, "did_not")
    where, where_is_fine = _where(reading, node, path, activity)
    window: Window | None = read_window(reading, node, path)
    if activity is None or window is None or not where_is_fine:
        return None
    return DidNot(*activity, where=where, window=window)


def _activity(reading: Reading, node: MappingNode, path: Path, head: str) -> tuple[str, str | None] | None:
    """Source and event behind `did`."""
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


def _where(
    reading: Reading, node: MappingNode, path: Path, activity: tuple[str, str | None] | None
) -> tuple[RowCondition | None, bool]:
    """The row tests, and whether all is well; no `where` is well too."""
    child = node.get("where")
    if child is None:
        return None, True
    before = len(reading.references)
    found = RowReader(activity[0] if activity else "").read(reading, child, (*path, "where"))
    if activity is None:
        del reading.references[before:]
    return found, found is not None


def _measure(
    reading: Reading, node: MappingNode, path: Path, activity: tuple[str, str | None] | None
) -> Measure | None:
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


def _measure_fits(reading: Reading, path: Path, measure: Measure, number: NumberTest | None) -> bool:
    if measure.column is not None and number is None:
        message = f"`{measure.kind}` has nothing to be compared with"
        reading.problems.error_on_key(
            "A105", (*path, measure.kind.value), message, "add a number, e.g. `at_least: 500`"
        )
        return False
    if measure.kind in {MeasureKind.COUNT, MeasureKind.DISTINCT} and not _is_whole(number):
        word = "between" if isinstance(number, Between) else number.comparator.value if number else ""
        reading.problems.error("A100", (*path, word), f"`{word}` must be a whole number here", "it counts rows")
        return False
    return True


def _is_whole(number: NumberTest | None) -> bool:
    match number:
        case None:
            return True
        case Compare(_, value):
            return isinstance(value, int)
        case Between(low, high):
            return isinstance(low, int) and isinstance(high, int)
