"""How figures are written, in every sentence and on every screen: `1 690`, `1 person`, `12 orders`."""

from __future__ import annotations

from decimal import Decimal


def grouped(number: int | Decimal) -> str:
    """12345 as people read it: `12 345`."""
    return f"{number:,}".replace(",", " ")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 list`, `2 lists`."""
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"


def people(number: int) -> str:
    """`1 person`, `2 people`."""
    return counted(number, "person", "people")
