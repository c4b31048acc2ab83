"""The demo shop's contacts are as messy as real ones, and shared as real ones are: each kind occurs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import phonenumbers
import pytest

from consentric.demo.contacts import CALLING_CODE
from consentric.demo.people import OFFICE_EMAIL, OFFICE_SIZE, SWITCHBOARD, SWITCHBOARD_SIZE

Rows = list[dict[str, str]]


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[^a-z]*@POST\.EXAMPLE$",
        r"^  .* $",
        r"\u00a0$",
        r"^\u200b",
        r"^$",
        r"^(n/a|N/A)$",
        r"^-$",
        r"^test@test\.dk$",
        r"@@",
        r"@$",
        r"^mailto:",
        r"<.*>",
        r"^[a-z]+ [a-z].*@",
        r"^[a-z.-]+\d{6}.*\+[a-z]+@gmail\.com$",
        r"@hyggeshop\.example$",
    ],
)
def test_emails_are_written_in_every_way(customers: Rows, pattern: str) -> None:
    """Each spelling that a normaliser must mend or refuse is there."""
    assert any(re.search(pattern, row["email"]) for row in customers)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d\d( \d\d){3}$",
        r"^\+45 \d{8}$",
        r"^\+45\d{8}$",
        r"^0045\d{8}$",
        r"^\d\d(-\d\d){3}$",
        r"^\d\d(\u00a0\d\d){3}$",
        r"^\d{8}\.0$",
        r"^\d\.\d\dE\+\d\d$",
        r"^12345678$",
        r"^ring ",
        r"^n/a$",
        r"^-$",
        r"^$",
        r"^07\d{8}$",
        r"^\+46 7",
        r"^\+47",
        r"^\+49",
    ],
)
def test_phones_are_written_in_every_way(customers: Rows, pattern: str) -> None:
    """National and international, spaced, dashed, and damaged by a spreadsheet."""
    assert any(re.search(pattern, row["mobile"]) for row in customers)


def test_phones_are_mostly_valid(customers: Rows) -> None:
    """Numbers that are written in full are valid ones of their country, or of Denmark."""
    written = [row for row in customers if re.fullmatch(r"(?!12345678|00000000)\+?[\d ]{8,}", row["mobile"])]
    for row in (row for row in written if row["country"]):
        region = row["country"].upper() if row["country"].upper() in CALLING_CODE else "DK"
        assert phonenumbers.is_valid_number(phonenumbers.parse(row["mobile"], region)), row["mobile"]
    assert len(written) > 0.6 * len(customers)


@pytest.mark.parametrize("pattern", ["[æøå]", "[äöü]", "é", "-", "'", r"^(Mrs\.|Fru|Hr\.) ", "^ ", "^$", "[A-Z]{4}"])
def test_names_hold_what_breaks_naive_code(customers: Rows, pattern: str) -> None:
    """Letters beyond ASCII, hyphens, apostrophes, titles, capitals, blanks."""
    assert any(re.search(pattern, name) for row in customers for name in (row["first_name"], row["last_name"]))


def test_postcodes_keep_their_noughts(customers: Rows) -> None:
    """0800 and 0150 are text, not numbers; a few rows have none."""
    postcodes = {row["postcode"] for row in customers}
    assert {"0800", "0150", "211 20", ""} <= postcodes


def test_countries_are_mostly_codes(customers: Rows) -> None:
    """A few lower-case, blank, or spelt out."""
    countries = Counter(row["country"] for row in customers)
    assert {"DK", "SE", "NO", "DE", "dk", "", "Danmark"} <= set(countries)
    assert countries["DK"] > 0.85 * len(customers)


def test_an_office_and_a_switchboard_are_shared_by_many(customers: Rows) -> None:
    """More than twenty people hold one e-mail, sixty hold one phone."""
    assert sum(row["email"] == OFFICE_EMAIL for row in customers) == OFFICE_SIZE > 20
    numbers = (re.sub(r"\D", "", row["mobile"]).removeprefix("45") for row in customers)
    assert sum(number == SWITCHBOARD for number in numbers) == SWITCHBOARD_SIZE == 60


def test_some_people_signed_up_twice(customers: Rows) -> None:
    """Two customer numbers, one e-mail in two spellings."""
    ids = defaultdict(set)
    for row in customers:
        ids[row["email"].lower()].add(row["customer_id"])
    assert sum(len(holders) == 2 for email, holders in ids.items() if email.endswith("@mail.example")) >= 6


def test_couples_share_a_phone_and_one_of_some_withdrew(customers: Rows, consents: Rows) -> None:
    """The phone of a couple is written in two ways; the withdrawal of one is about the phone of both."""
    holders = defaultdict(list)
    for row in customers:
        if row["email"].endswith("@familie.example") and row["mobile"]:
            holders[row["mobile"].removeprefix("+45").strip()].append(row)
    couples = [pair for pair in holders.values() if len(pair) == 2 and pair[0]["street"] == pair[1]["street"]]
    withdrew = {row["customer_id"] for row in consents if row["withdrawn_at"]}
    split = [pair for pair in couples if len(withdrew & {row["customer_id"] for row in pair}) == 1]
    assert len(couples) >= 6
    assert 0 < len(split) < len(couples)
