"""The kernel: contacts in clear go in, keyed digests and the platforms' hashes come out, row by row."""

from __future__ import annotations

import hmac
import traceback
from collections.abc import Callable
from hashlib import sha256

import pyarrow as pa
import pytest

from consentric.engine import kernel
from consentric.engine.contacts import Contacts
from consentric.engine.kernel import address_parts, normalise, text_key
from consentric.errors import SourceError
from consentric.model.project import Platform

KEY = b"k" * 32
EVERYTHING = Contacts(("email",), ("phone",), "first", "last", "postcode", "country", "DK")


def batch() -> pa.RecordBatch:
    """Four people: complete and at Gmail, foreign, silent, unusable."""
    return pa.RecordBatch.from_pydict(
        {
            "id": [1, 2, 3, 4],
            "email": [" Anna.Berg+x@Gmail.com ", "bo@bogense-æ.dk", None, "noemail@"],
            "phone": ["20 30 40 50", "070-123 45 67", "+45 20304051", "4.51E+09"],
            "first": ["Anna", "Mr. Bo", None, "Carl"],
            "last": ["Berg, Jr.", "O'Brien", "Dahl", "123"],
            "postcode": ["2100", "111 22", "2200", "3000"],
            "country": [None, "SE", "Danmark", "DK"],
        }
    )


def sha(text: str) -> bytes:
    return sha256(text.encode()).digest()


def keyed(text: str) -> bytes:
    return hmac.digest(KEY, text.encode(), "sha256")[:16]


def test_an_email_column_becomes_five_columns() -> None:
    """Identity, domain, reason, and each platform's own hash."""
    found = normalise(batch(), Contacts(emails=("email",)), identity_key=KEY)
    domain = "@xn--bogense--q0a.dk"
    assert found.to_pydict() == {
        "email.identity": [keyed("email\nanna.berg+x@gmail.com"), keyed("email\nbo" + domain), None, None],
        "email.domain": ["@gmail.com", domain, None, None],
        "email.reason": [None, None, "empty", "placeholder"],
        "email.google": [sha("annaberg@gmail.com"), sha("bo" + domain), None, None],
        "email.meta": [sha("anna.berg+x@gmail.com"), sha("bo" + domain), None, None],
    }


def test_a_phone_column_becomes_four_columns() -> None:
    """Each number in its row's country, the assumed one where the row names none."""
    found = normalise(batch(), Contacts(phones=("phone",), country="country", assume_country="DK"), identity_key=KEY)
    numbers = ["+4520304050", "+46701234567", "+4520304051"]
    assert found["phone.identity"].to_pylist() == [*(keyed("phone\n" + each) for each in numbers), None]
    assert found["phone.reason"].to_pylist() == [None, None, None, "precision_lost"]
    assert found["phone.google"].to_pylist() == [*map(sha, numbers), None]
    assert found["phone.meta"].to_pylist() == [*(sha(each[1:]) for each in numbers), None]


def test_an_address_is_whole_or_null() -> None:
    """32 + 32 + 2 bytes and the postcode, and what is taken apart again; no name, no country or no letters: null."""
    found = normalise(batch(), EVERYTHING, identity_key=KEY)["address.google"].to_pylist()
    assert found == [sha("anna") + sha("berg") + b"DK2100", sha("bo") + sha("o'brien") + b"SE111 22", None, None]
    assert address_parts(found[1]) == (sha("bo"), sha("o'brien"), "SE", "111 22")


def test_riders() -> None:
    """Meta's hashes of names and places, null where unusable."""
    found = normalise(batch(), EVERYTHING, identity_key=KEY)
    assert found["fn.meta"].to_pylist() == [sha("anna"), sha("mrbo"), None, sha("carl")]
    assert found["ln.meta"].to_pylist() == [sha("bergjr"), sha("obrien"), sha("dahl"), None]
    assert found["zip.meta"].to_pylist() == [sha("2100"), sha("11122"), None, sha("3000")]
    assert found["country.meta"].to_pylist() == [sha("dk"), sha("se"), None, sha("dk")]


def test_only_declared_columns_are_in_the_result() -> None:
    """Types are those of the contract; an assumed country makes an address whole, but is no rider."""
    contacts = Contacts((), (), "first", "last", "postcode", None, "DK")
    hashed = pa.binary(32)
    riders = [(f"{name}.meta", hashed) for name in ("fn", "fi", "ln", "zip")]
    schema = [*riders, ("address.google", pa.binary())]
    assert normalise(batch(), contacts, identity_key=KEY).schema == pa.schema(schema)
    found = normalise(batch(), EVERYTHING, identity_key=KEY).schema
    assert found.field("email.identity").type == found.field("phone.identity").type == pa.binary(16)
    assert found.field("email.google").type == found.field("phone.meta").type == hashed
    assert normalise(batch(), Contacts(), identity_key=KEY).num_rows == 4


