"""The time of a run: the machine's, or shifted by `CONSENTRIC_CLOCK` to rehearse other days against a sandbox."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from consentric.cli.interruption import Interruption
from consentric.errors import UsageError

VARIABLE: Final = "CONSENTRIC_CLOCK"

_SHIFT: Final = re.compile(r"\+(\d{1,6})([hd])")
_SPEED: Final = re.compile(r"(.+)\*(\d{1,5})")
_SLICE: Final = 0.2


class SystemClock:
    """A `ports.Clock`: the machine's time, `shift` later."""

    def __init__(self, interruption: Interruption, shift: timedelta = timedelta()) -> None:
        self._interruption = interruption
        self._shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def sleep(self, seconds: float) -> None:
        """Waits, but not past a wish to stop."""
        end = time.monotonic() + seconds
        self._interruption.check()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE))
            self._interruption.check()


class RehearsalClock(SystemClock):
    """Stands at one instant and passes only while the run waits, so that the same rehearsal is the same each time.

    With a `speed` it passes faster than the machine's time.
    """

    def __init__(self, interruption: Interruption, instant: datetime, speed: int = 1) -> None:
        super().__init__(interruption)
        self._instant = instant
        self._speed = speed
        self._turn = threading.Lock()

    def now(self) -> datetime:
        return self._instant

    def sleep(self, seconds: float) -> None:
        wakes = self._instant + timedelta(seconds=seconds)
        super().sleep(seconds / self._speed)
        with self._turn:  # several may wait at the same time
            self._instant = max(self._instant, wakes)


def clock_from(value: str | None, interruption: Interruption) -> SystemClock:
    """Reads `+36h`, `+3d`, or an instant with an offset and perhaps a speed, as in `2026-11-23T04:30:00Z*60`.

    Whether a rehearsal is allowed at all, the workflows decide.
    """
    if not value:
        return SystemClock(interruption)
    if found := _SHIFT.fullmatch(value):
        hours = int(found[1]) * (24 if found[2] == "d" else 1)
        return SystemClock(interruption, timedelta(hours=hours))
    spoken, speed = (found[1], int(found[2])) if (found := _SPEED.fullmatch(value)) else (value, 1)
    try:
        instant = datetime.fromisoformat(spoken)
    except ValueError:
        raise _not_understood(value) from None
    if instant.tzinfo is None or speed < 1:
        raise _not_understood(value)
    return RehearsalClock(interruption, instant.astimezone(UTC), speed)


def _not_understood(value: str) -> UsageError:
    return UsageError(
        "A905",
        f"{VARIABLE}={value[:40]} is not understood",
        hint="write a shift such as +36h or +3d, or an instant such as 2026-11-23T04:30:00Z",
    )
