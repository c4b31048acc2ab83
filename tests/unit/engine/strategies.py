"""Invented shops and rules for property tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
from hypothesis import strategies as st

from consentric.model import conditions as c
from consentric.model import row_tests as r
from consentric.model.project import Source
from consentric.model.time import (
    ALWAYS,
    Ago,
    DayOfYear,
    DaysAhead,
    Duration,
    Month,
    MonthsAgo,
    OnDate,
    Season,
    Unit,
    Window,
)

from .room import CUSTOMER, EMAIL, Cell, Row

NEW_YORK: Final = ZoneInfo("America/New_York")
NOWS: Final = (
    datetime(2026, 11, 23, 4, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 12, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 10, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 22, 59, 59, 999999, tzinfo=UTC),
)
DAYS: Final = tuple(
    date.fromisoformat(each)
    for each in """
    2024-02-29 2025-11-23 2026-01-31 2026-02-01 2026-02-28 2026-03-28 2026-03-29 2026-03-30 2026-10-24 2026-10-25
    2026-10-26 2026-11-21 2026-11-22 2026-11-23 2026-11-24 2027-01-01 2028-02-28 2028-02-29
    """.split()  # noqa: SIM905 - one word a day
)
CLOCKS: Final = ("00:00:00", "04:30:00", "12:00:00.250000", "22:59:59.999999", "23:00:00", "23:59:59")
OFFSETS: Final = ("Z", "+01:00", "+02:00", "-05:00", "+05:30")
WORDS: Final = (
    "gold",
    "Gold",
    " GOLD ",
    "silver",
    "Sølv\u00a0",
    "SØLV",
    "so\u0308lv",
    "sölv",
    "",
    "  ",
    "n/a",
    "12",
    "0800",
)
NUMBERS: Final = (0, 1, 2, 12, -3, Decimal("0.25"), Decimal("12.5"), Decimal("-0.5"), 800, 1000000)
MONEY: Final = ("12", " 12 ", "12.50", "-3", "+7", "0.25", "1,5", "1.000,00", "12 kr", "abc", "", " ", "800")
TEXT_DATES: Final = ("01-11-2026", "soon", "", " ", "2026-13-01", "2026-02-30")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one of the invented sources, and how Parquet types it."""

    name: str
    type: pa.DataType
    cells: st.SearchStrategy[Cell]


def _dates() -> st.SearchStrategy[str]:
    days = st.sampled_from(DAYS)
    naive = st.builds(
        lambda day, sign, clock: f"{day}{sign}{clock}", days, st.sampled_from("T "), st.sampled_from(CLOCKS)
    )
    fixed = st.builds(lambda moment, offset: moment + offset, naive, st.sampled_from(OFFSETS))
    return st.one_of(days.map(str), naive, fixed, days.map(lambda day: f" {day} "), st.sampled_from(TEXT_DATES))


def _instants() -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda day, clock, offset: datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC),
        st.sampled_from(DAYS),
        st.sampled_from(CLOCKS),
        st.sampled_from(OFFSETS),
    )


def _naive() -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda day, clock: datetime.fromisoformat(f"{day}T{clock}"), st.sampled_from(DAYS), st.sampled_from(CLOCKS)
    )


