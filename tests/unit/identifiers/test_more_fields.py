"""Cities, states, birth dates, genders, ids and ready hashes: examples that the platforms publish, and what is none."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest

from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("London  ", "london"),
        ("Menlo Park", "menlopark"),
        ("Stanley Park 1234", "stanleypark"),
        ("New York", "newyork"),
        ("San José", "sanjose"),
        ("København Ø", "kobenhavno"),
        ("Ærøskøbing", "aeroskobing"),
        ("Weißenburg", "weissenburg"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Île-de-France", "iledefrance"),
        ("St. John's", "stjohns"),
        ("ＬＯＮＤＯＮ", "london"),
        ("北京", Unusable.NOT_A_PLACE),
        ("Москва", Unusable.NOT_A_PLACE),
        ("8000", Unusable.NOT_A_PLACE),
        ("a@x.dk", Unusable.NOT_A_PLACE),
        ("n/a", Unusable.PLACEHOLDER),
        ("un-known", Unusable.PLACEHOLDER),
        ("", Unusable.EMPTY),
    ],
)
def test_cities(text: str, form: str | Unusable) -> None:
    """The first four are examples of Meta's libraries; San José follows the guide's "Roman translation" (decision 0007)."""
    assert rules.meta_city(text) == form


@pytest.mark.parametrize(
    ("text", "country", "form"),
    [
        ("California", "US", "ca"),
        ("ca", "US", "ca"),
        ("C.A.", "US", "ca"),
        ("North Carolina", "US", "nc"),
        ("Washington, D.C.", "US", "dc"),
        ("Puerto Rico", "US", "pr"),
        ("Ontario", "US", Unusable.NOT_A_PLACE),
        ("Calif.", "US", Unusable.NOT_A_PLACE),
        ("Ontario", "CA", "ontario"),
        ("ON", "CA", "on"),
        ("Baden-Württemberg", "DE", "badenwurttemberg"),
        ("WA", None, Unusable.NO_COUNTRY),
        ("", None, Unusable.EMPTY),
    ],
)
def test_states(text: str, country: str | None, form: str | Unusable) -> None:
    """Two letters in the US, in full or not; elsewhere as written; nowhere without a country."""
    assert rules.meta_state(text, country) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" G ", "g"),
        ("GW", "g"),
        ("g", "g"),
        ("Åse", "a"),
        ("Øyvind", "o"),
        ("Dr. Bo", "b"),
        ("정", Unusable.NOT_A_NAME),
    ],
)
def test_initials(text: str, form: str | Unusable) -> None:
    """The first three are tests of Meta's Java library."""
    assert rules.meta_initial(text) == form


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1997-02-16", "1997-02-16"),
        ("19970216", "1997-02-16"),
        ("19970216.0", "1997-02-16"),
        ("1997/2/6", "1997-02-06"),
        ("1997.02.16", "1997-02-16"),
        ("1997-02-16 00:00:00", "1997-02-16"),
        ("1997-02-16T23:59:59.999+02:00", "1997-02-16"),
        ("١٩٩٧-٠٢-١٦", "1997-02-16"),
        ("2000-02-29", "2000-02-29"),
        ("2026-11-23", "2026-11-23"),
        ("2026-11-24", Unusable.IMPLAUSIBLE_DATE),
        ("1900-01-01", Unusable.IMPLAUSIBLE_DATE),
        ("1899-12-30", Unusable.IMPLAUSIBLE_DATE),
        ("2001-02-29", Unusable.NOT_A_DATE),
        ("0000-00-00", Unusable.NOT_A_DATE),
        ("16-02-1997", Unusable.NOT_A_DATE),
        ("03/04/1990", Unusable.NOT_A_DATE),
        ("16021997", Unusable.NOT_A_DATE),
        ("97-02-16", Unusable.NOT_A_DATE),
        ("35477", Unusable.NOT_A_DATE),
        ("1997-02", Unusable.NOT_A_DATE),
        ("1997-02/16", Unusable.NOT_A_DATE),
        ("n/a", Unusable.PLACEHOLDER),
    ],
)
def test_birth_dates(text: str, day: str | Unusable) -> None:
    """Year first, or nothing: the days of a spreadsheet's own count are no date either."""
    assert rules.birth_date(text, TODAY) == day


def test_parts_of_a_birth_date() -> None:
    """Two digits for month and day, as Meta's Java library pads them (1 → 01, 9 → 09)."""
    day = rules.birth_date("1997-2-9", TODAY)
    assert not isinstance(day, Unusable)
    assert (rules.meta_birth_year(day), rules.meta_birth_month(day), rules.meta_birth_day(day)) == ("1997", "02", "09")


