"""What the page about hashes says is hashed is what is hashed."""

from __future__ import annotations

from typing import Final

import pytest

from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable
from docs.blocks import ROOT

PAGE: Final = (ROOT / "docs" / "hashes.md").read_text(encoding="utf-8")
MAIL: Final = "foo.bar+x@gmail.com"


@pytest.mark.parametrize(
    ("row", "forms"),
    [
        ("| ` Foo@Example.DK ` | `{}` |", [rules.email(" Foo@Example.DK ")]),
        (f"| `{MAIL}` | for Google `{{}}`, for Meta `{{}}` |", [rules.google_email(MAIL), rules.meta_email(MAIL)]),
        (
            "| `20 30 40 50` in Denmark | for Google `{}`, for Meta `{}` |",
            [rules.google_phone("+4520304050"), rules.meta_phone("+4520304050")],
        ),
        ("| `+45 (0)20 30 40 50` | `{}` |", [rules.phone("+45 (0)20 30 40 50", None)]),
        ("| `Mrs. Åse` | for Google `{}`, for Meta `{}` |", [rules.google_first_name("Mrs. Åse"), rules.meta_name("Mrs. Åse")]),
        (
            "| `Quinn-Alex` | for Google `{}`, for Meta `{}` |",
            [rules.google_last_name("Quinn-Alex"), rules.meta_name("Quinn-Alex")],
        ),
    ],
)  # fmt: skip
def test_the_table_of_forms_is_what_the_rules_make(row: str, forms: list[str | Unusable]) -> None:
    """Row by row."""
    assert row.format(*forms) in PAGE
    assert rules.phone("20 30 40 50", "DK") == "+4520304050"


@pytest.mark.parametrize("cell", ["", "n/a", "test@test.dk", "ab" * 32])
def test_what_is_said_to_be_nothing_is_nothing(cell: str) -> None:
    """Never the hash of nothing."""
    assert isinstance(rules.email(cell), Unusable)
