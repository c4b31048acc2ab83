"""What a phone number is: whatever the library says is valid, in the row's country."""

from __future__ import annotations

import random
import re

import phonenumbers
import pyarrow as pa
import pytest
from phonenumbers import PhoneNumberFormat

from consentric.identifiers import compiled, rules
from consentric.identifiers.reasons import Unusable

from . import samples

pytestmark = pytest.mark.timeout(samples.PATIENCE)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("20 30 40 50", "DK", "+4520304050"),
        ("004520304050", "DK", "+4520304050"),
        ("004520304050", None, "+4520304050"),
        ("004520304050", "US", "+4520304050"),
        ("(00) 45 20 30 40 50", None, "+4520304050"),
        ("+45 (0)20 30 40 50", None, "+4520304050"),
        ("0045 (0)20 30 40 50", None, "+4520304050"),
        ("tel:+4520304050", None, "+4520304050"),
        ("4520304050", "DK", "+4520304050"),
        ("4520304050.0", "DK", "+4520304050"),
        ("٢٠٣٠٤٠٥٠", "DK", "+4520304050"),
        ("＋４５２０３０４０５０", None, "+4520304050"),
        ("\u202a+45 20 30 40 50\u202c", None, "+4520304050"),
        ("070-123 45 67", "SE", "+46701234567"),
        ("0171 1234567", "DE", "+491711234567"),
        ("+44 (0)20 7946 0958", None, "+442079460958"),
        ("+81 03-1234-5678", None, "+81312345678"),
        ("+39 06 698 12345", None, "+390669812345"),
        ("+39 (0)6 698 12345", None, "+390669812345"),
    ],
)
def test_identity_form(text: str, country: str | None, number: str) -> None:
    """E.164, however it is written."""
    assert rules.phone(text, country) == number


@pytest.mark.parametrize(
    ("text", "country", "reason"),
    [
        ("12 34 56 78", "DK", Unusable.NOT_A_NUMBER),
        ("20304050", None, Unusable.NO_COUNTRY),
        ("4520304050", None, Unusable.NO_COUNTRY),
        ("20304050", "AQ", Unusable.NO_COUNTRY),
        ("+999123456789", "DK", Unusable.NOT_A_NUMBER),
        ("+0000000000", "DK", Unusable.NOT_A_NUMBER),
        ("4.51E+09", "DK", Unusable.PRECISION_LOST),
        ("4,51e9", "DK", Unusable.PRECISION_LOST),
        ("20304050/20304051", "DK", Unusable.SEVERAL_VALUES),
        ("+45 20 30 40 50; +45 20 30 40 51", None, Unusable.SEVERAL_VALUES),
        ("tel:", "DK", Unusable.NOT_A_NUMBER),
        ("n/a", "DK", Unusable.PLACEHOLDER),
        ("0", "DK", Unusable.PLACEHOLDER),
        ("", "DK", Unusable.EMPTY),
        ("2030\0 4050", "DK", Unusable.CONTROL_CHARACTER),
        ("a" * 64, "DK", Unusable.LOOKS_HASHED),
        ("2" * 101, "DK", Unusable.TOO_LONG),
        ("anna@x.dk", "DK", Unusable.NOT_A_NUMBER),
    ],
)
def test_unusable(text: str, country: str | None, reason: Unusable) -> None:
    """A reason for each kind of no number; without a country nothing is guessed."""
    assert rules.phone(text, country) is reason


def test_a_national_number_belongs_to_its_country() -> None:
    """The same digits are somebody else's number in Sweden, and nobody's without a country."""
    assert rules.phone("20304050", "DK") == "+4520304050"
    assert rules.phone("20304050", "SE") == "+4620304050"
    assert rules.phone("20304050", None) is Unusable.NO_COUNTRY


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_regions_examples_in_common_formats(region: str) -> None:
    """Example numbers of all types become their E.164: at home however written, abroad in international forms."""
    for kind in range(11):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None or not phonenumbers.is_valid_number(number):
            continue
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        international = [
            *samples.written_forms(number)[:4],
            phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        ]
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        assert [rules.phone(text, None) for text in international] == [e164] * len(international)
        assert [rules.phone(text, region) for text in [*international[:3], national]] == [e164] * 4


def test_numbers_of_all_regions_are_what_the_library_says() -> None:
    """Generated numbers of every region in every common format: valid and in the library's E.164, or no number at all."""
    chance = random.Random(11)
    wanted, texts, homes = [], [], []
    for place in range(samples.COUNT):
        region = samples.REGIONS[place % len(samples.REGIONS)]
        text = samples.formatted(chance, region)
        home = chance.choice([region, region, None, chance.choice(samples.REGIONS)])
        texts.append(text)
        homes.append(home)
        wanted.append(_of_the_library(text, home))
    found = compiled.phones(pa.array(texts), pa.array(homes, pa.string())).identity.to_pylist()
    differing = [row for row in range(len(texts)) if found[row] != wanted[row] and not _is_decorated(texts[row])]
    assert not differing, [(texts[row], homes[row], found[row], wanted[row]) for row in differing[:3]]
    assert samples.COUNT // 4 < len(wanted) - wanted.count(None) < samples.COUNT


def _of_the_library(text: str, home: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if valid else None


def _is_decorated(text: str) -> bool:
    """What the library cannot read alone: 00 for the plus, a zero in brackets, the .0 of a spreadsheet."""
    return "(0)" in text or text.lstrip(" (").startswith("00") or re.fullmatch(r"\+?[1-9][0-9]*\.0+", text) is not None


def test_the_identity_form_is_its_own_form() -> None:
    """E.164 comes back as it is, whatever the row's country."""
    numbers = {rules.phone(text, "DK") for text in filter(None, samples.many(samples.phone)[:20_000])}
    for number in numbers - set(Unusable):
        assert rules.phone(number, "SE") == number == rules.google_phone(number)
        assert rules.meta_phone(number) == number[1:]
