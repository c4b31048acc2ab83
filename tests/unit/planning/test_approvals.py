"""Approved numbers: what a saved plan and a line in the file let through, and on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.model.approvals import Approved
from consentric.model.project import Approval, Guards
from consentric.planning import guards
from consentric.planning.approvals import beyond, most, only_saved, today_allowed
from consentric.planning.guards import NOTHING, Allowance, check

from .test_guards import counts

TODAY = date(2026, 11, 23)
PEOPLE = st.integers(0, 5000)


@pytest.mark.parametrize(("approved", "limit"), [(0, 20), (99, 119), (100, 121), (2993, 3042)])
def test_a_saved_number_has_a_little_room(approved: int, limit: int) -> None:
    """A hundredth, and twenty people."""
    assert most(approved) == limit


@given(approved=st.builds(Approved, PEOPLE, PEOPLE), add=PEOPLE, guarded=PEOPLE, exempt=PEOPLE, was=PEOPLE)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_nothing_beyond_a_saved_plan_moves(approved: Approved, add: int, guarded: int, exempt: int, was: int) -> None:
    """Whatever the shares are: within the numbers a list goes, beyond them only who is exempt leaves."""
    numbers = counts(was=was, members=add, add=add, remove=guarded + exempt, remove_exempt=exempt, guarded=guarded)
    limits, allowance = only_saved(Guards(min_size=None), approved)
    found = check("loyal", limits, numbers, tuple(beyond(approved, numbers)), allowance)
    within = add <= most(approved.additions) and guarded <= most(approved.removals)
    assert (found.stop is None) is within
    if not within:
        assert found.allowed == NOTHING
        assert guards.removed(numbers, found.allowed) == exempt


def test_a_saved_plan_lifts_no_other_guard() -> None:
    """A shrunken source only where removals were approved."""
    lost = guards.shrunk("orders", 100, 1000, Guards())
    assert lost is not None
    for approved, stops in ((Approved(removals=12), False), (Approved(additions=12), True)):
        limits, allowance = only_saved(Guards(), approved)
        numbers = counts(was=1000, members=990, unchanged=990, remove=10, guarded=10)
        assert (check("loyal", limits, numbers, [lost], allowance).stop is not None) is stops


@given(days=st.integers(-3, 3), line=PEOPLE, command=PEOPLE)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_line_in_the_file_counts_on_its_day(days: int, line: int, command: int) -> None:
    """On others the command line alone."""
    approval = Approval(TODAY + timedelta(days=days), removals=line)
    expected = max(line, command) if days == 0 else command
    assert today_allowed(Allowance(removals=command), approval, TODAY).removals == expected
