"""Conditions on people, read from the positioned tree: what is known of them, and how conditions are joined."""

from __future__ import annotations

from consentric.config.activities import read_did, read_did_not, read_edge
from consentric.config.always_true import warn_if_always_true
from consentric.config.problems import did_you_mean
from consentric.config.ranks import read_audience, read_ranked
from consentric.config.reading import Reading, column_name
from consentric.config.references import Reference, Use
from consentric.config.row_tests import read_test
from consentric.config.tree import ListNode, MappingNode, Node, Path
from consentric.config.trees import head_of, read_list
from consentric.config.words import ALLOWED, EVERY_WORD, HEADS
from consentric.model.conditions import All, Any, Condition, End, Field, InAudience, Not, Side


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
    fine = reading.only_known_words(node, path, (head, *ALLOWED[head]), EVERY_WORD)
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
            return read_did(reading, node, path)
        case "did_not":
            return read_did_not(reading, node, path)
        case "last" | "first":
            return read_edge(reading, node, path, End(head))
        case "top" | "bottom":
            return read_ranked(reading, node, path, Side(head))
        case "in_audience":
            key = read_audience(reading, child, inner)
            return None if key is None else InAudience(key)
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
