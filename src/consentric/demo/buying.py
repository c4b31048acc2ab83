"""What customers buy: orders and their lines, with few buying much and many buying once.

Knows customers and the catalogue; knows nothing of consent, contacts or files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from .catalogue import BY_CATEGORY
from .people import FIRST_ID, Customer, Habit
from .rolls import DAY, Choice, at_a_likely_hour, dice, pick

KEPT_DAYS: Final = 3 * 365
FIRST_ORDER: Final = 5_000_001

_STILL_ACTIVE: Final[dict[Habit, float]] = {"once": 0.18, "occasional": 0.45, "regular": 0.75, "heavy": 0.88}
_STATUS: Final = Choice(("paid", 92.0), ("refunded", 4.5), ("cancelled", 3.5))
_LINES: Final = Choice((1, 50.0), (2, 28.0), (3, 13.0), (4, 6.0), (6, 3.0))
_COFFEE_TASTE: Final = Choice(
    ("Coffee", 62.0),
    ("Brewing", 9.0),
    ("Chocolate", 8.0),
    ("Mugs", 6.0),
    ("Tea", 5.0),
    ("Grinders", 3.0),
    ("Machines", 1.5),
    ("Kitchen", 5.5),
)
_HOME_TASTE: Final = Choice(
    ("Candles", 22.0),
    ("Textiles", 18.0),
    ("Kitchen", 18.0),
    ("Mugs", 15.0),
    ("Tea", 10.0),
    ("Chocolate", 10.0),
    ("Coffee", 5.0),
    ("Machines", 0.6),
    ("Grinders", 0.4),
)
_OFFICE_TASTE: Final = Choice(
    ("Coffee", 70.0), ("Tea", 10.0), ("Chocolate", 8.0), ("Mugs", 6.0), ("Machines", 4.0), ("Grinders", 2.0)
)
_TASTE: Final = {"coffee": _COFFEE_TASTE, "business": _OFFICE_TASTE, "Business": _OFFICE_TASTE}


@dataclass(slots=True)
class Orders:
    """Columns of orders.parquet; amounts in øre, instants in seconds."""

    order_id: list[int] = field(default_factory=list)
    customer_id: list[int] = field(default_factory=list)
    ordered_at: list[int] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    discount_code: list[str | None] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """Columns of order_lines.parquet."""

    order_id: list[int] = field(default_factory=list)
    customer_id: list[int] = field(default_factory=list)
    ordered_at: list[int] = field(default_factory=list)
    sku: list[str] = field(default_factory=list)
    category: list[str] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    quantity: list[int] = field(default_factory=list)
    returned: list[bool] = field(default_factory=list)
    discounted: list[bool] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One visit to the till, before the basket is filled."""

    order_id: int
    customer_id: int
    ordered_at: int
    segment: str


def buy(customers: list[Customer], seed: int, now: int) -> tuple[Orders, Lines]:
    """All orders of the last three years, the oldest first, and their lines in the same order."""
    rng = dice(seed, "orders")
    visits = [(at, customer) for customer in customers for at in _order_times(rng, customer, now)]
    visits.sort(key=lambda visit: (visit[0], visit[1].customer_id))
    rng = dice(seed, "lines")
    orders, lines = Orders(), Lines()
    for order_id, (at, customer) in enumerate(visits, start=FIRST_ORDER):
        # Some buyers are no longer in the customer file: their account was deleted.
        gone = rng.random() < 0.0008
        buyer = FIRST_ID + 900_000 + customer.customer_id % 1000 if gone else customer.customer_id
        _fill_order(rng, orders, lines, Purchase(order_id, buyer, at, customer.segment))
    return orders, lines


def _how_many(rng: Random, habit: Habit) -> int:
    match habit:
        case "never":
            return 0
        case "once":
            return 1
        case "occasional":
            return 2 + int(rng.random() ** 2 * 4)
        case "regular":
            return 5 + int(rng.random() * 9)
        case "heavy":
            return min(70, int(11 * rng.paretovariate(2.2)))


def _order_times(rng: Random, customer: Customer, now: int) -> list[int]:
    count = _how_many(rng, customer.habit)
    if count == 0:
        return []
    start = max(customer.signed_up, now - KEPT_DAYS * DAY)
    if rng.random() < _STILL_ACTIVE[customer.habit]:
        last = now - int(rng.expovariate(1 / 55) * DAY)
    else:
        last = start + int((now - start) * rng.random() * 0.9)
    last = max(start, last)
    days = [last, *(start + int((last - start) * rng.random()) for _ in range(count - 1))]
    times = (at_a_likely_hour(rng, day) for day in days)
    return [at if customer.signed_up <= at < now else day for at, day in zip(times, days, strict=True)]


def _fill_order(rng: Random, orders: Orders, lines: Lines, purchase: Purchase) -> None:
    taste = _TASTE.get(purchase.segment, _HOME_TASTE)
    code = pick(rng, ("WELCOME10", "HYGGE20", "KAFFE15")) if rng.random() < 0.14 else None
    total = 0
    for _ in range(_LINES.roll(rng)):
        category = taste.roll(rng)
        article = pick(rng, BY_CATEGORY[category])
        quantity = _quantity(rng, category, purchase.segment)
        discounted = code is not None or rng.random() < 0.08
        amount = article.price * quantity * (85 if discounted else 100) // 100
        total += amount
        lines.order_id.append(purchase.order_id)
        lines.customer_id.append(purchase.customer_id)
        lines.ordered_at.append(purchase.ordered_at)
        lines.sku.append(article.sku)
        lines.category.append(category)
        lines.amount.append(amount)
        lines.quantity.append(quantity)
        lines.returned.append(rng.random() < 0.05)
        lines.discounted.append(discounted)
    orders.order_id.append(purchase.order_id)
    orders.customer_id.append(purchase.customer_id)
    orders.ordered_at.append(purchase.ordered_at)
    orders.status.append(_STATUS.roll(rng))
    orders.amount.append(total)
    orders.discount_code.append(code)


def _quantity(rng: Random, category: str, segment: str) -> int:
    if category not in {"Coffee", "Tea", "Chocolate"}:
        return 1
    most = 6 if segment.lower() == "business" else 3
    return 1 + int(rng.random() ** 2 * most)
