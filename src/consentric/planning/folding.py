"""When a list's outboxes are folded into its base: not every night, for the whole base is written anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

SMALL: Final = 100_000
"""A list of so few rows is folded whenever it can be."""
SHARE: Final = 0.2
"""So much of the base has been sent since: from here on planning would cost more than folding."""
MOST_DAYS: Final = timedelta(days=30)
"""What was removed must be gone from this machine too, to the last byte."""


def worth_forgetting(rows: int, overdue: timedelta) -> bool:
    """Whether a past file is written anew, to drop stays of which the oldest is kept for so much too long."""
    return overdue > timedelta() and (rows < SMALL or overdue >= MOST_DAYS)


def worth_folding(base: int, sent: int, oldest_removal: timedelta | None) -> bool:
    """`base` and `sent` in rows; `oldest_removal` is how long ago the first removal was sent that is not folded."""
    if max(base, sent) < SMALL or sent > SHARE * base:
        return True
    return oldest_removal is not None and oldest_removal >= MOST_DAYS
