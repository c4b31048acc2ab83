"""Tests of audiences: invented people through the very engine that real ones go through."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from consentric.errors import ConfigError, Diagnostic
from consentric.model.trials import TrialReport
from consentric.workflows import trials
from consentric.workflows.opening import Shell
from fakes import Quiet, StandingClock

ROOT = Path(__file__).parents[3]
DOCUMENT = """
    version: 1
    timezone: Europe/Copenhagen
    sources:
      customers: {file: customers.csv, key: [customer_id, email]}
      loyalty: {file: loyalty.csv, key: [customer_id, {phone: mobile}]}
      orders: {file: orders.csv, key: customer_id, at: ordered_at, only: {field: status, is: paid}}
      web: {file: web.csv, key: email, at: at, event: event, people: false}
      consents: {file: consents.csv, key: customer_id, people: false}
    consent: {from: consents, granted: ads, given_at: given_at, valid_for: never, proof: {form: web}}
    destinations: {meta: {platform: meta, ad_account: act_1, endpoint: "http://127.0.0.1:9001"}}
    audiences:
      buyers: {who: {did: orders, in_the_last: 7 days}, exclude: danes}
      danes: {who: {field: country, is: DK}}
      best: {who: {top: 1 people, by: {did: orders, sum: amount}}}
      carts: {who: {did: web.cart, not_then: orders}}
      gold: {who: {field: loyalty.tier, is: gold}}
      members: {who: {field: loyalty.mobile, exists: true}}
      others: {who: {did_not: orders}}
"""
TEST = """
    today: 2026-11-23
    people:
      anna: {orders: [{ordered_at: 2026-11-16, status: paid, amount: 5}, {ordered_at: 2026-11-15, status: paid}]}
      bo: {customers: {country: dk}, orders: {ordered_at: 2026-11-23T23:59:59, status: paid, amount: 7}}
      carl: {orders: {ordered_at: 2026-11-15, status: paid, amount: 9}, loyalty: {tier: gold}}
      dora: {web: {at: 2026-11-22, event: cart}, customers: {country: SE}, orders: {ordered_at: 2026-11-22, status: open}}
      nobody:
    expect:
      buyers: {in: anna, out: [bo, carl, dora, nobody]}
      danes: {in: [bo], out: [anna]}
      best: {in: carl, out: [anna, bo]}
      carts: {in: dora, out: anna}
      gold: {in: carl, out: nobody}
      members: {in: carl, out: [anna, nobody]}
      others: {in: [nobody, dora], out: anna}
"""


def tried(folder: Path, *tests: str, wanted: str | None = None) -> TrialReport:
    """What becomes of test files with these texts."""
    (folder / "audiences.yaml").write_text(dedent(DOCUMENT))
    (folder / "tests").mkdir(exist_ok=True)
    for number, text in enumerate(tests):
        (folder / "tests" / f"test{number}.yaml").write_text(dedent(text))
    now = StandingClock(datetime(2027, 5, 1, tzinfo=UTC))
    shell = Shell(folder / "audiences.yaml", folder / "state", {}, now, Quiet(), lambda name: None)
    return trials.run(shell, (), wanted)


def refused(folder: Path, *tests: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(ConfigError) as caught:
        tried(folder, *tests)
    return caught.value.diagnostics


def test_people_are_where_the_test_says(tmp_path: Path) -> None:
    """On the day of the test and not today, without data, without a record, with the keys that nobody wrote."""
    assert tried(tmp_path, TEST) == TrialReport(1, 20, ())
    assert sorted(each.name for each in tmp_path.iterdir()) == ["audiences.yaml", "tests"]


def test_the_shop_of_the_demo_means_what_it_says() -> None:
    """The file at the top has tests of its own."""
    now = StandingClock(datetime(2026, 11, 24, tzinfo=UTC))
    shell = Shell(ROOT / "audiences.yaml", ROOT / "no-state", {}, now, Quiet(), lambda name: None)
    report = trials.run(shell, (ROOT / "tests" / "hyggeshop.yaml",), None)
    assert report.failures == ()
    assert report.tried > 30


def test_a_wrong_expectation_is_told_where_it_stands(tmp_path: Path) -> None:
    """With how the rule reads on that day."""
    (found,) = tried(tmp_path, TEST.replace("{in: [bo], out: [anna]}", "{in: [bo, anna]}")).failures
    assert (found.code, found.message) == ("A251", "`anna` should be in, and is out of `danes`")
    assert found.excerpt[(found.column or 0) - 1 :].startswith("anna")
    assert found.hint == "Customers: country is DK."


def test_an_exclusion_counts(tmp_path: Path) -> None:
    (found,) = tried(tmp_path, TEST.replace("{in: anna, out: [bo, carl", "{in: [anna, bo], out: [carl")).failures
    assert found.message == "`bo` should be in, and is out of `buyers`"


def test_some_of_the_tests(tmp_path: Path) -> None:
    """By a part of the name of an audience or of a file."""
    assert tried(tmp_path, TEST, TEST, wanted="dan").tried == 4
    assert tried(tmp_path, TEST, TEST, wanted="test1").tried == 20
    assert tried(tmp_path, TEST, TEST, wanted="nothing").tried == 0


def test_no_tests_are_no_success(tmp_path: Path) -> None:
    (found,) = refused(tmp_path)
    assert found.code == "A250"


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("today: 2026-11-23", "today: 23-11-2026", "A108", "2026-11-23"),
        ("today: 2026-11-23", "todya: 2026-11-23", "A102", "did you mean `today`?"),
        ("anna: {orders:", "anna: {ordres:", "A203", "did you mean `orders`?"),
        ("amount: 5}", "amuont: 5}", "A202", "did you mean `amount`?"),
        ("amount: 5}", "amount: [5]}", "A100", "one value"),
        ("{customers: {country: dk}", "{customers: dk", "A100", "block of columns"),
        ("carl: {orders: {", "carl: [{orders: {", "A001", ""),
        ("  danes: {in", "  danse: {in", "A203", "did you mean `danes`?"),
        ("in: [bo]", "in: [boo]", "A203", "did you mean `bo`?"),
        ("in: [bo], out: [anna]", "in: [bo], out: [bo]", "A106", "twice"),
        ("in: [bo], out: [anna]", "inside: [bo]", "A100", "{in: [anna], out: [bo]}"),
        ("in: [bo], out: [anna]", "in: [[bo]]", "A100", "name of a person"),
        (TEST, "", "A008", "block of keys"),
        (TEST, "- a", "A008", "block of keys"),
        (TEST, "a: &b c", "A006", "anchors"),
    ],
)
def test_slips_in_a_test(tmp_path: Path, old: str, new: str, code: str, said: str) -> None:
    """Each has its place and its cure; nothing is tried."""
    assert old in TEST
    found = refused(tmp_path, TEST.replace(old, new))
    assert code in {each.code for each in found}
    assert any(said in f"{each.message} {each.hint}" for each in found if each.code == code)
    assert all(each.line for each in found)
