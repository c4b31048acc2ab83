"""Consent as the engine decides it, against the documentation read by hand. Deny by default."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consentric.config.parts import words
from consentric.model.people import GRANTED, Reason
from consentric.model.project import ColumnRef, ConsentRules, Identifiers, Key, Proof, Source
from consentric.model.time import Duration, Unit
from consentric.selection.consent import GRANTED_RANK, RANK

from .plain_people import Person, State, form_people, hashes, sendable, state_of, value_digest
from .room import (
    CUSTOMER,
    EMAIL,
    LOYALTY,
    NOW,
    Row,
    Rows,
    Setting,
    consent_rules,
    digest,
    evaluated,
    people_of,
    ranks,
    sent,
    write_csv,
)

LONG = "CONSENTRIC_LONG" in os.environ
few = settings(
    max_examples=700 if LONG else 15,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
)

NAMES: Mapping[str, tuple[str, ...]] = {
    "customers": ("customer_id", "email", "loyalty"),
    "newsletter": ("email", "loyalty"),
    "consents": ("customer_id", "email", "first", "second", "given_at", "withdrawn_at", "form"),
}
EMAILS = Identifiers(email=(ColumnRef("customers", "email"), ColumnRef("newsletter", "email")))
IDS = ("1", "2", "3", "10")
ADDRESSES = ("a@x.dk", "b@x.dk", "c@x.dk", "e@x.dk")
WORDS = st.sampled_from(["yes", "yes", "yes", " YES ", "Ja", "no", "nej", "maybe", "granted", "", " "])
DATES = st.sampled_from(
    """
    2026-11-22 2026-11-22T10:00:00 2026-11-22T09:00:00Z 2026-11-23T05:30:00 2026-11-23T04:30:00Z 2026-11-23T04:30:01Z
    2027-01-01 2024-11-23 2024-11-23T05:30:00 2024-11-23T05:30:01 2024-01-01 2026-10-23 2026-10-25T05:30:00
    """.split()  # noqa: SIM905 - one word a date
)
MESSY = st.one_of(DATES, DATES, DATES, st.sampled_from(["", "", " ", "soon"]))
SPANS = st.sampled_from(
    [None, Duration(24, Unit.MONTH), Duration(1, Unit.MONTH), Duration(30, Unit.DAY), Duration(1, Unit.YEAR)]
)


def sources(keys: Sequence[Key] = (CUSTOMER, EMAIL)) -> tuple[Source, ...]:
    return (
        Source("customers", "customers.csv", (CUSTOMER, EMAIL, LOYALTY)),
        Source("newsletter", "newsletter.csv", (EMAIL, LOYALTY)),
        Source("consents", "consents.csv", tuple(keys), people=False),
    )


def _records() -> st.SearchStrategy[Row]:
    keys = st.one_of(
        st.fixed_dictionaries({"customer_id": st.sampled_from(IDS), "email": st.sampled_from(["", *ADDRESSES])}),
        st.fixed_dictionaries(
            {"customer_id": st.sampled_from(["", " "]), "email": st.sampled_from(["", "n/a", *ADDRESSES])}
        ),
    )
    words = st.fixed_dictionaries(
        {"first": WORDS, "second": WORDS, "given_at": MESSY, "withdrawn_at": st.one_of(st.just(""), MESSY)}
    )
    return st.builds(lambda key, word: {**key, **word}, keys, words).filter(_is_plain)


def _is_plain(row: Row) -> bool:
    """What a blank word with an unreadable date means is nowhere written."""
    return str(row["given_at"]) != "soon" or all(str(row[word]).strip() for word in ("first", "second"))


def shops(*, joined: bool) -> st.SearchStrategy[Rows]:
    card = st.sampled_from(["", "", "L", "M"]) if joined else st.just("")
    customers = st.fixed_dictionaries(
        {"customer_id": st.sampled_from(IDS), "email": st.sampled_from(["", *ADDRESSES[:3]]), "loyalty": card}
    )
    readers = st.fixed_dictionaries({"email": st.sampled_from(ADDRESSES[2:]), "loyalty": st.just("")})
    return st.fixed_dictionaries(
        {
            "customers": st.lists(customers, min_size=1, max_size=4),
            "newsletter": st.lists(readers, max_size=2),
            "consents": st.lists(_records(), max_size=7),
        }
    ).map(_known)


def _known(shop: Mapping[str, Any]) -> Rows:
    """Consent rows name no customer that the shop does not have."""
    ids = {row["customer_id"] for row in shop["customers"]} | {"", " "}
    return {**shop, "consents": [row for row in shop["consents"] if row["customer_id"] in ids]}


class Answer:
    """What the engine makes of a shop: per person the state for each destination, and what may be sent."""

    def __init__(
        self,
        shop: Rows,
        rules: ConsentRules,
        all_sources: Sequence[Source] = sources(),
        *,
        now: datetime = NOW,
        suppressed: frozenset[bytes] = frozenset(),
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name, found in shop.items():
                write_csv(Path(folder) / f"{name}.csv", found or [{}], NAMES[name])
            con = evaluated(Setting(all_sources, rules, EMAILS, now=now, suppressed=suppressed), Path(folder))
        self.people = people_of(con)
        self.ranks = {"google": ranks(con, "judged_0"), "meta": ranks(con, "judged_1")}
        self.sent = {"google": sent(con, "google", "judged_0"), "meta": sent(con, "meta", "judged_1")}
        self.standing = {"google": ranks(con, "standing_google_judged_0"), "meta": ranks(con, "standing_meta_judged_1")}
        con.close()

    def state(self, key: bytes, destination: str) -> State:
        rank = self.ranks[destination][self.people[key]]
        return GRANTED if rank == GRANTED_RANK else next(reason for reason, place in RANK.items() if place == rank)

    def keys(self, destination: str) -> set[bytes]:
        return {key for keys in self.sent[destination].values() for key in keys}


def by_hand(shop: Rows, rules: ConsentRules, needed: Iterable[str], now: datetime) -> tuple[list[Person], list[State]]:
    people = form_people(sources(), shop, "customer_id")
    return people, [state_of(each, people, sources(), rules, needed, shop, now) for each in people]


@given(shop=shops(joined=False), valid_for=SPANS)
@few
def test_consent_is_decided_as_documented(shop: Rows, valid_for: Duration | None) -> None:
    """The newest decision per primary key and purpose, for everybody and both destinations; and what is sent of it."""
    rules = consent_rules(valid_for=valid_for)
    answer = Answer(shop, rules)
    for destination, needed in rules.needed.items():
        people, states = by_hand(shop, rules, needed, NOW)
        assert len(set(answer.people.values())) == len(people)
        allowed = sendable(people, states, EMAILS.email)
        for person, state, keys in zip(people, states, allowed, strict=True):
            key = value_digest(min(person.values))
            assert answer.state(key, destination) == state
            assert answer.sent[destination].get(answer.people[key], set()) == keys
            held = hashes(person, EMAILS.email)
            expected = RANK[Reason.SHARED_KEY] if held else -1
            if state == GRANTED and not keys:
                assert answer.standing[destination][answer.people[key]] == expected


@given(shop=shops(joined=True), valid_for=SPANS)
@few
def test_nothing_is_sent_of_anybody_of_whom_one_key_does_not_consent(shop: Rows, valid_for: Duration | None) -> None:
    """Joined people: all primary keys must be granted for all purposes."""
    rules = consent_rules(valid_for=valid_for)
    answer = Answer(shop, rules)
    for destination, needed in rules.needed.items():
        people, states = by_hand(shop, rules, needed, NOW)
        for person, state in zip(people, states, strict=True):
            assert answer.state(value_digest(min(person.values)), destination) == state


@given(shop=shops(joined=False), first=st.integers(0, 3), second=st.integers(0, 3))
@few
def test_joining_two_people_adds_no_key(shop: Rows, first: int, second: int) -> None:
    """A loyalty card that two customers share can only take away from what is sent."""
    rules = consent_rules()
    before = Answer(shop, rules)
    linked = [dict(row) for row in shop["customers"]]
    for number in {first % len(linked), second % len(linked)}:
        linked[number]["loyalty"] = "CARD"
    after = Answer({**shop, "customers": linked}, rules)
    for destination in rules.needed:
        assert after.keys(destination) <= before.keys(destination)


def record(
    customer: str = "", email: str = "", word: str = "yes", given: str = "2026-01-01", withdrawn: str = ""
) -> Row:
    return {
        "customer_id": customer,
        "email": email,
        "first": word,
        "second": word,
        "given_at": given,
        "withdrawn_at": withdrawn,
    }


def customer(number: str, email: str = "", loyalty: str = "") -> Row:
    return {"customer_id": number, "email": email, "loyalty": loyalty}


def test_joining_a_subscriber_to_a_customer_adds_no_key() -> None:
    """A subscriber's yes is not the yes of the customer who turns out to be the same person."""
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk", "L")],
        "newsletter": [{"email": "e@x.dk", "loyalty": ""}],
        "consents": [record(email="e@x.dk")],
    }
    before = Answer(shop, consent_rules())
    after = Answer({**shop, "newsletter": [{"email": "e@x.dk", "loyalty": "L"}]}, consent_rules())
    assert after.keys("meta") <= before.keys("meta")


