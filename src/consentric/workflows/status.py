"""`status`: what the ledger knows, while a sync runs too; asks no platform."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from consentric.engine.standing import standing
from consentric.ledger import LedgerReader, ListRecord
from consentric.model.lists import BatchState, Operation
from consentric.model.results import ListStatus, StatusReport
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.clock import clock_behind
from consentric.planning.drift import drifted
from consentric.workflows.belongings import out_of_reach
from consentric.workflows.environments import refuse_other_environment
from consentric.workflows.memory import recollect
from consentric.workflows.opening import Shell, read_file, reader

_LOST: Final = "no destination names this account any more, so nobody can be removed there until one does"


def run(shell: Shell) -> StatusReport:
    """One entry for each list that was ever ours. Raises ConfigError, StateError."""
    loaded = read_file(shell, contact=False)
    now = shell.clock.now().astimezone(loaded.project.timezone)
    record = reader(shell)
    if record is None:
        return StatusReport(now, {}, None, notes=("nothing was ever sent from this state folder",))
    with record:
        refuse_other_environment(loaded, record)
        lost = out_of_reach(record.lists(), loaded.project)
        success, clock = record.last_success(), clock_behind(now.astimezone(UTC), record.newest_instant())
        return StatusReport(
            at=now,
            lists={each.ref: _status(record, each, now) for each in record.lists()},
            age_of_last_success_s=None if success is None else max(int((now - success).total_seconds()), 0),
            suppressed=record.suppressed_keys(),
            head=record.head(),
            notes=(
                *([] if clock is None else [f"{clock.code}: {clock.message}"]),
                *(f"{each.ref} ({each.platform} account {each.account}): {_LOST}" for each in lost),
            ),
        )


def _status(record: LedgerReader, each: ListRecord, now: datetime) -> ListStatus:
    sent = recollect(record, each)
    sure, maybe = standing(CAPABILITIES[each.platform], each.lifespan, sent, now)
    open_ = [batch for batch in sent.batches if batch.state is BatchState.ACCEPTED]
    return ListStatus(
        ref=each.ref,
        platform_id=each.platform_id,
        members=sure,
        maybe=maybe,
        pending_adds=sum(batch.people for batch in open_ if batch.operation is Operation.ADD),
        pending_removals=sum(batch.people for batch in open_ if batch.operation is Operation.REMOVE),
        last_sync=each.last_sync,
        platform_size=each.size,
        match_rate=each.match_rate,
        eligible=each.eligible,
        stopped=_stopped(each),
        rebuild=each.rebuild,
    )


def _stopped(each: ListRecord) -> str | None:
    """What the last look at the list found wrong, else why the last run held it back."""
    trouble = drifted(each.drift, each.ref.audience)
    if each.stopped is None and each.platform_id is None and each.deleted_at is not None:
        return "deleted by `consentric prune`"
    return each.stopped if trouble is None else trouble.message
