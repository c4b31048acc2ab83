"""Tests of audiences, `tests/*.yaml`: read as strictly as the audiences file, every problem with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path as FilePath

from consentric.config.document import Document
from consentric.config.load import Loaded, read_or_refuse
from consentric.config.problems import Problems, WrongValueError, did_you_mean, listed
from consentric.config.spans import day
from consentric.config.tree import ListNode, MappingNode, Node, Path, ScalarNode
from consentric.config.yaml_reader import read_yaml
from consentric.errors import ConfigError
from consentric.model.trials import Cells, Expected, TrialFile

_BLOCKS = ("today", "people", "expect")
_SIDES = ("in", "out")
_PEOPLE = "write e.g. `anna: {orders: [{ordered_at: 2026-11-01}]}`"


def read_trials(path: FilePath, loaded: Loaded) -> tuple[TrialFile, Document]:
    """A test file, and where everything stands in it. Raises ConfigError with every problem of it."""
    page = read_or_refuse(path)
    root, remarks = read_yaml(page.text, page.lines)
    document = Document(str(path), page.lines)
    if isinstance(root, MappingNode):
        document = replace(document, root=root)
    problems = Problems(document)
    for remark in remarks:
        problems.remark(remark)
    if not isinstance(root, MappingNode) and not remarks:
        problems.error("A008", (), "a test file is a block of keys", f"write {listed(_BLOCKS, 'and')}")
    found = _Reader(loaded, document, problems).file() if isinstance(root, MappingNode) else None
    if problems.failed or found is None:
        raise ConfigError(problems.sorted())
    return found, document


@dataclass(frozen=True, slots=True)
class _Reader:
    loaded: Loaded
    document: Document
    problems: Problems

    def file(self) -> TrialFile | None:
        for key in self.problems.names_in():
            if key not in _BLOCKS:
                hint = did_you_mean(key, _BLOCKS, f"a test file has {listed(_BLOCKS, 'and')}")
                self.problems.error_on_key("A102", (key,), f"unknown key `{key}`", hint)
        for key in _BLOCKS:
            if not self.problems.is_there((key,)):
                self.problems.error("A101", (), f"`{key}` is missing", f"add `{key}: …` here")
        rows: dict[str, list[tuple[str, Cells]]] = {}
        for person in self.problems.names_in("people"):
            for source, cells in self._person(person):
                rows.setdefault(source, []).append((person, cells))
        expected = tuple(each for key in self.problems.names_in("expect") for each in self._expected(key))
        today = self._today()
        if today is None:
            return None
        return TrialFile(
            today, self.problems.names_in("people"), {source: tuple(each) for source, each in rows.items()}, expected
        )

    def _today(self) -> date | None:
        node = self.document.node(("today",))
        if node is None:
            return None
        try:
            return day(node.value if isinstance(node, ScalarNode) else None)
        except WrongValueError as wrong:
            self.problems.wrong(("today",), wrong)
            return None

    def _person(self, person: str) -> Iterator[tuple[str, Cells]]:
        node = self.document.node(("people", person))
        if isinstance(node, ScalarNode) and node.value is None:
            return
        if not isinstance(node, MappingNode):
            self.problems.error("A100", ("people", person), f"`{person}` must be a block of sources", _PEOPLE)
            return
        sources = self.loaded.project.sources
        for name, entry in node.entries.items():
            path: Path = ("people", person, name)
            if name not in sources:
                message = f"there is no source called `{name}`"
                self.problems.error_on_key("A203", path, message, did_you_mean(name, sources))
                continue
            items = entry.value.items if isinstance(entry.value, ListNode) else (entry.value,)
            for index, item in enumerate(items):
                place = (*path, index) if isinstance(entry.value, ListNode) else path
                cells = self._row(name, item, place)
                if cells is not None:
                    yield name, cells

    def _row(self, source: str, node: Node, path: Path) -> Cells | None:
        if not isinstance(node, MappingNode):
            self.problems.error("A100", path, "a row must be a block of columns", _PEOPLE)
            return None
        cells: dict[str, str | None] = {}
        known = self._columns(source)
        for column, entry in node.entries.items():
            if not isinstance(entry.value, ScalarNode):
                self.problems.error("A100", (*path, column), f"`{column}` must be one value", "write a cell")
            elif column not in known and (near := did_you_mean(column, known)):
                message = f"nothing in the audiences file looks at `{source}.{column}`"
                self.problems.error_on_key("A202", (*path, column), message, near)
            else:
                cells[column] = None if entry.value.value is None else _written(entry.value)
        return cells

    def _columns(self, source: str) -> frozenset[str]:
        references = self.loaded.document.references
        return frozenset(each.column for each in references if each.source in {source, None})

    def _expected(self, audience: str) -> Iterator[Expected]:
        path: Path = ("expect", audience)
        audiences: Mapping[str, object] = self.loaded.project.audiences
        if audience not in audiences:
            hint = did_you_mean(audience, audiences)
            self.problems.error_on_key("A203", path, f"there is no audience called `{audience}`", hint)
            return
        node = self.document.node(path)
        if not isinstance(node, MappingNode) or not node.entries or any(key not in _SIDES for key in node.keys):
            self.problems.error(
                "A100", path, "this must say who is in and who is out", "write `{in: [anna], out: [bo]}`"
            )
            return
        seen: set[str] = set()
        for side in node.keys:
            for place, name in self._names((*path, side)):
                if name in seen:
                    self.problems.error("A106", place, f"`{name}` is here twice", "name each person once")
                seen.add(name)
                yield Expected(audience, name, side == "in", place)

    def _names(self, path: Path) -> Iterator[tuple[Path, str]]:
        node = self.document.node(path)
        people = self.problems.names_in("people")
        for index, item in enumerate(node.items if isinstance(node, ListNode) else (node,)):
            place = (*path, index) if isinstance(node, ListNode) else path
            if not isinstance(item, ScalarNode) or item.value is None:
                self.problems.error("A100", place, "this must be the name of a person", "write `[anna, bo]`")
            elif item.text not in people:
                message = f"there is nobody called `{item.text}` under `people`"
                self.problems.error("A203", place, message, did_you_mean(item.text, people))
            else:
                yield place, item.text


def _written(node: ScalarNode) -> str:
    return str(node.value).lower() if isinstance(node.value, bool) else node.text
