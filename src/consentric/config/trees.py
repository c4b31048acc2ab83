"""`all`, `any` and `not` over conditions of any kind: the shape that people's conditions and row tests share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from consentric.config.blocks import unknown_key
from consentric.config.problems import did_you_mean, listed
from consentric.config.reading import Reading
from consentric.config.tree import ListNode, MappingNode, Node, Path, ScalarNode
from consentric.config.words import HEADS, HEADS_LATER

C = TypeVar("C")


def head_of(reading: Reading, node: Node, path: Path, heads: Sequence[str]) -> str | None:
    """The word that says what kind of condition this is; None, reported, when there is none or more than one."""
    if not isinstance(node, MappingNode):
        _report_no_block(reading, node, path, heads)
        return None
    later = [key for key in node.keys if key in HEADS_LATER]
    if later:
        message = f"`{later[0]}` is not available yet"
        reading.problems.error_on_key("A190", (*path, later[0]), message, f"write {listed(heads)}")
        return None
    found = [key for key in node.keys if key in heads]
    if len(found) == 1:
        return found[0]
    if found:
        hint = "make two list items of them: `- …` each"
        message = f"`{found[0]}` and `{found[1]}` are two conditions"
        reading.problems.error_on_key("A106", (*path, found[1]), message, hint)
    else:
        _report_no_head(reading, node, path, heads)
    return None


def read_list(
    reading: Reading, node: Node, path: Path, read: Callable[[Reading, Node, Path], C | None]
) -> tuple[C, ...] | None:
    """The conditions of a list; None when one of them is wrong."""
    if not isinstance(node, ListNode):
        word = path[-1]
        reading.problems.error("A100", path, f"`{word}` must be a list", f"write `{word}: [ …, … ]`, or `- …` lines")
        return None
    if not node.items:
        reading.problems.error("A100", path, f"`{path[-1]}` is empty", "write at least one condition")
        return None
    parts = [read(reading, item, (*path, index)) for index, item in enumerate(node.items)]
    complete = tuple(part for part in parts if part is not None)
    return complete if len(complete) == len(parts) else None


def _report_no_block(reading: Reading, node: Node, path: Path, heads: Sequence[str]) -> None:
    hint = f"write e.g. `{{{heads[0]}: …}}`"
    if isinstance(node, ScalarNode) and node.plain and ":" in node.raw:
        hint = f"put a space after the colon: `{node.raw.replace(':', ': ', 1)}`"
    elif isinstance(node, ListNode):
        hint = "write `all: […]` or `any: […]`"
    what = "is empty" if isinstance(node, ScalarNode) and node.value is None else "must be a condition"
    reading.problems.error("A100", path, f"`{_place(path)}` {what}", hint)


def _report_no_head(reading: Reading, node: MappingNode, path: Path, heads: Sequence[str]) -> None:
    if not node.entries:
        reading.problems.error("A103", path, "this condition is empty", f"start it with {listed(heads)}")
        return
    words = [*heads, *(HEADS_LATER if heads is HEADS else ())]
    near = [key for key in node.keys if did_you_mean(key, words)]
    key = near[0] if near else node.keys[0]
    if ":" in key:
        unknown_key(key, words, path, reading.problems)
        return
    hint = did_you_mean(key, words, f"a condition starts with {listed(heads)}")
    if key in HEADS:
        hint = f"rows are tested with {listed(heads)}"
    reading.problems.error_on_key("A103", (*path, key), f"`{key}` does not start a condition", hint)


def _place(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "who")