def _or_none(cells: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    return st.one_of(st.none(), cells, cells, cells)


TEXT, AMOUNT = pa.string(), pa.decimal128(20, 4)
IDS: Final = st.sampled_from(["1", "2", "3", " 2 ", "03", "", "4"])
ADDRESSES: Final = st.sampled_from(["a@x.dk", " A@X.dk", "b@x.dk", "c@x.dk", "n/a", "", "d@x.dk"])


def _words() -> st.SearchStrategy[Cell]:
    return _or_none(st.sampled_from(WORDS))


def columns(unit: str) -> Mapping[str, tuple[Column, ...]]:
    """The invented sources; `unit` is how finely Parquet keeps instants."""
    fixed, local = pa.timestamp(unit, tz="UTC"), pa.timestamp(unit)
    return {
        "customers": (
            Column("customer_id", TEXT, _or_none(IDS)),
            Column("email", TEXT, _or_none(ADDRESSES)),
            Column("tier", TEXT, _words()),
            Column("score", AMOUNT, _or_none(st.sampled_from(NUMBERS))),
            Column("joined", pa.date32(), _or_none(st.sampled_from(DAYS))),
            Column("seen", fixed, _or_none(_instants())),
            Column("vip", pa.bool_(), _or_none(st.booleans())),
            Column("spent", TEXT, _or_none(st.sampled_from(MONEY))),
        ),
        "newsletter": (
            Column("email", TEXT, _or_none(ADDRESSES)),
            Column("status", TEXT, _words()),
            Column("since", TEXT, _or_none(_dates())),
        ),
        "orders": (
            Column("customer_id", TEXT, _or_none(IDS)),
            Column("ordered_at", TEXT, _or_none(_dates())),
            Column("item", TEXT, _words()),
            Column("amount", AMOUNT, _or_none(st.sampled_from(NUMBERS))),
            Column("paid", TEXT, _or_none(st.sampled_from(MONEY))),
            Column("delivered", local, _or_none(_naive())),
        ),
        "web": (
            Column("email", TEXT, _or_none(ADDRESSES)),
            Column("occurred_at", local, _or_none(_naive())),
            Column("event", TEXT, _or_none(st.sampled_from(["download", "Download ", "view", "", " "]))),
            Column("page", TEXT, _words()),
        ),
    }


def sources(ending: str) -> tuple[Source, ...]:
    return (
        Source("customers", f"customers.{ending}", (CUSTOMER, EMAIL)),
        Source("newsletter", f"newsletter.{ending}", (EMAIL,)),
        Source("orders", f"orders.{ending}", (CUSTOMER,), at="ordered_at"),
        Source("web", f"web.{ending}", (EMAIL,), at="occurred_at", event="event", people=False, timezone=NEW_YORK),
        Source("consents", f"consents.{ending}", (CUSTOMER, EMAIL), people=False),
    )


def rows(unit: str, most: int = 6) -> st.SearchStrategy[dict[str, list[Row]]]:
    return st.fixed_dictionaries(
        {
            name: st.lists(st.fixed_dictionaries({each.name: each.cells for each in found}), max_size=most)
            for name, found in columns(unit).items()
        }
    )


COUNTS: Final[st.SearchStrategy[Any]] = st.integers(-1, 3)
AMOUNTS: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [0, 1, 2, 12, -3, 800, Decimal("0.25"), Decimal("12.5"), Decimal("12.50"), Decimal("-0.5")]
)
ORDERINGS: Final = st.sampled_from([each for each in r.Comparator if each is not r.Comparator.EXACTLY])
SPANS: Final = st.builds(Duration, st.integers(0, 40), st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR]))
BOUNDS: Final = st.one_of(SPANS.map(Ago), st.sampled_from(DAYS).map(OnDate))
DAYS_OF_YEAR: Final = st.sampled_from(
    [DayOfYear(*each) for each in ((2, 28), (2, 29), (3, 1), (10, 25), (11, 22), (12, 31))]
)
PERIODS: Final = st.one_of(
    st.sampled_from([MonthsAgo(0), MonthsAgo(1), Month(2026, 2), Month(2026, 10), Month(2028, 2)]),
    st.builds(Season, DAYS_OF_YEAR, DAYS_OF_YEAR),
)
WINDOWS: Final = st.one_of(
    st.just(ALWAYS),
    st.builds(Window, since=BOUNDS),
    st.builds(Window, until=BOUNDS),
    st.builds(Window, BOUNDS, BOUNDS),
    st.builds(Window, during=PERIODS),
)
ANNIVERSARIES: Final = st.sampled_from([MonthsAgo(0), DaysAhead(1), DaysAhead(7), DaysAhead(40), DaysAhead(366)])
SHARES: Final = st.sampled_from([Decimal(each) for each in ("0", "0.1", "0.25", "0.333333", "0.5", "0.7", "1", "2.5")])
FRAGMENTS: Final = st.sampled_from(["gold", " G", "l", "Ø", "sö", "2", "'", "%", "old "])


