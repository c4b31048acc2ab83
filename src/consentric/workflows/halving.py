"""Which rows a platform refuses, when it refuses a request as a whole and names none: halves of it show.

A range that was refused is cut in two until single rows are left; about 28 requests for one row among 10,000. Where a half
went well, the other is cut at once without being sent. Nobody is set aside who was not refused alone. If all parts of a
sample are refused, it is not a row but the request.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from consentric.errors import Refused
from consentric.model.plan import Span

SAMPLE: Final = 14
"""Halves, quarters and eighths: five bad rows cannot be in all of them."""
MOST_REQUESTS: Final = 400
"""In one run, for all lists: whoever needs more has another problem than a few bad rows."""


class Allowance:
    """Requests that a run may still spend on such searches. Thread-safe."""

    def __init__(self, most: int = MOST_REQUESTS) -> None:
        self._left = most
        self._lock = threading.Lock()

    def take(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left >= 0


@dataclass(slots=True)
class Search:
    """`send` sends a range and gives how many people were taken; `alone` are rows that were refused by themselves."""

    send: Callable[[Span], int]
    may_cut: Callable[[Refused], bool]
    allowance: Allowance
    alone: list[int] = field(default_factory=list)
    taken: int = 0
    _refused: int = 0

    def run(self, whole: Span, refusal: Refused) -> None:
        """Raises the refusal where it is not a matter of rows; what was sent until then was sent."""
        suspects = deque([whole])
        while suspects:
            suspect = suspects.popleft()
            if suspect.rows == 1:
                self.alone.append(suspect.first)
                continue
            left, right = halves(suspect)
            went_well = self._goes(left, refusal)
            if not went_well:
                suspects.append(left)
            if (went_well and right.rows > 1) or not self._goes(right, refusal):
                suspects.append(right)

    def _goes(self, span: Span, refusal: Refused) -> bool:
        if not self.allowance.take():
            raise _hopeless(refusal, f"and more than {MOST_REQUESTS} parts of requests had to be tried in this run")
        try:
            self.taken += self.send(span)
        except Refused as refused:
            if not self.may_cut(refused):
                raise
            self._refused += 1
            if self._refused >= SAMPLE and not self.taken:
                raise _hopeless(refusal, "and every part of it that was tried") from None
            return False
        return True


def halves(span: Span) -> tuple[Span, Span]:
    """The same rows as two ranges; the first is the larger one."""
    first = span.rows - span.rows // 2
    return Span(span.first, first, span.shape), Span(span.first + first, span.rows - first, span.shape)


def _hopeless(refusal: Refused, how: str) -> Refused:
    return Refused(refusal.code, f"{refusal.message}, {how}", hint=refusal.hint, request_id=refusal.request_id)
