"""The demo shop as files: puts customers, orders, visits and consents together and writes them below a folder.

The one entry to the generator. The same seed, instant and Python version give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from . import relations, tables
from .buying import Lines, Orders, buy
from .consents import HEADER as CONSENTS_HEADER
from .consents import consent_log
from .people import Customer, invent_customers
from .rolls import as_date
from .traffic import Visits, browse

CUSTOMERS: Final = 20_000
SEED: Final = 7
NOW: Final = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
CURRENCY: Final = "DKK"
CUSTOMERS_HEADER: Final = (
    "customer_id",
    "email",
    "mobile",
    "first_name",
    "last_name",
    "street",
    "postcode",
    "city",
    "country",
    "birth_date",
    "signup_date",
    "marketing_segment",
)


@dataclass(frozen=True, slots=True)
class ShopFiles:
    """Where the shop was written, and how many rows each file has (without its header)."""

    folder: Path
    rows: Mapping[str, int]

    def path(self, name: str) -> Path:
        return self.folder / "data" / name


def write_shop(folder: Path, *, customers: int = CUSTOMERS, seed: int = SEED, now: datetime = NOW) -> ShopFiles:
    """Writes `folder/data/*`; every instant in it lies before `now`, but for a few that are wrong on purpose."""
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone")
    instant = int(now.timestamp())
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)

    people = invent_customers(customers, seed, instant)
    subscribers = relations.invent_subscribers(customers // 8, seed)
    orders, lines = buy(people, seed, instant)
    orders_of = Counter(orders.customer_id)
    consents = (row.cells() for row in consent_log(people, subscribers, seed, instant))
    rows = {
        "customers.csv": tables.write_csv(data / "customers.csv", CUSTOMERS_HEADER, _customer_rows(people)),
        "orders.parquet": _write_orders(data / "orders.parquet", orders),
        "order_lines.parquet": _write_lines(data / "order_lines.parquet", lines),
        "newsletter.csv": tables.write_csv(
            data / "newsletter.csv",
            relations.NEWSLETTER_HEADER,
            relations.newsletter(people, subscribers, seed, instant),
        ),
        "web.parquet": _write_visits(data / "web.parquet", browse(people, subscribers, seed, instant)),
        "loyalty.csv": tables.write_csv(
            data / "loyalty.csv", relations.LOYALTY_HEADER, relations.loyalty(people, orders_of, seed)
        ),
        "tickets.csv": tables.write_csv(
            data / "tickets.csv", relations.TICKETS_HEADER, relations.tickets(people, seed, instant)
        ),
        "survey.csv": tables.write_csv(
            data / "survey.csv", relations.SURVEY_HEADER, relations.survey(people, orders_of, seed, instant)
        ),
        "consents.csv": tables.write_csv(data / "consents.csv", CONSENTS_HEADER, consents),
    }
    return ShopFiles(folder, rows)


def _customer_rows(customers: list[Customer]) -> Iterator[tuple[object, ...]]:
    for customer in customers:
        yield (
            customer.customer_id,
            customer.email_written,
            customer.mobile_written,
            customer.first_name,
            customer.last_name,
            customer.street,
            customer.postcode,
            customer.city,
            customer.country_written,
            customer.birth_date,
            as_date(customer.signed_up),
            customer.segment,
        )


def _write_orders(path: Path, orders: Orders) -> int:
    return tables.write_parquet(
        path,
        {
            "order_id": tables.numbers(orders.order_id),
            "customer_id": tables.numbers(orders.customer_id),
            "ordered_at": tables.instants(orders.ordered_at),
            "status": tables.words(orders.status),
            "amount": tables.money(orders.amount),
            "currency": tables.repeated(CURRENCY, len(orders.order_id)),
            "discount_code": tables.words(orders.discount_code),
        },
    )


def _write_lines(path: Path, lines: Lines) -> int:
    return tables.write_parquet(
        path,
        {
            "order_id": tables.numbers(lines.order_id),
            "customer_id": tables.numbers(lines.customer_id),
            "ordered_at": tables.instants(lines.ordered_at),
            "sku": tables.words(lines.sku),
            "category": tables.words(lines.category),
            "amount": tables.money(lines.amount),
            "quantity": tables.numbers(lines.quantity),
            "returned": tables.flags(lines.returned),
            "discounted": tables.flags(lines.discounted),
        },
    )


def _write_visits(path: Path, visits: Visits) -> int:
    return tables.write_parquet(
        path,
        {
            "email": tables.words(visits.email),
            "occurred_at": tables.instants(visits.occurred_at),
            "event_name": tables.words(visits.event_name),
            "file": tables.words(visits.file),
            "sku": tables.words(visits.sku),
        },
    )
