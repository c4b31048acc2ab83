"""Hashes and examples that the platforms publish come out to the byte."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pyarrow as pa
import pytest

from consentric.identifiers import compiled, rules
from consentric.identifiers.reasons import Unusable


def hashed(form: str | Unusable) -> str:
    """The hex digest of a form; never of a reason."""
    assert not isinstance(form, Unusable)
    return sha256(form.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("alexz@example.com", "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"),
        ("  ALEXZ@example.com   ", "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"),
        ("  alexz@EXAMPLE.com   ", "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"),
    ],
)
def test_googles_published_email_hash(text: str, digest: str) -> None:
    """The Data Manager formatter's test vectors (github.com/googleads/data-manager-java)."""
    identity = rules.email(text)
    assert not isinstance(identity, Unusable)
    assert hashed(rules.google_email(identity)) == digest
    column = compiled.sha256_column(compiled.emails(pa.array([text])).google)
    assert column.to_pylist() == [bytes.fromhex(digest)]
    assert b64encode(bytes.fromhex(digest)) == b"UJ6TMBm7KFoTSpM0uLtnnf950M4CPVKa9L10TUe0/Yo="


@pytest.mark.parametrize(
    "text", ["+18005550100", "   +1-800-555-0100", "1-800-555-0100   ", "(800)555-0100", "1 800 555 0100"]
)
def test_googles_published_phone_hash(text: str) -> None:
    """The page's own number, also in the national form that Google's Python formatter gets wrong."""
    number = rules.phone(text, "US")
    assert not isinstance(number, Unusable)
    assert hashed(rules.google_phone(number)) == "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"


def test_another_published_email_hash() -> None:
    """john@doe.com of the Google Ads documentation."""
    assert hashed(rules.email("john@doe.com")).startswith("d709f370")


@pytest.mark.parametrize("text", ["Givenname", "  GivenName  "])
def test_googles_published_first_name_hash(text: str) -> None:
    """The hash of givenname in the formatter's tests, as a first and as a last name."""
    digest = "128a07bfe2df877c52076e60d7774cf5baaa046c5a6c48daf30ff43ecca2f814"
    assert hashed(rules.google_first_name(text)) == hashed(rules.google_last_name(text)) == digest


@pytest.mark.parametrize("text", ["Familyname", "  FamilyName "])
def test_googles_published_last_name_hash(text: str) -> None:
    """The hash of familyname in the formatter's tests."""
    digest = "77762c287e61ce065bee5c15464012c6fbe088398b8057627d5577249430d574"
    assert hashed(rules.google_last_name(text)) == digest


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("QuinnY@EXAMPLE.com", "quinny@example.com"),
        ("user.name+NYC@Example.com", "user.name+nyc@example.com"),
        ("jefferson.Loves.hiking@gmail.com", "jeffersonloveshiking@gmail.com"),
        ("j.e.f..ferson.Loves.hiking@googlemail.com", "jeffersonloveshiking@googlemail.com"),
        ("Jane.Doe+shopping@googlemail.com", "janedoe@googlemail.com"),
        ("cloudy.sanfrancisco+shopping@gmail.com", "cloudysanfrancisco@gmail.com"),
    ],
)
def test_googles_email_examples(text: str, form: str) -> None:
    """The examples of the page and of its formatter."""
    identity = rules.email(text)
    assert not isinstance(identity, Unusable)
    assert rules.google_email(identity) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" Alex   ", "alex"),
        (" Mr. Alex   ", "alex"),
        (" Mrs. Alex   ", "alex"),
        (" Dr. Alex   ", "alex"),
        (" Alex Dr.", "alex"),
        (" Mralex   ", "mralex"),
        (" Mr. ", Unusable.NOT_A_NAME),
    ],
)
def test_googles_first_name_examples(text: str, form: str | Unusable) -> None:
    """The examples of the Java formatter."""
    assert rules.google_first_name(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" Quinn   ", "quinn"),
        ("Quinn-Alex", "quinn-alex"),
        (" Quinn, Jr.   ", "quinn"),
        (" Quinn,Jr.   ", "quinn"),
        (" Quinn Sr.  ", "quinn"),
        ("quinn, jr. dds", "quinn"),
        ("quinn, jr., dds", "quinn"),
        ("Boardds", "boardds"),
        ("lacparm", "lacparm"),
        (", Jr. ", Unusable.NOT_A_NAME),
        (",Jr.,DDS ", Unusable.NOT_A_NAME),
    ],
)
def test_googles_last_name_examples(text: str, form: str | Unusable) -> None:
    """The examples of the Java formatter."""
    assert rules.google_last_name(text) == form


@pytest.mark.parametrize(
    ("text", "country", "form"),
    [(" 94045  ", "US", "94045"), ("1229-076", "PT", "1229-076"), ("  1229-076 ", "PT", "1229-076")],
)
def test_googles_postcode_examples(text: str, country: str, form: str) -> None:
    """The examples of the Java formatter."""
    assert rules.google_postcode(text, country) == form


@pytest.mark.parametrize("text", ["us", "us  ", "  us  ", " uS "])
def test_googles_region_examples(text: str) -> None:
    """Trimmed and in upper case."""
    assert rules.country(text) == "US"


@pytest.mark.parametrize("text", ["u", " u s ", " u2 ", "U2"])
def test_what_google_refuses_as_a_region(text: str) -> None:
    """Not two letters, or no country; U2 passes Google's Python formatter."""
    assert rules.country(text) is Unusable.NOT_A_COUNTRY


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        (rules.meta_email("mary@example.com"), "f1904cf1"),
        (rules.meta_email("john_smith@gmail.com"), "62a14e44"),
        (rules.meta_phone("+15559876543"), "1ef97083"),
        (rules.meta_phone("+16505551212"), "e323ec62"),
        (rules.meta_name("Mary"), "6915771b"),
        (rules.meta_name("정"), "8fa8cd9c"),
        (rules.meta_name("Valéry"), "08e1996b"),
        (rules.meta_country("US"), "79adb2a2"),
    ],
)
def test_metas_published_hashes(form: str | Unusable, beginning: str) -> None:
    """The guide's hashes. 15559876543 is no valid number, so it is tested on the form alone."""
    assert hashed(form).startswith(beginning)


def test_metas_phone_example_loses_the_inner_zero() -> None:
    """(+84) 091-2345678 becomes 84912345678, which no stripping of characters gives."""
    number = rules.phone("(+84) 091-2345678", None)
    assert not isinstance(number, Unusable)
    assert rules.meta_phone(number) == "84912345678"


@pytest.mark.parametrize(
    ("text", "country", "form"), [("M1 1AE", "GB", "m11ae"), ("94035-1234", "US", "94035"), ("NR9 5AL", "GB", "nr95al")]
)
def test_metas_postcode_examples(text: str, country: str, form: str) -> None:
    """Five digits in the US, the full code in the UK."""
    assert rules.meta_postcode(text, country) == form
