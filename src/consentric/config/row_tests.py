"""Tests of one cell, numbers and windows: what stands behind `is`, `at_least`, `between`, `in_the_last` and the like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from consentric.config.amounts import MISUNDERSTOOD, exact_share, number, refuse_local_number, truth
from consentric.config.periods import anniversary, period
from consentric.config.problems import WrongValueError
from consentric.config.reading import Reading, scalar
from consentric.config.spans import as_day, bound, duration
from consentric.config.tree import ListNode, MappingNode, Node, Path, ScalarNode
from consentric.config.words import COMPARISONS, NUMBERS, TESTS, TEXTS, WINDOWS
from consentric.model.row_tests import (
    Between,
    Comparator,
    Compare,
    Exists,
    Is,
    IsNot,
    NumberTest,
    Quantity,
    Recurs,
    Scalar,
    Test,
    Text,
    TextMatch,
    Within,
)
from consentric.model.time import Ago, Bound, OnDate, Window

_LOOKS_LIKE_A_DATE = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4}")
_ANY_DAY = date(2026, 7, 1)
_QUOTE = ", or put it in quotes if the text is meant"


def read_test(reading: Reading, node: MappingNode, path: Path, subject: str) -> Test | None:
    """The one test beside `field`; window words together are one test."""
    words = [key for key in node.keys if key in TESTS]
    if not words:
        hint = f"add one, e.g. `{{field: {subject}, is: …}}`"
        reading.problems.error_on_key("A105", (*path, "field"), f"`field: {subject}` is not tested for anything", hint)
        return None
    if all(word in WINDOWS for word in words):
        window = read_window(reading, node, path)
        return None if window is None else Within(window)
    if len(words) > 1:
        _report_two(reading, path, words)
        return None
    child = node.at(words[0])
    if isinstance(child, MappingNode) and "file" in child.keys and words[0] in _LISTED:
        listed = reading.attempt((*path, words[0]), reading.value_file, child)
        return None if listed is None else _LISTED[words[0]](listed.values, listed.name)
    return reading.attempt((*path, words[0]), _READERS[words[0]], child)


def read_number(
    reading: Reading, node: MappingNode, path: Path, *, in_percent: bool = False
) -> tuple[NumberTest | None, bool]:
    """The number beside `did`, and whether all is well; no number is well too. `in_percent`: `40%` as 0.4."""
    words = [key for key in node.keys if key in NUMBERS]
    if not words:
        return None, True
    if len(words) > 1:
        _report_two(reading, path, words)
        return None, False
    readers = _SHARE_READERS if in_percent else _NUMBER_READERS
    found = reading.attempt((*path, words[0]), readers[words[0]], node.at(words[0]))
    return found, found is not None


def read_window(reading: Reading, node: MappingNode, path: Path) -> Window | None:
    """`in_the_last`, or `since` and `until`; None when it is wrong."""
    entries = {key: node.at(key) for key in WINDOWS if key in node.keys}
    if "during" in entries:
        return _during(reading, entries, path)
    if "in_the_last" in entries and "since" in entries:
        message = "`in_the_last` and `since` say the same thing twice"
        reading.problems.error_on_key("A106", (*path, "since"), message, "keep one of the two")
        return None
    bounds: dict[str, Bound] = {}
    for word, child in entries.items():
        found = reading.attempt((*path, word), _bound_of(word), child)
        if found is None:
            continue
        bounds["until" if word == "until" else "since"] = found
    if len(bounds) < len(entries):
        return None
    window = Window(bounds.get("since"), bounds.get("until"))
    if _is_empty(window):
        hint = "`since` must lie before `until`: swap them"
        reading.problems.error("A207", (*path, "until"), "no day lies in this window", hint)
        return None
    return window


def _during(reading: Reading, entries: Mapping[str, Node], path: Path) -> Window | None:
    other = next((word for word in entries if word != "during"), None)
    if other is not None:
        message = f"`during` and `{other}` cannot stand together"
        reading.problems.error_on_key(
            "A106", (*path, other), message, "`during` has both ends already: keep one of the two"
        )
        return None
    found = reading.attempt((*path, "during"), lambda node: period(scalar(node).value), entries["during"])
    return None if found is None else Window(during=found)


def _bound_of(word: str) -> Callable[[Node], Bound]:
    if word == "in_the_last":
        return lambda node: Ago(duration(scalar(node).value))
    return lambda node: bound(scalar(node).value)


def _is_empty(window: Window) -> bool:
    """Certain only when both ends move with today, or neither does."""
    if window.since is None or window.until is None or isinstance(window.since, Ago) != isinstance(window.until, Ago):
        return False
    return _on_any_day(window.since) > _on_any_day(window.until)


def _on_any_day(end: Bound) -> date:
    return end.day if isinstance(end, OnDate) else end.duration.before(_ANY_DAY)


def _report_two(reading: Reading, path: Path, words: list[str]) -> None:
    pair = set(words[:2])
    hint = "keep one, or make two conditions of it"
    if pair <= set(COMPARISONS):
        hint = "write `between: [low, high]` for a range; both ends count"
    message = f"`{words[0]}` and `{words[1]}` cannot stand together"
    reading.problems.error_on_key("A105", (*path, words[1]), message, hint)


def _values(node: Node) -> tuple[Scalar, ...]:
    if isinstance(node, MappingNode):
        raise WrongValueError("A100", "`{key}` must be a value or a list of values", "write e.g. `{key}: [DK, SE]`")
    if isinstance(node, ScalarNode):
        return (_value(node, ()),)
    if not node.items:
        raise WrongValueError("A100", "`{key}` is an empty list", "write at least one value")
    return tuple(dict.fromkeys(_value(item, (index,)) for index, item in enumerate(node.items)))


def _value(node: Node, at: Path) -> Scalar:
    if not isinstance(node, ScalarNode):
        raise WrongValueError("A100", "`{key}` must hold plain values", "write e.g. `{key}: [DK, SE]`", at=at)
    if node.value is None or node.value == "":
        raise WrongValueError("A100", "`{key}` has no value here", "for empty cells write `exists: false`", at=at)
    if node.plain:
        _refuse_local(node, at)
    return node.value


def _refuse_local(node: ScalarNode, at: Path) -> None:
    try:
        refuse_local_number(node.raw)
        if _LOOKS_LIKE_A_DATE.fullmatch(node.raw):
            as_day(node.raw)
    except WrongValueError as wrong:
        raise WrongValueError(wrong.code, wrong.message, wrong.hint + _QUOTE, at=at) from None


def _quantity(node: Node) -> Quantity:
    """A number or a date."""
    value = scalar(node).value
    day = as_day(value)
    if day is not None:
        return day
    if isinstance(value, str) and value.endswith(" ago"):
        raise WrongValueError("A104", MISUNDERSTOOD, f"for a time write `since: {value}` or `until: {value}`")
    return number(value)


def _number(node: Node) -> Quantity:
    return number(scalar(node).value)


def _compare(word: str, read: Callable[[Node], Quantity]) -> Callable[[Node], Compare]:
    return lambda node: Compare(Comparator(word), read(node))


def _between(read: Callable[[Node], Quantity]) -> Callable[[Node], Between]:
    def between(node: Node) -> Between:
        if not isinstance(node, ListNode) or len(node.items) != 2:
            raise WrongValueError("A104", "`{key}` needs two values", "write e.g. `between: [10, 20]`; both ends count")
        low, high = _item(node, 0, read), _item(node, 1, read)
        if isinstance(low, date) != isinstance(high, date):
            raise WrongValueError("A104", "`{key}` mixes a number and a date", "write two of a kind")
        if low > high:  # type: ignore[operator]
            raise WrongValueError("A207", "nothing lies between these two", "write the smaller one first")
        return Between(low, high)

    return between


def _item(node: ListNode, index: int, read: Callable[[Node], Quantity]) -> Quantity:
    try:
        return read(node.items[index])
    except WrongValueError as wrong:
        raise WrongValueError(wrong.code, wrong.message, wrong.hint, at=(index,)) from None


def _text(word: str) -> Callable[[Node], Text]:
    def text(node: Node) -> Text:
        found = scalar(node)
        if isinstance(found.value, bool) or not found.text.strip():
            raise WrongValueError("A100", "`{key}` must be a text", 'write it in quotes: `"…"`')
        return Text(TextMatch(word), found.text)

    return text


_READERS: Mapping[str, Callable[[Node], Test]] = {
    "is": lambda node: Is(_values(node)),
    "is_not": lambda node: IsNot(_values(node)),
    **{word: _compare(word, _quantity) for word in COMPARISONS},
    "between": _between(_quantity),
    **{word: _text(word) for word in TEXTS},
    "exists": lambda node: Exists(truth(scalar(node).value)),
    "anniversary": lambda node: Recurs(anniversary(scalar(node).value)),
}
_LISTED: Mapping[str, type[Is | IsNot]] = {"is": Is, "is_not": IsNot}
_SHARE_READERS: Mapping[str, Callable[[Node], NumberTest]] = {
    **{word: _compare(word, lambda node: exact_share(scalar(node).value)) for word in (*COMPARISONS, "exactly")},
    "between": _between(lambda node: exact_share(scalar(node).value)),
}
_NUMBER_READERS: Mapping[str, Callable[[Node], NumberTest]] = {
    **{word: _compare(word, _number) for word in (*COMPARISONS, "exactly")},
    "between": _between(_number),
}
