"""What readers of conditions share: the document, the problems, what the sources are, and the columns named so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TypeVar

from consentric.config.blocks import unknown_key
from consentric.config.document import Document
from consentric.config.problems import Problems, WrongValueError
from consentric.config.references import Reference
from consentric.config.shapes import SourceShape
from consentric.config.tree import ListNode, MappingNode, Node, Path, ScalarNode
from consentric.config.value_files import ValueFile, named_file, read_values

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named:
    """The name of another audience in the rule of one, and where it stands."""

    by: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class Reading:
    document: Document
    problems: Problems
    sources: Mapping[str, SourceShape]
    references: list[Reference] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    lists: dict[str, ValueFile] = field(default_factory=dict)

    def attempt(self, path: Path, read: Callable[[Node], T], node: Node) -> T | None:
        """The value, or None with the reason reported at its place."""
        try:
            return read(node)
        except WrongValueError as wrong:
            self.problems.wrong(path, wrong)
            return None

    def value_file(self, node: Node) -> ValueFile:
        """The list that `{file: …}` names; each file is read once."""
        name = named_file(node)
        if name not in self.lists:
            self.lists[name] = read_values(FilePath(self.document.file).parent, name)
        return self.lists[name]

    def only_known_words(self, node: MappingNode, path: Path, allowed: Iterable[str], elsewhere: Iterable[str]) -> bool:
        """Reports words that do not belong here; False if there are any. The first word is the head."""
        head, *known = allowed
        fine = True
        for key in node.keys:
            if key in known or key == head:
                continue
            fine = False
            if key in elsewhere:
                hint = f"with `{head}` go: {', '.join(known)}" if known else "make it a condition of its own"
                self.problems.error_on_key("A106", (*path, key), f"`{key}` does not go with `{head}`", hint)
            else:
                unknown_key(key, known or [head], path, self.problems)
        return fine


def scalar(node: Node) -> ScalarNode:
    """The node as one value."""
    if isinstance(node, ScalarNode):
        if node.value is None:
            raise WrongValueError("A100", "`{key}` is empty", "write a value after the colon")
        return node
    raise WrongValueError(
        "A100", "`{key}` must be one value", "write it without `[…]`" if isinstance(node, ListNode) else ""
    )


def column_name(node: Node) -> str:
    """The node as the name of a column."""
    found = scalar(node)
    if isinstance(found.value, bool) or not found.text.strip():
        raise WrongValueError("A100", "`{key}` must be the name of a column")
    return found.text.strip()
