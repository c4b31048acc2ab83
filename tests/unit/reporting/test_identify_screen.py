"""What `identify` says of a file: every reason in words, an example of what would be right, and no line too wide."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.recipes import Field
from consentric.model.identified import Identified, IdentifiedColumn, WholeKey
from consentric.model.project import Platform
from consentric.reporting.identify_json import identify_json
from consentric.reporting.identify_screen import identify_screen
from consentric.reporting.look import Look
from consentric.reporting.unusable import MEANINGS, meaning, right

EVERY = {reason.value: 20 + number for number, reason in enumerate(Unusable)}
FOUND = Identified(
    file="customers.csv",
    at=datetime(2026, 11, 23, 4, 30, tzinfo=UTC),
    platform=Platform.GOOGLE,
    country="DK",
    rows=48_212,
    left_out=3,
    columns=(
        IdentifiedColumn("E-mail", "E-mail", "email", "email_address", hashed=True, usable=48_000, unusable=EVERY),
        IdentifiedColumn("land", "land", "country", "address.region_code", hashed=False, usable=1, unusable={}),
    ),
    whole=(WholeKey("address", ("first_name", "last_name", "country", "postcode"), None),),
    not_sent=("birthday",),
    out="out.parquet",
    kept=("customer_id",),
    in_clear=("E-mail_normalised", "land_value"),
    shows_contacts=True,
)


def test_every_reason_has_a_meaning_and_every_field_an_example() -> None:
    """Sentences and examples of ours, which the rules themselves take."""
    assert set(MEANINGS) == set(Unusable)
    assert all(right(field.value) for field in Field)
    assert not isinstance(rules.email(right(Field.EMAIL) or ""), Unusable)
    assert not isinstance(rules.phone(right(Field.PHONE) or "", None), Unusable)
    assert not isinstance(rules.google_postcode(right(Field.POSTCODE) or "", "DK"), Unusable)
    assert meaning("a_new_reason") == "a new reason"


@pytest.mark.parametrize("look", [Look(), Look(width=80), Look(width=80, unicode=False, mask_below=10)])
def test_the_screen_tells_everything_within_its_width(look: Look) -> None:
    """Whatever the terminal."""
    lines = identify_screen(FOUND, look).plain.splitlines()
    assert all(len(line) <= look.width and line == line.rstrip() for line in lines)
    page = " ".join(" ".join(lines).split())
    assert all(meaning(reason) in page for reason in EVERY)
    for words in (
        "48 212 rows",
        "DK where a row names no country",
        "left out: compare by a key (--keep)",
        "hashed as email_address",
        "in clear as address.region_code",
        "right would be anna@example.com",
        "google wants first name, last name, country and postcode of one row",
        "google takes nothing of birthday",
        "It holds contacts in clear",
        "delete the file when you have compared",
    ):
        assert words in page, words


def test_small_counts_are_masked_on_the_screen_and_not_in_the_document() -> None:
    """As everywhere."""
    page = identify_screen(FOUND, Look(mask_below=10)).plain
    assert "<10 rows with too many" in page
    assert identify_json(FOUND)["left_out"] == 3


def test_a_name_of_the_file_is_text() -> None:
    """A terminal obeys nothing of it."""
    odd = Identified("\x1b[2J.csv", FOUND.at, Platform.META, None, 1, 0, ())
    page = identify_screen(odd, Look()).plain
    assert "\x1b" not in page
    assert "1 row · no country is assumed" in page
