"""The sandbox's own time: it starts where it is told to, runs with real time, and jumps on request.

Nothing here runs in the background. Whoever answers a call asks ``now()`` and then settles
everything that has become due by it.
"""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime, timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def parse_duration(text: str) -> timedelta:
    """Read ``36h``, ``30m``, ``3d``, ``90s`` or a sum such as ``1d12h``."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError("a duration looks like 30m, 36h, 3d or 1d12h")
    try:
        return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))
    except OverflowError:
        raise ValueError("that duration is too long") from None


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant that names its offset; a naive one would mean different things."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs an offset, such as 2026-11-23T05:30:00Z")
    return moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """Write an instant in UTC with a ``Z``, as both platforms do."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class SandboxClock:
    """A clock that can only go forward."""

    def __init__(self, start: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._set_to = start or datetime.now(UTC)
        self._set_at = time.monotonic()

    def now(self) -> datetime:
        """The instant by which everything in the sandbox is judged."""
        with self._lock:
            return self._now()

    def advance(self, by: timedelta) -> datetime:
        """Jump forward; ``OverflowError`` when the calendar ends before that."""
        with self._lock:
            return self._jump(self._now() + by)

    def jump_to(self, moment: datetime) -> datetime:
        """Jump to an instant; ``ValueError`` if it has passed, since what is done cannot be undone."""
        with self._lock:
            if moment < self._now():
                raise ValueError("the clock cannot go back")
            return self._jump(moment)

    def _now(self) -> datetime:
        return self._set_to + timedelta(seconds=time.monotonic() - self._set_at)

    def _jump(self, moment: datetime) -> datetime:
        self._set_to, self._set_at = moment, time.monotonic()
        return moment