@pytest.mark.parametrize("keys", [(CUSTOMER, EMAIL), (EMAIL, CUSTOMER)], ids=["id first", "e-mail first"])
def test_a_decision_belongs_to_the_primary_key_of_its_row(keys: Sequence[Key]) -> None:
    """Two customers with one address: the yes of one does not undo the no of the other, however the keys are ordered."""
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk"), customer("2", "a@x.dk")],
        "newsletter": [],
        "consents": [record("1", "a@x.dk", "no"), record("2", "a@x.dk", "yes", "2026-05-01")],
    }
    answer = Answer(shop, consent_rules(), sources(keys))
    assert answer.state(digest("email", "a@x.dk"), "meta") is Reason.REFUSED
    assert answer.keys("meta") == set()


def test_a_yes_of_somebody_unknown_does_not_undo_a_no() -> None:
    """A consent row with the number of a customer who is not in the data says nothing about another customer."""
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk")],
        "newsletter": [],
        "consents": [record("1", "a@x.dk", "no"), record("77", "a@x.dk", "yes", "2026-05-01")],
    }
    assert Answer(shop, consent_rules()).keys("meta") == set()


@pytest.mark.parametrize("fine", [True, False])
def test_expiry_is_an_instant_on_the_calendar(fine: bool) -> None:
    """Twenty-four months to the second, in local time across a change of the clocks; the instant itself is too late."""
    given_at = NOW.replace(year=2024) + timedelta(seconds=1 if fine else 0)
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk")],
        "newsletter": [],
        "consents": [record("1", given=given_at.isoformat())],
    }
    assert (Answer(shop, consent_rules()).state(digest("email", "a@x.dk"), "meta") == GRANTED) is fine


