"""Who fits an audience."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tiny_shop import Judge, names

CUSTOMERS = "1,a@post.example,,Anna,,8000,DK\n2,b@post.example,,bo,,,\n3,,,,,0800,no"
ORDERS = """
    1,2026-11-01T10:00:00Z,paid,100.50,
    1,2026-10-01,Paid ,99.5,gift
    1,2026-10-02,refunded,5000,
    2,2026-08-25 00:00:00,paid,40,
    2,2026-08-24 23:59:59,paid,60,
    2,2027-01-01,paid,1000,
    3,,paid,10,
    3,not a day,paid,10,
"""


@pytest.mark.parametrize(
    ("who", "fitting"),
    [
        ("{did: orders}", {"1", "2"}),
        ("{did: orders, at_least: 2}", {"1", "2"}),
        ("{did: orders, at_most: 2}", {"1", "2"}),
        ("{did: orders, exactly: 1}", set()),
        ("{did_not: orders}", {"3"}),
        ("{did: orders, in_the_last: 90 days}", {"1", "2"}),
        ("{did: orders, in_the_last: 90 days, at_least: 2}", {"1"}),
        ("{did: orders, until: 2026-08-24}", {"2"}),
        ("{did: orders, since: 2026-08-25, until: 2026-08-25}", {"2"}),
        ("{did: orders, since: 2 months ago, until: 1 month ago}", {"1"}),
        ("{did_not: orders, in_the_last: 30 days}", {"2", "3"}),
        ("{did: orders, sum: amount, at_least: 200}", {"1"}),
        ("{did: orders, sum: amount, more_than: 200}", set()),
        ("{did: orders, average: amount, between: [50, 99]}", {"2"}),
        ("{did: orders, min: amount, less_than: 50}", {"2"}),
        ("{did: orders, max: amount, more_than: 100}", {"1"}),
        ("{did: orders, distinct: amount, exactly: 2}", {"1", "2"}),
        ("{did: orders, where: {field: note, is: GIFT}}", {"1"}),
        ("{did: orders, where: {field: note, is_not: gift}}", {"1", "2"}),
        ("{did: orders, where: {field: amount, between: [60, 99.5]}}", {"1", "2"}),
        ("{did: orders, where: {all: [{field: amount, at_most: 50}, {not: {field: note, exists: true}}]}}", {"2"}),
        ("{field: customers.country, is: [dk, NO]}", {"1", "3"}),
        ("{field: customers.country, is_not: [DK]}", {"2", "3"}),
        ("{field: customers.country, exists: false}", {"2"}),
        ("{field: customers.postcode, is: 0800}", {"3"}),
        ("{field: customers.first_name, starts_with: B}", {"2"}),
        ("{field: customers.email, ends_with: '@post.example'}", {"1", "2"}),
        ("[{field: customers.country, exists: true}, {did: orders}]", {"1"}),
        ("{any: [{field: customers.country, is: NO}, {did: orders, in_the_last: 30 days}]}", {"1", "3"}),
        ("{not: {did: orders}}", {"3"}),
    ],
)
def test_a_condition_fits_exactly_these(judge: Judge, who: str, fitting: set[str]) -> None:
    """Each condition of the first slice, on rows that lie on its edges."""
    assert names(judge(who, customers=CUSTOMERS, orders=ORDERS).audiences["some"].rule) == fitting


@pytest.mark.parametrize(
    ("now", "days", "fitting"),
    [("22:30", 9, {"2"}), ("22:30", 10, {"1", "2"}), ("23:30", 10, {"2"})],
)
def test_days_are_local_days(judge: Judge, now: str, days: int, fitting: set[str]) -> None:
    """23:30 UTC is tomorrow in Copenhagen: `today` and the day of a row are counted there."""
    orders = "1,2026-11-13T22:30:00Z,paid,1,\n2,2026-11-13T23:30:00Z,paid,1,"
    moment = datetime.fromisoformat(f"2026-11-23T{now}:00+00:00")
    judged = judge(f"{{did: orders, in_the_last: {days} days}}", now=moment, orders=orders)
    assert names(judged.audiences["some"].rule) == fitting


def test_months_clamp(judge: Judge) -> None:
    """One month before 31 March is 28 February."""
    orders = "1,2026-02-28,paid,1,\n2,2026-02-27,paid,1,"
    judged = judge("{did: orders, in_the_last: 1 month}", now=datetime(2026, 3, 31, 12, tzinfo=UTC), orders=orders)
    assert names(judged.audiences["some"].rule) == {"1"}


def test_an_exclusion_uses_the_rule_without_its_own_exclusions(judge: Judge) -> None:
    """`a` excludes `b`, `b` excludes everybody: `a` still loses whom `b`'s rule fits."""
    audiences = {
        "a": "{who: {field: customers.customer_id, exists: true}, exclude: b}",
        "b": "{who: {field: customers.country, is: DK}, exclude: everybody}",
        "everybody": "{who: {field: customers.customer_id, exists: true}, send_to: []}",
    }
    judged = judge(audiences, customers=CUSTOMERS).audiences
    assert names(judged["a"].rule) == {"1", "2", "3"}
    assert names(judged["a"].excluded) == {"1"}
    assert judged["everybody"].lists == {}


def test_a_word_that_the_judge_does_not_know_is_an_error(judge: Judge) -> None:
    """Better no sentence than one on half of the condition."""
    with pytest.raises(ValueError, match="overdue_by"):
        judge("{did: orders, overdue_by: 50%}", orders=ORDERS)
