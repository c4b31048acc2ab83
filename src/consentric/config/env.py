"""`${VAR}` and `${VAR:-default}`: filling the environment into the tree, and remembering what had no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from consentric.config.tree import Entry, ListNode, MappingNode, Node, Path, ScalarNode
from consentric.config.yaml_scalars import meaning

PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_OPENING = re.compile(r"\$\{")


@dataclass(frozen=True, slots=True)
class Unset:
    """A variable without a value, and the path of the value that asks for it."""

    path: Path
    variable: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The tree with the environment filled in. `malformed` are paths whose `${` is not a placeholder."""

    root: Node
    unset: tuple[Unset, ...]
    malformed: tuple[Path, ...]


def fill(root: Node, variables: Mapping[str, str]) -> Filled:
    """An empty variable counts as not set, as it does for the shell's `:-`."""
    filler = _Filler(variables)
    return Filled(filler.node(root, ()), tuple(filler.unset), tuple(filler.malformed))


def is_only_a_placeholder(raw: str) -> bool:
    """`${VAR}` and nothing else: no default, which would be a literal again."""
    found = PLACEHOLDER.fullmatch(raw.strip())
    return found is not None and not found[2]


class _Filler:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.unset: list[Unset] = []
        self.malformed: list[Path] = []

    def node(self, node: Node, path: Path) -> Node:
        match node:
            case ScalarNode():
                return self._scalar(node, path) if "${" in node.raw else node
            case ListNode():
                items = tuple(self.node(item, (*path, index)) for index, item in enumerate(node.items))
                return ListNode(node.span, items)
            case MappingNode():
                entries = {key: self._entry(entry, (*path, key)) for key, entry in node.entries.items()}
                return MappingNode(node.span, entries)

    def _entry(self, entry: Entry, path: Path) -> Entry:
        return replace(entry, value=self.node(entry.value, path))

    def _scalar(self, node: ScalarNode, path: Path) -> ScalarNode:
        if len(_OPENING.findall(node.raw)) != len(PLACEHOLDER.findall(node.raw)):
            self.malformed.append(path)
        text = PLACEHOLDER.sub(lambda found: self._value(found, path), node.raw)
        return replace(node, text=text, value=meaning(text) if node.plain else text)

    def _value(self, found: re.Match[str], path: Path) -> str:
        name, default = found[1], found[2]
        value = self._variables.get(name) or default
        if value is None:
            self.unset.append(Unset(path, name))
            return found[0]
        return value