@pytest.mark.parametrize("wanted", [{Platform.GOOGLE}, {Platform.META}, set()])
def test_only_what_is_asked_for_is_worked_out(wanted: set[Platform]) -> None:
    """One platform's columns are the same without the other's; without a key there are no identity digests."""
    everything = normalise(batch(), EVERYTHING, identity_key=KEY)
    found = normalise(batch(), EVERYTHING, identity_key=None, platforms=wanted)
    names = [
        each for each in everything.schema.names if each.endswith((".domain", ".reason", *(f".{p}" for p in wanted)))
    ]
    assert sorted(found.schema.names) == sorted(names)
    assert found.select(names) == everything.select(names)


@pytest.mark.parametrize("rows", [0, 1, 100])
def test_rows_stay_in_order_whatever_the_size(rows: int) -> None:
    """One result row for each row of the batch, also for none and for slices of a larger batch."""
    emails = [f"person{row}@x.dk" for row in range(rows + 2)]
    large = pa.RecordBatch.from_pydict({"email": pa.array(emails, pa.string())}).slice(1, rows)
    found = normalise(large, Contacts(emails=("email",)), identity_key=KEY)
    assert found["email.meta"].to_pylist() == [sha(each) for each in emails[1 : rows + 1]]


def test_a_batch_larger_than_is_worked_on_at_once() -> None:
    """The pieces are put together in order."""
    rows = kernel.ROWS_AT_ONCE + 3
    emails = pa.array([f"p{row}@x.dk" for row in range(rows)])
    found = normalise(pa.RecordBatch.from_pydict({"email": emails}), Contacts(emails=("email",)), identity_key=KEY)
    assert found.num_rows == rows
    assert found["email.meta"][rows - 1].as_py() == sha(f"p{rows - 1}@x.dk")


@pytest.mark.parametrize(
    "numbers",
    [
        pa.array([20304050, None]),
        pa.array([20304050.0, float("nan")]),
        pa.array(["20304050", None]).dictionary_encode(),
        pa.array(["20304050", None], pa.large_string()),
        pa.array(["20304050.0", None]),
    ],
)
def test_numbers_of_any_column_type(numbers: pa.Array) -> None:
    """Spreadsheets, databases and data frames give the same key."""
    found = normalise(
        pa.RecordBatch.from_pydict({"p": numbers}), Contacts(phones=("p",), assume_country="DK"), identity_key=KEY
    )
    assert found["p.identity"].to_pylist() == [keyed("phone\n+4520304050"), None]


def test_text_keys() -> None:
    """12, 12.0 and "12" are one key, "012" is another, blank is none, and the key's name is part of it."""
    twelve = keyed("text\nid\n12")
    assert text_key(pa.array(["12", " 12.0\u3000", "012", " "]), "id", KEY).to_pylist() == [
        twelve,
        twelve,
        keyed("text\nid\n012"),
        None,
    ]
    assert (
        text_key(pa.array([12.0]), "id", KEY).to_pylist() == text_key(pa.array([12]), "id", KEY).to_pylist() == [twelve]
    )
    assert text_key(pa.array(["12"]), "order", KEY).to_pylist() != [twelve]


@pytest.mark.parametrize(
    "fail",
    [
        lambda canary: normalise(
            pa.RecordBatch.from_pydict({"email": [[canary]]}), Contacts(emails=("email",)), identity_key=KEY
        ),
        lambda canary: normalise(
            pa.RecordBatch.from_pydict({"email": [canary.encode()]}), Contacts(emails=("email",)), identity_key=KEY
        ),
        lambda canary: normalise(
            pa.RecordBatch.from_pydict({"email": [canary]}), Contacts(emails=("mail",)), identity_key=KEY
        ),
        lambda canary: text_key(pa.array([{"a": canary}]), "id", KEY),
    ],
)
def test_no_error_shows_a_value(fail: Callable[[str], object]) -> None:
    """The whole traceback, causes included, is free of the cells; it names the column and its type."""
    canary = "canary.7f3a@example.dk"
    with pytest.raises(SourceError) as caught:
        fail(canary)
    shown = "".join(traceback.format_exception(caught.value))
    assert canary.partition("@")[0] not in shown
    assert canary not in repr(caught.value) + caught.value.message + caught.value.hint


def test_a_result_shows_no_contact() -> None:
    """No e-mail, number or name is in the bytes of the result's columns; the domain, country and postcode may be."""
    found = normalise(batch(), EVERYTHING, identity_key=KEY)
    raw = b"".join(bytes(each) for column in found.columns for each in column.buffers() if each is not None).lower()
    for secret in (b"anna", b"berg", b"20304050", b"701234567", b"o'brien", b"dahl"):
        assert secret not in raw
