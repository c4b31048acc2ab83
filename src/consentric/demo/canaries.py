"""Every personal value of a written shop, for tests that search output, logs and files for leaks.

Reads the files alone, so that it also sees what a change of the demo's second act wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow.compute as pc
import pyarrow.parquet as pq

from .contacts import CALLING_CODE
from .names import STAFF_DOMAIN
from .tables import read_csv

# Placeholders and fragments that are nobody's: finding them in output is no leak.
_SHORTEST: Final = 7
_NOBODY: Final = frozenset({"test@test.dk", "noemail@post.example", "12345678", "00000000", "1900-01-01"})
_EMAIL_COLUMNS: Final = (
    ("newsletter.csv", "email"),
    ("tickets.csv", "requester_email"),
    ("survey.csv", "email"),
    ("consents.csv", "email"),
)


def canaries(folder: Path) -> list[str]:
    """E-mails, phones, full names and streets, as written and in their normal forms; sorted, each once."""
    data = folder / "data"
    found: set[str] = set()
    for customer in read_csv(data / "customers.csv"):
        found.update(_email_forms(customer["email"]))
        found.update(_phone_forms(customer["mobile"], customer["country"]))
        found.update(_name_forms(customer["first_name"], customer["last_name"]))
        found.add(customer["street"])
    for file, column in _EMAIL_COLUMNS:
        for row in read_csv(data / file):
            found.update(_email_forms(row[column]))
    for email in pc.unique(pq.read_table(data / "web.parquet", columns=["email"])["email"]).to_pylist():
        found.update(_email_forms(email or ""))
    return sorted(value for value in found if len(value) >= _SHORTEST and value not in _NOBODY)


def _email_forms(written: str) -> Iterator[str]:
    normal = written.strip(" \u00a0\u200b").lower()
    if "@" not in normal or normal.startswith("@"):
        return
    yield written
    yield normal
    local, _, domain = normal.partition("@")
    if domain == "gmail.com":  # Google's form: no dots, no +tag
        yield f"{local.partition('+')[0].replace('.', '')}@{domain}"
    if domain == STAFF_DOMAIN:
        yield local


def _phone_forms(written: str, country: str) -> Iterator[str]:
    digits = "".join(character for character in written.removesuffix(".0") if character.isdecimal())
    if len(digits) < _SHORTEST + 1 or "E+" in written:
        return
    yield written
    code = CALLING_CODE.get(country.upper(), CALLING_CODE["DK"])
    if written.startswith("+"):
        international = digits
    elif digits.startswith("00"):
        international = digits[2:]
    else:
        yield digits
        international = code + digits.removeprefix("0")
    yield international
    yield f"+{international}"


def _name_forms(first_name: str, last_name: str) -> Iterator[str]:
    first, last = first_name.strip(), last_name.strip()
    if first and last:
        yield f"{first} {last}"
        yield f"{first} {last}".lower()
