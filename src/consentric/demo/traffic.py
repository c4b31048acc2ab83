"""What people do on the website: pages, products, baskets, downloads and forms, known customers and strangers alike.

Knows customers and the catalogue; knows nothing of orders, consent or files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from .catalogue import ARTICLES, DOWNLOADS
from .people import Customer
from .rolls import DAY, Choice, at_a_likely_hour, dice, pick

KEPT_DAYS: Final = 180
_EVENT: Final = Choice(
    ("page_view", 58.0), ("product_click", 25.0), ("add_to_cart", 9.0), ("download", 4.5), ("form_fill", 3.5)
)


@dataclass(slots=True)
class Visits:
    """Columns of web.parquet."""

    email: list[str | None] = field(default_factory=list)
    occurred_at: list[int] = field(default_factory=list)
    event_name: list[str] = field(default_factory=list)
    file: list[str | None] = field(default_factory=list)
    sku: list[str | None] = field(default_factory=list)


def browse(customers: list[Customer], subscribers: list[str], seed: int, now: int) -> Visits:
    """Half a year of events, the oldest first. `subscribers` read the newsletter and never became customers."""
    rng = dice(seed, "web")
    rows: list[tuple[int, str | None]] = []
    for customer in customers:
        if customer.email and customer.role != "office" and rng.random() < 0.36:
            email = customer.email if rng.random() < 0.97 else customer.email.upper()
            rows.extend((at, email) for at in _times(rng, customer.signed_up, now))
    for email in subscribers:
        if rng.random() < 0.3:
            rows.extend((at, email) for at in _times(rng, 0, now))
    for number in range(len(customers) // 20):  # strangers: known by a cookie's e-mail, or not at all
        stranger = f"gaest{number}@post.example" if number % 3 else None
        rows.extend((at, stranger) for at in _times(rng, 0, now))
    rows.sort(key=lambda row: (row[0], row[1] or ""))
    visits = Visits()
    for at, who in rows:
        _fill(rng, visits, at, who)
    return visits


def _times(rng: Random, since: int, now: int) -> list[int]:
    start = max(since, now - KEPT_DAYS * DAY)
    days = [max(start, now - int(rng.expovariate(1 / 50) * DAY)) for _ in range(1 + int(rng.expovariate(1 / 11)))]
    return [min(now - 1, max(start, at_a_likely_hour(rng, day))) for day in days]


def _fill(rng: Random, visits: Visits, at: int, who: str | None) -> None:
    event = _EVENT.roll(rng)
    visits.email.append(who)
    visits.occurred_at.append(at)
    visits.event_name.append(event)
    visits.file.append(pick(rng, DOWNLOADS) if event == "download" else None)
    visits.sku.append(pick(rng, ARTICLES).sku if event in {"product_click", "add_to_cart"} else None)
