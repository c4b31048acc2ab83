"""YAML text to a positioned tree. Strict: no anchors, tags, merges, duplicate keys or second documents; bounded in size.

The tree is built from the parser's events, not composed by the library: the events need no recursion, so that text
nested a hundred thousand deep stops at the limit instead of exhausting the stack.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from consentric.config.problems import Remark, quoted
from consentric.config.tree import START, Entry, ListNode, MappingNode, Node, Plain, ScalarNode, Span
from consentric.config.yaml_scalars import meaning, not_finite
from consentric.config.yaml_syntax import explain_syntax

MAX_DEPTH = 20
MAX_NODES = 60_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CURE_FOR_TEXT = "put it in quotes if it is text"


class UnreadableYamlError(Exception):
    """Reading cannot go on."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.message)
        self.remark = remark


def read_yaml(text: str, lines: tuple[str, ...]) -> tuple[Node | None, list[Remark]]:
    """The tree and what is wrong with it; None when there is no tree."""
    reader = _Reader(lines)
    try:
        return reader.document(yaml.parse(text, Loader=LOADER)), reader.remarks
    except yaml.MarkedYAMLError as error:
        return None, [*reader.remarks, explain_syntax(error, lines)]
    except UnreadableYamlError as stop:
        return None, [*reader.remarks, stop.remark]


class _Reader:
    def __init__(self, lines: tuple[str, ...]) -> None:
        self.remarks: list[Remark] = []
        self._lines = lines
        self._nodes = 0

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._remark("A006", event, "a second document starts here", "keep one document, without `---`")
                    return root
                if event.version or event.tags:
                    self._remark("A006", event, "YAML directives are not used here", "remove the line with `%`")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 1)
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise UnreadableYamlError(
                Remark("A004", self._span(event), f"this file has more than {MAX_NODES:,} values")
            )
        if depth > MAX_DEPTH:
            raise UnreadableYamlError(Remark("A004", self._span(event), f"this is nested more than {MAX_DEPTH} deep"))
        self._refuse_features(event)
        match event:
            case yaml.SequenceStartEvent():
                return self._list(event, events, depth)
            case yaml.MappingStartEvent():
                return self._mapping(event, events, depth)
            case yaml.ScalarEvent():
                return self._scalar(event)
            case _:
                return ScalarNode(self._span(event), "*", "*", "*")

    def _refuse_features(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._remark("A006", event, "references (`*name`) are not used here", "write the value out")
        elif isinstance(event, yaml.NodeEvent) and event.anchor:
            self._remark("A006", event, "anchors (`&name`) are not used here", "write the value out where it is needed")
        elif getattr(event, "tag", None):
            self._remark("A006", event, "tags (`!…`) are not used here", "remove the tag")

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        text, bare = event.value, event.style in (None, "")
        if bare and not_finite(text):
            self._remark("A108", event, f"`{text}` is not a number that can be used", _CURE_FOR_TEXT)
        value: Plain = meaning(text) if bare else text
        return ScalarNode(self._span(event), text, text, value, bare)

    def _list(self, start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> ListNode:
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return ListNode(self._span(start, event), tuple(items))
            items.append(self._node(event, events, depth + 1))
        raise AssertionError("the parser ends what it starts")

    def _mapping(self, start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        previous: Node | None = None
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return MappingNode(self._span(start, event), entries)
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            name = self._key(key, value, previous)
            if name in entries:
                line = entries[name].span.line
                self.remarks.append(
                    Remark(
                        "A007", key.span, f"`{quoted(name)}` is here twice: first on line {line}", "keep one of the two"
                    )
                )
            elif name is not None:
                entries[name] = Entry(name, key.span, value)
            previous = value
        raise AssertionError("the parser ends what it starts")

    def _key(self, key: Node, value: Node, previous: Node | None) -> str | None:
        """The key's text; None, with a remark, for what cannot be a key."""
        if not isinstance(key, ScalarNode):
            self.remarks.append(Remark("A006", key.span, "a key must be a word", "write `key: value`"))
            return None
        if key.plain and key.raw == "<<":
            self.remarks.append(Remark("A006", key.span, "merging (`<<`) is not used here", "write the keys out"))
            return None
        if isinstance(key.value, str):
            return key.value
        self.remarks.append(_not_a_word(key, value, previous))
        return None

    def _remark(self, code: str, event: yaml.Event, message: str, hint: str) -> None:
        self.remarks.append(Remark(code, self._span(event), message, hint))

    def _span(self, start: yaml.Event, end: yaml.Event | None = None) -> Span:
        """From the start to the end, cut off where the first line ends."""
        first, last = start.start_mark, (end or start).end_mark
        if first is None or last is None:
            return START
        line = self._lines[first.line] if first.line < len(self._lines) else ""
        stop = last.column if last.line == first.line else len(line.split(" #")[0].rstrip())
        column = min(first.column, len(line))
        return Span(first.line + 1, column + 1, max(1, stop - column))


def _not_a_word(key: ScalarNode, value: Node, previous: Node | None) -> Remark:
    """A number where a key belongs; inside `{…}` that is how a decimal comma shows."""
    if isinstance(value, ScalarNode) and value.value is None and isinstance(previous, ScalarNode):
        written, cure = f"{previous.raw},{key.raw}", f"{previous.raw}.{key.raw}"
        return Remark("A108", key.span, f"`{quoted(written)}` is read as two things", f"write `{quoted(cure)}`")
    raw = quoted(key.raw)
    return Remark("A008", key.span, f"the key `{raw}` must be text", f'put it in quotes: `"{raw}"`')


__all__ = ["MAX_DEPTH", "MAX_NODES", "START", "read_yaml"]
