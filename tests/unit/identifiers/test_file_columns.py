"""Columns of foreign files: which names are known, and which are no names at all."""

from __future__ import annotations

import pytest

from consentric.identifiers.columns import ALSO_CALLED, field_of, is_value, may_be_shown
from consentric.identifiers.recipes import Field


@pytest.mark.parametrize("field", Field)
def test_every_field_is_known_by_its_own_word(field: Field) -> None:
    """As `identifiers:` writes it, and as a spreadsheet might."""
    for name in (
        field.value,
        field.value.upper(),
        field.value.replace("_", " ").title(),
        field.value.replace("_", "-"),
    ):
        assert field_of(name) is field


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("E-mail", Field.EMAIL), ("e_mail", Field.EMAIL), ("Email Address", Field.EMAIL), ("MAIL", Field.EMAIL),
        ("Mobil", Field.PHONE), ("tlf.nr.", Field.PHONE), ("Fornavn", Field.FIRST_NAME), ("efternavn", Field.LAST_NAME),
        ("zip code", Field.POSTCODE), ("Postnr.", Field.POSTCODE), ("Land", Field.COUNTRY), ("firstName", Field.FIRST_NAME),
    ],
)  # fmt: skip
def test_english_and_danish_names_are_known(name: str, field: Field) -> None:
    """Whatever their case and whatever stands between their words."""
    assert field_of(name) is field


@pytest.mark.parametrize(
    "name", ["", "name", "navn", "by", "id", "email2", "email_consent", "mailing", "contact", "landing"]
)
def test_what_could_mean_something_else_is_not_guessed(name: str) -> None:
    """Somebody has to say it."""
    assert field_of(name) is None


def test_no_name_stands_for_two_fields() -> None:
    """Each is listed once, under a word of the language."""
    names = [name for names in ALSO_CALLED.values() for name in names]
    assert len(names) == len(set(names))
    assert {field_of(name).value for name in names if field_of(name)} == {Field(word).value for word in ALSO_CALLED}  # type: ignore[union-attr]
    assert all(field_of(name) is Field(word) for word, known in ALSO_CALLED.items() for name in known)


@pytest.mark.parametrize("name", ["canary@example.org", "20304050", "+45 20 30 40 50", "a" * 64, "1980-02-29"])
def test_a_contact_is_no_name_of_a_column(name: str) -> None:
    """It is neither taken for one nor shown."""
    assert is_value(name)
    assert not may_be_shown(name)


@pytest.mark.parametrize("name", ["email", "Fornavn", "customer_id", "phone 2", "column 2026"])
def test_a_name_is_no_contact(name: str) -> None:
    """And may be listed."""
    assert not is_value(name)
    assert may_be_shown(name)


@pytest.mark.parametrize("name", ["8000", "", "@handle", "x" * 41, "id\x1b[2J", "order 123456"])
def test_a_doubtful_name_is_not_shown(name: str) -> None:
    """It might be the first cell of a file without a header."""
    assert not is_value(name)
    assert not may_be_shown(name)
