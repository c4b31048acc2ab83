"""What is asked of one row of a source: a test on one of its cells, or several joined.

Two-valued logic throughout: an empty cell makes every positive test false and `is_not` true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from consentric.model.time import Anniversary, Window

Scalar = str | bool | int | Decimal | date
Quantity = int | Decimal | date


class Comparator(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    EXACTLY = "exactly"


class TextMatch(StrEnum):
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"


@dataclass(frozen=True, slots=True)
class Is:
    """True when the cell equals any of the values (text without regard to case and surrounding space).

    `file` names the list that they were read from.
    """

    values: tuple[Scalar, ...]
    file: str | None = None


@dataclass(frozen=True, slots=True)
class IsNot:
    """True when the cell equals none of the values; an empty cell counts as not."""

    values: tuple[Scalar, ...]
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    comparator: Comparator
    value: Quantity


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends included."""

    low: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class Text:
    match: TextMatch
    text: str


@dataclass(frozen=True, slots=True)
class Exists:
    """`exists: true`: a cell that is neither null nor blank."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Within:
    """The cell is an instant or a date inside the window."""

    window: Window


@dataclass(frozen=True, slots=True)
class Recurs:
    """The day and month of the cell are among those of the days that come; 29 February counts as 28 February."""

    anniversary: Anniversary


Test = Is | IsNot | Compare | Between | Text | Exists | Within | Recurs
NumberTest = Compare | Between


@dataclass(frozen=True, slots=True)
class RowTest:
    column: str
    test: Test


@dataclass(frozen=True, slots=True)
class RowAll:
    parts: tuple[RowCondition, ...]


@dataclass(frozen=True, slots=True)
class RowAny:
    parts: tuple[RowCondition, ...]


@dataclass(frozen=True, slots=True)
class RowNot:
    part: RowCondition


RowCondition = RowTest | RowAll | RowAny | RowNot
