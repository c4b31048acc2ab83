"""What the shop knows beside orders: newsletter, loyalty club, support tickets, survey answers. Rows for one file each.

Knows customers; knows nothing of consent or files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from .contacts import mailbox
from .names import FIRST, LAST, MAIL_DOMAINS, RESERVED_NAMES
from .people import Customer
from .rolls import DAY, Choice, as_date, as_utc, dice, pick

NEWSLETTER_HEADER: Final = ("email", "status", "signed_up_at")
LOYALTY_HEADER: Final = ("customer_id", "tier", "points")
TICKETS_HEADER: Final = ("requester_email", "opened_at", "status", "topic")
SURVEY_HEADER: Final = ("email", "answered_at", "nps")

_NPS: Final = Choice(
    (10, 26.0), (9, 24.0), (8, 18.0), (7, 12.0), (6, 6.0), (5, 5.0), (4, 3.0), (3, 2.0), (2, 1.0), (1, 1.0), (0, 2.0)
)
_TOPIC: Final = Choice(
    ("delivery", 40.0), ("return", 25.0), ("damaged goods", 15.0), ("invoice", 10.0), ("complaint", 10.0)
)
_STATUS: Final = Choice(("subscribed", 82.0), ("unsubscribed", 17.0), ("Subscribed", 1.0))


def invent_subscribers(count: int, seed: int) -> list[str]:
    """Addresses of people who read the newsletter and never became customers."""
    rng = dice(seed, "subscribers")
    addresses: list[str] = []
    while len(addresses) < count:
        name = (pick(rng, FIRST["DK"]), pick(rng, LAST["DK"]))
        if name not in RESERVED_NAMES:
            addresses.append(f"{mailbox(*name)}.nyt{len(addresses)}@{pick(rng, MAIL_DOMAINS)}")
    return addresses


def newsletter(
    customers: list[Customer], subscribers: list[str], seed: int, now: int
) -> Iterator[tuple[str, str, str]]:
    rng = dice(seed, "newsletter")
    known = ((c.email, c.signed_up) for c in customers if c.email and c.role != "office")
    readers = [(email, since) for email, since in known if rng.random() < 0.42]
    readers += [(email, now - int((3 + 900 * rng.random()) * DAY)) for email in subscribers]
    for email, since in readers:
        written = email if rng.random() < 0.97 else pick(rng, (email.upper(), f" {email}", email.capitalize()))
        yield (written, _STATUS.roll(rng), as_utc(since + int((now - since) * rng.random() * 0.5)))


def loyalty(customers: list[Customer], orders_of: Counter[int], seed: int) -> Iterator[tuple[int, str, int]]:
    """Club members: everybody with two orders or more was asked, two in three said yes."""
    rng = dice(seed, "loyalty")
    for customer in customers:
        orders = orders_of[customer.customer_id]
        if orders < 2 or rng.random() > 0.66:
            continue
        points = int(orders * (60 + 80 * rng.random()))
        yield (customer.customer_id, _tier(points), points)


def _tier(points: int) -> str:
    if points < 300:
        return "bronze"
    if points < 700:
        return "silver"
    return "gold" if points < 1800 else "platinum"


def tickets(customers: list[Customer], seed: int, now: int) -> Iterator[tuple[str, str, str, str]]:
    rng = dice(seed, "tickets")
    for customer in customers:
        if customer.email and customer.habit != "never" and rng.random() < 0.06:
            opened = max(customer.signed_up, now - int(400 * DAY * rng.random() ** 2))
            recent = now - opened < 30 * DAY
            status = "open" if rng.random() < (0.6 if recent else 0.06) else "closed"
            yield (customer.email, as_utc(opened), status, _TOPIC.roll(rng))


def survey(customers: list[Customer], orders_of: Counter[int], seed: int, now: int) -> Iterator[tuple[str, str, int]]:
    rng = dice(seed, "survey")
    for customer in customers:
        if customer.email and orders_of[customer.customer_id] and rng.random() < 0.15:
            answered = max(customer.signed_up, now - int(700 * DAY * rng.random()))
            yield (customer.email, as_date(answered), _NPS.roll(rng))
