"""Conditions that set people against others: `top` and `bottom`, and the names of other audiences."""

from __future__ import annotations

from consentric.config.amounts import ranked_size
from consentric.config.counted import read_activity, read_measure, read_rows
from consentric.config.names import is_key
from consentric.config.problems import WrongValueError
from consentric.config.reading import Named, Reading, scalar
from consentric.config.tree import MappingNode, Node, Path
from consentric.config.words import BY, EVERY_WORD
from consentric.model.conditions import Measure, Ranked, Rows, Side

_BY = "write e.g. `by: {did: orders, sum: amount, in_the_last: 24 months}`"


def read_ranked(reading: Reading, node: MappingNode, path: Path, side: Side) -> Ranked | None:
    size = reading.attempt((*path, side.value), lambda child: ranked_size(scalar(child).value), node.at(side.value))
    by = _by(reading, node, path, side)
    of_node, of = node.get("of"), None
    if of_node is not None:
        of = read_audience(reading, of_node, (*path, "of"))
    if size is None or by is None or (of_node is not None and of is None):
        return None
    rows, measure = by
    return Ranked(side, size, rows, measure, of)


def read_audience(reading: Reading, node: Node, path: Path) -> str | None:
    """The key of another audience; whether there is one is checked with the audiences."""
    key = reading.attempt(path, _key, node)
    if key is not None:
        reading.named.append(Named(str(path[1]), key, path))
    return key


def _by(reading: Reading, node: MappingNode, path: Path, side: Side) -> tuple[Rows, Measure] | None:
    child, place = node.get("by"), (*path, "by")
    if child is None:
        reading.problems.error_on_key(
            "A105", (*path, side.value), f"`{side}` does not say by what people are ranked", _BY
        )
        return None
    if not isinstance(child, MappingNode) or "did" not in child.keys:
        reading.problems.error("A100", place, "`by` must say what is measured", _BY)
        return None
    fine = reading.only_known_words(child, place, ("did", *BY), EVERY_WORD)
    activity = read_activity(reading, child, place, "did")
    rows, measure = read_rows(reading, child, place, activity), read_measure(reading, child, place, activity)
    return None if rows is None or measure is None or not fine else (rows, measure)


def _key(node: Node) -> str:
    found = scalar(node)
    if not is_key(found.text):
        raise WrongValueError(
            "A100", "`{key}` must be the key of an audience", "write the key as it stands under `audiences:`"
        )
    return found.text