_DAY_WORDS: Final[st.SearchStrategy[Any]] = st.sampled_from([*DAYS, "2026-11-23", "x"])


def _ends(values: st.SearchStrategy[r.Quantity]) -> st.SearchStrategy[r.Between]:
    return st.tuples(values, values).map(lambda pair: r.Between(*sorted(pair)))


def _numbers(
    values: st.SearchStrategy[r.Quantity], orderings: st.SearchStrategy[r.Comparator]
) -> st.SearchStrategy[r.Test]:
    return st.one_of(st.builds(r.Compare, orderings, values), _ends(values))


def _dated() -> st.SearchStrategy[r.Test]:
    windows = WINDOWS.filter(lambda window: window != ALWAYS).map(r.Within)
    return st.one_of(_numbers(st.sampled_from(DAYS), ORDERINGS), windows, ANNIVERSARIES.map(r.Recurs))


def _is(values: st.SearchStrategy[r.Scalar]) -> st.SearchStrategy[r.Test]:
    several = st.lists(values, min_size=1, max_size=3).map(tuple)
    return st.one_of(several.map(r.Is), several.map(r.IsNot))


def tests_of(column: Column, *, portable: bool) -> st.SearchStrategy[r.Test]:
    """Tests that make sense on a column; `portable` ones mean the same however the source types it."""
    exists = st.booleans().map(r.Exists)
    if column.type == TEXT:
        words = _is(st.sampled_from([word for word in WORDS if word.strip()]))
        parts = st.builds(r.Text, st.sampled_from(list(r.TextMatch)), FRAGMENTS)
        return st.one_of(exists, words, parts, _numbers(AMOUNTS, ORDERINGS), _dated())
    if column.type == AMOUNT:
        whole: st.SearchStrategy[Any] = st.sampled_from([0, 1, 12, -3, "800", Decimal("12.5")])
        return st.one_of(exists, _numbers(AMOUNTS, ORDERINGS), *([] if portable else [_is(whole)]))
    if column.type == pa.bool_():
        return st.one_of(exists, _is(st.sampled_from([True, False, "true", "ja"])))
    days = st.one_of(exists, _dated())
    return days if portable else st.one_of(days, _is(_DAY_WORDS))


def conditions(*, portable: bool = False) -> st.SearchStrategy[c.Condition]:
    found = columns("us")
    facts = [_field(name, each, portable) for name in ("customers", "newsletter") for each in _testable(found[name])]
    acts = [_acts("orders", found["orders"], None, portable)]
    acts += [_acts("web", found["web"], st.sampled_from([None, "download", "view"]), portable)]
    leaves: st.SearchStrategy[c.Condition] = st.one_of(*facts, *acts, *acts, *acts)
    return st.recursive(leaves, _grown(c.All, c.Any, c.Not), max_leaves=4)


BASE: Final = c.Any((c.Field("customers", "tier", r.Exists(True)), c.Did(c.Rows("orders"))))
"""The rule of the audience `base`, which others ask for."""


@st.composite
def _quiet(draw: st.DrawFn, drawn: Callable[[], st.SearchStrategy[Any]]) -> Any:
    """The same strategy without the long list of its parts in every message."""
    return draw(drawn())


def _testable(found: tuple[Column, ...]) -> list[Column]:
    return [each for each in found if each.name not in {"customer_id", "email"}]