def test_expiry_clamps_to_the_end_of_a_month() -> None:
    """Given on 31 January for one month: over on 28 February at the same time of day."""
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk")],
        "newsletter": [],
        "consents": [record("1", given="2026-01-31T12:00:00")],
    }
    rules, ends = consent_rules(valid_for=Duration(1, Unit.MONTH)), datetime(2026, 2, 28, 11, 0, tzinfo=UTC)
    key = digest("email", "a@x.dk")
    assert Answer(shop, rules, now=ends - timedelta(seconds=1)).state(key, "meta") == GRANTED
    assert Answer(shop, rules, now=ends).state(key, "meta") is Reason.EXPIRED


def test_a_word_is_compared_as_it_is_written_in_the_file() -> None:
    """`Straße` in the file is `STRASSE` of nobody, and `straße` of everybody who has it."""
    rules = consent_rules()
    german = replace(rules, purposes=tuple(replace(each, granted=words(["Straße"])) for each in rules.purposes))
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk")],
        "newsletter": [],
        "consents": [record("1", word="Straße")],
    }
    assert Answer(shop, german).state(digest("email", "a@x.dk"), "meta") == GRANTED


@pytest.mark.parametrize("length", range(70, 90))
def test_any_text_may_be_the_proof(length: int) -> None:
    """An apostrophe anywhere in a long wording does no harm."""
    shop: dict[str, list[Row]] = {"customers": [customer("1", "a@x.dk")], "newsletter": [], "consents": [record("1")]}
    rules = consent_rules(proof=Proof(text="x" * length + "'" + "y" * 20))
    assert Answer(shop, rules).state(digest("email", "a@x.dk"), "meta") == GRANTED


def test_whoever_is_suppressed_is_out() -> None:
    """Any suppressed key of a person counts, before everything else."""
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk"), customer("2", "b@x.dk")],
        "newsletter": [],
        "consents": [record("1"), record("2")],
    }
    answer = Answer(shop, consent_rules(), suppressed=frozenset({digest("email", "a@x.dk")}))
    assert answer.state(digest("text", "customer_id\n1"), "meta") is Reason.SUPPRESSED
    assert answer.state(digest("text", "customer_id\n2"), "meta") == GRANTED


def test_a_suppressed_contact_counts_where_it_is_no_key() -> None:
    """An address that is only an identifier is an address of the person all the same."""
    keyless = (
        Source("customers", "customers.csv", (CUSTOMER,)),
        Source("newsletter", "newsletter.csv", (LOYALTY,)),
        Source("consents", "consents.csv", (CUSTOMER,), people=False),
    )
    shop: dict[str, list[Row]] = {
        "customers": [customer("1", "a@x.dk")],
        "newsletter": [{"email": "e@x.dk", "loyalty": "L"}],
        "consents": [record("1")],
    }
    answer = Answer(shop, consent_rules(), keyless, suppressed=frozenset({digest("email", "a@x.dk")}))
    assert answer.state(digest("text", "customer_id\n1"), "meta") is Reason.SUPPRESSED
