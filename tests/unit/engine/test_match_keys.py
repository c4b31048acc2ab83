"""What of a person is sent: shared keys, crowds, several keys, and columns with odd names."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from consentric.engine.connection import Connection
from consentric.model.conditions import Field
from consentric.model.lists import KeyType
from consentric.model.people import Reason
from consentric.model.project import ColumnRef, Identifiers, Key, KeyKind, Proof, Source
from consentric.model.row_tests import Exists, Is, RowTest
from consentric.selection.consent import RANK

from .room import CUSTOMER, Row, Setting, consent_rules, ranks, sent, write_csv
from .room import evaluated as evaluate

COLUMNS = ("customer_id", "email", "mail2", "phone", "first_name", "last_name", "postcode", "country")
CONSENTS = ("customer_id", "first", "second", "given_at", "withdrawn_at")
CUSTOMERS = Source("customers", "customers.csv", (CUSTOMER,))
PROOFS = Source("consents", "consents.csv", (CUSTOMER,), people=False)


def identifiers(*names: str, email: Sequence[str] = ("email",)) -> Identifiers:
    given = {name: (ColumnRef("customers", name),) for name in names}
    return Identifiers(email=tuple(ColumnRef("customers", each) for each in email), assume_country="DK", **given)  # type: ignore[arg-type]


def yes(*numbers: str, word: str = "yes") -> list[Row]:
    return [
        {"customer_id": each, "first": word, "second": word, "given_at": "2026-01-01", "withdrawn_at": ""}
        for each in numbers
    ]


def weighed(
    customers: Sequence[Row], consents: Sequence[Row], known: Identifiers, source: Source = CUSTOMERS
) -> Connection:
    with tempfile.TemporaryDirectory() as folder:
        names = list(dict.fromkeys([*COLUMNS, *(name for row in customers for name in row)]))
        write_csv(Path(folder) / "customers.csv", customers, names)
        write_csv(Path(folder) / "consents.csv", consents, CONSENTS)
        return evaluate(Setting((source, PROOFS), consent_rules(), known), Path(folder))


def hashed(text: str) -> bytes:
    return sha256(text.encode()).digest()


def all_sent(con: Connection, platform: str = "meta") -> set[bytes]:
    judged = "judged_0" if platform == "google" else "judged_1"
    return {key for keys in sent(con, platform, judged).values() for key in keys}


SHARED = [
    {"customer_id": "1", "email": "a.b@gmail.com", "phone": "20304050"},
    {"customer_id": "2", "email": "ab@gmail.com", "phone": "20304051"},
]


def test_a_key_is_shared_in_the_form_of_the_platform() -> None:
    """Two spellings of one Gmail account are one key at Google and two at Meta; one holder refused."""
    con = weighed(SHARED, [*yes("1"), *yes("2", word="no")], identifiers("phone"))
    assert all_sent(con, "google") == {hashed("+4520304050")}
    assert all_sent(con, "meta") == {hashed("a.b@gmail.com"), hashed("4520304050")}


def test_whoever_has_nothing_else_is_counted_as_shared_key() -> None:
    """And whose key the refusal took away is exempt from guards; without any key one is unmatchable."""
    people = [{**SHARED[0], "phone": ""}, SHARED[1], {"customer_id": "3"}]
    con = weighed(people, [*yes("1", "3"), *yes("2", word="no")], identifiers("phone"))
    assert sorted(ranks(con, "standing_google_judged_0").values()) == sorted(
        [RANK[Reason.SHARED_KEY], RANK[Reason.REFUSED], -1]
    )
    exempt = con.table("SELECT value FROM exempt_google_judged_0").column("value").to_pylist()
    assert hashed("ab@gmail.com") in exempt


@pytest.mark.parametrize("holders", [20, 21])
def test_a_key_of_more_than_twenty_people_is_not_sent(holders: int) -> None:
    """Although all of them consent."""
    people = [{"customer_id": str(each), "email": "info@x.dk", "phone": f"203040{each:02}"} for each in range(holders)]
    con = weighed(people, yes(*map(str, range(holders))), identifiers("phone"))
    assert (hashed("info@x.dk") in all_sent(con)) is (holders == 20)


def test_every_key_is_sent_up_to_the_limit_of_google() -> None:
    """Ten identifiers a member: the address first, then e-mail and phone in turn, by trust."""
    rows: list[Row] = [
        {"customer_id": "1", "email": f"e{each}@x.dk", "mail2": f"m{each}@x.dk", "phone": f"203040{each:02}"}
        for each in range(6)
    ]
    rows[3] = {**rows[3], "first_name": "Anna", "last_name": "Berg", "postcode": "2100"}
    known = identifiers("phone", "first_name", "last_name", "postcode", email=("mail2", "email"))
    con = weighed(rows, yes("1"), known)
    keys = con.table("SELECT keys FROM sendable_google_judged_0").to_pylist()[0]["keys"]
    kinds = [KeyType(key["kind"]) for key in keys]
    assert kinds == [KeyType.ADDRESS, *[KeyType.EMAIL, KeyType.PHONE] * 4, KeyType.EMAIL]
    assert [key["value"] for key in keys if key["kind"] == KeyType.EMAIL] == [
        hashed(f"m{each}@x.dk") for each in range(5)
    ]
    assert len(all_sent(con, "meta")) == 18


@pytest.mark.parametrize("name", ["address", "fn", "zip", "country.meta"])
def test_a_column_may_have_any_name(name: str) -> None:
    """An e-mail column called `address` is no postal address, and goes to both platforms as an e-mail."""
    rows: list[Row] = [
        {
            "customer_id": "1",
            name: "a@x.dk",
            "first_name": "Anna",
            "last_name": "Berg",
            "postcode": "2100",
            "country": "DK",
        }
    ]
    known = identifiers("first_name", "last_name", "postcode", "country", email=(name,))
    con = weighed(rows, yes("1"), known)
    whole = hashed("anna") + hashed("berg") + b"DK2100"
    assert all_sent(con, "google") == {hashed("a@x.dk"), whole}
    assert all_sent(con, "meta") == {hashed("a@x.dk")}
    riders = con.table("SELECT riders FROM riders_meta").to_pylist()[0]["riders"]
    assert riders == [hashed("anna"), hashed("berg"), hashed("2100"), hashed("dk"), hashed("a")]


@pytest.mark.parametrize("name", ['e"mail', 'email"; DROP TABLE people; --', "e'mail", "e.mail", "é mail", "select"])
def test_a_name_with_odd_signs_is_quoted(name: str) -> None:
    """In a key, an identifier, a condition and the proof of a consent."""
    key = Key("email", name, KeyKind.EMAIL)
    source = Source("customers", "customers.csv", (CUSTOMER, key), only=RowTest(name, Exists(wanted=True)))
    with tempfile.TemporaryDirectory() as folder:
        write_csv(Path(folder) / "customers.csv", [{"customer_id": "1", name: "a@x.dk"}], ("customer_id", name))
        write_csv(Path(folder) / "consents.csv", [{**yes("1")[0], name: "form"}], (*CONSENTS, name))
        rules = consent_rules(proof=Proof(column=name))
        who = {"a": Field("customers", name, Exists(wanted=True))}
        con = evaluate(Setting((source, PROOFS), rules, identifiers(email=(name,)), audiences=who), Path(folder))
    assert all_sent(con) == {hashed("a@x.dk")}


def test_a_source_of_contacts_alone_may_say_which_rows_count() -> None:
    """`only` on a source that no condition reads and that makes nobody."""
    extra = Source("extra", "extra.csv", (CUSTOMER,), people=False, only=RowTest("status", Is(("ok",))))
    known = Identifiers(email=(ColumnRef("extra", "mail"),))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_csv(root / "customers.csv", [{"customer_id": "1"}], ("customer_id",))
        mails: list[Row] = [{"customer_id": "1", "mail": f"{word}@x.dk", "status": word} for word in ("ok", "no")]
        write_csv(root / "extra.csv", mails, ("customer_id", "mail", "status"))
        write_csv(root / "consents.csv", yes("1"), CONSENTS)
        con = evaluate(Setting((CUSTOMERS, extra, PROOFS), consent_rules(), known), root)
    assert all_sent(con) == {hashed("ok@x.dk")}
