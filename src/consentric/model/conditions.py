"""What an audience says about people: the condition tree, as the YAML's grammar has it.

A condition looks at one person, through the rows of theirs that count. Two-valued logic throughout: whoever lacks what is
asked about does not fit, except where the absence itself is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from consentric.model.row_tests import Comparator, Compare, NumberTest, RowCondition, Test
from consentric.model.time import ALWAYS, Window


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an activity that count: of this event, such that `where` passes, in the window, not in the future."""

    source: str
    event: str | None = None
    where: RowCondition | None = None
    window: Window = ALWAYS


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
    """Something people did, at least once, measured over the rows that count."""

    rows: Rows
    measure: Measure = Measure()
    number: NumberTest = AT_LEAST_ONCE


@dataclass(frozen=True, slots=True)
class DidNot:
    """No row that counts; true for people without any row."""

    rows: Rows


class End(StrEnum):
    LAST = "last"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Edge:
    """The newest or oldest row lies in the window and passes `was`; of rows at the same instant any may.

    The window of `rows` is open: it says which row is the newest, not whether that one is new enough.
    """

    end: End
    rows: Rows
    was: RowCondition | None = None
    window: Window = ALWAYS


@dataclass(frozen=True, slots=True)
class Overdue:
    """More days have gone by since the last day with a row than the person's median gap and the share of it on top.

    Gaps lie between different local days. False with fewer than `days` of them.
    """

    rows: Rows
    by: Decimal
    days: int = 3


@dataclass(frozen=True, slots=True)
class Followed:
    """At least one row is (`wanted`) or is not followed by a row of the other kind, at the same instant or later.

    The other row lies within so many hours and has an equal cell in the column `same`, where these are asked for; an empty
    cell equals nothing, and no row follows itself.
    """

    rows: Rows
    wanted: bool
    then: Rows
    same: str | None = None
    within_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the rows passes `part`: of their number, or of the sum of the column `of`.

    `number` compares shares: 0.4 for 40 %. False without rows, and where that sum is not above nought.
    """

    rows: Rows
    part: RowCondition
    number: NumberTest
    of: str | None = None


class Side(StrEnum):
    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best or the last of everybody who has a row that counts, or of the people of the audience `of`.

    `size` is a number of people, or a share (a Decimal from 0 to 1) that is rounded up to whole people. Who ties with the
    last one in is in. In `of`, people without a row rank last: as nought for counts and sums, else below everybody.
    """

    side: Side
    size: int | Decimal
    rows: Rows
    measure: Measure = Measure()
    of: str | None = None


@dataclass(frozen=True, slots=True)
class InAudience:
    """Fits the rule of another audience: without what that one excludes, before consent and holdout."""

    key: str


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


ActivityCondition = Did | DidNot | Edge | Overdue | Followed | Share | Ranked
Condition = Field | ActivityCondition | InAudience | All | Any | Not


def leaves(condition: Condition) -> Iterator[Field | ActivityCondition | InAudience]:
    """What is asked of people, without how it is joined."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def audiences_in(condition: Condition) -> tuple[str, ...]:
    """The other audiences that the condition names, in its order."""
    return tuple(dict.fromkeys(key for leaf in leaves(condition) if (key := _audience_of(leaf)) is not None))


def _audience_of(leaf: Field | ActivityCondition | InAudience) -> str | None:
    match leaf:
        case InAudience(key):
            return key
        case Ranked(of=key):
            return key
        case Field() | Did() | DidNot() | Edge() | Overdue() | Followed() | Share():
            return None
        case _:
            assert_never(leaf)
