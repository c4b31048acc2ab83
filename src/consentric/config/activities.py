"""Conditions on what people did: `did` and its relatives, `did_not`, `last` and `first`."""

from __future__ import annotations

from decimal import Decimal

from consentric.config.amounts import MISUNDERSTOOD, exact_share, whole_number
from consentric.config.counted import Activity, read_activity, read_measure, read_rows, read_where
from consentric.config.problems import WrongValueError
from consentric.config.reading import Reading, column_name, scalar
from consentric.config.references import Reference, Use
from consentric.config.row_tests import read_number, read_window
from consentric.config.rows import RowReader
from consentric.config.spans import hours
from consentric.config.tree import MappingNode, Node, Path
from consentric.config.words import FOLLOWERS, MEASURES, NUMBERS, WINDOWS
from consentric.model.conditions import (
    AT_LEAST_ONCE,
    Did,
    DidNot,
    Edge,
    End,
    Followed,
    Measure,
    MeasureKind,
    Overdue,
    Rows,
    Share,
)
from consentric.model.row_tests import Between, Compare, NumberTest

_FEWEST_DAYS = 2
"""Two days make one gap."""


def read_did(reading: Reading, node: MappingNode, path: Path) -> Did | Followed | Share | None:
    activity = read_activity(reading, node, path, "did")
    follower = next((word for word in FOLLOWERS if word in node.keys), None)
    if follower is not None:
        return _followed(reading, node, path, activity, follower)
    if not _goes_with(reading, node, path, ("same", "within"), " or ".join(f"`{word}`" for word in FOLLOWERS)):
        return None
    if "share" in node.keys:
        return _share(reading, node, path, activity)
    if not _goes_with(reading, node, path, ("of",), "`share`"):
        return None
    rows = read_rows(reading, node, path, activity)
    measure = read_measure(reading, node, path, activity)
    number, number_is_fine = read_number(reading, node, path)
    if rows is None or measure is None or not number_is_fine or not _measure_fits(reading, path, measure, number):
        return None
    return Did(rows, measure, number or AT_LEAST_ONCE)


def read_did_not(reading: Reading, node: MappingNode, path: Path) -> DidNot | None:
    rows = read_rows(reading, node, path, read_activity(reading, node, path, "did_not"))
    return None if rows is None else DidNot(rows)


def read_edge(reading: Reading, node: MappingNode, path: Path, end: End) -> Edge | Overdue | None:
    """`last` and `first`, and `last` with `overdue_by`."""
    activity = read_activity(reading, node, path, end.value)
    where, where_is_fine = read_where(reading, node, path, activity, "where")
    rows = Rows(*activity, where=where) if activity is not None and where_is_fine else None
    if "overdue_by" in node.keys:
        return _overdue(reading, node, path, rows)
    if not _goes_with(reading, node, path, ("at_least",), "`overdue_by`"):
        return None
    was, was_is_fine = read_where(reading, node, path, activity, "was")
    window = read_window(reading, node, path)
    if "was" not in node.keys and not any(word in node.keys for word in WINDOWS):
        message = f"nothing is asked of the {end} one"
        hint = "add `was: {field: …}` or a time such as `in_the_last: 90 days`; for any at all write `did`"
        reading.problems.error_on_key("A105", (*path, end.value), message, hint)
        return None
    return None if rows is None or window is None or not was_is_fine else Edge(end, rows, was, window)


def _overdue(reading: Reading, node: MappingNode, path: Path, rows: Rows | None) -> Overdue | None:
    if not _alone(reading, node, path, "overdue_by", ("was", *WINDOWS)):
        return None
    by = reading.attempt((*path, "overdue_by"), _over, node.at("overdue_by"))
    days: int | None = 3
    if "at_least" in node.keys:
        days = reading.attempt((*path, "at_least"), _days, node.at("at_least"))
    return None if rows is None or by is None or days is None else Overdue(rows, by, days)


