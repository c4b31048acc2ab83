"""When a list is folded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consentric.planning.folding import worth_folding

MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("base", "sent", "oldest_removal"),
    [
        (0, 5, None),
        (99_999, 1, None),
        (0, 10_000_000, None),
        (10_000_000, 2_000_001, timedelta(days=1)),
        (10_000_000, 1, MONTH),
    ],
)
def test_a_small_a_changed_and_an_old_list_are_folded(base: int, sent: int, oldest_removal: timedelta | None) -> None:
    assert worth_folding(base, sent, oldest_removal)


@pytest.mark.parametrize(
    ("base", "sent", "oldest_removal"),
    [(100_000, 1, None), (10_000_000, 2_000_000, MONTH - timedelta(hours=1)), (10_000_000, 10_000, timedelta())],
)
def test_a_large_list_that_hardly_changed_waits(base: int, sent: int, oldest_removal: timedelta | None) -> None:
    assert not worth_folding(base, sent, oldest_removal)
