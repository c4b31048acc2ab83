"""A shop of some eighty people in which everything happens: made by a seed, changed by a seed, written as three exports.

Couples with one phone, people without phone or e-mail, families with one e-mail, readers of the newsletter who are no
customers, four audiences of which two leave out others, one of them not in the file from the start.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

CUSTOMERS: Final = 64
READERS: Final = 14
TIERS: Final = ("gold", "silver", "bronze")

_DESTINATIONS: Final = {
    "google": '{platform: google, customer_id: "1234567890", terms_accepted: true, endpoint: "${CONSENTRIC_GOOGLE_ENDPOINT}"}',
    "meta": '{platform: meta, ad_account: act_1001, token: "${META_ACCESS_TOKEN}", endpoint: "${CONSENTRIC_META_ENDPOINT}"}',
}
_DOCUMENT: Final = """\
version: 1
timezone: Europe/Copenhagen
sources:
  customers: {file: customers.csv, key: [customer_id, email]}
  newsletter: {file: newsletter.csv, key: email}
  consents: {file: consents.csv, key: [customer_id, email], people: false}
identifiers:
  email: [customers.email, newsletter.email]
  phone: customers.mobile
  first_name: customers.first_name
  last_name: customers.last_name
  postcode: customers.postcode
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
  there: DESTINATION
guards:
  {min_size: off, max_removals: off, max_additions: off, max_vanished: off, max_source_shrink: off, max_rejected: off}
defaults: {send_to: there}
audiences:
  loyal:
    name: Loyal
    who: {field: customers.tier, is: [TIERS]}
    exclude: staff
  readers:
    name: Readers
    who: {field: newsletter.status, is: subscribed}
    exclude: [loyal, staff]
  spenders:
    name: Spenders
    who: {field: customers.spent, at_least: SPENT}
  staff:
    name: Our own people
    who: {field: customers.tier, is: staff}
    send_to: []
"""
_LATE: Final = """\
  everybody:
    name: Everybody
    who: {any: [{field: customers.spent, at_least: 0}, {field: newsletter.status, is: subscribed}]}
    exclude: staff
