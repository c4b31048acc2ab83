"""Whose consent counts."""

from __future__ import annotations

import pytest
from tiny_shop import Judge

from judge import Judgement
from judge.consent import State

CUSTOMER = "1,a@post.example,,,,,"


def state(judged: Judgement, destination: str = "google") -> State:
    return judged.states[destination][judged.person("customer_id=1")]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("1,,yes,yes,2026-01-01,", State.GRANTED),
        ("1,, YES ,Yes,2026-01-01T00:00:00Z,", State.GRANTED),
        (",A@post.example,yes,yes,2026-01-01,", State.GRANTED),
        ("", State.NO_RECORD),
        ("2,,yes,yes,2026-01-01,", State.NO_RECORD),
        ("1,,yes,no,2026-01-01,", State.REFUSED),
        ("1,,yes,,2026-01-01,", State.UNCLEAR),
        ("1,,,,,", State.NO_RECORD),
        ("1,,yes,yes,,", State.UNCLEAR),
        ("1,,yes,yes,yesterday,", State.UNCLEAR),
        ("1,,yes,yes,2027-01-01,", State.NO_RECORD),
        ("1,,maybe,yes,2026-01-01,", State.UNCLEAR),
        ("1,,yes,yes,2026-01-01,2026-01-01", State.WITHDREW),
        ("1,,yes,yes,2026-01-01,2027-01-01", State.WITHDREW),
        ("1,,yes,yes,2026-01-01,some day", State.WITHDREW),
        ("1,,yes,yes,2026-01-02,2026-01-01", State.GRANTED),
        ("1,,yes,yes,2024-11-23T04:30:00Z,", State.EXPIRED),
        ("1,,yes,yes,2024-11-23T04:30:01Z,", State.GRANTED),
        ("1,,yes,yes,2026-01-01,\n1,,no,no,2026-02-01,", State.REFUSED),
        ("1,,yes,yes,2026-02-01,\n1,,no,no,2026-01-01,", State.GRANTED),
        ("1,,yes,yes,2026-01-01,\n1,,no,no,,", State.REFUSED),
        ("1,,yes,yes,2026-01-01,\n1,,no,no,2027-01-01,", State.REFUSED),
        ("1,,yes,yes,2026-01-01,\n1,,yes,yes,2027-01-01,", State.GRANTED),
        ("1,,yes,yes,2026-01-01,\n1,,hm,hm,2026-02-01,", State.UNCLEAR),
        ("1,,yes,yes,2026-01-01,\n1,,no,no,2026-01-01,", State.REFUSED),
        ("1,,no,no,2026-01-01,\n1,,,,,2026-01-01", State.WITHDREW),
        ("1,,no,hm,2026-01-01,", State.REFUSED),
    ],
)
def test_the_newest_decision_counts(judge: Judge, rows: str, wanted: State) -> None:
    """Each kind of row, alone and against an older or a newer one."""
    assert state(judge(customers=CUSTOMER, consents=rows)) is wanted


def test_each_destination_asks_for_its_own_purposes(judge: Judge) -> None:
    """A yes to one purpose is enough where only that one is needed."""
    judged = judge(customers=CUSTOMER, consents="1,,yes,no,2026-01-01,")
    assert state(judged, "meta") is State.GRANTED
    assert state(judged, "google") is State.REFUSED


def test_joining_people_never_adds_anybody(judge: Judge) -> None:
    """Two customer numbers of one person: both must have consented."""
    customers = f"{CUSTOMER}\n2,a@post.example,,,,,"
    assert state(judge(customers=customers, consents="1,,yes,yes,2026-01-01,")) is State.NO_RECORD
    both = "1,,yes,yes,2026-01-01,\n2,,yes,yes,2026-01-01,"
    assert state(judge(customers=customers, consents=both)) is State.GRANTED


def test_a_row_without_the_primary_key_speaks_for_those_whose_own_rows_hold_its_key(judge: Judge) -> None:
    """1 and 2 are one person through a@; a yes that hangs on b@ is the yes of 2 alone."""
    customers = f"{CUSTOMER}\n2,a@post.example,,,,,\n2,b@post.example,,,,,"
    assert state(judge(customers=customers, consents=",b@post.example,yes,yes,2026-01-01,")) is State.NO_RECORD
    assert state(judge(customers=customers, consents=",a@post.example,yes,yes,2026-01-01,")) is State.GRANTED


def test_a_subscriber_without_a_primary_key_is_one_unit(judge: Judge) -> None:
    """Consent of somebody who is known by an e-mail alone hangs on that."""
    judged = judge(newsletter="s@post.example,subscribed", consents=",s@post.example,yes,yes,2026-01-01,")
    assert judged.states["google"][judged.person("email=s@post.example")] is State.GRANTED
