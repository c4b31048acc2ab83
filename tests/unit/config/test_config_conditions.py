"""Conditions: from words to the tree that the engine evaluates, and the slips on the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from consentric.model.conditions import (
    All,
    Any,
    Condition,
    Did,
    DidNot,
    Edge,
    End,
    Field,
    Followed,
    InAudience,
    Measure,
    MeasureKind,
    Not,
    Overdue,
    Ranked,
    Rows,
    Share,
    Side,
)
from consentric.model.row_tests import (
    Between,
    Comparator,
    Compare,
    Exists,
    Is,
    IsNot,
    Recurs,
    RowAll,
    RowNot,
    RowTest,
    Text,
    TextMatch,
    Within,
)
from consentric.model.time import Ago, DayOfYear, DaysAhead, Duration, Month, MonthsAgo, OnDate, Season, Unit, Window

from .conftest import Complain, Read, with_who

OTHERS = "  others: {who: {did: orders}, send_to: []}\n"
DAYS_90 = Duration(90, Unit.DAY)
PAID = RowTest("status", Is(("paid",)))
IN_COUNTRY = Field("customers", "country", Is(("DK",)))


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("{did: orders}", Did(Rows("orders"))),
        ("[{did: orders}]", All((Did(Rows("orders")),))),
        ("{field: country, is: NO}", Field(None, "country", Is(("NO",)))),
        ("{field: customers.country, is_not: [DK, 5, true, 2.5]}",
         Field("customers", "country", IsNot(("DK", 5, True, Decimal("2.5"))))),
        ("{field: customers.points, at_least: 5}", Field("customers", "points", Compare(Comparator.AT_LEAST, 5))),
        ("{field: customers.born, less_than: 2000-01-01}",
         Field("customers", "born", Compare(Comparator.LESS_THAN, date(2000, 1, 1)))),
        ("{field: customers.points, between: [1, 2.5]}", Field("customers", "points", Between(1, Decimal("2.5")))),
        ("{field: customers.postcode, starts_with: 80}", Field("customers", "postcode", Text(TextMatch.STARTS_WITH, "80"))),
        ("{field: customers.mail, exists: false}", Field("customers", "mail", Exists(False))),
        ("{field: customers.mail, ends_with: '@x.example'}", Field("customers", "mail", Text(TextMatch.ENDS_WITH, "@x.example"))),
        ("{field: customers.signed_up, in_the_last: 90 days}", Field("customers", "signed_up", Within(Window(Ago(DAYS_90))))),
        ("{did: orders, at_least: 2, in_the_last: 90 days}",
         Did(Rows("orders", window=Window(Ago(DAYS_90))), number=Compare(Comparator.AT_LEAST, 2))),
        (
            "{did: orders, since: 90 days ago, until: 2026-12-31}",
            Did(Rows("orders", window=Window(Ago(DAYS_90), OnDate(date(2026, 12, 31))))),
        ),
        (
            "{did: orders, sum: amount, more_than: 99.5}",
            Did(Rows("orders"), Measure(MeasureKind.SUM, "amount"), Compare(Comparator.MORE_THAN, Decimal("99.5"))),
        ),
        ("{did: web.download, where: {field: file, is: a}}", Did(Rows("web", "download", RowTest("file", Is(("a",)))))),
        (
            "{did_not: orders, where: [{field: status, is: paid}, {not: {field: status, is: paid}}]}",
            DidNot(Rows("orders", where=RowAll((PAID, RowNot(PAID))))),
        ),
        (
            "{any: [{all: [{did: orders}]}, {not: {field: customers.country, is: DK}}]}",
            Any((All((Did(Rows("orders")),)), Not(IN_COUNTRY))),
        ),
        ("{did: orders, during: last month}", Did(Rows("orders", window=Window(during=MonthsAgo(1))))),
        ("{did_not: orders, during: 2026-03}", DidNot(Rows("orders", window=Window(during=Month(2026, 3))))),
        (
            "{did: orders, during: last 15 Nov to 24 Dec}",
            Did(Rows("orders", window=Window(during=Season(DayOfYear(11, 15), DayOfYear(12, 24))))),
        ),
        ("{field: customers.born, anniversary: next 7 days}", Field("customers", "born", Recurs(DaysAhead(7)))),
        ("{field: customers.born, anniversary: today}", Field("customers", "born", Recurs(DaysAhead(1)))),
        ("{field: customers.born, anniversary: this month}", Field("customers", "born", Recurs(MonthsAgo(0)))),
        ("{field: customers.born, during: this month}", Field("customers", "born", Within(Window(during=MonthsAgo(0))))),
        ("{last: orders, since: 90 days ago}", Edge(End.LAST, Rows("orders"), window=Window(Ago(DAYS_90)))),
        (
            "{first: web.download, where: {field: status, is: paid}, was: {field: status, is: paid}}",
            Edge(End.FIRST, Rows("web", "download", PAID), PAID),
        ),
        ("{last: orders, overdue_by: 50%}", Overdue(Rows("orders"), Decimal("0.5"))),
        ("{last: orders, overdue_by: 150%, at_least: 5}", Overdue(Rows("orders"), Decimal("1.5"), 5)),
        ("{did: web.add, then: orders, within: 7 days}", Followed(Rows("web", "add"), True, Rows("orders"), None, 168)),
        (
            "{did: web.add, in_the_last: 90 days, not_then: web.buy, same: basket, within: 3 hours}",
            Followed(Rows("web", "add", window=Window(Ago(DAYS_90))), False, Rows("web", "buy"), "basket", 3),
        ),
        (
            "{did: orders, share: {field: status, is: paid}, of: amount, between: [10%, 33.5%]}",
            Share(Rows("orders"), PAID, Between(Decimal("0.1"), Decimal("0.335")), "amount"),
        ),
        (
            "{top: 5%, by: {did: orders, sum: amount, in_the_last: 90 days}}",
            Ranked(Side.TOP, Decimal("0.05"), Rows("orders", window=Window(Ago(DAYS_90))), Measure(MeasureKind.SUM, "amount")),
        ),
        ("{bottom: 500 people, by: {did: web.add}, of: others}", Ranked(Side.BOTTOM, 500, Rows("web", "add"), of="others")),
        ("{in_audience: others}", InAudience("others")),
    ],
)  # fmt: skip
def test_meaning(read: Read, written: str, condition: Condition) -> None:
    """Each form of the grammar gives its tree."""
    assert read(with_who(written) + OTHERS).project.audiences["buyers"].who == condition


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("{feild: country, is: DK}", "A103", "did you mean `field`?"),
        ("{wat: 1}", "A103", "a condition starts with"),
        ("{did: orders, did_not: web}", "A106", "two conditions"),
        ("{did: orders, exists: true}", "A106", "does not go with `did`"),
        ("{did_not: orders, at_least: 2}", "A106", "does not go with `did_not`"),
        ("{did: orders, at_laest: 2}", "A102", "did you mean `at_least`?"),
        ("{did:orders}", "A102", "put a space after the colon"),
        ("did:orders", "A100", "put a space after the colon"),
        ("[]", "A100", "is empty"),
        ("{}", "A103", "is empty"),
        ("{all: {did: orders}}", "A100", "must be a list"),
        ("{any: []}", "A100", "is empty"),
        ("{field: country}", "A105", "is not tested"),
        ("{field: country, is: a, is_not: b}", "A105", "cannot stand together"),
        ("{field: points, at_least: 1, at_most: 2}", "A105", "between"),
        ("{field: country, is: {a: b}}", "A100", "a value or a list"),
        ("{field: country, is: null}", "A100", "exists: false"),
        ("{field: country, is: 5.000}", "A108", "in quotes if the text is meant"),
        ("{field: country, is: 24-12-2026}", "A108", "2026-12-24"),
        ("{field: country, exists: yes}", "A100", "write `true`"),
        ("{field: points, between: [2, 1]}", "A207", "smaller one first"),
        ("{field: points, between: [1, 2026-01-01]}", "A104", "mixes"),
        ("{did: orders, sum: amount}", "A105", "nothing to be compared with"),
        ("{did: orders, sum: amount, max: amount, at_least: 1}", "A106", "cannot stand together"),
        ("{did: orders, at_least: 1.5}", "A100", "whole number"),
        ("{did: orders, since: 1 day ago, until: 2 days ago}", "A207", "no day"),
        ("{did: orders, since: 1 day ago, in_the_last: 2 days}", "A106", "twice"),
        ("{did: orders, where: {did: orders}}", "A103", "rows are tested with"),
        ("{did: orders, where: {field: orders.status, is: a}}", "A204", "write `field: status`"),
        ("{did: order}", "A201", "did you mean `orders`?"),
        ("{did: orders, during: march}", "A104", "2026-03"),
        ("{did: orders, during: 2026-13}", "A104", "last 15 Nov to 24 Dec"),
        ("{did: orders, during: last 31 Nov to 24 Dec}", "A104", "this month"),
        ("{did: orders, during: last month, since: 1 day ago}", "A106", "both ends"),
        ("{field: born, anniversary: next week}", "A104", "next 7 days"),
        ("{field: born, anniversary: next 0 days}", "A104", "next 7 days"),
        ("{field: born, anniversary: next 400 days}", "A104", "366"),
        ("{last: orders}", "A105", "for any at all write `did`"),
        ("{last: orders, at_least: 2, in_the_last: 2 days}", "A106", "goes with `overdue_by`"),
        ("{last: orders, overdue_by: 50}", "A104", "50%"),
        ("{last: orders, overdue_by: 50%, at_least: 1}", "A104", "a gap has two ends"),
        ("{last: orders, overdue_by: 50%, in_the_last: 2 days}", "A106", "cannot stand together"),
        ("{first: orders, overdue_by: 50%}", "A106", "does not go with `first`"),
        ("{last: customers, in_the_last: 2 days}", "A201", "something we know"),
        ("{did: orders, within: 7 days}", "A106", "goes with `then` or `not_then`"),
        ("{did: orders, then: web, within: 1 month}", "A104", "31 days"),
        ("{did: orders, then: web, within: 7d}", "A104", "hours, days or weeks"),
        ("{did: orders, then: customers}", "A201", "something we know"),
        ("{did: orders, then: web, not_then: web}", "A106", "cannot stand together"),
        ("{did: orders, then: web, at_least: 2}", "A106", "cannot stand together"),
        ("{did: orders, then: orders, same: customer_id}", "A209", "who somebody is"),
        ("{did: orders, of: amount}", "A106", "goes with `share`"),
        ("{did: orders, share: {field: status, is: paid}}", "A105", "more_than: 40%"),
        ("{did: orders, share: {field: status, is: paid}, at_least: 2}", "A104", "2%"),
        ("{did: orders, share: {field: status, is: paid}, sum: amount, at_least: 2%}", "A106", "cannot stand together"),
        ("{did: orders, share: {did: web}, at_least: 2%}", "A103", "rows are tested with"),
        ("{top: 5%}", "A105", "by: {did: orders"),
        ("{top: 5, by: {did: orders}}", "A104", "`5%`, or `5 people`"),
        ("{top: 0%, by: {did: orders}}", "A104", "nobody"),
        ("{top: 200%, by: {did: orders}}", "A104", "at most `100%`"),
        ("{top: 5%, by: orders}", "A100", "what is measured"),
        ("{top: 5%, by: {did: orders, at_least: 2}}", "A106", "does not go with `did`"),
        ("{top: 5%, by: {did: orders}, of: otters}", "A203", "no audience called `otters`"),
        ("{top: 5%, by: {did: orders, sum: customer_id}}", "A209", "who somebody is"),
        ("{in_audience: byers}", "A203", "did you mean `buyers`?"),
        ("{in_audience: buyers}", "A206", "itself"),
        ("{in_audience: [buyers]}", "A100", "one value"),
        ("{did: customers}", "A201", "something we know"),
        ("{did: orders.big}", "A201", "names the event"),
        ("{field: orders.status, is: paid}", "A201", "something people did"),
        ("{field: customers, is: paid}", "A201", "is a source"),
        ("{field: custmers.country, is: DK}", "A203", "did you mean `customers`?"),
        ("{field: customers.mail, is: a@x.example}", "A209", "who somebody is"),
        ("{field: customers.mail, ends_with: 'anna@x.example'}", "A209", "who somebody is"),
        ("{field: customers.customer_id, at_most: 5}", "A209", "who somebody is"),
        ("{field: customers.mobile, starts_with: 45}", "A209", "who somebody is"),
        ("{did: orders, where: {field: customer_id, is: 7}}", "A209", "who somebody is"),
        ("{did: orders, max: customer_id, at_least: 7}", "A209", "who somebody is"),
    ],
)
def test_slips(complain: Complain, written: str, code: str, said: str) -> None:
    """Each slip has its code and says what to write, and nothing else is said."""
    found = complain(with_who(written))
    assert [each.code for each in found] == [code]
    assert said in f"{found[0].message} {found[0].hint}"


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("{sql: select 1}", "sql"),
    ],
)
def test_words_that_are_not_there_yet(complain: Complain, written: str, word: str) -> None:
    """A word of the language that does not work yet is refused by name, on the word."""
    found = complain(with_who(written))
    assert [(each.code, each.message) for each in found] == [("A190", f"`{word}` is not available yet")]
    assert found[0].width == len(word)


def test_rules_in_a_circle(complain: Complain) -> None:
    """Each circle is told once; what an audience excludes may ask for it."""
    found = complain(
        with_who("{in_audience: b}")
        + "  b: {who: {top: 5%, by: {did: orders}, of: c}, send_to: []}\n"
        + "  c: {who: {any: [{did: web}, {not: {in_audience: b}}]}, exclude: d, send_to: []}\n"
        + "  d: {who: {in_audience: c}, send_to: []}\n"
    )
    assert [(each.code, each.message) for each in found] == [
        ("A206", "these rules ask for each other in a circle: b → c → b")
    ]


@pytest.mark.parametrize(
    "inner", ["is_not: DK}, {field: country, is_not: [SE, NO]", "is_not: DK}, {did: web}, {field: country, is_not: SE"]
)
def test_matching_everybody_by_mistake(read: Read, inner: str) -> None:
    """Two negatives joined by `any` match everybody, which is said."""
    warnings = read(with_who(f"{{any: [{{field: country, {inner}}}]}}")).warnings
    assert [each.code for each in warnings] == ["W301"]
    assert "is_not: [DK, SE" in warnings[0].hint


def test_overlapping_negatives_are_no_mistake(read: Read) -> None:
    """Two negatives with a value in common do rule somebody out."""
    assert not read(with_who("{any: [{field: country, is_not: [DK, SE]}, {field: country, is_not: SE}]}")).warnings
