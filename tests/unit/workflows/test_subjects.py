"""Keys as people type them: which digests they become, and what is refused without being shown."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from pathlib import Path

import pytest

from consentric.errors import UsageError
from consentric.ledger.keys import derive_keys
from consentric.model.project import Identifiers, Project, Source
from consentric.workflows.subjects import Reading, ambiguous, checked_reason, lines_of, subjects_of
from unit.engine.room import CUSTOMER, EMAIL, Setting, consent_rules, project

KEYS = derive_keys(b"k" * 32)


def shop(*keys: object, country: str | None = "DK") -> Project:
    source = Source("customers", "customers.csv", keys or (CUSTOMER,))  # type: ignore[arg-type]
    return replace(
        project(Setting([source], consent_rules()), Path("/")), identifiers=Identifiers(assume_country=country)
    )


def digest(kind: str, value: str) -> bytes:
    return hmac.digest(KEYS.identity, f"{kind}\n{value}".encode(), "sha256")[:16]


def contact(kind: str, value: str, *forms: str) -> set[bytes]:
    """The value's digest, and those by which a column of ready hashes would know it: of Meta's form and of Google's."""
    hashes = (hashlib.sha256(each.encode()).digest() for each in (value.removeprefix("+"), *forms))
    prefix = f"{kind} sha256\n".encode()
    return {digest(kind, value), *(hmac.digest(KEYS.identity, prefix + each, "sha256")[:16] for each in hashes)}


def was_sent(kind: int, value: str) -> bytes:
    message = f"sent\n{kind}\n".encode() + hashlib.sha256(value.encode()).digest()
    return hmac.digest(KEYS.suppression, message, "sha256")[:16]


def digests(text: str, where: Project | None = None, reading: Reading = Reading.EITHER) -> list[set[bytes]]:
    found = subjects_of(lines_of(text.encode()), where or shop(), KEYS, reading)
    return [set(each.digests) for each in found]


def test_each_kind_of_key() -> None:
    """In the normal form by which people are joined; digits that are a phone number may be a customer number as well."""
    assert digests(" Anna@X.dk\n") == [{*contact("email", "anna@x.dk"), digest("text", "customer_id\nAnna@X.dk")}]
    assert digests("a.b@gmail.com", shop(EMAIL)) == [contact("email", "a.b@gmail.com", "ab@gmail.com")]
    number = contact("phone", "+4520304050", "+4520304050")
    assert digests("20 30 40 50") == [{*number, digest("text", "customer_id\n20 30 40 50")}]
    assert digests("4711") == [{digest("text", "customer_id\n4711")}]
    assert digests("12.0\n12") == [{digest("text", "customer_id\n12")}]
    assert digests("20304050", reading=Reading.PHONE) == [number]
    assert digests("20304050", reading=Reading.KEY) == [{digest("text", "customer_id\n20304050")}]
    assert digests("anna@x.dk", shop(EMAIL)) == [contact("email", "anna@x.dk")]
    assert ambiguous(lines_of(b"20304050\n4711\n+4520304051\na@x.dk"), shop(), Reading.EITHER) == 1


def test_what_platforms_were_sent_is_sought() -> None:
    """By the hash of each platform's form, also where the forms differ."""
    (anna,) = subjects_of(lines_of(b"a.nna+news@gmail.com"), shop(), KEYS, Reading.EITHER)
    assert anna.sought == {was_sent(1, "anna@gmail.com"), was_sent(1, "a.nna+news@gmail.com")}
    (bo,) = subjects_of(lines_of(b"+4520304050"), shop(), KEYS, Reading.EITHER)
    assert bo.sought == {was_sent(2, "+4520304050"), was_sent(2, "4520304050")}


def test_the_same_key_twice_is_one_subject() -> None:
    """However it is written."""
    assert len(digests("+4520304050\n004520304050", reading=Reading.PHONE)) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [("a@x.dk\n\nb@@x.dk", 3), ("+99", 1), ("a@x.dk, b@x.dk", 1), ("1\n2\x07", 2), ("x" * 400, 1)],
)
def test_a_bad_line_is_named_and_not_shown(text: str, line: int) -> None:
    """And nothing is done for any of the lines."""
    with pytest.raises(UsageError) as refused:
        digests(text)
    told = refused.value.message + refused.value.hint
    assert refused.value.code == "A926"
    assert f"line {line} " in told
    assert not [each for each in text.split() if len(each) > 3 and each in told]


def test_what_cannot_be_anything() -> None:
    """A word is a primary key only where that is a text; a national number needs a country."""
    with pytest.raises(UsageError, match="A926"):
        digests("4711", shop(EMAIL))
    with pytest.raises(UsageError, match="A926"):
        digests("20304050", shop(EMAIL, country=None))


def test_no_keys() -> None:
    """An empty file, and one of blank lines; bytes that are no text are named by their line."""
    for empty in (b"", b"\n \r\n\xef\xbb\xbf"):
        with pytest.raises(UsageError, match="A927"):
            lines_of(empty)
    with pytest.raises(UsageError, match="line 2 is not UTF-8"):
        lines_of(b"a@x.dk\n\xff@x.dk")


@pytest.mark.parametrize(
    "reason",
    ["from anna@x.dk", "called from 20 30 40 50", "+45 20304050", "customer Anna-4711", "two\nlines", "x" * 201],
)
def test_a_reason_names_nobody(reason: str) -> None:
    """It outlives the person's data."""
    with pytest.raises(UsageError) as refused:
        checked_reason(reason, {1: "anna-4711"})
    assert refused.value.code == "A928"
    assert "4711" not in refused.value.message


def test_an_ordinary_reason() -> None:
    """Dates and numbers of cases are fine."""
    assert checked_reason(" letter of 2026-11-20, case 41712 ", {1: "a@x.dk"}) == "letter of 2026-11-20, case 41712"
    assert checked_reason("", {1: "a@x.dk"}) == ""
