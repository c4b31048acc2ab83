"""One audiences file in memory: its lines, its tree, and where each path stands. Shows lines with secrets masked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from consentric.config.references import Reference
from consentric.config.tree import START, ListNode, MappingNode, Node, Path, Span

LONGEST_EXCERPT = 2_000
MASK = "•"
ELLIPSIS = "…"
SHORTEST_CUT = 3


@dataclass(frozen=True, slots=True)
class Document:
    """`secrets` are texts that nobody may see; `unset` the paths of values whose variable has no value.

    `references` are the columns that the file names, for the second pass over the data's own columns; `lists` the files of
    values that it names, each with the SHA-256 of its bytes.
    """

    file: str
    lines: tuple[str, ...]
    root: Node = field(default_factory=lambda: MappingNode(START, {}))
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    unset: frozenset[Path] = frozenset()
    references: tuple[Reference, ...] = ()
    lists: tuple[tuple[str, bytes], ...] = ()

    def node(self, path: Path) -> Node | None:
        """What stands at the path. The index of a list that was written as one value is skipped."""
        node: Node | None = self.root
        for step in path:
            if isinstance(node, MappingNode) and isinstance(step, str):
                node = node.get(step)
            elif isinstance(node, ListNode) and isinstance(step, int):
                node = node.items[step] if step < len(node.items) else None
            elif not isinstance(step, int):
                return None
        return node

    def standing(self, path: Path) -> Path:
        """The path as the file has it: without the index of a list that was written as one value."""
        steps: Path = ()
        for step in path:
            if isinstance(step, str) or isinstance(self.node(steps), ListNode):
                steps = (*steps, step)
        return steps

    def value_span(self, path: Path) -> Span:
        """Where the value stands; where nothing does, its key or the nearest thing around it."""
        node = self.node(path)
        if node is None:
            return self.key_span(path[:-1]) if path else START
        empty = not isinstance(node, MappingNode | ListNode) and not node.raw
        return self.key_span(path) if empty and path else node.span

    def key_span(self, path: Path) -> Span:
        """Where the key stands; the item itself in a list."""
        if not path:
            return START
        parent = self.node(path[:-1])
        if isinstance(parent, MappingNode) and isinstance(path[-1], str):
            entry = parent.entries.get(path[-1])
            return entry.span if entry is not None else self.key_span(path[:-1])
        node = self.node(path)
        return node.span if node is not None else self.key_span(path[:-1])

    def masked(self, text: str) -> str:
        """The text with every secret blotted out, in any case, and where a text was cut in the middle of one."""
        folded = text.casefold()
        for secret in sorted(self.secrets, key=len, reverse=True):
            if secret[:SHORTEST_CUT].casefold() in folded:
                text = re.sub(re.escape(secret), lambda found: MASK * len(found[0]), text, flags=re.IGNORECASE)
                text = _masked_at_cuts(text, secret)
        return text

    def excerpt(self, line: int) -> str:
        """The line as it may be shown; nothing for a line that is too long to be read."""
        if not 1 <= line <= len(self.lines) or len(self.lines[line - 1]) > LONGEST_EXCERPT:
            return ""
        return self.masked(self.lines[line - 1])


def _masked_at_cuts(text: str, secret: str) -> str:
    kept, *after = text.split(ELLIPSIS)
    for part in after:
        end = kept.casefold()
        shown = next((n for n in range(len(secret), SHORTEST_CUT - 1, -1) if end.endswith(secret[:n].casefold())), 0)
        if shown:
            kept = kept[:-shown] + MASK * shown
        kept += ELLIPSIS + part
    return kept
