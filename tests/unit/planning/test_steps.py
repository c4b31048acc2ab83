"""The order in which a plan is carried out, and what the platforms can do."""

from __future__ import annotations

import pytest

from consentric.model.lists import ListRef, ListSpec, Operation, RebuildReason, Shape
from consentric.model.plan import (
    Add,
    EnsureAudience,
    Rebuild,
    Rebuilding,
    RebuildStage,
    Refresh,
    Rekey,
    Remove,
    RemoveNow,
    RemoveRest,
)
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES, RebuildForm, rows_per_request
from consentric.planning.rows import Phase, Stretch
from consentric.planning.steps import order, requests

ONE, TWO = ListRef("one", "google"), ListRef("two", "meta")


def stretch(phase: Phase, people: int = 5, shape: Shape = Shape.FULL, rows: int = 5, first: int = 0) -> Stretch:
    adds = {Phase.ADD, Phase.REFRESH, Phase.REBUILD}
    others = {Phase.OWED: Operation.OWED, Phase.REMOVE_REST: Operation.REMOVE_REST}
    operation = Operation.ADD if phase in adds else others.get(phase, Operation.REMOVE)
    return Stretch(int(phase), int(operation), int(shape), first, rows, people)


def spec(ref: ListRef) -> ListSpec:
    return ListSpec(ref, Platform.GOOGLE, "1", ref.audience, "", "tag", 180)


def test_withdrawals_go_first_on_all_lists_and_ordinary_removals_last() -> None:
    """Then stale keys, adds, refreshes or a rebuild; debts are no step."""
    everything = [stretch(phase) for phase in reversed(Phase)]
    anew = Rebuilding(RebuildReason.ASKED, RebuildStage.FILLING)
    steps = order({ONE: everything, TWO: everything}, {}, {ONE: anew, TWO: anew})
    kinds = [RemoveNow, Rekey, Add, Refresh, Rebuild, Remove, RemoveRest]
    assert [(type(step), step.ref) for step in steps] == [(kind, ref) for kind in kinds for ref in (ONE, TWO)]


def test_a_list_is_made_once_and_only_for_somebody() -> None:
    """Right before its first add; a list of which people are only removed is not made."""
    found = {ONE: [stretch(Phase.ADD), stretch(Phase.REFRESH)], TWO: [stretch(Phase.REMOVE)]}
    steps = order(found, {ONE: spec(ONE), TWO: spec(TWO)}, {})
    assert [type(step) for step in steps] == [EnsureAudience, Add, Refresh, Remove]


def test_a_step_counts_people_and_spans_rows() -> None:
    """The same people are removed by e-mail, by phone and by whole rows."""
    shapes = [
        stretch(Phase.REMOVE, 7, Shape.FULL, 9),
        stretch(Phase.REMOVE, 6, Shape.EMAIL, 8, 9),
        stretch(Phase.REMOVE, 3, Shape.PHONE, 3, 17),
    ]
    (step,) = order({TWO: shapes}, {}, {})
    assert isinstance(step, Remove)
    assert step.people == 7
    assert [(span.first, span.rows, span.shape) for span in step.spans] == [
        (0, 9, Shape.FULL),
        (9, 8, Shape.EMAIL),
        (17, 3, Shape.PHONE),
    ]


@pytest.mark.parametrize(("rows", "count"), [(1, 1), (10_000, 1), (10_001, 2), (25_000, 3)])
def test_requests_are_full_batches_and_debts_are_not_sent(rows: int, count: int) -> None:
    """As many as the rows take, each shape for itself."""
    found = [stretch(Phase.ADD, rows=rows), stretch(Phase.OWED, rows=99_999)]
    assert requests(found, 10_000, RebuildForm.REPLACE) == count


def test_the_end_of_a_rebuild_is_a_request_only_where_it_is_one() -> None:
    """A series of requests that replaces a list ends with its last one."""
    found = [stretch(Phase.REBUILD, rows=25_000), stretch(Phase.REMOVE_REST, rows=1)]
    assert requests(found, 10_000, RebuildForm.REMOVE_REST) == 4
    assert requests(found, 10_000, RebuildForm.REPLACE) == 3


@pytest.mark.parametrize(("wished", "rows"), [(None, 10_000), (1, 1), (8, 8), (99_999, 10_000)])
def test_a_rehearsal_can_have_smaller_requests_but_no_larger_ones(wished: int | None, rows: int) -> None:
    """A request never holds more than its platform takes."""
    assert {rows_per_request(platform, wished) for platform in Platform} == {rows}


def test_no_platform_takes_more_than_is_documented() -> None:
    """Ten thousand rows a request; ten identifiers a member at Google; Google's lists last 540 days at most."""
    assert set(CAPABILITIES) == set(Platform)
    assert all(each.rows_per_request <= 10_000 for each in CAPABILITIES.values())
    assert CAPABILITIES[Platform.GOOGLE].keys_per_row == 10
    assert CAPABILITIES[Platform.GOOGLE].max_keep_for == 540
