"""Threads in one place: how much goes at the same time, in which order, and how it stops."""

from __future__ import annotations

import threading
from collections import deque

import pytest

from consentric.workflows.in_flight import Landed, Lane, fly


def lane(name: str, width: int, *groups: int) -> Lane[str]:
    return Lane(
        deque(deque(f"{name}{group}.{place}" for place in range(size)) for group, size in enumerate(groups)), width
    )


class Floor:
    """Counts who is at work; nobody leaves before as many are there as are expected, or all that can come."""

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.most = 0
        self.begun: list[str] = []
        self._inside: list[str] = []
        self.most_of: dict[str, int] = {}
        self._change = threading.Condition()

    def __call__(self, work: str) -> str:
        with self._change:
            self.begun.append(work)
            self._inside.append(work)
            self.most = max(self.most, len(self._inside))
            mine = [each for each in self._inside if each[0] == work[0]]
            self.most_of[work[0]] = max(self.most_of.get(work[0], 0), len(mine))
            self._change.notify_all()
            self._change.wait_for(lambda: self.most >= self.expected, 10)
            self._inside.remove(work)
        return work


def test_lanes_go_side_by_side_within_their_widths() -> None:
    """Four of one list, one of another, and ten in all."""
    floor, told = Floor(10), list[str]()
    lanes = [lane("g", 4, 12), lane("m", 1, 3), lane("n", 1, 3), lane("h", 4, 12), lane("i", 4, 5)]
    fly(lanes, 10, floor, lambda: None, lambda landed: told.append(landed.work))
    assert floor.most == 10
    assert all(floor.most_of[name] <= width for name, width in {"g": 4, "m": 1, "n": 1, "h": 4, "i": 4}.items())
    assert floor.most_of["m"] == floor.most_of["n"] == 1
    assert sorted(told) == sorted(floor.begun)
    assert len(told) == 12 + 3 + 3 + 12 + 5


def test_a_group_begins_when_the_one_before_it_has_ended() -> None:
    """Also where it is narrow, or empty."""
    ended: list[str] = []
    wrong: list[str] = []

    def work(name: str) -> str:
        group = int(name[1])
        wrong.extend(
            each
            for each in (f"a{before}." for before in range(group))
            if sum(e.startswith(each) for e in ended) < sizes[int(each[1])]
        )
        return name

    sizes = [5, 0, 7, 1]
    fly([lane("a", 4, *sizes)], 10, work, lambda: None, lambda landed: ended.append(landed.work))
    assert len(ended) == sum(sizes)
    assert not wrong


def test_a_closed_lane_ends_what_is_in_flight_and_begins_nothing() -> None:
    """The other lanes go on."""

    def landed(one: Landed[str, str]) -> None:
        told.append(one.work)
        if one.error is not None:
            one.lane.close()

    def work(name: str) -> str:
        if name == "a0.1":
            raise ValueError(name)
        return name

    told: list[str] = []
    fly([lane("a", 1, 5, 5), lane("b", 1, 3)], 10, work, lambda: None, landed)
    assert sorted(told) == ["a0.0", "a0.1", "b0.0", "b0.1", "b0.2"]


def test_a_wish_to_stop_waits_for_what_is_in_flight_and_tells_it() -> None:
    """Nothing new is begun, everything that was is dealt with, then the wish goes on."""

    class Wish(Exception):
        pass

    asked = 0

    def before() -> None:
        nonlocal asked
        asked += 1
        if asked == 4:
            gate.set()
            raise Wish

    gate, told = threading.Event(), list[str]()

    def work(name: str) -> str:
        gate.wait(10)
        return name

    with pytest.raises(Wish):
        fly([lane("a", 4, 9)], 10, work, before, lambda landed: told.append(landed.work))
    assert sorted(told) == ["a0.0", "a0.1", "a0.2"]


def test_what_the_teller_raises_ends_it_in_the_same_way() -> None:
    """A bug in one request does not leave others unrecorded."""
    told: list[str] = []

    def landed(one: Landed[str, str]) -> None:
        told.append(one.work)
        raise RuntimeError(one.work)

    everybody = threading.Barrier(3)

    def work(name: str) -> str:
        everybody.wait(10)
        return name

    with pytest.raises(RuntimeError):
        fly([lane("a", 3, 9)], 10, work, lambda: None, landed)
    assert len(told) == 3
