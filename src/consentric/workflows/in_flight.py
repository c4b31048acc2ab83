"""Work in flight: the only place that starts threads.

Each lane does its groups one after the other, and within a group so much at a time as its width allows; lanes take turns.
What came of a piece of work is dealt with in the thread that called, so that nobody else needs a lock for it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")


@dataclass(slots=True)
class Lane(Generic[Work]):
    """A group begins when nothing of the one before it is in flight any more."""

    groups: deque[deque[Work]]
    width: int
    flying: int = 0

    def next(self) -> Work | None:
        """What may be started now."""
        while self.groups and not self.groups[0] and not self.flying:
            self.groups.popleft()
        if not self.groups or not self.groups[0] or self.flying >= self.width:
            return None
        return self.groups[0].popleft()

    @property
    def waits(self) -> bool:
        """Whether something has not been started."""
        return any(self.groups)

    def close(self) -> None:
        """Nothing more is started; what is in flight ends."""
        self.groups.clear()


@dataclass(frozen=True, slots=True)
class Landed(Generic[Work, Result]):
    """A piece of work that has ended, with its result or with what it raised."""

    lane: Lane[Work]
    work: Work
    result: Result | None = None
    error: BaseException | None = None


def fly(
    lanes: Sequence[Lane[Work]],
    most: int,
    carry_out: Callable[[Work], Result],
    before: Callable[[], None],
    landed: Callable[[Landed[Work, Result]], None],
) -> None:
    """Does all work, at most `most` pieces at a time. `before` is asked before each and may raise, `landed` told after each.

    Whatever is raised here stops the start of more; what is in flight is waited for, told, and then the error goes on. The
    threads are daemons: whoever stops the program at once does not wait for them.
    """
    over: SimpleQueue[Landed[Work, Result]] = SimpleQueue()
    flying = 0

    def start(lane: Lane[Work], work: Work) -> None:
        def run() -> None:
            try:
                over.put(Landed(lane, work, carry_out(work)))
            except BaseException as error:  # noqa: BLE001 - it is raised again, or dealt with, by whoever waits for it
                over.put(Landed(lane, work, error=error))

        threading.Thread(target=run, daemon=True).start()
        lane.flying += 1

    trouble: Exception | None = None
    while True:
        try:
            while flying < most and (found := _next(lanes)):
                before()
                start(*found)
                flying += 1
        except Exception as error:  # noqa: BLE001 - raised again below, when nothing is in flight
            trouble = trouble or error
            _close(lanes)
        if not flying:
            break
        one = over.get()
        flying -= 1
        one.lane.flying -= 1
        try:
            landed(one)
        except Exception as error:  # noqa: BLE001 - as above
            trouble = trouble or error
            _close(lanes)
    if trouble is not None:
        raise trouble


def _next(lanes: Sequence[Lane[Work]]) -> tuple[Lane[Work], Work] | None:
    """The next piece of the lane that has least in flight, the first of several; so lanes take turns."""
    for lane in sorted(lanes, key=lambda lane: lane.flying):
        work = lane.next()
        if work is not None:
            return lane, work
    return None


def _close(lanes: Sequence[Lane[Work]]) -> None:
    for lane in lanes:
        lane.close()
