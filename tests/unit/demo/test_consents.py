"""The demo's consent log holds every state that a consent check must tell apart, in realistic shares."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import get_args

from consentric.demo import NOW
from consentric.demo.consents import LIVE, STATES, State, consent_log
from consentric.demo.people import invent_customers
from consentric.demo.rolls import dice

Rows = list[dict[str, str]]
YES = {"yes", "ja"}
NO = {"no", "nej"}


def _word(row: dict[str, str]) -> str:
    return row["share_with_ad_platforms"].strip().lower()


def test_every_state_can_be_rolled() -> None:
    """No state of the list is forgotten in the weights."""
    rng = dice(1, "states")
    assert {STATES.roll(rng) for _ in range(20_000)} == set(get_args(State))
    assert set(get_args(State)) >= LIVE


def test_grants_refusals_and_odd_words_occur(consents: Rows) -> None:
    """Words come in several spellings; some mean nothing."""
    written = {row["share_with_ad_platforms"] for row in consents}
    assert {"yes", "Yes", "YES", " yes ", "ja", "no", "nej", "maybe", "pending", "?", ""} <= written


def test_one_purpose_can_be_refused_alone(consents: Rows) -> None:
    """Sharing yes, personal ads no: not enough for either platform."""
    assert any(_word(row) in YES and row["personal_ads"].lower() in NO for row in consents)


def test_dates_are_missing_wrong_or_old(consents: Rows) -> None:
    """Undated, future and expired grants; withdrawals at the same instant and in the future."""
    now, old = NOW.date().isoformat(), (NOW - timedelta(days=731)).date().isoformat()
    granted = [row for row in consents if _word(row) in YES]
    assert any(not row["given_at"] for row in granted)
    assert any(row["given_at"] > now for row in granted)
    assert any("" < row["given_at"] < old for row in granted)
    assert any(row["given_at"] and row["given_at"] == row["withdrawn_at"] for row in granted)
    assert any(row["withdrawn_at"] > now for row in granted)
    assert any(_word(row) in NO and not row["given_at"] for row in consents)


def test_blank_words_occur_with_and_without_a_date(consents: Rows) -> None:
    """A form that was opened and left; a withdrawal that has only its instant."""
    silent = [row for row in consents if not _word(row)]
    assert any(row["given_at"] for row in silent)
    assert any(not row["given_at"] and not row["withdrawn_at"] for row in silent)
    assert any(row["withdrawn_at"] for row in silent)


def test_instants_are_written_in_three_ways(consents: Rows) -> None:
    """UTC, local without an offset, and a date alone."""
    lengths = {len(row["given_at"]) for row in consents}
    assert {len("2026-11-23T04:30:00Z"), len("2026-11-23 05:30:00"), len("2026-11-23")} <= lengths


def test_people_have_several_rows_or_none_and_some_only_an_email(customers: Rows, consents: Rows) -> None:
    """Withdrawn and given again; never asked; asked before they had a number."""
    rows = defaultdict(list)
    for row in consents:
        rows[row["customer_id"]].append(row)
    again = [
        log for key, log in rows.items() if key and len(log) > 1 and log[0]["withdrawn_at"] and _word(log[-1]) in YES
    ]
    assert again
    assert any(len(log) > 1 and _word(log[0]) in NO and _word(log[-1]) in YES for key, log in rows.items() if key)
    emails = {row["email"] for row in rows[""]}
    assert all(emails)
    assert emails & {row["email"] for row in customers}
    silent = {row["customer_id"] for row in customers if row["email"] not in emails} - set(rows)
    assert 0.02 * len(customers) < len(silent) < 0.12 * len(customers)


def test_the_log_of_a_person_is_in_the_order_of_time() -> None:
    """Later decisions stand below earlier ones, so the file reads like a log."""
    now = int(NOW.timestamp())
    people = invent_customers(600, 3, now)
    log = consent_log(people, [], 3, now)
    places = [int(row.customer_id) for row in log if row.customer_id]
    assert places == sorted(places)