"""
_FIRST: Final = ("Anna", "Bo", "Carla", "Dan", "Eva", "Finn", "Gerda", "Hans", "Ida", "Jens")
_LAST: Final = ("Holm", "Lund", "Krogh", "Dahl", "Bech", "Friis", "Juhl")


@dataclass(slots=True)
class Customer:
    """One row of customers.csv."""

    customer_id: int
    email: str
    mobile: str
    first_name: str
    last_name: str
    postcode: str
    tier: str
    spent: int


@dataclass(slots=True)
class Decision:
    """One row of consents.csv: what somebody said at some moment."""

    customer_id: int | None
    email: str
    ads: str
    given_at: str
    withdrawn_at: str = ""
    form: str = "form-1"


@dataclass(slots=True)
class Shop:
    """Its people as they are now; `write` puts them on disk."""

    folder: Path
    platform: str
    chance: Random
    customers: dict[int, Customer] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    tiers: tuple[str, ...] = ("gold", "silver")
    spent: int = 500
    late: bool = False
    _number: int = 100

    def open(self, now: datetime) -> None:
        """Everybody who is there from the start."""
        self.folder.mkdir(parents=True)
        before = now - timedelta(days=200)
        for _ in range(CUSTOMERS):
            self.join(before)
        for each in self.chance.sample(sorted(self.customers), CUSTOMERS // 4):
            self._share(each)
        for _ in range(READERS):
            self.subscribe(before)
        for each in self.chance.sample(sorted(self.customers), 8):
            self.readers[self.customers[each].email or self._email()] = "subscribed"
        self.write()

    def change(self, now: datetime, times: int) -> list[str]:
        """Some things that happen to some people; their names, for the story of a failure."""
        happened = []
        for _ in range(times):
            event = self.chance.choice(EVENTS)
            event(self, now)
            happened.append(event.__name__)
        self.write()
        return happened

    def write(self) -> None:
        tiers = ", ".join(self.tiers)
        document = _DOCUMENT.replace("DESTINATION", _DESTINATIONS[self.platform]).replace("[TIERS]", f"[{tiers}]")
        document = document.replace("SPENT", str(self.spent)) + (_LATE if self.late else "")
        (self.folder / "audiences.yaml").write_text(document, encoding="utf-8")
        _write(self.folder / "customers.csv", Customer, self.customers.values())
        _write(self.folder / "consents.csv", Decision, self.decisions)
        with (self.folder / "newsletter.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("email", "status"), *self.readers.items()])

    # what happens

    def join(self, now: datetime) -> None:
        chance = self.chance
        self._number += 1
        new = Customer(
            customer_id=self._number,
            email=self._email() if chance.random() < 0.85 else "",
            mobile=self._phone() if chance.random() < 0.7 else "",
            first_name=chance.choice(_FIRST),
            last_name=chance.choice(_LAST),
            postcode=str(chance.randint(1000, 9990)) if chance.random() < 0.7 else "",
            tier=chance.choices((*TIERS, "staff"), (4, 3, 2, 0.3))[0],
            spent=chance.randint(0, 1500),
        )
        self.customers[new.customer_id] = new
        if chance.random() < 0.9:
            self._says(new, "yes" if chance.random() < 0.85 else "no", now)

    def subscribe(self, now: datetime) -> None:
        email = self._email()
        self.readers[email] = "subscribed"
        if self.chance.random() < 0.8:
            self.decisions.append(Decision(None, email, "yes", _iso(now)))

    def withdraw(self, now: datetime) -> None:
        """Somebody takes back the newest thing that they said."""
        given = [each for each in self.decisions if each.ads == "yes" and not each.withdrawn_at]
        if given:
            self.chance.choice(given).withdrawn_at = _iso(now)

    def refuse(self, now: datetime) -> None:
        self._says(self._somebody(), "no", now)

    def agree_again(self, now: datetime) -> None:
        self._says(self._somebody(), "yes", now)

    def new_phone(self, now: datetime) -> None:
        self._somebody().mobile = self._phone()

    def lose_phone(self, now: datetime) -> None:
        self._somebody().mobile = ""

    def share_phone(self, now: datetime) -> None:
        self._share(self._somebody().customer_id)

    def new_email(self, now: datetime) -> None:
        self._somebody().email = self._email()

    def new_email_and_phone(self, now: datetime) -> None:
        somebody = self._somebody()
        somebody.email, somebody.mobile = self._email(), self._phone()

    def hand_email_on(self, now: datetime) -> None:
        """Somebody's e-mail becomes another one's."""
        one, other = self._somebody(), self._somebody()
        if one is not other and one.email:
            other.email, one.email = one.email, self._email() if self.chance.random() < 0.5 else ""

    def same_email(self, now: datetime) -> None:
        """From now on two customers are one person."""
        one, other = self._somebody(), self._somebody()
        other.email = one.email

    def move_house(self, now: datetime) -> None:
        self._somebody().postcode = str(self.chance.randint(1000, 9990))

    def leave(self, now: datetime) -> None:
        if len(self.customers) > CUSTOMERS // 2:
            del self.customers[self._somebody().customer_id]

    def new_number(self, now: datetime) -> None:
        """The shop numbers a customer anew, everywhere."""
        somebody = self.customers.pop(self._somebody().customer_id)
        self._number += 1
        for each in self.decisions:
            if each.customer_id == somebody.customer_id:
                each.customer_id = self._number
        somebody.customer_id = self._number
        self.customers[self._number] = somebody

    def unsubscribe(self, now: datetime) -> None:
        self.readers[self.chance.choice(sorted(self.readers))] = "gone"

    def spend(self, now: datetime) -> None:
        self._somebody().spent = self.chance.randint(0, 1500)

    def another_tier(self, now: datetime) -> None:
        self._somebody().tier = self.chance.choice(TIERS)

    def edit_a_rule(self, now: datetime) -> None:
        if self.chance.random() < 0.5:
            self.tiers = tuple(self.chance.sample(TIERS, self.chance.randint(1, 3)))
        else:
            self.spent = self.chance.randint(300, 900)

    # the inside

    def _somebody(self) -> Customer:
        return self.customers[self.chance.choice(sorted(self.customers))]

    def _share(self, customer_id: int) -> None:
        owners = [each.mobile for each in self.customers.values() if each.mobile]
        self.customers[customer_id].mobile = self.chance.choice(owners)

    def _says(self, customer: Customer, word: str, now: datetime) -> None:
        """Under the customer number alone: an e-mail beside it would outlive the customer, and speak for a reader."""
        self.decisions.append(Decision(customer.customer_id, "", word, _iso(now)))

    def _email(self) -> str:
        self._number += 1
        return f"somebody{self._number}@post.example"

    def _phone(self) -> str:
        self._number += 1
        return str(20_400_000 + 13 * self._number)


EVENTS: Final[tuple[Callable[[Shop, datetime], None], ...]] = (
    *(Shop.withdraw, Shop.withdraw, Shop.refuse, Shop.agree_again, Shop.agree_again),
    *(Shop.new_phone, Shop.new_phone, Shop.lose_phone, Shop.share_phone),
    *(Shop.new_email, Shop.new_email_and_phone, Shop.hand_email_on, Shop.same_email),
    *(Shop.join, Shop.join, Shop.subscribe, Shop.leave, Shop.leave, Shop.new_number, Shop.unsubscribe),
    *(Shop.move_house, Shop.spend, Shop.spend, Shop.another_tier, Shop.edit_a_rule),
)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _write(path: Path, kind: type[Customer] | type[Decision], rows: Iterable[Customer | Decision]) -> None:
    header = list(kind.__dataclass_fields__)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([getattr(row, name) for name in header] for row in rows)