def _followed(
    reading: Reading, node: MappingNode, path: Path, activity: Activity | None, follower: str
) -> Followed | None:
    """`then` or `not_then`."""
    others = (*(each for each in FOLLOWERS if each != follower), *MEASURES, *NUMBERS, "share", "of")
    alone = _alone(reading, node, path, follower, others)
    then = read_activity(reading, node, path, follower)
    rows = read_rows(reading, node, path, activity)
    same, span = None, None
    fine = True
    if "same" in node.keys:
        same = reading.attempt((*path, "same"), column_name, node.at("same"))
        fine = same is not None
        if same is not None and activity is not None and then is not None:
            for source in dict.fromkeys((activity[0], then[0])):
                reading.references.append(Reference(source, same, (*path, "same"), Use.MATCH))
    if "within" in node.keys:
        span = reading.attempt((*path, "within"), lambda child: hours(scalar(child).value), node.at("within"))
        fine = fine and span is not None
    if rows is None or then is None or not (fine and alone):
        return None
    return Followed(rows, follower == "then", Rows(*then), same, span)


def _share(reading: Reading, node: MappingNode, path: Path, activity: Activity | None) -> Share | None:
    alone = _alone(reading, node, path, "share", MEASURES)
    part = None
    if activity is not None:
        part = RowReader(activity[0]).read(reading, node.at("share"), (*path, "share"))
    rows = read_rows(reading, node, path, activity)
    of, of_is_fine = None, True
    if "of" in node.keys:
        of = reading.attempt((*path, "of"), column_name, node.at("of"))
        of_is_fine = of is not None
        if of is not None and activity is not None:
            reading.references.append(Reference(activity[0], of, (*path, "of"), Use.MEASURE, measure=MeasureKind.SUM))
    number, number_is_fine = read_number(reading, node, path, in_percent=True)
    if number is None and number_is_fine:
        message = "`share` has nothing to be compared with"
        reading.problems.error_on_key("A105", (*path, "share"), message, "add a share, e.g. `more_than: 40%`")
    if rows is None or part is None or number is None or not (of_is_fine and alone):
        return None
    return Share(rows, part, number, of)


def _goes_with(reading: Reading, node: MappingNode, path: Path, words: tuple[str, ...], what: str) -> bool:
    """Whether none of the words is here; called where `what`, which they need, is not."""
    found = next((word for word in words if word in node.keys), None)
    if found is not None:
        reading.problems.error_on_key(
            "A106", (*path, found), f"`{found}` goes with {what}", f"add {what}, or remove it"
        )
    return found is None


def _alone(reading: Reading, node: MappingNode, path: Path, word: str, others: tuple[str, ...]) -> bool:
    """Whether none of the others stands beside the word."""
    found = next((key for key in node.keys if key in others), None)
    if found is not None:
        message = f"`{word}` and `{found}` cannot stand together"
        reading.problems.error_on_key("A106", (*path, found), message, "make two conditions of it")
    return found is None


def _over(node: Node) -> Decimal:
    return exact_share(scalar(node).value)


def _days(node: Node) -> int:
    found = whole_number(scalar(node).value)
    if found < _FEWEST_DAYS:
        raise WrongValueError("A104", MISUNDERSTOOD, f"write at least `{_FEWEST_DAYS}`: a gap has two ends")
    return found


def _measure_fits(reading: Reading, path: Path, measure: Measure, number: NumberTest | None) -> bool:
    if measure.column is not None and number is None:
        message = f"`{measure.kind}` has nothing to be compared with"
        reading.problems.error_on_key(
            "A105", (*path, measure.kind.value), message, "add a number, e.g. `at_least: 500`"
        )
        return False
    if measure.kind in {MeasureKind.COUNT, MeasureKind.DISTINCT} and not _is_whole(number):
        word = "between" if isinstance(number, Between) else number.comparator.value if number else ""
        reading.problems.error("A100", (*path, word), f"`{word}` must be a whole number here", "it counts rows")
        return False
    return True


def _is_whole(number: NumberTest | None) -> bool:
    match number:
        case None:
            return True
        case Compare(_, value):
            return isinstance(value, int)
        case Between(low, high):
            return isinstance(low, int) and isinstance(high, int)
