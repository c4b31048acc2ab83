"""When a request counts as processed, as values in and values out.

Where a platform reports nothing for a request, that is 23 hours after it was accepted. So long a request may also still be
carried out of which no trustworthy answer came; and so long the first attempt of a *doubtful* one: it got no answer, was
repeated, and what the platform says is about the repetition.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from consentric.model.lists import BatchRecord, BatchState
from consentric.planning.capabilities import Capabilities

UNKNOWN_SETTLES: Final = timedelta(hours=23)


def is_open(batch: BatchRecord, now: datetime) -> bool:
    """Whether the platform may still be at work on it."""
    if batch.state is BatchState.UNKNOWN:
        return batch.sent_at > now - UNKNOWN_SETTLES
    return batch.state in {BatchState.INTENT, BatchState.ACCEPTED}


def is_early(batch: BatchRecord, capabilities: Capabilities, now: datetime) -> bool:
    """Whether an accepted request cannot be processed yet, whatever the platform says of it."""
    waits = [capabilities.settle_after] if capabilities.settle_after is not None else []
    waits += [UNKNOWN_SETTLES] if batch.doubtful else []
    return any(batch.accepted_at is None or now - batch.accepted_at < wait for wait in waits)


def believed(batch: BatchRecord, said: BatchState) -> BatchState:
    """What a platform's word on a request comes to: that a repetition failed says nothing of the first attempt."""
    return BatchState.UNKNOWN if batch.doubtful and said is BatchState.FAILED else said
