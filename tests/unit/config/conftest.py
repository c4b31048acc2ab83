"""A small correct file that tests bend, and the shortest way to load it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from consentric.config import Loaded, load
from consentric.errors import ConfigError, Diagnostic

FIXTURES = Path(__file__).parent / "fixtures"

CORRECT = """\
version: 1
timezone: Europe/Copenhagen
sources:
  customers: {file: customers.csv, key: [customer_id, {email: mail}]}
  newsletter: {file: newsletter.csv, key: email}
  orders: {file: orders.csv, key: customer_id, at: ordered_at, only: {field: status, is: paid}}
  web: {file: web.csv, key: email, at: occurred_at, event: kind, people: false}
identifiers: {email: customers.mail, phone: [customers.mobile], country: customers.country, assume_country: DK}
consent: {from: customers, granted: ads, given_at: given_at, valid_for: 24 months, proof: form}
destinations:
  google: {platform: google, customer_id: 123-456-7890, endpoint: "127.0.0.1:9000", terms_accepted: true}
  meta: {platform: meta, ad_account: act_1, token: "${META_TOKEN}", endpoint: "http://localhost:9001"}
audiences:
  buyers:
    who: {did: orders}
    send_to: meta
"""

Write = Callable[[str], Path]
Read = Callable[..., Loaded]
Complain = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a text as an audiences file."""

    def to_file(text: str) -> Path:
        path = tmp_path / "audiences.yaml"
        path.write_text(text, "utf-8", newline="")
        return path

    return to_file


@pytest.fixture
def read(write: Write) -> Read:
    """Loads a text that has no errors."""

    def loaded(text: str, env: Mapping[str, str] | None = None, *, contact: bool = False) -> Loaded:
        return load(write(text), env or {}, contact=contact)

    return loaded


@pytest.fixture
def complain(write: Write) -> Complain:
    """Loads a text that has errors and gives what was said."""

    def diagnostics(
        text: str, env: Mapping[str, str] | None = None, *, contact: bool = False
    ) -> tuple[Diagnostic, ...]:
        with pytest.raises(ConfigError) as caught:
            load(write(text), env or {}, contact=contact)
        return caught.value.diagnostics

    return diagnostics


def bent(old: str, new: str) -> str:
    """The correct file with one thing changed."""
    assert CORRECT.count(old) == 1, f"{old!r} is there {CORRECT.count(old)} times"
    return CORRECT.replace(old, new)


def with_who(condition: str) -> str:
    """The correct file with another condition."""
    return bent("{did: orders}", condition)


def place(diagnostic: Diagnostic) -> tuple[str, int | None, int | None]:
    return diagnostic.code, diagnostic.line, diagnostic.column
