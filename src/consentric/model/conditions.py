"""What an audience says about people: the condition tree, as the YAML's grammar has it.

A row test looks at one row of a source; a condition looks at one person. Two-valued logic throughout: an empty cell
makes every positive test false and `is_not` true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from consentric.model.time import ALWAYS, Window

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
    """True when the cell equals any of the values (text without regard to case and surrounding space)."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class IsNot:
    """True when the cell equals none of the values; an empty cell counts as not."""

    values: tuple[Scalar, ...]


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


Test = Is | IsNot | Compare | Between | Text | Exists | Within
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


class MeasureKind(StrEnum):
    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Measure:
    kind: MeasureKind = MeasureKind.COUNT
    column: str | None = None


AT_LEAST_ONCE = Compare(Comparator.AT_LEAST, 1)


@dataclass(frozen=True, slots=True)
class Field:
    """Something we know. True when any row of the person passes; `is_not` when no row has one of the values.

    `source` is None for a bare column until it is resolved against the columns that the data really has.
    """

    source: str | None
    column: str
    test: Test


@dataclass(frozen=True, slots=True)
class Did:
    """Something people did, at least once, measured over the rows that pass `where` and lie in the window."""

    source: str
    event: str | None = None
    where: RowCondition | None = None
    measure: Measure = Measure()
    number: NumberTest = AT_LEAST_ONCE
    window: Window = ALWAYS


@dataclass(frozen=True, slots=True)
class DidNot:
    """No row that passes `where` and lies in the window; true for people without any row."""

    source: str
    event: str | None = None
    where: RowCondition | None = None
    window: Window = ALWAYS


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Field | Did | DidNot | All | Any | Not
