"""What a run is given when nobody waits and nobody watches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from consentric.model.lists import ListRef, Operation, Shape


@dataclass
class StandingClock:
    """Time that stands still; waiting is noted."""

    instant: datetime = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.instant

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class HandClock(StandingClock):
    """Time that passes only by waiting, or when a test says so."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.instant += timedelta(seconds=seconds)


class Quiet:
    """Progress that nobody watches."""

    def started(self, run_id: str) -> None: ...
    def stage(self, text: str) -> None: ...
    def sent(self, ref: ListRef, operation: Operation, shape: Shape, people: int, request_id: str) -> None: ...
    def note(self, text: str) -> None: ...
