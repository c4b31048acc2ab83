"""The second act of the demo: something happens to one customer. Works on a folder that `write_shop` wrote.

The customer is chosen by a rule, the same one each time: a recent buyer with plain contacts and a plain yes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow.compute as pc
import pyarrow.parquet as pq

from .consents import Row, withdrawal
from .contacts import new_mobile
from .names import MAIL_DOMAINS
from .rolls import dice
from .shop import CUSTOMERS_HEADER, NOW
from .tables import append_csv, read_csv, write_csv

WITHDRAWS: Final = "one customer withdraws"
CHANGES_PHONE: Final = "one customer changes phone"
RECENT: Final = timedelta(days=20)
CONSENT_AGE: Final = timedelta(days=600)
DANISH_DIGITS: Final = 8


def apply_change(folder: Path, name: str, *, now: datetime = NOW) -> str:
    """Lets the named change happen at `now` and gives the customer's id. Again: the next customer withdraws."""
    data = folder / "data"
    candidates = _plain_buyers(data, now)
    match name:
        case "one customer withdraws":
            customer = next(candidates)
            row = Row(customer["customer_id"], customer["email"])
            append_csv(data / "consents.csv", withdrawal(row, int(now.timestamp())).cells())
            return customer["customer_id"]
        case "one customer changes phone":
            next(candidates)  # the first is the one who withdraws
            customer = next(candidates)
            _change_phone(data / "customers.csv", customer["customer_id"])
            return customer["customer_id"]
        case _:
            raise ValueError(f"there is no change called `{name}`: use `{WITHDRAWS}` or `{CHANGES_PHONE}`")


def _plain_buyers(data: Path, now: datetime) -> Iterator[dict[str, str]]:
    """By customer id: bought lately, has an e-mail and a Danish mobile of their own, said one plain yes and no more."""
    customers = read_csv(data / "customers.csv")
    consents = read_csv(data / "consents.csv")
    buyers = _recent_buyers(data / "orders.parquet", now)
    emails = Counter(customer["email"].strip().lower() for customer in customers)
    mobiles = Counter(_last_digits(customer["mobile"]) for customer in customers)
    decisions = Counter(row["customer_id"] for row in consents)
    by_email = {row["email"] for row in consents if not row["customer_id"]}
    since = (now - CONSENT_AGE).date().isoformat()
    agreed = {row["customer_id"] for row in consents if _is_plain_yes(row) and row["given_at"] > since}
    for customer in customers:
        email, mobile, customer_id = customer["email"], customer["mobile"], customer["customer_id"]
        if (
            customer_id in agreed
            and decisions[customer_id] == 1
            and int(customer_id) in buyers
            and email.endswith(MAIL_DOMAINS)
            and email == email.strip().lower()
            and email.count("@") == 1
            and not set(email) & set(" <:")
            and email not in by_email
            and emails[email] == 1
            and mobile.isdecimal()
            and len(mobile) == DANISH_DIGITS
            and mobiles[_last_digits(mobile)] == 1
            and customer["country"] == "DK"
        ):
            yield customer


def _last_digits(mobile: str) -> str:
    """The same for all spellings of a Danish number, with or without its country."""
    return "".join(character for character in mobile if character.isdecimal())[-DANISH_DIGITS:]


def _is_plain_yes(row: dict[str, str]) -> bool:
    plain = row["share_with_ad_platforms"] == row["personal_ads"] == "yes"
    return plain and row["given_at"].endswith("Z") and not row["withdrawn_at"]


def _recent_buyers(path: Path, now: datetime) -> set[int]:
    orders = pq.read_table(path, columns=["customer_id", "ordered_at", "status"])
    recent = pc.and_(
        pc.greater(orders["ordered_at"], pc.cast(now - RECENT, orders["ordered_at"].type)),
        pc.equal(orders["status"], "paid"),
    )
    return set(orders.filter(recent)["customer_id"].to_pylist())


def _change_phone(path: Path, customer_id: str) -> None:
    customers = read_csv(path)
    taken = {customer["mobile"] for customer in customers}
    for customer in customers:
        if customer["customer_id"] == customer_id:
            customer["mobile"] = new_mobile(dice(int(customer_id), customer["mobile"]), "DK", taken)
    write_csv(path, CUSTOMERS_HEADER, (list(customer.values()) for customer in customers))
