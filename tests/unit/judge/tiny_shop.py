"""A tiny shop, written inline by each test: a few rows of CSV and the audience in question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

from judge import Judgement, expected

NOW: Final = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
DOCUMENT: Final = """
    version: 1
    timezone: Europe/Copenhagen
    sources:
      customers: {file: customers.csv, key: [customer_id, email]}
      newsletter: {file: newsletter.csv, key: email}
      orders: {file: orders.csv, key: customer_id, at: ordered_at, only: {field: status, is: paid}}
      web: {file: web.csv, key: email, at: occurred_at, event: event_name, people: false}
      consents: {file: consents.csv, key: [customer_id, email], people: false}
    identifiers:
      email: [customers.email, newsletter.email]
      phone: customers.mobile
      first_name: customers.first_name
      last_name: customers.last_name
      postcode: customers.postcode
      country: customers.country
      assume_country: DK
    consent:
      from: consents
      purposes:
        ad_user_data: {column: data, granted: ["yes"]}
        ad_personalization: {column: personal, granted: ["yes"]}
      given_at: given_at
      withdrawn_at: withdrawn_at
      valid_for: 24 months
      needed: {google: [ad_user_data, ad_personalization], meta: [ad_user_data]}
    destinations:
      google: {platform: google, customer_id: "123-456-7890", terms_accepted: true}
      meta: {platform: meta, ad_account: act_1001}
    guards: {min_size: off}
    defaults: {send_to: [google, meta]}
"""
HEADERS: Final = {
    "customers": "customer_id,email,mobile,first_name,last_name,postcode,country",
    "newsletter": "email,status",
    "orders": "customer_id,ordered_at,status,amount,note",
    "web": "email,occurred_at,event_name",
    "consents": "customer_id,email,data,personal,given_at,withdrawn_at",
}
EVERYBODY: Final = "{not: {field: customers.customer_id, is: nobody}}"
Judge = Callable[..., Judgement]


def tiny_shop(folder: Path) -> Judge:
    """`judge(who, customers=…, orders=…)`: rows as CSV lines, audiences as YAML in one line each."""

    def judge(who: str | Mapping[str, str] = EVERYBODY, *, now: datetime = NOW, **rows: str) -> Judgement:
        audiences = {"some": f"{{who: {who}}}"} if isinstance(who, str) else who
        lines = [f"  {key}: {words}" for key, words in audiences.items()]
        document = dedent(DOCUMENT) + "audiences:\n" + "\n".join(lines) + "\n"
        (folder / "audiences.yaml").write_text(document)
        for name, header in HEADERS.items():
            (folder / f"{name}.csv").write_text(f"{header}\n{dedent(rows.get(name, '')).strip()}\n")
        return expected(folder / "audiences.yaml", now, {})

    return judge


def names(people: Any) -> set[str]:
    """The names of people, as `1` for `customer_id=1`."""
    return {person.name.removeprefix("customer_id=") for person in people}
