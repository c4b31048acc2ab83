"""When a list is filled anew, and when the rest of it may leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from consentric.model.lists import BatchRecord, BatchState, Operation, RebuildReason, Shape
from consentric.model.plan import RebuildStage
from consentric.planning.capabilities import RebuildForm
from consentric.planning.rebuild import begun, counted, horizon, is_mass

NOW: Final = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
YESTERDAY: Final = NOW - timedelta(hours=24)
JUST_NOW: Final = NOW - timedelta(minutes=10)
REST, REPLACE = RebuildForm.REMOVE_REST, RebuildForm.REPLACE


def batch(
    number: int, operation: Operation, state: BatchState = BatchState.CONFIRMED, at: datetime = YESTERDAY
) -> BatchRecord:
    return BatchRecord(number, 1, 1, operation, Shape.FULL, 0, 1, 1, state, None, at, at)


def stage(since: int | None, *batches: BatchRecord, form: RebuildForm = REST) -> RebuildStage:
    adds = [each.sent_at for each in batches if each.operation is Operation.ADD]
    return begun(RebuildReason.ASKED, since, batches, max(adds, default=None), form, NOW).stage


@pytest.mark.parametrize(
    ("rekeyed", "was", "mass"), [(99, 100, False), (100, 9_999, True), (100, 10_000, False), (101, 10_000, True)]
)
def test_a_mass_is_a_hundred_people_and_more_than_one_in_a_hundred(rekeyed: int, was: int, mass: bool) -> None:
    """Fewer are taken out and added again one by one."""
    assert is_mass({"rekeyed": rekeyed, "was": was}) is mass


@pytest.mark.parametrize("form", [REST, REPLACE])
@pytest.mark.parametrize("state", [BatchState.ACCEPTED, BatchState.INTENT])
def test_a_rebuild_waits_for_adds_that_may_still_arrive(form: RebuildForm, state: BatchState) -> None:
    """One that lands after it began would look like one of its own."""
    assert stage(None, batch(1, Operation.ADD, state), form=form) is RebuildStage.WAITING
    assert stage(None, batch(1, Operation.ADD), form=form) is RebuildStage.FILLING


def test_an_add_without_an_answer_may_arrive_for_a_day() -> None:
    """After that it does not any more."""
    assert stage(None, batch(1, Operation.ADD, BatchState.UNKNOWN, NOW - timedelta(hours=22))) is RebuildStage.WAITING
    assert stage(None, batch(1, Operation.ADD, BatchState.UNKNOWN)) is RebuildStage.FILLING


def test_a_rebuild_does_not_begin_right_after_an_add() -> None:
    """Two clocks may differ; an add of just now could seem younger than the beginning."""
    assert stage(None, batch(1, Operation.ADD, at=JUST_NOW)) is RebuildStage.WAITING
    assert stage(1, batch(2, Operation.ADD, at=JUST_NOW)) is RebuildStage.FILLING, "its own adds are no reason to wait"


def test_the_rest_leaves_when_everybody_was_sent_and_nothing_is_open() -> None:
    """Not while somebody is missing or an add is on its way."""
    filling = begun(RebuildReason.ASKED, 1, [batch(2, Operation.ADD)], YESTERDAY, REST, NOW)
    assert counted(filling, 7, REST).stage is RebuildStage.FILLING
    assert counted(filling, 0, REST).stage is RebuildStage.ENDING
    open_ = begun(RebuildReason.ASKED, 1, [batch(2, Operation.ADD, BatchState.ACCEPTED)], YESTERDAY, REST, NOW)
    assert counted(open_, 0, REST).stage is RebuildStage.WAITING


@pytest.mark.parametrize("form", [REST, REPLACE])
def test_its_end_is_waited_for_and_then_voids_what_was_before(form: RebuildForm) -> None:
    """Unless it failed: then it is asked for again."""
    asked, done, failed = (
        batch(9, Operation.REMOVE_REST, state)
        for state in (BatchState.ACCEPTED, BatchState.CONFIRMED, BatchState.FAILED)
    )
    assert stage(5, asked, form=form) is RebuildStage.ENDED
    assert stage(5, failed, form=form) is RebuildStage.FILLING
    assert horizon(5, [asked]) is horizon(5, [failed]) is horizon(None, [done]) is None
    assert horizon(5, [done]) == 5
    assert horizon(9, [done]) is None, "the end of an earlier rebuild ends no later one"
