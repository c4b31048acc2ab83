"""What every rule promises of every cell: its form is its own form, and what the rule calls the same gives the same form."""

from __future__ import annotations

import random
import string
import unicodedata
from collections.abc import Callable
from datetime import date

import pytest

from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.text import INVISIBLE, WHITE_SPACE

from . import dirt, samples

pytestmark = pytest.mark.timeout(samples.PATIENCE)

COUNT = samples.COUNT // 10
_DOT_ABOVE = "\u0307"
TODAY = date(2026, 11, 23)
Rule = Callable[[str], str | Unusable]


def _in(country: str, rule: Callable[[str, str | None], str | Unusable]) -> Rule:
    return lambda text: rule(text, country)


def _through(base: Rule, then: Callable[[str], str | Unusable]) -> Rule:
    def form(text: str) -> str | Unusable:
        found = base(text)
        return found if isinstance(found, Unusable) else then(found)

    return form


def _born(text: str) -> str | Unusable:
    return rules.birth_date(text, TODAY)


RULES: dict[str, tuple[dirt.Make, Rule]] = {
    "email": (dirt.email, rules.email),
    "google email": (dirt.email, _through(rules.email, rules.google_email)),
    "phone": (dirt.phone, _in("DK", rules.phone)),
    "first name": (dirt.name, rules.google_first_name),
    "last name": (dirt.name, rules.google_last_name),
    "meta name": (dirt.name, rules.meta_name),
    "initial": (dirt.name, rules.meta_initial),
    "city": (dirt.place, rules.meta_city),
    "state": (dirt.place, _in("US", rules.meta_state)),
    "state abroad": (dirt.place, _in("CA", rules.meta_state)),
    "google postcode": (dirt.postcode, _in("US", rules.google_postcode)),
    "meta postcode": (dirt.postcode, _in("GB", rules.meta_postcode)),
    "country": (dirt.country, rules.country),
    "birth date": (dirt.day, _born),
    "gender": (dirt.gender, rules.meta_gender),
    "mobile id": (dirt.mobile_id, rules.mobile_id),
    "external id": (dirt.external_id, rules.external_id),
    "ready hash": (dirt.digest, rules.sha256_hex),
}
CASE_COUNTS = {"external id", "birth date"}
"""Ids are kept as they are; the T of a time is a capital."""
INVISIBLE_COUNTS = {"external id"}


@pytest.mark.parametrize("name", RULES)
def test_a_form_is_its_own_form(name: str) -> None:
    """Idempotent: what the rule returns it returns again, so no form is ever refused when it comes back."""
    make, rule = RULES[name]
    for text in filter(None, dirt.cells(make, COUNT, 1)):
        form = rule(text)
        assert isinstance(form, Unusable) or (form and rule(form) == form), text


@pytest.mark.parametrize("name", RULES)
def test_composition_makes_no_difference(name: str) -> None:
    """NFC and NFD of a cell have the same form or the same reason."""
    make, rule = RULES[name]
    for text in filter(None, dirt.cells(make, COUNT, 2)):
        assert rule(unicodedata.normalize("NFC", text)) == rule(unicodedata.normalize("NFD", text)), text


@pytest.mark.parametrize("name", RULES)
def test_space_around_makes_no_difference(name: str) -> None:
    """Any White_Space before and behind, and zero-width and direction marks, as far as the rule takes them off."""
    make, rule = RULES[name]
    around = WHITE_SPACE if name in INVISIBLE_COUNTS else WHITE_SPACE + INVISIBLE
    chance = random.Random(3)
    for text in filter(None, dirt.cells(make, COUNT, 3)):
        before, after = ("".join(chance.choices(around, k=chance.randint(0, 3))) for _ in range(2))
        assert rule(before + text + after) == rule(text), text


@pytest.mark.parametrize("name", [each for each in RULES if each not in CASE_COUNTS])
def test_case_makes_no_difference(name: str) -> None:
    """Small and capital letters a to z have the same form; beyond these, case is Unicode's (see rules/text.py)."""
    make, rule = RULES[name]
    swapped = str.maketrans(string.ascii_letters, string.ascii_letters.swapcase())
    for text in filter(None, dirt.cells(make, COUNT, 4)):
        if _DOT_ABOVE in unicodedata.normalize("NFD", text):
            continue  # İ is i with a dot that small letters have anyway
        assert rule(text.translate(swapped)) == rule(text), text


@pytest.mark.parametrize("name", RULES)
def test_no_reason_is_ever_hashed_and_no_form_is_empty(name: str) -> None:
    """A rule returns a reason or a text with something in it, of characters that the platform's field can have."""
    make, rule = RULES[name]
    for text in filter(None, dirt.cells(make, COUNT, 5)):
        form = rule(text)
        if not isinstance(form, Unusable):
            assert form == form.strip()
            assert name == "external id" or not any(unicodedata.category(each) == "Cc" for each in form), text
