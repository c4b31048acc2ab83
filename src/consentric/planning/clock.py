"""What a clock that went back means for a run: nobody is sent, and nobody leaves for reasons that only a right clock can tell.

By a clock that is behind, consent that has run out looks alive. Whoever said no leaves all the same
(docs/decisions/0016-a-clock-that-went-back.md).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from consentric.planning.guards import Trouble
from consentric.planning.rows import Allowed

TOLERANCE: Final = timedelta(minutes=15)
"""Less than the smallest mistake in a time zone; more than NTP ever steps a clock that it keeps."""


def is_behind(now: datetime, recorded: datetime | None) -> bool:
    """Whether the clock stands clearly before the newest instant on record."""
    return recorded is not None and now < recorded - TOLERANCE


def clock_behind(now: datetime, recorded: datetime | None) -> Trouble | None:
    """Why nobody is added or sent again, on any list."""
    if recorded is None or not is_behind(now, recorded):
        return None
    return Trouble(
        "A411",
        f"the clock says {now:%Y-%m-%d %H:%M} UTC, and the record has been written as late as {recorded:%Y-%m-%d %H:%M} UTC: "
        "whose consent has run out cannot be told, so nobody is added or sent again; whoever said no still leaves",
        "set the clock of this machine (and let it be kept by NTP), then run again; if it is right and was wrong before: "
        "consentric state clock --is-right",
        Allowed(adds=False, removals=False, refreshes=False),
        always=True,
    )
