"""Compiled conditions over real CSV and Parquet files give exactly the people that the documentation gives by hand."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consentric.model import conditions as c
from consentric.model import row_tests as r
from consentric.model.project import Source
from consentric.model.time import Ago, Duration, OnDate, Unit, Window

from . import busy
from .plain import Town, World, compare, fits
from .plain_people import form_people, value_digest
from .room import (
    COPENHAGEN,
    NOW,
    Cell,
    Row,
    Rows,
    Setting,
    consent_rules,
    evaluated,
    fitting,
    people_of,
    write_csv,
    write_parquet,
)
from .strategies import BASE, NEW_YORK, NOWS, columns, conditions, rows, sources

LONG = "CONSENTRIC_LONG" in os.environ
RULES_A_SHOP = 25
SHOPS = 400 if LONG else 6
BUSY_SHOPS = 200 if LONG else 10
few = settings(
    max_examples=SHOPS,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
)
UNITS = st.sampled_from(["us", "ms", "ns"])
AT = {"orders": "ordered_at", "web": "occurred_at"}
EVENT = {"web": "event"}


def write_shop(root: Path, shop: Rows, ending: str, unit: str) -> None:
    for name, found in columns(unit).items():
        if ending == "csv":
            write_csv(root / f"{name}.csv", shop[name], [each.name for each in found])
        else:
            write_parquet(root / f"{name}.parquet", shop[name], {each.name: each.type for each in found})
    names = ("customer_id", "email", "first", "second", "given_at", "withdrawn_at")
    nothing: list[Row] = [dict.fromkeys(names, "")]
    if ending == "csv":
        write_csv(root / "consents.csv", nothing, names)
    else:
        write_parquet(root / "consents.parquet", nothing, dict.fromkeys(names, pa.string()))


def found_by_engine(
    shop: Rows, who: Mapping[str, c.Condition], ending: str, unit: str, now: datetime
) -> dict[str, set[frozenset[bytes]]]:
    """The people of each audience, as the sets of digests of their keys."""
    with tempfile.TemporaryDirectory() as folder:
        write_shop(Path(folder), shop, ending, unit)
        con = evaluated(Setting(sources(ending), consent_rules(), audiences=who, now=now), Path(folder))
    keys: dict[int, set[bytes]] = {}
    for key, person in people_of(con).items():
        keys.setdefault(person, set()).add(key)
    found = {name: {frozenset(keys[person]) for person in fitting(con, name)} for name in who}
    con.close()
    return found


def found_by_hand(shop: Rows, who: Mapping[str, c.Condition], now: datetime) -> dict[str, set[frozenset[bytes]]]:
    """The same, from the documentation."""
    people = form_people(sources("csv"), {**shop, "consents": []}, "customer_id")
    town = Town(who, [])
    worlds = {
        frozenset(map(value_digest, person.values)): World(
            now, COPENHAGEN, {"web": NEW_YORK}, person.rows, AT, EVENT, town
        )
        for person in people
    }
    town.people.extend(worlds.values())
    return {name: {keys for keys, world in worlds.items() if fits(rule, world)} for name, rule in who.items()}


def as_text(shop: Rows) -> Rows:
    """The shop as CSV knows it: every cell a text."""
    return {name: [{key: _spelled(cell) for key, cell in row.items()} for row in found] for name, found in shop.items()}


def _spelled(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)


def numbered(rules: Sequence[c.Condition]) -> dict[str, c.Condition]:
    return {f"a{number}": rule for number, rule in enumerate(rules)} | {"base": BASE}


@given(
    shop=rows("us"),
    rules=st.lists(conditions(), min_size=RULES_A_SHOP, max_size=RULES_A_SHOP),
    now=st.sampled_from(NOWS),
)
@few
def test_csv_is_read_as_documented(shop: Rows, rules: Sequence[c.Condition], now: datetime) -> None:
    """Any rule over any shop in CSV, where every cell is text."""
    who = numbered(rules)
    assert found_by_engine(shop, who, "csv", "us", now) == found_by_hand(as_text(shop), who, now)


@given(
    shop=rows("us"),
    rules=st.lists(conditions(), min_size=RULES_A_SHOP, max_size=RULES_A_SHOP),
    now=st.sampled_from(NOWS),
    unit=UNITS,
)
@few
def test_parquet_is_read_as_documented(shop: Rows, rules: Sequence[c.Condition], now: datetime, unit: str) -> None:
    """Any rule over any shop in Parquet, where numbers, dates, instants and truths have their own types."""
    who = numbered(rules)
    shop = coarse(shop) if unit == "ms" else shop
    assert found_by_engine(shop, who, "parquet", unit, now) == found_by_hand(shop, who, now)


@given(
    shop=rows("us"),
    rules=st.lists(conditions(portable=True), min_size=RULES_A_SHOP, max_size=RULES_A_SHOP),
    now=st.sampled_from(NOWS),
)
@few
def test_csv_and_parquet_give_the_same_people(shop: Rows, rules: Sequence[c.Condition], now: datetime) -> None:
    """The same rows, once as text and once with types; only `is` may look at the type of a column."""
    who = numbered(rules)
    assert found_by_engine(shop, who, "csv", "us", now) == found_by_engine(shop, who, "parquet", "us", now)


def test_what_people_do_is_read_as_documented() -> None:
    """Busy shops in both formats; every kind of rule fits some of the people and not the others."""
    tally: dict[str, set[bool]] = {}
    for seed in range(BUSY_SHOPS):
        rng, now = Random(seed), NOWS[seed % len(NOWS)]
        shop, ending = busy.shop(rng, now), ("csv", "parquet")[seed % 2]
        rules = busy.rules(rng, now, 50)
        who = numbered(rules)
        found = found_by_hand(as_text(shop) if ending == "csv" else shop, who, now)
        assert found_by_engine(shop, who, ending, "us", now) == found, f"seed {seed}"
        for kind, people in zip(busy.kinds(rules), found.values(), strict=False):
            tally.setdefault(kind, set()).add(0 < len(people) < busy.PEOPLE)
    assert [kind for kind, seen in tally.items() if True not in seen] == []


def coarse(shop: Rows) -> Rows:
    """Instants to the millisecond."""
    return {name: [{key: _coarse(cell) for key, cell in row.items()} for row in found] for name, found in shop.items()}


def _coarse(cell: Cell) -> Cell:
    return cell.replace(microsecond=cell.microsecond // 1000 * 1000) if isinstance(cell, datetime) else cell


EMPTY: Rows = {name: [] for name in columns("us")}
BOUGHT: list[Row] = [
    {"customer_id": "1", "ordered_at": "2026-11-01", "item": item, "amount": amount, "paid": paid}
    for item, amount, paid in (("gold", 1, "2"), (" GOLD ", 4, "1,5"), ("", None, ""), ("silver", 4, " 10 "))
]
MEASURED = {
    ("count", None): 4,
    ("sum", "amount"): 9,
    ("average", "amount"): 3,
    ("min", "amount"): 1,
    ("max", "amount"): 4,
    ("sum", "paid"): 12,
    ("average", "paid"): 6,
    ("min", "paid"): 2,
    ("max", "paid"): 10,
    ("distinct", "item"): 2,
}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_each_measure_of_the_same_rows(ending: str) -> None:
    """Nulls, blanks and what is no number do not count; every comparison at, below and above the value."""
    who: dict[str, c.Condition] = {}
    expected = set()
    for (kind, column), value in MEASURED.items():
        for how in r.Comparator:
            for limit in (value - 1, value, value + 1):
                name = f"{kind}_{column}_{how}_{limit}"
                who[name] = c.Did(
                    c.Rows("orders"), measure=c.Measure(c.MeasureKind(kind), column), number=r.Compare(how, limit)
                )
                expected |= {name} if compare(how, Fraction(value), Fraction(limit)) else set()
    found = found_by_engine({**EMPTY, "orders": BOUGHT}, who, ending, "us", NOW)
    assert {name for name, people in found.items() if people} == expected


ONE = {"customer_id": "1", "email": "a@x.dk"}


def of_one(
    who: c.Condition, *, ending: str = "csv", unit: str = "us", now: datetime = NOW, **cells: Sequence[Row]
) -> bool:
    """Whether the only person of a shop fits."""
    shop = {**EMPTY, "customers": [ONE], **cells}
    return bool(found_by_engine(shop, {"a": who}, ending, unit, now)["a"])


@pytest.mark.parametrize("word", ["nan", "Infinity", "-inf", "sNaN", "1_0", "1e30", "x'; drop table people; --", "\0"])
@pytest.mark.parametrize("test", [r.Is, r.IsNot])
def test_any_word_may_be_asked_of_a_number(word: str, test: type[r.Is | r.IsNot]) -> None:
    """What is no number equals no number; nothing fails."""
    who = c.Field("customers", "score", test((word,)))
    assert of_one(who, ending="parquet", customers=[{**ONE, "score": 10}]) is (test is r.IsNot)


@pytest.mark.parametrize("limit", [10**30, -(10**30), 10**38, 10**60, Decimal("1e-12"), Decimal("0.1234567890123")])
def test_any_number_may_be_a_limit(limit: r.Quantity) -> None:
    """Limits beyond what a column can hold compare like any other number."""
    cells: dict[str, list[Row]] = {
        "customers": [{**ONE, "score": 10, "spent": "10"}],
        "orders": [{"customer_id": "1", "ordered_at": "2026-11-01", "amount": 10}],
    }
    least = r.Compare(r.Comparator.AT_LEAST, limit)
    rules = (
        c.Field("customers", "score", least),
        c.Field("customers", "spent", least),
        c.Did(c.Rows("orders"), measure=c.Measure(c.MeasureKind.SUM, "amount"), number=least),
    )
    for ending in ("csv", "parquet"):
        for rule in rules:
            assert of_one(rule, ending=ending, **cells) is (limit <= 10), rule  # type: ignore[operator]


def test_a_wild_number_spoils_nobody_elses_sum() -> None:
    """Cells at the edge of what a number may be do not stop the run."""
    wild = {"customer_id": "2", "ordered_at": "2026-11-01", "paid": "9" * 29}
    tame = {"customer_id": "1", "ordered_at": "2026-11-01", "paid": "5"}
    who = c.Did(
        c.Rows("orders"), measure=c.Measure(c.MeasureKind.SUM, "paid"), number=r.Compare(r.Comparator.EXACTLY, 5)
    )
    assert of_one(who, orders=[wild, wild, wild, tame])


@pytest.mark.parametrize(
    "window",
    [Window(until=OnDate(date.max)), Window(since=OnDate(date.min)), Window(OnDate(date.min), OnDate(date.max))],
)
def test_a_window_may_reach_to_the_ends_of_the_calendar(window: Window) -> None:
    """`until: 9999-12-31` is what people write for ever."""
    assert of_one(c.Did(c.Rows("orders", window=window)), orders=[{"customer_id": "1", "ordered_at": "2026-11-01"}])
    assert of_one(c.Field("customers", "seen", r.Within(window)), customers=[{**ONE, "seen": NOW}])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_an_instant_is_the_same_instant_in_any_unit(unit: str) -> None:
    """Parquet files of pandas hold nanoseconds; the zone of the source is no matter where the instant has its own."""
    yesterday = Window(since=Ago(Duration(1, Unit.DAY)))
    types = {"customer_id": pa.string(), "email": pa.string(), "seen": pa.timestamp(unit, tz="UTC")}
    before, after = datetime(2026, 11, 21, 22, 30, tzinfo=UTC), datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    for moment, wanted in ((before, False), (after, True)):
        with tempfile.TemporaryDirectory() as folder:
            write_shop(Path(folder), EMPTY, "parquet", "us")
            write_parquet(Path(folder) / "customers.parquet", [{**ONE, "seen": moment}], types)
            abroad = tuple(replace(each, timezone=NEW_YORK) for each in sources("parquet"))
            who = {"a": c.Field("customers", "seen", r.Within(yesterday))}
            con = evaluated(Setting(abroad, consent_rules(), audiences=who), Path(folder))
            assert bool(fitting(con, "a")) is wanted
            con.close()


GLOBS = {
    "whole and broken numbers": (
        pa.int64(),
        100,
        pa.float64(),
        99.5,
        r.Compare(r.Comparator.AT_LEAST, Decimal("99.75")),
    ),
    "small and large numbers": (pa.int8(), 100, pa.int64(), 1000, r.Compare(r.Comparator.AT_LEAST, 500)),
    "coarse and fine decimals": (
        pa.decimal128(9, 0),
        100,
        pa.decimal128(9, 2),
        Decimal("0.5"),
        r.Compare(r.Comparator.AT_LEAST, 1),
    ),
}


@pytest.mark.parametrize("case", GLOBS)
def test_files_of_one_pattern_may_type_a_number_differently(case: str) -> None:
    """A month of whole amounts beside one with cents: no amount is rounded to the type of the first file."""
    first, large, second, small, test = GLOBS[case]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_shop(root, EMPTY, "parquet", "us")
        (root / "customers.parquet").unlink()
        for number, (type_, cell) in enumerate(((first, large), (second, small)), start=1):
            types = {"customer_id": pa.string(), "email": pa.string(), "score": type_}
            write_parquet(root / f"customers{number}.parquet", [{"customer_id": str(number), "score": cell}], types)
        globbed = (replace(sources("parquet")[0], file="customers*.parquet"), *sources("parquet")[1:])
        con = evaluated(Setting(globbed, consent_rules(), audiences={"a": c.Field("customers", "score", test)}), root)
        assert len(fitting(con, "a")) == 1
        con.close()


def test_files_of_one_pattern_may_order_their_columns_differently() -> None:
    """Cells are found by the name of their column, in every file."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_shop(root, EMPTY, "csv", "us")
        (root / "customers.csv").write_text("customer_id,email,tier\n1,a@x.dk,gold\n")
        (root / "customers2.csv").write_text("tier,email,customer_id\ngold,b@x.dk,2\n")
        globbed: tuple[Source, ...] = (replace(sources("csv")[0], file="customers*.csv"), *sources("csv")[1:])
        con = evaluated(
            Setting(globbed, consent_rules(), audiences={"a": c.Field("customers", "tier", r.Is(("gold",)))}), root
        )
        assert len(fitting(con, "a")) == 2
        con.close()
