"""Reading ahead changes neither the items, nor their order, nor what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consentric.engine.ahead import ahead, in_turns, worked


def _numbers(end: int, fails: bool = False) -> Iterator[int]:
    yield from range(1, end)
    if fails:
        raise ValueError("torn")


def test_all_items_come_in_order() -> None:
    assert list(ahead(_numbers(50))) == list(range(1, 50))
    assert list(ahead(iter([]))) == []


def test_what_is_raised_comes_after_the_items_before_it() -> None:
    found: list[int] = []
    with pytest.raises(ValueError, match="torn"):
        found += ahead(_numbers(4, fails=True))
    items = ahead(_numbers(4, fails=True))
    assert [next(items), next(items), next(items)] == [1, 2, 3]
    with pytest.raises(ValueError, match="torn"):
        next(items)


def test_parts_come_in_turns_to_the_end_of_the_longest() -> None:
    assert list(in_turns(_numbers(4), iter([]), iter([10, 20]))) == [1, 10, 2, 20, 3]
    assert list(in_turns()) == []
    with pytest.raises(ValueError, match="torn"):
        list(in_turns(_numbers(9), _numbers(4, fails=True)))


def test_what_is_worked_on_at_once_comes_in_order() -> None:
    def after_some_work(number: int) -> int:
        assert sum(range(1000 * (50 - number))) >= 0
        return number

    assert list(worked(after_some_work, _numbers(50))) == list(range(1, 50))
    assert list(worked(after_some_work, iter([]))) == []
    with pytest.raises(ZeroDivisionError):
        list(worked(lambda number: 1 / (3 - number), _numbers(9)))
    with pytest.raises(ValueError, match="torn"):
        list(worked(after_some_work, _numbers(4, fails=True)))


def test_whoever_stops_early_leaves_the_rest() -> None:
    numbers = _numbers(50)
    items = ahead(numbers)
    assert next(items) == 1
    items.close()  # type: ignore[attr-defined]
    assert next(numbers) <= 3
