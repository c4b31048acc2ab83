"""Shops full of activity and rules that fit some of their people: what Hypothesis draws is mostly too empty for that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from consentric.model import conditions as c
from consentric.model import row_tests as r
from consentric.model.time import (
    ALWAYS,
    Ago,
    DayOfYear,
    DaysAhead,
    Duration,
    MonthsAgo,
    OnDate,
    Season,
    Unit,
    Window,
)

from .room import Row, Rows

PEOPLE: Final = 12
ITEMS: Final = ("gold", " GOLD ", "silver", "Sølv", "", None)
KINDS: Final = ("download", "Download ", "view", "view")


def shop(rng: Random, now: datetime) -> Rows:
    """A dozen customers with some forty orders and views; dates lie within two years, some at the very same instant."""
    return {
        "customers": [_customer(number, rng, now) for number in range(PEOPLE)],
        "newsletter": [
            {"email": f"p{rng.randrange(PEOPLE)}@x.dk", "status": rng.choice(ITEMS), "since": None} for _ in range(4)
        ],
        "orders": [_order(rng, now) for _ in range(40)],
        "web": [_view(rng, now) for _ in range(40)],
    }


def rules(rng: Random, now: datetime, count: int) -> list[c.Condition]:
    """Of each kind in turn."""
    makers = (_did, _edge, _edge, _overdue, _followed, _followed, _share, _ranked, _ranked, _born)
    return [makers[number % len(makers)](rng, now) for number in range(count)]


def _customer(number: int, rng: Random, now: datetime) -> Row:
    joined = rng.choice([now - timedelta(days=rng.randrange(9000)), datetime(2004, 2, 29, tzinfo=UTC)]).date()
    score = rng.choice([None, 1, 2, 12])
    return {
        "customer_id": str(number),
        "email": f"p{number}@x.dk",
        "tier": rng.choice(ITEMS),
        "score": score,
        "joined": joined,
        "seen": _at(rng, now),
        "vip": rng.choice([True, False]),
        "spent": rng.choice(["1", "12.5", "x"]),
    }


def _order(rng: Random, now: datetime) -> Row:
    person = rng.randrange(PEOPLE)
    return {
        "customer_id": str(person),
        "ordered_at": (_at(rng, now) - _gone_quiet(person)).isoformat(),
        "item": rng.choice(ITEMS),
        "amount": rng.choice([1, 2, Decimal("12.5"), -3, None, 800]),
        "paid": rng.choice(["1", " 2 ", "12.50", "n/a", "-3"]),
        "delivered": None,
    }


def _view(rng: Random, now: datetime) -> Row:
    person = rng.randrange(PEOPLE)
    return {
        "email": f"p{person}@x.dk",
        "occurred_at": (_at(rng, now) - _gone_quiet(person)).replace(tzinfo=None),
        "event": rng.choice(KINDS),
        "page": rng.choice(ITEMS),
    }


def _gone_quiet(person: int) -> timedelta:
    """Every third customer has done nothing for a year, so that some are overdue."""
    return timedelta(days=365 if person % 3 == 0 else 0)


def _at(rng: Random, now: datetime) -> datetime:
    """Often on one of few days and hours, so that rows tie and follow each other closely; sometimes in the future."""
    back = timedelta(
        days=rng.choice([0, 1, 2, 7, 7, 8, 30, 90, 200, 400, rng.randrange(700)]), hours=rng.choice([0, 0, 5, 12])
    )
    moment = now - back if rng.random() < 0.95 else now + back
    return moment.replace(microsecond=0)


def _window(rng: Random) -> Window:
    days = Duration(rng.choice([1, 7, 30, 90, 400]), Unit.DAY)
    season = Season(DayOfYear(rng.randrange(1, 13), 1), DayOfYear(rng.randrange(1, 13), 28))
    choices = [
        ALWAYS,
        ALWAYS,
        Window(since=Ago(days)),
        Window(until=Ago(days)),
        Window(during=MonthsAgo(rng.randrange(2))),
    ]
    return rng.choice([*choices, Window(during=season), Window(since=OnDate(datetime(2026, 1, 1).date()))])


def _rows(rng: Random, *, endless: bool = False) -> c.Rows:
    window = ALWAYS if endless else _window(rng)
    if rng.random() < 0.5:
        return c.Rows("web", rng.choice([None, "download", "view"]), None, window)
    where = rng.choice([None, None, _passes("orders", rng)])
    return c.Rows("orders", None, where, window)


def _passes(source: str, rng: Random) -> r.RowCondition:
    text = "item" if source == "orders" else "page"
    tests: list[r.RowCondition] = [r.RowTest(text, r.Is(("gold",))), r.RowTest(text, r.IsNot(("gold", "silver")))]
    if source == "orders":
        tests.append(r.RowTest("amount", r.Compare(r.Comparator.AT_LEAST, 2)))
    return rng.choice(tests)


def _measure(rows: c.Rows, rng: Random) -> c.Measure:
    if rows.source == "web":
        return rng.choice([c.Measure(), c.Measure(c.MeasureKind.DISTINCT, "page")])
    return rng.choice([c.Measure(), *(c.Measure(kind, rng.choice(["amount", "paid"])) for kind in _NUMERIC)])


_NUMERIC: Final = [each for each in c.MeasureKind if each not in {c.MeasureKind.COUNT, c.MeasureKind.DISTINCT}]


def _did(rng: Random, _: datetime) -> c.Condition:
    rows = _rows(rng)
    number = r.Compare(rng.choice(list(r.Comparator)), rng.choice([1, 2, 3, Decimal("12.5")]))
    return rng.choice([c.Did(rows, _measure(rows, rng), number), c.DidNot(rows)])


def _edge(rng: Random, _: datetime) -> c.Condition:
    rows = _rows(rng, endless=True)
    return c.Edge(rng.choice(list(c.End)), rows, rng.choice([None, _passes(rows.source, rng)]), _window(rng))


def _overdue(rng: Random, _: datetime) -> c.Condition:
    by = rng.choice([Decimal(each) for each in ("0", "0.1", "0.5", "1.5")])
    return c.Overdue(_rows(rng, endless=True), by, rng.choice([2, 3, 4]))


def _followed(rng: Random, _: datetime) -> c.Condition:
    rows, then = _rows(rng), _rows(rng, endless=True)
    then = c.Rows(then.source, then.event)
    same = None
    if rows.source == then.source:
        same = rng.choice([None, "item", "amount"] if rows.source == "orders" else [None, "page"])
    return c.Followed(rows, rng.choice([True, False]), then, same, rng.choice([None, 5, 24, 168, 9000]))


def _share(rng: Random, _: datetime) -> c.Condition:
    rows = _rows(rng)
    share = rng.choice([Decimal(each) for each in ("0", "0.25", "0.333333", "0.5", "1")])
    of = rng.choice([None, "amount", "paid"]) if rows.source == "orders" else None
    return c.Share(rows, _passes(rows.source, rng), r.Compare(rng.choice(list(r.Comparator)), share), of)


def _ranked(rng: Random, _: datetime) -> c.Condition:
    rows = _rows(rng)
    size: int | Decimal = rng.choice([1, 3, Decimal("0.1"), Decimal("0.333333"), Decimal("0.5"), Decimal("1")])
    side, of = rng.choice(list(c.Side)), rng.choice([None, "base"])
    return c.Ranked(side, size, rows, _measure(rows, rng), of)


def _born(rng: Random, _: datetime) -> c.Condition:
    ahead = rng.choice([MonthsAgo(0), DaysAhead(1), DaysAhead(7), DaysAhead(60)])
    return c.Field("customers", rng.choice(["joined", "seen"]), r.Recurs(ahead))


def kinds(found: Sequence[c.Condition]) -> list[str]:
    """What is tallied: the kind, and the ways in which it differs."""
    return [_kind(each) for each in found]


def _kind(condition: c.Condition) -> str:
    match condition:
        case c.Edge(end, _, was, _):
            return f"{end}{' was' if was else ''}"
        case c.Followed(_, wanted, _, same, within):
            return f"{'then' if wanted else 'not then'}{' same' if same else ''}{' within' if within else ''}"
        case c.Ranked(side, size, _, _, of):
            return f"{side} {'share' if isinstance(size, Decimal) else 'people'}{' of' if of else ''}"
        case c.Share(of=of):
            return f"share{' of' if of else ''}"
        case _:
            return type(condition).__name__