def _grown(every: Callable[..., Any], any_: Callable[..., Any], no: Callable[..., Any]) -> Callable[..., Any]:
    def grow(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(part, min_size=1, max_size=3).map(tuple)
        return st.one_of(several.map(every), several.map(any_), part.map(no))

    return grow


def _field(source: str, column: Column, portable: bool) -> st.SearchStrategy[c.Condition]:
    return st.builds(c.Field, st.just(source), st.just(column.name), tests_of(column, portable=portable))


def _acts(
    source: str, found: tuple[Column, ...], events: st.SearchStrategy[str | None] | None, portable: bool
) -> st.SearchStrategy[c.Condition]:
    tests = [st.builds(r.RowTest, st.just(each.name), tests_of(each, portable=portable)) for each in _testable(found)]
    deeper = st.recursive(st.one_of(*tests), _grown(r.RowAll, r.RowAny, r.RowNot), max_leaves=3)
    wheres = _quiet(lambda: st.one_of(st.none(), deeper))
    event = st.none() if events is None else events
    names = {each.name for each in found}
    measured = [each for each in ("amount", "paid") if each in names]
    counted = st.builds(c.Rows, st.just(source), event, wheres, WINDOWS)
    endless = st.builds(c.Rows, st.just(source), event, wheres)
    kinds = [each for each in c.MeasureKind if each not in {c.MeasureKind.COUNT, c.MeasureKind.DISTINCT}]
    numeric = st.builds(c.Measure, st.sampled_from(kinds), st.sampled_from(measured or ["page"]))
    text = "item" if "item" in names else "page"
    different = st.just(c.Measure(c.MeasureKind.DISTINCT, text))
    passes = _quiet(lambda: st.one_of(*tests))
    sums = st.sampled_from([None, *measured])
    then = st.one_of(st.just(c.Rows("orders")), st.builds(c.Rows, st.just("web"), st.sampled_from([None, "view"])))
    measures = (
        st.one_of(st.just(c.Measure()), different, numeric) if measured else st.one_of(st.just(c.Measure()), different)
    )
    sizes = st.one_of(st.integers(1, 5), SHARES.filter(lambda share: 0 < share <= 1))
    acts: list[st.SearchStrategy[c.Condition]] = [
        st.builds(c.Did, counted, st.just(c.Measure()), _counts()),
        st.builds(c.Did, counted),
        st.builds(c.Did, counted, different, _counts()),
        st.builds(c.DidNot, counted),
        st.builds(c.Edge, st.sampled_from(list(c.End)), endless, st.one_of(st.none(), passes), WINDOWS),
        st.builds(c.Overdue, endless, SHARES, st.integers(2, 4)),
        st.builds(
            c.Followed,
            counted,
            st.booleans(),
            then,
            st.none(),
            st.sampled_from([None, 1, 24, 168, 24 * 365]),
        ),
        st.builds(
            c.Followed,
            counted,
            st.booleans(),
            st.builds(c.Rows, st.just(source), event),
            st.sampled_from([None, text, *measured]),
            st.sampled_from([None, 24 * 30]),
        ),
        st.builds(c.Share, counted, passes, _in_proportion(), sums),
        st.builds(c.Ranked, st.sampled_from(list(c.Side)), sizes, counted, measures),
        st.builds(c.Ranked, st.sampled_from(list(c.Side)), sizes, counted, measures, st.just("base")),
        st.just(c.InAudience("base")),
    ]
    if measured:
        numbers = _numbers(AMOUNTS, st.sampled_from(list(r.Comparator)))
        acts.append(st.builds(c.Did, counted, numeric, numbers))
    return st.one_of(*acts)


def _in_proportion() -> st.SearchStrategy[r.NumberTest]:
    return st.one_of(st.builds(r.Compare, st.sampled_from(list(r.Comparator)), SHARES), _ends(SHARES))


def _counts() -> st.SearchStrategy[r.NumberTest]:
    return st.one_of(st.builds(r.Compare, st.sampled_from(list(r.Comparator)), COUNTS), _ends(COUNTS))
