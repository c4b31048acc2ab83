"""Figures as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from consentric.model.figures import counted, grouped, people


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0"), (999, "999"), (1690, "1 690"), (1_234_567, "1 234 567"), (Decimal("12000.50"), "12 000.50"), (-1200, "-1 200")],
)  # fmt: skip
def test_thousands_stand_apart(number: int | Decimal, told: str) -> None:
    """By a plain space, everywhere."""
    assert grouped(number) == told


def test_one_is_one_and_everything_else_is_several() -> None:
    """Also nothing."""
    assert [people(number) for number in (0, 1, 2, 1200)] == ["0 people", "1 person", "2 people", "1 200 people"]
    assert [counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]
    assert counted(3, "list") == "3 lists"
