"""Who shops at Hyggeshop: invented customers, with the few whose contacts are shared.

Knows names and contacts; knows nothing of what customers buy or agree to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from random import Random
from typing import Final, Literal

from .contacts import gmail_spelling, mailbox, new_mobile, write_email, write_first_name, write_mobile
from .names import FIRST, LAST, MAIL_DOMAINS, RESERVED_NAMES, STAFF_DOMAIN, STREETS, TOWNS
from .rolls import DAY, Choice, as_date, dice, pick

Habit = Literal["never", "once", "occasional", "regular", "heavy"]
Role = Literal["plain", "staff", "office", "switchboard", "couple", "partner", "original", "duplicate"]

FIRST_ID: Final = 100_001
YEARS_OPEN: Final = 5
OFFICE_EMAIL: Final = "info@kontorhotel.example"
OFFICE_SIZE: Final = 26
SWITCHBOARD: Final = "70251400"
SWITCHBOARD_SIZE: Final = 60
MINIMUM: Final = 500

_COUNTRY: Final = Choice(("DK", 90.0), ("SE", 5.0), ("NO", 3.0), ("DE", 2.0))
_SEGMENT: Final = Choice(
    ("coffee", 40.0), ("home", 30.0), ("gifts", 20.0), ("business", 5.0), ("Business", 0.4), ("", 4.6)
)
_HABIT: Final = Choice[Habit](("never", 18.0), ("once", 33.0), ("occasional", 28.0), ("regular", 15.0), ("heavy", 6.0))
_OFFICE_HABIT: Final = Choice[Habit](
    ("never", 5.0), ("once", 15.0), ("occasional", 30.0), ("regular", 35.0), ("heavy", 15.0)
)


@dataclass(frozen=True, slots=True)
class Customer:
    """One row of customers.csv. `email` and `mobile` are the true ones; empty where the written form hides them."""

    customer_id: int
    email: str
    email_written: str
    mobile: str
    mobile_written: str
    first_name: str
    last_name: str
    street: str
    postcode: str
    city: str
    home: str
    country_written: str
    birth_date: str
    signed_up: int
    segment: str
    habit: Habit
    role: Role = "plain"


@dataclass(slots=True)
class Taken:
    """What somebody has already: how often each mailbox name, and which phone numbers."""

    mailboxes: dict[str, int] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=lambda: {SWITCHBOARD})


def invent_customers(count: int, seed: int, now: int) -> list[Customer]:
    """`count` customers, the longest-standing first."""
    if count < MINIMUM:
        raise ValueError(f"the demo shop needs at least {MINIMUM} customers, to have some of every kind")
    rng = dice(seed, "people")
    opened = now - YEARS_OPEN * 365 * DAY
    signups = sorted(opened + int((now - opened - 2 * DAY) * rng.random() ** 0.8) for _ in range(count))
    taken = Taken()
    customers = [_invent(rng, FIRST_ID + place, signed_up, taken, now) for place, signed_up in enumerate(signups)]
    _share_contacts(dice(seed, "shared contacts"), customers, taken.numbers)
    return customers


def _invent(rng: Random, customer_id: int, signed_up: int, taken: Taken, now: int) -> Customer:
    home = _COUNTRY.roll(rng)
    first_name, last_name = _name(rng, home)
    address = _new_address(rng, first_name, last_name, customer_id, taken)
    mobile = new_mobile(rng, home, taken.numbers)
    email_written = write_email(rng, address)
    mobile_written = write_mobile(rng, home, mobile)
    if address.endswith("@gmail.com") and email_written.text == address and rng.random() < 0.5:
        email_written = replace(email_written, text=gmail_spelling(rng, address))
    postcode, city = pick(rng, TOWNS[home])
    segment = _SEGMENT.roll(rng)
    return Customer(
        customer_id=customer_id,
        email=address if email_written.usable else "",
        email_written=email_written.text,
        mobile=mobile if mobile_written.usable else "",
        mobile_written=mobile_written.text,
        first_name=write_first_name(rng, first_name),
        last_name=last_name if rng.random() < 0.99 else last_name.upper(),
        street=_street(rng, home),
        postcode=postcode if rng.random() < 0.98 else "",
        city=city,
        home=home,
        country_written=_country_written(rng, home),
        birth_date=_birth_date(rng, now),
        signed_up=signed_up,
        segment=segment,
        habit=(_OFFICE_HABIT if segment.lower() == "business" else _HABIT).roll(rng),
    )


def _name(rng: Random, home: str) -> tuple[str, str]:
    while True:
        name = (pick(rng, FIRST[home]), pick(rng, LAST[home]))
        if name not in RESERVED_NAMES:
            return name


def _new_address(rng: Random, first_name: str, last_name: str, customer_id: int, taken: Taken) -> str:
    """An address on a reserved domain; a few on gmail.com, longer than Gmail's 30 letters: nobody can own them."""
    local = mailbox(first_name, last_name)
    if rng.random() < 0.04:
        return f"{local}.{customer_id}.invented.for.a.demo.shop@gmail.com"
    domain = pick(rng, MAIL_DOMAINS)
    seen = taken.mailboxes[local] = taken.mailboxes.get(local, 0) + 1
    return f"{local}@{domain}" if seen == 1 else f"{local}{seen}@{domain}"


