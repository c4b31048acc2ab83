"""Conditions on the rows of one source: `where` and `only`."""

from __future__ import annotations

from dataclasses import dataclass

from consentric.config.always_true import warn_if_always_true
from consentric.config.reading import Reading, column_name
from consentric.config.references import Reference, Use
from consentric.config.row_tests import read_test
from consentric.config.tree import ListNode, MappingNode, Node, Path
from consentric.config.trees import head_of, read_list
from consentric.config.words import ALLOWED, EVERY_WORD, ROW_HEADS
from consentric.model.row_tests import RowAll, RowAny, RowCondition, RowNot, RowTest


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads row tests of the source; a list means all of these."""

    source: str

    def read(self, reading: Reading, node: Node, path: Path) -> RowCondition | None:
        if isinstance(node, ListNode):
            listed: tuple[RowCondition, ...] | None = read_list(reading, node, path, self.one)
            return None if listed is None else RowAll(listed)
        return self.one(reading, node, path)

    def one(self, reading: Reading, node: Node, path: Path) -> RowCondition | None:
        head = head_of(reading, node, path, ROW_HEADS)
        if head is None or not isinstance(node, MappingNode):
            return None
        fine = reading.only_known_words(node, path, (head, *ALLOWED[head]), EVERY_WORD)
        found = self._kind(reading, node, path, head)
        return found if fine else None

    def _kind(self, reading: Reading, node: MappingNode, path: Path, head: str) -> RowCondition | None:
        child, inner = node.get(head), (*path, head)
        if child is None:
            return None
        if head == "field":
            return self._test(reading, node, path)
        if head == "not":
            part = self.one(reading, child, inner)
            return None if part is None else RowNot(part)
        parts: tuple[RowCondition, ...] | None = read_list(reading, child, inner, self.one)
        if parts is None:
            return None
        if head == "any":
            warn_if_always_true(reading.problems, inner, parts)
        return RowAll(parts) if head == "all" else RowAny(parts)

    def _test(self, reading: Reading, node: MappingNode, path: Path) -> RowTest | None:
        place = (*path, "field")
        child = node.get("field")
        column = None if child is None else reading.attempt(place, column_name, child)
        if column is None:
            return None
        if column.startswith(f"{self.source}."):
            bare = column.removeprefix(f"{self.source}.")
            message = f"here `field` is a column of `{self.source}`"
            reading.problems.error("A204", place, message, f"write `field: {bare}`")
            return None
        test = read_test(reading, node, path, column)
        if test is None:
            return None
        reading.references.append(Reference(self.source, column, place, Use.TEST, test=test))
        return RowTest(column, test)
