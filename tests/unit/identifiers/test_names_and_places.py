"""Names, countries and postcodes, and what is none of them."""

from __future__ import annotations

import unicodedata

import pytest

from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable

from . import samples

pytestmark = pytest.mark.timeout(samples.PATIENCE)

NAME_RULES = (rules.google_first_name, rules.google_last_name, rules.meta_name)


@pytest.mark.parametrize(
    ("text", "google", "meta"),
    [
        ("  Anna\u00a0 Marie ", "anna marie", "annamarie"),
        ("O'Brien", "o'brien", "obrien"),
        ("Jean-Luc", "jean-luc", "jeanluc"),
        ("ÅGÅRD", "ågård", "ågård"),
        ("İbrahim", "i̇brahim", "i̇brahim"),
        ("ΝΙΚΟΣ", "νικος", "νικος"),
        ("Test", "test", "test"),
        ("Dr. Møller", "møller", "drmøller"),
    ],
)
def test_first_names(text: str, google: str, meta: str) -> None:
    """Google keeps hyphens and apostrophes, Meta keeps letters only; both keep accents."""
    assert rules.google_first_name(text) == google
    assert rules.meta_name(text) == meta


@pytest.mark.parametrize("text", ["123", "anna@x.dk", "--", "n/a", "", "a" * 64, "An\0na", "x" * 201])
def test_what_is_no_name(text: str) -> None:
    """Nothing is hashed for a cell that holds no name."""
    for rule in NAME_RULES:
        assert isinstance(rule(text), Unusable)


def test_name_forms_are_their_own_forms() -> None:
    """Idempotent, and the same for composed and decomposed text."""
    for text in filter(None, samples.many(samples.name)):
        for rule in NAME_RULES:
            form = rule(text)
            assert rule(unicodedata.normalize("NFD", text)) == form
            assert isinstance(form, Unusable) or rule(form) == form


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dk", "DK"),
        (" DK ", "DK"),
        ("DNK", "DK"),
        ("uk", "GB"),
        ("EL", "GR"),
        ("NA", "NA"),
        ("no", "NO"),
        ("XK", Unusable.NOT_A_COUNTRY),
        ("Danmark", Unusable.NOT_A_COUNTRY),
        ("d", Unusable.NOT_A_COUNTRY),
        ("", Unusable.EMPTY),
        ("unknown", Unusable.PLACEHOLDER),
    ],
)
def test_countries(text: str, code: str | Unusable) -> None:
    """ISO codes; Namibia and Norway are not placeholders."""
    assert rules.country(text) == code


@pytest.mark.parametrize(
    ("text", "country", "google", "meta"),
    [
        ("2100", "DK", "2100", "2100"),
        ("0800", "DK", "0800", "0800"),
        ("2100.0", "DK", "2100", "2100"),
        ("sw1a  1aa", "GB", "SW1A 1AA", "sw1a1aa"),
        ("94045-1234", "US", "94045-1234", "94045"),
        ("940451234", "US", "94045-1234", "94045"),
        ("1012 ab", "NL", "1012 AB", "1012ab"),
        ("１００-０００１", "JP", "100-0001", "1000001"),
        ("2134", "US", Unusable.NOT_A_POSTCODE, Unusable.NOT_A_POSTCODE),
        ("København", "DK", Unusable.NOT_A_POSTCODE, Unusable.NOT_A_POSTCODE),
        ("2100", None, Unusable.NO_COUNTRY, Unusable.NO_COUNTRY),
        ("", "DK", Unusable.EMPTY, Unusable.EMPTY),
    ],
)
def test_postcodes(text: str, country: str | None, google: str | Unusable, meta: str | Unusable) -> None:
    """A postcode is read in its country; a lost leading zero is not guessed."""
    assert rules.google_postcode(text, country) == google
    assert rules.meta_postcode(text, country) == meta


def test_postcode_forms_are_their_own_forms() -> None:
    """Idempotent for both platforms."""
    for text in filter(None, samples.many(samples.postcode)):
        for country in ("DK", "US", "GB"):
            for rule in (rules.google_postcode, rules.meta_postcode):
                form = rule(text, country)
                assert isinstance(form, Unusable) or rule(form, country) == form