def _street(rng: Random, home: str) -> str:
    house = f"{pick(rng, STREETS[home])} {1 + int(rng.random() * 140)}"
    return f"{house}, {1 + int(rng.random() * 5)}. tv" if home == "DK" and rng.random() < 0.3 else house


def _country_written(rng: Random, home: str) -> str:
    roll = rng.random()
    if roll < 0.02:
        return ""
    if roll < 0.03:
        return home.lower()
    return "Danmark" if home == "DK" and roll < 0.034 else home


def _birth_date(rng: Random, now: int) -> str:
    roll = rng.random()
    if roll < 0.3:
        return ""
    if roll < 0.305:
        return "1900-01-01"
    return as_date(now - int((16 + 62 * rng.random()) * 365.25 * DAY))


def _share_contacts(rng: Random, customers: list[Customer], numbers: set[str]) -> None:
    """Gives some a role: staff, an office with one e-mail, a switchboard, couples with one phone, duplicates."""
    danes = [place for place, customer in enumerate(customers) if customer.home == "DK"]
    rng.shuffle(danes)
    places = iter(danes)
    couples = duplicates = max(6, len(customers) // 150)

    for place in islice(places, max(25, len(customers) // 400)):
        address = f"medarbejder{customers[place].customer_id}@{STAFF_DOMAIN}"
        customers[place] = replace(customers[place], email=address, email_written=address, role="staff")
    for place in islice(places, OFFICE_SIZE):
        customers[place] = replace(customers[place], email=OFFICE_EMAIL, email_written=OFFICE_EMAIL, role="office")
    for place in islice(places, SWITCHBOARD_SIZE):
        written = pick(rng, (SWITCHBOARD, "70 25 14 00", "+45 70251400"))
        customers[place] = replace(customers[place], mobile=SWITCHBOARD, mobile_written=written, role="switchboard")
    for one, other in _pairs(places, couples):
        mobile = new_mobile(rng, "DK", numbers)
        customers[one], customers[other] = _couple(customers[one], customers[other], mobile)
    for one, other in _pairs(places, duplicates):
        customers[one], customers[other] = _twice(customers[one], customers[other])


def _pairs(places: Iterator[int], count: int) -> Iterator[tuple[int, int]]:
    """In each pair the longer-standing customer comes first."""
    for one, other in islice(zip(places, places, strict=False), count):
        yield min(one, other), max(one, other)


def _couple(one: Customer, other: Customer, mobile: str) -> tuple[Customer, Customer]:
    """Two people with addresses of their own who live together and share a phone."""
    mine, theirs = (f"{_surname(customer)}.{customer.customer_id}@familie.example" for customer in (one, other))
    return (
        replace(one, email=mine, email_written=mine, mobile=mobile, mobile_written=mobile, role="couple"),
        replace(
            other,
            email=theirs,
            email_written=theirs,
            mobile=mobile,
            mobile_written=f"+45 {mobile}",
            street=one.street,
            postcode=one.postcode,
            city=one.city,
            country_written=one.country_written,
            role="partner",
        ),
    )


def _twice(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """One person who signed up twice: two customer numbers, one e-mail."""
    address = f"{_surname(one)}.{one.customer_id}@mail.example"
    return (
        replace(one, email=address, email_written=address, role="original"),
        replace(
            other,
            email=address,
            email_written=address.capitalize(),
            first_name=one.first_name,
            last_name=one.last_name,
            role="duplicate",
        ),
    )


def _surname(customer: Customer) -> str:
    return mailbox("", customer.last_name).strip(".")
