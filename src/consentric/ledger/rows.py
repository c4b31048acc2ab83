"""From rows of the database to values and back."""

from __future__ import annotations

import sqlite3
from typing import Final

from consentric.ledger.records import FileKind, FileRecord, ListRecord, to_instant, to_instant_or_none
from consentric.model.lists import BatchRecord, BatchState, Drift, ListRef, Operation, RebuildReason, Shape
from consentric.model.project import Platform
from consentric.model.results import Failure, ListResult, ListState

LISTS: Final = """
SELECT lists.*,
  coalesce(match_low, (SELECT match_low FROM batches
    WHERE list_id = lists.id AND match_low IS NOT NULL ORDER BY id DESC LIMIT 1)) AS rate_low,
  coalesce(match_high, (SELECT match_high FROM batches
    WHERE list_id = lists.id AND match_high IS NOT NULL ORDER BY id DESC LIMIT 1)) AS rate_high,
  (SELECT max(runs.ended_at) FROM list_results JOIN runs ON runs.number = list_results.run
   WHERE list_results.list_id = lists.id AND list_results.state IN ('accepted', 'confirmed', 'unchanged')) AS last_sync,
  (SELECT CASE state WHEN 'stopped' THEN coalesce(failure_message, '') END FROM list_results
   WHERE list_results.list_id = lists.id ORDER BY run DESC LIMIT 1) AS stopped
FROM lists
"""
FILES: Final = "SELECT files.*, runs.id AS run_id FROM files JOIN runs ON runs.number = files.run"


def list_record(row: sqlite3.Row) -> ListRecord:
    """One list, from LISTS."""
    return ListRecord(
        id=row["id"],
        ref=ListRef(row["audience"], row["destination"]),
        platform=Platform(row["platform"]),
        account=row["account"],
        tag=row["tag"],
        platform_id=row["platform_id"],
        name=row["name"],
        keep_for_days=row["keep_for_days"],
        created_at=to_instant(row["created_at"]),
        last_sync=to_instant_or_none(row["last_sync"]),
        stopped=row["stopped"],
        size=row["size"],
        match_rate=None if row["rate_low"] is None else (row["rate_low"], row["rate_high"]),
        eligible=None if row["eligible"] is None else bool(row["eligible"]),
        rebuild=None if row["rebuild"] is None else RebuildReason(row["rebuild"]),
        rebuild_seq=row["rebuild_seq"],
        rebuild_at=to_instant_or_none(row["rebuild_at"]),
        told_name=row["told_name"],
        told_description=row["told_description"],
        seen_name=row["seen_name"],
        drift=None if row["drift"] is None else Drift(row["drift"]),
        left_at=to_instant_or_none(row["left_at"]),
        deletion_asked_at=to_instant_or_none(row["deletion_asked_at"]),
        deleted_at=to_instant_or_none(row["deleted_at"]),
        told_days=row["told_days"],
        asked_days=row["asked_days"],
        seen_days=row["seen_days"],
        fewer_days=row["fewer_days"],
        fewer_until=to_instant_or_none(row["fewer_until"]),
    )


def file_record(row: sqlite3.Row) -> FileRecord:
    """One membership file, from FILES."""
    return FileRecord(
        id=row["id"],
        list_id=row["list_id"],
        kind=FileKind(row["kind"]),
        name=row["name"],
        rows=row["rows"],
        sha256=row["sha256"],
        bytes=row["bytes"],
        run_id=row["run_id"],
        oldest=to_instant_or_none(row["oldest"]),
    )


def batch_record(row: sqlite3.Row) -> BatchRecord:
    """One request that still has its file."""
    return BatchRecord(
        id=row["id"],
        list_id=row["list_id"],
        file_id=row["file_id"],
        operation=Operation(row["operation"]),
        shape=Shape(row["shape"]),
        first=row["first"],
        rows=row["rows"],
        people=row["people"],
        state=BatchState(row["state"]),
        handle=row["handle"],
        sent_at=to_instant(row["sent_at"]),
        accepted_at=to_instant_or_none(row["accepted_at"]),
        doubtful=bool(row["doubtful"]),
        decided_at=to_instant_or_none(row["decided_at"]),
    )


def list_result(row: sqlite3.Row) -> ListResult:
    """What one run said of one list; the row carries the ref too."""
    failure = None
    if row["failure_code"] is not None:
        failure = Failure(row["failure_code"], row["failure_message"], row["failure_hint"], row["failure_exit_code"])
    return ListResult(
        ref=ListRef(row["audience"], row["destination"]),
        state=ListState(row["state"]),
        added=row["added"],
        refreshed=row["refreshed"],
        removed=row["removed"],
        rekeyed=row["rekeyed"],
        rejected=row["rejected"],
        failure=failure,
    )


def result_values(list_id: int, run: int, result: ListResult) -> tuple[object, ...]:
    """The cells of `list_results`, in its order."""
    failure = result.failure
    counts = (result.added, result.refreshed, result.removed, result.rekeyed, result.rejected)
    why = (failure.code, failure.message, failure.hint, failure.exit_code) if failure else (None,) * 4
    return (list_id, run, result.state, *counts, *why)
