"""Every rule read back as one plain sentence: nothing that the rule says is left out, and days are written out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from consentric.model import conditions as c
from consentric.model import row_tests as r
from consentric.model.time import Ago, Duration, OnDate, Unit, Window
from consentric.selection.sentence import sentence

TODAY = date(2026, 11, 23)
YEAR = Window(since=Ago(Duration(12, Unit.MONTH)))
BIG = r.Compare(r.Comparator.MORE_THAN, Decimal("1500.50"))

RULES: dict[str, tuple[c.Condition, tuple[str, ...]]] = {
    "a count": (
        c.Did(c.Rows("orders", window=YEAR), number=r.Compare(r.Comparator.AT_LEAST, 3)),
        ("3", "orders", "23 Nov 2025"),
    ),
    "at most": (c.Did(c.Rows("orders"), number=r.Compare(r.Comparator.AT_MOST, 2)), ("2", "orders")),
    "never": (c.DidNot(c.Rows("tickets", where=r.RowTest("status", r.Is(("open",))))), ("o tickets", "status", "open")),
    "an event": (c.Did(c.Rows("web", "form_fill")), ("web", "form fill")),
    "is not": (c.Field("customers", "country", r.IsNot(("US", "CA"))), ("country", "not", "US", "CA")),
    "exists": (c.Field("customers", "zip_code", r.Exists(wanted=False)), ("zip code", "not known")),
    "until": (
        c.Field("customers", "joined", r.Within(Window(until=OnDate(date(2026, 1, 31))))),
        ("joined", "31 Jan 2026"),
    ),
    "a sum": (
        c.Did(c.Rows("orders"), measure=c.Measure(c.MeasureKind.SUM, "amount"), number=BIG),
        ("amount", "more than", "500.50"),
    ),
    "a group": (
        c.All(
            (
                c.Did(c.Rows("orders")),
                c.Any((c.Field("l", "tier", r.Is(("gold",))), c.Field("l", "nps", r.Between(9, 10)))),
            )
        ),
        ("; and (", "tier is gold", " or ", "9", "10"),
    ),
    "not": (c.Not(c.Field("loyalty", "tier", r.Text(r.TextMatch.CONTAINS, "go"))), ("ot (", "tier contains", "go")),
}


@pytest.mark.parametrize("case", RULES)
def test_a_rule_is_read_back(case: str) -> None:
    """With a capital, a full stop and everything that the rule names."""
    rule, parts = RULES[case]
    found = sentence(rule, TODAY)
    assert found[0] == found[0].upper()
    assert found.endswith(".")
    assert [part for part in parts if part not in found] == []


def test_other_rules_read_otherwise() -> None:
    """No two comparisons share their words."""
    rules: list[c.Condition] = [c.Did(c.Rows("orders"), number=r.Compare(how, 2)) for how in r.Comparator] + [
        c.DidNot(c.Rows("orders")),
        c.Did(c.Rows("orders")),
    ]
    assert len({sentence(rule, TODAY) for rule in rules}) == len(rules)
