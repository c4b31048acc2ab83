"""Every rule read back as one plain sentence: nothing that the rule says is left out, and days are written out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from consentric.model import conditions as c
from consentric.model.time import Ago, Duration, OnDate, Unit, Window
from consentric.selection.sentence import sentence

TODAY = date(2026, 11, 23)
YEAR = Window(since=Ago(Duration(12, Unit.MONTH)))
BIG = c.Compare(c.Comparator.MORE_THAN, Decimal("1500.50"))

RULES: dict[str, tuple[c.Condition, tuple[str, ...]]] = {
    "a count": (
        c.Did("orders", number=c.Compare(c.Comparator.AT_LEAST, 3), window=YEAR),
        ("3", "orders", "23 Nov 2025"),
    ),
    "at most": (c.Did("orders", number=c.Compare(c.Comparator.AT_MOST, 2)), ("2", "orders")),
    "never": (c.DidNot("tickets", where=c.RowTest("status", c.Is(("open",)))), ("o tickets", "status", "open")),
    "an event": (c.Did("web", "form_fill"), ("web", "form fill")),
    "is not": (c.Field("customers", "country", c.IsNot(("US", "CA"))), ("country", "not", "US", "CA")),
    "exists": (c.Field("customers", "zip_code", c.Exists(wanted=False)), ("zip code", "not known")),
    "until": (
        c.Field("customers", "joined", c.Within(Window(until=OnDate(date(2026, 1, 31))))),
        ("joined", "31 Jan 2026"),
    ),
    "a sum": (
        c.Did("orders", measure=c.Measure(c.MeasureKind.SUM, "amount"), number=BIG),
        ("amount", "more than", "500.50"),
    ),
    "a group": (
        c.All((c.Did("orders"), c.Any((c.Field("l", "tier", c.Is(("gold",))), c.Field("l", "nps", c.Between(9, 10)))))),
        ("; and (", "tier is gold", " or ", "9", "10"),
    ),
    "not": (c.Not(c.Field("loyalty", "tier", c.Text(c.TextMatch.CONTAINS, "go"))), ("ot (", "tier contains", "go")),
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
    rules: list[c.Condition] = [c.Did("orders", number=c.Compare(how, 2)) for how in c.Comparator] + [
        c.DidNot("orders"),
        c.Did("orders"),
    ]
    assert len({sentence(rule, TODAY) for rule in rules}) == len(rules)
