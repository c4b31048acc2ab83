"""Rules read back in plain English, by the very words of the file."""

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
    Quantity,
    Recurs,
    RowAll,
    RowTest,
    Within,
)
from consentric.model.time import Ago, DayOfYear, DaysAhead, Duration, MonthsAgo, OnDate, Season, Unit, Window
from consentric.selection.sentence import cut_off, sentence

TODAY = date(2026, 11, 23)
LAST_90_DAYS = Window(Ago(Duration(90, Unit.DAY)))
LAPSED = Window(Ago(Duration(24, Unit.MONTH)), Ago(Duration(6, Unit.MONTH)))
DANISH = Field("customers", "country", Is(("DK",)))
GOLD = Field("loyalty", "tier", Is(("gold", "platinum")))
PAID = RowTest("status", Is(("paid",)))


def number(comparator: str, value: Quantity) -> Compare:
    return Compare(Comparator(comparator), value)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (Did(Rows("orders")), "At least one order."),
        (Did(Rows("orders", window=LAPSED)), "At least one order from 23 Nov 2024 to 23 May 2026."),
        (Did(Rows("orders"), number=number("exactly", 1)), "Exactly 1 order."),
        (Did(Rows("orders"), number=number("exactly", 2)), "Exactly 2 orders."),
        (Did(Rows("orders", window=LAST_90_DAYS), number=number("at_least", 3)), "3 or more orders since 25 Aug 2026."),
        (Did(Rows("orders"), number=number("at_most", 1)), "At most 1 order."),
        (Did(Rows("orders"), number=Between(2, 1200)), "2 to 1 200 orders."),
        (Did(Rows("enquiries")), "At least one enquiry."),
        (Did(Rows("boxes")), "At least one box."),
        (Did(Rows("press")), "At least one press."),
        (Did(Rows("web", "add_to_cart")), "At least one `add to cart` on web."),
        (DidNot(Rows("web", "add_to_cart")), "No `add to cart` on web."),
        (DidNot(Rows("tickets", where=RowTest("status", Is(("open",))))), "No tickets where status is open."),
        (
            Did(Rows("orders", window=LAST_90_DAYS), Measure(MeasureKind.SUM, "amount"), number("at_least", 12_000)),
            "Orders since 25 Aug 2026 with a total amount of at least 12 000.",
        ),
        (
            Did(Rows("orders", where=PAID), Measure(MeasureKind.MAX, "amount"), number("less_than", 2000)),
            "Orders where status is paid, with a highest amount of less than 2 000.",
        ),
        (
            Did(Rows("order_lines"), Measure(MeasureKind.DISTINCT, "category"), number("at_least", 4)),
            "Order lines with at least 4 different values of category.",
        ),
        (DANISH, "Customers: country is DK."),
        (Field("customers", "points", Between(10, 20)), "Customers: points is between 10 and 20."),
        (Field("customers", "since", Compare(Comparator.AT_LEAST, date(2024, 1, 31))),
         "Customers: since is on or after 31 Jan 2024."),
        (Field("customers", "since", Within(Window(OnDate(date(2024, 1, 1)), OnDate(date(2024, 2, 1))))),
         "Customers: since is between 1 Jan 2024 and 1 Feb 2024."),
        (Field("customers", "email", Exists(False)), "Customers: email is not known."),
        (Field("customers", "segment", Is(("",))), "Customers: segment is “”."),
        (All((Did(Rows("orders")), DANISH)), "At least one order; and customers: country is DK."),
        (Any((GOLD, Did(Rows("orders")))), "Loyalty: tier is gold or platinum; or at least one order."),
        (
            All((DANISH, Any((GOLD, Did(Rows("orders")))))),
            "Customers: country is DK; and (loyalty: tier is gold or platinum, or at least one order).",
        ),
        (Not(DANISH), "Not (customers: country is DK)."),
        (Not(Any((DANISH, Did(Rows("orders"))))), "Not (customers: country is DK, or at least one order)."),
        (
            Did(Rows("lines", where=RowAll((PAID, RowTest("returned", Is((False,))))))),
            "At least one line where (status is paid and returned is false).",
        ),
        (Did(Rows("orders", window=Window(during=MonthsAgo(1)))), "At least one order from 1 Oct 2026 to 31 Oct 2026."),
        (
            Did(Rows("orders", window=Window(during=Season(DayOfYear(11, 15), DayOfYear(12, 24))))),
            "At least one order from 15 Nov 2025 to 24 Dec 2025.",
        ),
        (Field("customers", "birth_date", Recurs(DaysAhead(1))), "Customers: birth date has its anniversary on 23 Nov."),
        (Field("customers", "birth_date", Recurs(DaysAhead(7))),
         "Customers: birth date has its anniversary between 23 Nov and 29 Nov."),
        (Field("customers", "postcode", Is(("8000", "8200"), "lists/aarhus.csv")),
         "Customers: postcode is one of the 2 values in lists/aarhus.csv."),
        (Field("customers", "postcode", IsNot(("8000", "8200"), "lists/aarhus.csv")),
         "Customers: postcode is none of the 2 values in lists/aarhus.csv."),
        (Edge(End.LAST, Rows("orders"), window=LAPSED), "The last order is between 23 Nov 2024 and 23 May 2026."),
        (
            Edge(End.LAST, Rows("survey"), RowTest("nps", Compare(Comparator.AT_LEAST, 9)), LAST_90_DAYS),
            "The last survey is on or after 25 Aug 2026 and such that nps is at least 9.",
        ),
        (Edge(End.FIRST, Rows("orders", where=PAID), PAID),
         "The first order where status is paid is such that status is paid."),
        (
            Overdue(Rows("orders"), Decimal("0.5")),
            "The last order is longer ago than 1.5 times the person's median gap between 3 or more days with orders.",
        ),
        (
            Followed(Rows("web", "add_to_cart", window=LAST_90_DAYS), False, Rows("orders"), within_hours=168),
            "At least one `add to cart` on web since 25 Aug 2026, not followed by an order within 7 days.",
        ),
        (
            Followed(Rows("web", "click"), True, Rows("web", "buy"), "sku", 3),
            "At least one `click` on web, followed by `buy` on web within 3 hours with the same sku.",
        ),
        (
            Share(Rows("lines", window=LAST_90_DAYS), RowTest("returned", Is((True,))), number("more_than", Decimal("0.4"))),
            "More than 40% of lines since 25 Aug 2026 are such that returned is true.",
        ),
        (
            Share(Rows("lines"), PAID, Between(Decimal("0.1"), Decimal("0.125")), "amount"),
            "10% to 12.5% of the amount of lines is from those where status is paid.",
        ),
        (
            Ranked(Side.TOP, Decimal("0.05"), Rows("orders", window=LAST_90_DAYS), Measure(MeasureKind.SUM, "amount")),
            "Among the top 5% by total amount of orders since 25 Aug 2026.",
        ),
        (
            Ranked(Side.BOTTOM, 1500, Rows("web", "visit"), of="loyal_customers"),
            "Among the bottom 1 500 people of loyal customers by number of `visit` on web.",
        ),
        (
            Ranked(Side.TOP, 10, Rows("lines"), Measure(MeasureKind.DISTINCT, "brand")),
            "Among the top 10 people by number of different values of brand of lines.",
        ),
        (All((InAudience("loyal_customers"), DANISH)), "Fits the rule of loyal customers; and customers: country is DK."),
    ],
)  # fmt: skip
def test_a_rule_reads_as_a_sentence(condition: Condition, told: str) -> None:
    """In the right number, with its days written out, and one way to understand it."""
    assert sentence(condition, TODAY) == told


@pytest.mark.parametrize(
    ("ranked", "value", "told"),
    [
        (Ranked(Side.TOP, Decimal("0.05"), Rows("orders"), Measure(MeasureKind.SUM, "amount")), Decimal("7254.5"),
         "the top 5% begins at 7 250 (total amount of orders)"),
        (Ranked(Side.BOTTOM, 10, Rows("orders"), of="buyers"), Decimal(2),
         "the bottom 10 people of buyers end at 2 (number of orders)"),
        (Ranked(Side.TOP, 10, Rows("orders"), Measure(MeasureKind.AVERAGE, "amount")), None,
         "the top 10 people begin at people without any (average amount of orders)"),
        (Ranked(Side.TOP, 10, Rows("orders"), Measure(MeasureKind.MAX, "amount")), Decimal("0.12345"),
         "the top 10 people begin at 0.123 (highest amount of orders)"),
    ],
)  # fmt: skip
def test_where_the_best_begin(ranked: Ranked, value: Decimal | None, told: str) -> None:
    """To three digits, since it is the figure of some one person."""
    assert cut_off(ranked, value) == told