def test_the_published_hash_of_a_birth_date() -> None:
    """19970216 of the Conversions API, whose three parts a custom audience wants apart."""
    day = rules.birth_date("19970216", TODAY)
    assert not isinstance(day, Unusable)
    parts = rules.meta_birth_year(day) + rules.meta_birth_month(day) + rules.meta_birth_day(day)
    assert sha256(parts.encode()).hexdigest().startswith("01acdbf6")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("m", "m"),
        (" F ", "f"),
        ("Female", "f"),
        ("MALE", "m"),
        ("Kvinde", "f"),
        ("mand", "m"),
        ("männlich", "m"),
        ("ma\u0308nnlich", "m"),
        ("1", Unusable.NOT_M_OR_F),
        ("divers", Unusable.NOT_M_OR_F),
        ("god", Unusable.NOT_M_OR_F),
        ("unknown", Unusable.PLACEHOLDER),
    ],
)
def test_genders(text: str, form: str | Unusable) -> None:
    """Words with one meaning; nobody is made a man for want of a word."""
    assert rules.meta_gender(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("AECE52E7-03EE-455A-B3C4-E57283966239", "aece52e7-03ee-455a-b3c4-e57283966239"),
        (" 38400000-8cf0-11bd-b23e-10b96e40000d\ufeff", "38400000-8cf0-11bd-b23e-10b96e40000d"),
        ("384000008cf011bdb23e10b96e40000d", Unusable.NOT_A_DEVICE),
        ("a" * 64, Unusable.NOT_A_DEVICE),
        ("{38400000-8cf0-11bd-b23e-10b96e40000d}", Unusable.NOT_A_DEVICE),
        ("38400000-8cf0-11bd-b23e-10b96e40000", Unusable.NOT_A_DEVICE),
        ("00000000-0000-0000-0000-000000000000", Unusable.EMPTY),
        ("null", Unusable.PLACEHOLDER),
    ],
)
def test_mobile_ids(text: str, form: str | Unusable) -> None:
    """The guide: "all lowercase, keep hyphens"; zeros are what a phone answers whose owner wants no tracking."""
    assert rules.mobile_id(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" C-0012 ", "C-0012"),
        ("12.0", "12"),
        ("012", "012"),
        ("-0.0", "0"),
        ("a" * 32, "a" * 32),
        ("-", Unusable.PLACEHOLDER),
        ("NULL", Unusable.PLACEHOLDER),
        ("a\0b", Unusable.CONTROL_CHARACTER),
    ],
)
def test_external_ids(text: str, form: str | Unusable) -> None:
    """As keys are compared; an id may look like a hash."""
    assert rules.external_id(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("A" * 64, "a" * 64),
        (f" {'0f' * 32}\n", "0f" * 32),
        ("0f" * 16, Unusable.NOT_A_HASH),
        ("0g" * 32, Unusable.NOT_A_HASH),
        ("anna@x.dk", Unusable.NOT_A_HASH),
        (sha256(b"").hexdigest(), Unusable.EMPTY),
        ("N/A", Unusable.PLACEHOLDER),
    ],
)
def test_ready_hashes(text: str, form: str | Unusable) -> None:
    """64 hexadecimal digits in lower case; the hash of nothing is nobody's."""
    assert rules.sha256_hex(text) == form


@pytest.mark.parametrize(
    "text",
    ["fo\u200bo@x.dk", "\u202afoo@x.dk\u202c", "fo\u00ado@x.dk", "foo@\ufeffx.dk", "\u061cfoo@x.dk", "foo\u2060@x.dk"],
)
def test_what_copying_leaves_inside_an_address_is_taken_out(text: str) -> None:
    """Zero-width space, direction marks, soft hyphen, byte order mark, word joiner: no mailbox has them."""
    assert rules.email(text) == "foo@x.dk"


@pytest.mark.parametrize("text", ["20\u200b304050", "+45\u200e20304050", "\u202d20304050\u202c", "2030\u00ad4050"])
def test_what_copying_leaves_inside_a_number_is_taken_out(text: str) -> None:
    """As above."""
    assert rules.phone(text, "DK") == "+4520304050"


def test_only_what_a_spreadsheet_writes_is_a_float() -> None:
    """020.00 is the Norwegian number 02000 with a dot in it, as the library says."""
    assert rules.phone("020.00", "NO") == "+4702000"
    assert rules.phone("4520304050.0", "DK") == "+4520304050"


@pytest.mark.parametrize("text", ["un-known", "n'ull", "N U L L"])
def test_a_name_that_is_a_placeholder_without_its_punctuation_is_none(text: str) -> None:
    """Else its form would be refused where it comes back."""
    assert rules.meta_name(text) is Unusable.PLACEHOLDER


def test_a_postcode_has_three_signs_besides_space() -> None:
    """`0 3` would be 03 at Meta, which is none."""
    assert rules.google_postcode("0 3", "GB") is Unusable.NOT_A_POSTCODE
    assert rules.google_postcode("0 3 1", "GB") == "0 3 1"
