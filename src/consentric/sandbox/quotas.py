"""How many calls a caller may make, counted by the sandbox's clock.

Google counts per Cloud project, minute and day (Data Manager: Limits and quotas); Meta per app and
ad account over a rolling hour (Graph API: Rate limiting, custom audience BUC). A jump of the clock
starts new windows.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_HOUR: Final = timedelta(hours=1)
_META_CALLS: Final = 5000
_META_CALLS_PER_AUDIENCE: Final = 40
_META_CALLS_MOST: Final = 700_000


@dataclass(frozen=True, slots=True)
class GoogleQuota:
    """One pair of Data Manager limits; ``name`` is the beginning of its ``quota_limit``."""

    name: str
    per_minute: int
    per_day: int


INGESTION_MUTATE: Final = GoogleQuota("IngestionMutate", 300, 100_000)
INGESTION_READ: Final = GoogleQuota("IngestionRead", 300, 100_000)
MANAGEMENT_MUTATE: Final = GoogleQuota("ManagementMutate", 300, 50_000)
MANAGEMENT_READ: Final = GoogleQuota("ManagementRead", 300, 50_000)


@dataclass(frozen=True, slots=True)
class MetaUsage:
    """How much of the hour's calls an ad account has used, for the BUC header."""

    percent: int
    regain_minutes: int


class Quotas:
    """Counters; they count also while quotas are switched off."""

    def __init__(self) -> None:
        self._google: dict[tuple[str, str], int] = {}
        self._meta: dict[str, deque[datetime]] = {}

    def count_google(self, quota: GoogleQuota, now: datetime) -> str | None:
        """Count a call; the name of the limit that it exceeds, if it does."""
        minute = (quota.name, f"{now:%Y-%m-%dT%H:%M}")
        day = (quota.name, f"{now:%Y-%m-%d}")
        if self._google.get(day, 0) >= quota.per_day:
            return f"{quota.name}RequestsPerDayPerProject"
        if self._google.get(minute, 0) >= quota.per_minute:
            return f"{quota.name}RequestsPerMinutePerProject"
        for window in (minute, day):
            self._google[window] = self._google.get(window, 0) + 1
        return None

    def count_meta(self, account: str, audiences: int, now: datetime) -> MetaUsage:
        """Count a call of an ad account; 100 % and more means that it is refused."""
        calls = self._meta.setdefault(account, deque())
        while calls and calls[0] <= now - _HOUR:
            calls.popleft()
        calls.append(now)
        most = min(_META_CALLS + _META_CALLS_PER_AUDIENCE * audiences, _META_CALLS_MOST)
        if len(calls) <= most:
            return MetaUsage(percent=min(99, len(calls) * 100 // most), regain_minutes=0)
        # "Continuing to call extends the block": refused calls are counted as well.
        regain = calls[len(calls) - most - 1] + _HOUR - now
        return MetaUsage(percent=100, regain_minutes=max(1, math.ceil(regain / timedelta(minutes=1))))
