"""The OR of negatives that targets everybody: nobody is both values at once."""

from __future__ import annotations

from collections.abc import Sequence

from consentric.config.problems import Problems
from consentric.config.tree import Path
from consentric.model.conditions import Condition, Field, Not
from consentric.model.row_tests import Is, IsNot, RowCondition, RowNot, RowTest, Scalar


def warn_if_always_true(problems: Problems, path: Path, parts: Sequence[Condition | RowCondition]) -> None:
    """W301 on an `any` that rules out one value here and another there, of the same field."""
    refused: dict[str, list[tuple[Scalar, ...]]] = {}
    for part in parts:
        column, values = _ruled_out(part)
        if values:
            refused.setdefault(column, []).append(values)
    for column, groups in refused.items():
        if len(groups) > 1 and not set.intersection(*({_folded(value) for value in group} for group in groups)):
            listed = ", ".join(str(value) for value in dict.fromkeys(value for group in groups for value in group))
            hint = f"write one line: `{{field: {column}, is_not: [{listed}]}}`"
            problems.warning_on_key("W301", path, "this matches everyone: nobody is both values at once", hint)
            return


def _ruled_out(part: Condition | RowCondition) -> tuple[str, tuple[Scalar, ...]]:
    match part:
        case Field(source, column, IsNot(values)) | Not(Field(source, column, Is(values))):
            return (column if source is None else f"{source}.{column}"), values
        case RowTest(column, IsNot(values)) | RowNot(RowTest(column, Is(values))):
            return column, values
        case _:
            return "", ()


def _folded(value: Scalar) -> str:
    return str(value).strip().casefold()
