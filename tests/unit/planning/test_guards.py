"""Guards: when each says no, what it lets through all the same, and how many people it holds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.model.project import Guards
from consentric.planning import guards
from consentric.planning.guards import ADDS_ONLY, NOTHING, Allowance, Trouble, Verdict, check
from consentric.planning.rows import Allowed

NAMES = [
    "members",
    "was",
    "add",
    "remove",
    "remove_exempt",
    "deferred",
    "unchanged",
    "rekey",
    "later",
    "refresh",
    "reassert",
    "guarded",
    "vanished",
    "remove_vanished",
]
USUAL, NOBODY = Guards(), Allowance()


def counts(**numbers: int) -> dict[str, int]:
    """A list in which nothing happens, but for the numbers given."""
    return {**dict.fromkeys(NAMES, 0), **numbers}


def verdict(
    limits: Guards = USUAL, troubles: tuple[Trouble, ...] = (), allowance: Allowance = NOBODY, **numbers: int
) -> Verdict:
    return check("loyal", limits, counts(**numbers), troubles, allowance)


def code(found: Verdict) -> str | None:
    return None if found.stop is None else found.stop.code


BREACHES: dict[str, tuple[Callable[[int], Verdict], int, str]] = {
    "removals of 1,000": (
        lambda n: verdict(was=1000, members=1000 - n, unchanged=1000 - n, remove=n, guarded=n),
        200,
        "A602",
    ),
    "removals of 50": (lambda n: verdict(Guards(min_size=None), was=50, remove=n, guarded=n), 20, "A602"),
    "additions to 1,000": (lambda n: verdict(was=1000, members=1000 + n, unchanged=1000, add=n), 500, "A603"),
    "additions, some of them later": (
        lambda n: verdict(was=1000, members=1000 + n, unchanged=1000, add=n - 1, later=1),
        500,
        "A603",
    ),
    "additions to 10": (lambda n: verdict(Guards(min_size=None), was=10, members=10 + n, add=n), 20, "A603"),
    "vanished of 1,000": (
        lambda n: verdict(was=1000, members=1000 - n, remove=n, remove_vanished=n, vanished=n, guarded=n),
        50,
        "A604",
    ),
    "vanished of 100": (lambda n: verdict(was=100, members=100, add=1, vanished=n), 20, "A604"),
}


@pytest.mark.parametrize("case", BREACHES)
def test_a_share_is_breached_beyond_its_limit_and_twenty_people(case: str) -> None:
    """The limit itself is fine, one more is not."""
    ask, limit, expected = BREACHES[case]
    assert code(ask(limit)) is None
    assert code(ask(limit + 1)) == expected


@pytest.mark.parametrize("members", [0, 1, 99, 100])
def test_a_small_list_is_neither_made_nor_added_to(members: int) -> None:
    """`min_size` stops adds and never removals."""
    small = Guards(max_additions=None)
    found = verdict(small, members=members, add=members, was=50, remove=7, unchanged=43)
    assert code(found) == ("A601" if 0 < members < 100 else None)
    if found.stop is not None:
        assert found.allowed == ADDS_ONLY
        assert (found.stop.held.add, found.stop.held.remove) == (members, 0)


def test_the_first_fill_is_exempt_from_additions() -> None:
    """A list on which nobody is."""
    assert code(verdict(members=100_000, add=100_000)) is None


def test_every_guard_can_be_off() -> None:
    """None is off."""
    off = Guards(None, None, None, None, None, None)
    assert code(verdict(off, was=1000, members=3, add=5000, remove=999, guarded=999, vanished=900)) is None
    assert guards.shrunk("orders", 0, 1_000_000, off) is None
    assert guards.rejected("customers", "email", 1000, 1000, off) is None


@pytest.mark.parametrize(("allowed", "stops"), [(300, False), (299, True), (0, True)])
def test_the_number_that_was_shown_lifts_a_guard(allowed: int, stops: bool) -> None:
    """Not a bare yes: at most so many."""
    removals = verdict(allowance=Allowance(removals=allowed), was=1000, members=700, remove=300, guarded=300)
    assert (code(removals) == "A602") is stops
    additions = verdict(allowance=Allowance(additions=allowed), was=500, members=800, add=300)
    assert (code(additions) == "A603") is stops


def test_a_breach_tells_the_numbers_and_the_way_out() -> None:
    """The command to paste has the number."""
    stop = verdict(was=3124, members=206, unchanged=206, remove=2918, remove_exempt=4, guarded=2914).stop
    assert stop is not None
    assert re.search(r"2\D?914 of 3\D?124", stop.message)
    assert "20%" in stop.message
    assert stop.hint.endswith("consentric sync loyal --allow-removals 2914")
    assert stop.held.remove == 2914


@pytest.mark.parametrize(
    ("rows", "before", "stops"),
    [(500, 1000, False), (499, 1000, True), (10, 30, False), (9, 30, True), (5, None, False)],
)
def test_a_source_that_lost_rows(rows: int, before: int | None, stops: bool) -> None:
    """More than half of them, and more than twenty."""
    assert (guards.shrunk("orders", rows, before, Guards()) is not None) is stops


def test_an_approved_number_of_removals_lifts_a_shrunken_source_too() -> None:
    """Otherwise a source that is smaller for good would stop its lists for ever."""
    lost = guards.shrunk("orders", 100, 1000, Guards())
    assert lost is not None
    numbers = counts(was=1000, members=700, unchanged=700, remove=300, guarded=300)
    codes = [code(check("loyal", USUAL, numbers, [lost], Allowance(removals=approved))) for approved in (0, 299, 300)]
    assert codes[0] == "A605"
    assert codes[1] is not None
    assert codes[2] is None


@pytest.mark.parametrize(("bad", "stops"), [(100, False), (101, True)])
def test_a_contact_column_of_unusable_cells(bad: int, stops: bool) -> None:
    """More than a tenth."""
    assert (guards.rejected("customers", "email", bad, 1000, Guards()) is not None) is stops


def test_a_stale_consent_source_stops_adds_only() -> None:
    """Another stale source stops everything that guards may stop."""
    assert guards.stale("consents", 49, "2 days", consent=True).allowed == ADDS_ONLY
    assert guards.stale("orders", 49, "2 days", consent=False).allowed == NOTHING


def test_without_accepted_terms_nobody_is_added_and_removals_go() -> None:
    """A610."""
    found = verdict(troubles=(guards.no_terms("google"),), was=500, members=600, add=100, remove=20, unchanged=480)
    assert code(found) == "A610"
    assert found.allowed == ADDS_ONLY


def test_nothing_is_stopped_where_nothing_would_move() -> None:
    """A quiet night stays quiet, whatever is wrong with the sources."""
    assert verdict(troubles=(guards.LEFT_THE_FILE,), was=500, members=500, unchanged=500) == Verdict(Allowed(), None)


NIGHTS = st.fixed_dictionaries(
    {
        name: st.integers(0, 300)
        for name in ("unchanged", "add", "later", "rekey", "exempt", "vanished", "other", "refresh")
    }
)
SIDES = st.lists(
    st.sampled_from([guards.LEFT_THE_FILE, guards.no_terms("google"), guards.stale("c", 99, "2 days", consent=True)]),
    max_size=2,
)


@given(night=NIGHTS, troubles=SIDES)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_sums_of_a_stopped_list_hold(night: dict[str, int], troubles: list[Trouble]) -> None:
    """was = unchanged + remove + held.remove + held.rekey, and members = unchanged + held.add + held.rekey."""
    remove = night["exempt"] + night["vanished"] + night["other"]
    numbers = counts(
        unchanged=night["unchanged"], add=night["add"], later=night["later"], rekey=night["rekey"], remove=remove,
        remove_exempt=night["exempt"], remove_vanished=night["vanished"], vanished=night["vanished"], refresh=night["refresh"],
        guarded=night["vanished"] + night["other"] + night["rekey"], was=night["unchanged"] + night["rekey"] + remove,
        members=night["unchanged"] + night["rekey"] + night["add"] + night["later"],
    )  # fmt: skip
    found = check("loyal", Guards(), numbers, troubles, Allowance())
    if found.stop is None:
        assert found.allowed == Allowed()
        return
    gone = guards.removed(numbers, found.allowed)
    held = found.stop.held
    assert gone >= night["exempt"], "nobody whom guards never hold back is held"
    assert numbers["was"] == numbers["unchanged"] + gone + held.remove + held.rekey
    assert numbers["members"] == numbers["unchanged"] + held.add + held.rekey
