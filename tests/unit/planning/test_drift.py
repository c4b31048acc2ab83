"""What a list that is not as it was left means for a run."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from consentric.model.lists import Drift
from consentric.model.plan import Held
from consentric.model.project import Guards
from consentric.planning import drift, guards
from consentric.planning.guards import Allowance, Trouble, Verdict, check

TODAY = date(2026, 11, 23)
DEFAULTS = Guards()
COUNTS = dict.fromkeys(
    (
        *("members", "was", "add", "remove", "remove_exempt", "deferred", "unchanged", "rekey", "later", "refresh"),
        *("reassert", "guarded", "vanished", "remove_vanished"),
    ),
    0,
)


def verdict(trouble: Trouble, limits: Guards = DEFAULTS, **counts: int) -> Verdict:
    return check("vip", limits, {**COUNTS, **counts}, (trouble,), Allowance())


def wanted(kind: Drift) -> Trouble:
    trouble = drift.drifted(kind, "vip")
    assert trouble is not None
    return trouble


@pytest.mark.parametrize("kind", [Drift.MISSING, Drift.LOCKED, Drift.OTHER_TYPE, Drift.FOREIGN])
def test_a_list_that_cannot_be_changed_holds_withdrawals_back_too(kind: Drift) -> None:
    """Everybody who would move is counted as held: the sums of the plan still add up, and nothing is sent."""
    found = verdict(wanted(kind), was=100, remove=5, remove_exempt=3, add=7, rekey=2, refresh=4, later=1)
    assert found.allowed == drift.SILENT
    assert found.stop is not None and found.stop.held == Held(add=8, remove=5, rekey=2)


@pytest.mark.parametrize("kind", [Drift.MISSING, Drift.LOCKED, Drift.OTHER_TYPE, Drift.FOREIGN])
def test_a_quiet_night_is_no_excuse(kind: Drift) -> None:
    """The list is stopped also when nobody would move."""
    assert verdict(wanted(kind), was=100, members=100, unchanged=100).stop is not None


def test_a_closed_list_lets_everybody_out_and_nobody_in() -> None:
    """Removals of both kinds go; adds, refreshes and changed keys wait; a quiet night says nothing."""
    found = verdict(wanted(Drift.CLOSED), was=100, remove=5, remove_exempt=3, add=7, refresh=4)
    assert (found.allowed.withdrawals, found.allowed.removals) == (True, True)
    assert (found.allowed.adds, found.allowed.refreshes) == (False, False)
    assert found.stop is not None and found.stop.held == Held(add=7)
    assert verdict(wanted(Drift.CLOSED), was=100, members=100, unchanged=100).stop is None


@pytest.mark.parametrize("kind", [None, Drift.FADING])
def test_what_is_as_it_was_left_stops_nothing(kind: Drift | None) -> None:
    """A list that is about to be deleted for want of use still is one."""
    assert drift.drifted(kind, "vip") is None


def test_each_way_out_is_its_own() -> None:
    """No two kinds of drift share a code, and each says what to do."""
    troubles = [wanted(kind) for kind in Drift if kind is not Drift.FADING]
    assert len({each.code for each in troubles}) == len(troubles)
    assert all(each.hint for each in troubles)
    assert "consentric state rebuild vip" in wanted(Drift.MISSING).hint


@pytest.mark.parametrize(("days", "emptied"), [(0, False), (29, False), (30, True), (400, True)])
def test_thirty_days_after_it_left_a_list_is_emptied(days: int, emptied: bool) -> None:
    """To the day; until then the plan names it. No guard of any audience holds that back."""
    since = TODAY - timedelta(days=days)
    trouble = drift.left_the_file(since, TODAY, None, "vip")
    assert drift.is_emptied(since, TODAY) is trouble.allowed.removals is emptied
    assert trouble.code == guards.LEFT_THE_FILE.code
    assert (str(since + drift.EMPTIED_AFTER) in trouble.message) is not emptied
    limits = drift.NO_GUARDS if emptied else Guards()
    found = verdict(trouble, limits, was=5_000, remove=5_000, guarded=5_000, vanished=900, remove_vanished=900)
    assert guards.removed({**COUNTS, "remove": 5_000, "remove_vanished": 900}, found.allowed) == (
        5_000 if emptied else 0
    )


def test_a_list_that_nobody_saw_leave_begins_its_days_today() -> None:
    """As the next sync will record it."""
    assert str(TODAY + drift.EMPTIED_AFTER) in drift.left_the_file(None, TODAY, None, "vip").message
    assert not drift.is_emptied(None, TODAY)


def test_a_list_that_left_and_is_gone_is_no_alarm() -> None:
    """Its code is one of those that are as they should be; a locked one is still told while somebody must leave it."""
    gone = drift.left_the_file(TODAY, TODAY, Drift.MISSING, "vip")
    assert gone.code in drift.ENDED
    assert verdict(gone, was=5, remove=5).allowed == drift.SILENT
    locked = drift.left_the_file(TODAY, TODAY, Drift.LOCKED, "vip")
    assert locked.code not in drift.ENDED
    assert verdict(locked, was=5, remove=5).stop is not None
    assert verdict(locked).stop is None
