"""When a request counts as processed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consentric.model.lists import BatchRecord, BatchState, Operation, Shape
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.settling import believed, is_early, is_open

NOW = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
TAKEN = BatchRecord(1, 1, 1, Operation.ADD, Shape.FULL, 0, 1, 1, BatchState.ACCEPTED, "handle", NOW, NOW)
HOURS = (0, 1, 22, 23, 24)


@pytest.mark.parametrize("hours", HOURS)
def test_a_platform_that_reports_is_believed_at_once_unless_there_is_a_doubt(hours: int) -> None:
    """The first attempt of a repeated request may be carried out for 23 hours."""
    google, later = CAPABILITIES[Platform.GOOGLE], NOW + timedelta(hours=hours)
    assert not is_early(TAKEN, google, later)
    assert is_early(replace(TAKEN, doubtful=True), google, later) == (hours < 23)


@pytest.mark.parametrize("doubtful", [False, True])
@pytest.mark.parametrize("hours", HOURS)
def test_a_platform_that_reports_nothing_gets_23_hours(hours: int, *, doubtful: bool) -> None:
    """With or without a doubt."""
    batch = replace(TAKEN, doubtful=doubtful)
    assert is_early(batch, CAPABILITIES[Platform.META], NOW + timedelta(hours=hours)) == (hours < 23)


def test_a_repetition_that_failed_proves_nothing() -> None:
    """All else that a platform says holds for the repetition, and so for the whole."""
    for said in BatchState:
        assert believed(TAKEN, said) is said
        doubted = BatchState.UNKNOWN if said is BatchState.FAILED else said
        assert believed(replace(TAKEN, doubtful=True), said) is doubted


@pytest.mark.parametrize("state", BatchState)
def test_what_may_still_be_carried_out_is_open(state: BatchState) -> None:
    """Whoever gave no answer has 23 hours from the sending."""
    batch = replace(TAKEN, state=state)
    early = state in {BatchState.INTENT, BatchState.ACCEPTED, BatchState.UNKNOWN}
    late = state in {BatchState.INTENT, BatchState.ACCEPTED}
    assert (is_open(batch, NOW + timedelta(hours=22)), is_open(batch, NOW + timedelta(hours=23))) == (early, late)
