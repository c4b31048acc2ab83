"""A shop of a few rows whose people and accounts a test knows one by one."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from judge import contacts

DOCUMENT: Final = """\
version: 1
timezone: Europe/Copenhagen
sources:
  customers: {file: customers.csv, key: customer_id}
  consents: {file: consents.csv, key: customer_id, people: false}
identifiers:
  email: customers.email
  phone: customers.mobile
  assume_country: DK
consent:
  from: consents
  purposes:
    ad_user_data: {column: ads, granted: ["yes"]}
    ad_personalization: {column: ads, granted: ["yes"]}
  given_at: given_at
  withdrawn_at: withdrawn_at
  valid_for: 24 months
  proof: form
  needed: {google: [ad_user_data, ad_personalization], meta: [ad_user_data, ad_personalization]}
destinations:
  google: {platform: google, customer_id: "1234567890", terms_accepted: true, endpoint: "${CONSENTRIC_GOOGLE_ENDPOINT}"}
  meta: {platform: meta, ad_account: act_1001, token: "${META_ACCESS_TOKEN}", endpoint: "${CONSENTRIC_META_ENDPOINT}"}
guards: {min_size: off}
audiences:
  friends:
    name: Friends
    who: {field: customers.club, is: member}
    send_to: [google, meta]
"""
CUSTOMERS: Final = ("customer_id", "email", "mobile", "club")
CONSENTS: Final = ("customer_id", "ads", "given_at", "withdrawn_at", "form")


@dataclass(frozen=True, slots=True)
class Somebody:
    """One row of customers.csv, with what it says to consent."""

    customer_id: int
    email: str = ""
    mobile: str = ""
    club: str = "member"
    ads: str = "yes"
    withdrawn_at: str = ""
    given_at: str = "2026-06-01T08:00:00Z"

    @property
    def email_key(self) -> str:
        return f"email:{contacts.sha256(self.email)}"

    def phone_key(self, platform: str) -> str:
        number = contacts.phone(self.mobile, "DK") or ""
        return f"phone:{contacts.sha256(number if platform == 'google' else number.removeprefix('+'))}"


class Family:
    """The people of the shop; `write` puts them on disk as they are now."""

    def __init__(self, folder: Path, *people: Somebody) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.people = {person.customer_id: person for person in people}
        (folder / "audiences.yaml").write_text(DOCUMENT, encoding="utf-8")
        self.write()

    def change(self, customer_id: int, **cells: Any) -> Somebody:
        """Changes some cells of one person, on disk too; gives the person as they were."""
        before = self.people[customer_id]
        self.people[customer_id] = replace(before, **cells)
        self.write()
        return before

    def write(self) -> None:
        customers = ((one.customer_id, one.email, one.mobile, one.club) for one in self.people.values())
        consents = (
            (one.customer_id, one.ads, one.given_at, one.withdrawn_at, "form-1") for one in self.people.values()
        )
        for name, header, rows in (("customers", CUSTOMERS, customers), ("consents", CONSENTS, consents)):
            with (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                writer.writerows(rows)


def crowd(first: int, count: int) -> list[Somebody]:
    """People with contacts of their own, who share nothing."""
    return [
        Somebody(number, email=f"guest{number}@post.example", mobile=str(20_400_000 + 13 * number))
        for number in range(first, first + count)
    ]
