"""The YAML file as a tree that knows where everything stands. Knows nothing of audiences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

Path = tuple[str | int, ...]
Plain = str | bool | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line; `line` and `column` count from 1."""

    line: int
    column: int
    width: int = 1


START = Span(1, 1)


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """`raw` is what stands in the file, `text` what it says once the environment is filled in, `value` its meaning."""

    span: Span
    raw: str
    text: str
    value: Plain
    plain: bool = True


@dataclass(frozen=True, slots=True)
class ListNode:
    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    span: Span
    entries: Mapping[str, Entry]

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def at(self, key: str) -> Node:
        """What stands under a key that is among the keys."""
        return self.entries[key].value

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.entries)


Node = ScalarNode | ListNode | MappingNode


def plain(node: Node) -> object:
    """The node as dicts, lists and scalars, without positions."""
    match node:
        case ScalarNode():
            return node.value
        case ListNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key: plain(entry.value) for key, entry in node.entries.items()}


def scalars(node: Node, path: Path = ()) -> Iterator[tuple[Path, ScalarNode]]:
    """Every scalar below the node with its path, in the order of the file."""
    match node:
        case ScalarNode():
            yield path, node
        case ListNode():
            for index, item in enumerate(node.items):
                yield from scalars(item, (*path, index))
        case MappingNode():
            for entry in node.entries.values():
                yield from scalars(entry.value, (*path, entry.key))


def written(path: Path) -> str:
    """A path as people write it: `audiences.loyal.who[0].at_least`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
