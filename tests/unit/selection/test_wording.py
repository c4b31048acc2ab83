"""Rules read back in plain English, by the very words of the file."""

from __future__ import annotations

from datetime import date

import pytest

from consentric.model.conditions import All, Any, Condition, Did, DidNot, Field, Measure, MeasureKind, Not, Rows
from consentric.model.row_tests import Between, Comparator, Compare, Exists, Is, RowAll, RowTest, Within
from consentric.model.time import Ago, Duration, OnDate, Unit, Window
from consentric.selection.sentence import sentence

TODAY = date(2026, 11, 23)
LAST_90_DAYS = Window(Ago(Duration(90, Unit.DAY)))
LAPSED = Window(Ago(Duration(24, Unit.MONTH)), Ago(Duration(6, Unit.MONTH)))
DANISH = Field("customers", "country", Is(("DK",)))
GOLD = Field("loyalty", "tier", Is(("gold", "platinum")))
PAID = RowTest("status", Is(("paid",)))


def number(comparator: str, value: int) -> Compare:
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
    ],
)  # fmt: skip
def test_a_rule_reads_as_a_sentence(condition: Condition, told: str) -> None:
    """In the right number, with its days written out, and one way to understand it."""
    assert sentence(condition, TODAY) == told
