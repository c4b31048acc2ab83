"""When a list is filled anew, and how far that is.

Many stale keys at once are never taken out one by one: everybody is added again, and whoever was last added before that
leaves. A rebuild begins when no earlier add can still arrive, since one that lands later would look like a new one. While
it runs nobody else is added or removed, withdrawers apart.
Public page: developers.google.com/data-manager/api/devguides/audiences (remove all members as of a time).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from consentric.model.lists import BatchRecord, BatchState, Operation, RebuildReason
from consentric.model.plan import Rebuilding, RebuildStage
from consentric.planning.capabilities import RebuildForm
from consentric.planning.settling import is_open

MASS_SHARE: Final = 0.01
MASS_PEOPLE: Final = 100
QUIET: Final = timedelta(hours=1)
"""So long no add was sent before a rebuild begins: more than the clocks of two machines may differ."""


def is_mass(counts: Mapping[str, int]) -> bool:
    """Whether so many keys changed that a rule of normalisation or a column did. `counts`: planning/difference.COUNTS."""
    return counts["rekeyed"] >= MASS_PEOPLE and counts["rekeyed"] > MASS_SHARE * counts["was"]


def horizon(since: int | None, batches: Sequence[BatchRecord]) -> int | None:
    """The number of the newest request that a finished rebuild made void; None where none is finished."""
    if since is None:
        return None
    ended = any(_ends(each, since) and each.state is BatchState.CONFIRMED for each in batches)
    return since if ended else None


def begun(
    reason: RebuildReason,
    since: int | None,
    batches: Sequence[BatchRecord],
    last_add: datetime | None,
    form: RebuildForm,
    now: datetime,
) -> Rebuilding:
    """How far a rebuild is, before it is known who is still missing. `last_add`: when the list was last added to."""
    adds = [each for each in batches if each.operation is Operation.ADD and each.state is not BatchState.FAILED]
    open_adds = any(is_open(each, now) for each in adds)
    if since is not None and any(_ends(each, since) and is_open(each, now) for each in batches):
        return Rebuilding(reason, RebuildStage.ENDED, since, open_adds)
    if form is RebuildForm.REPLACE:
        waits, since = open_adds, None
    else:
        waits = since is None and (open_adds or (last_add is not None and now - last_add < QUIET))
    return Rebuilding(reason, RebuildStage.WAITING if waits else RebuildStage.FILLING, since, open_adds)


def counted(rebuild: Rebuilding, missing: int, form: RebuildForm) -> Rebuilding:
    """The same once it is known how many are still to be sent."""
    if rebuild.stage is not RebuildStage.FILLING or missing or form is RebuildForm.REPLACE:
        return rebuild
    return replace(rebuild, stage=RebuildStage.WAITING if rebuild.open_adds else RebuildStage.ENDING)


def _ends(batch: BatchRecord, since: int) -> bool:
    return batch.operation is Operation.REMOVE_REST and batch.id > since
