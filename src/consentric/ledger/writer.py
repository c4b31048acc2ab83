"""The record while it is written: a run, its outboxes, its requests and what became of them.

The order is the promise: a file is whole on the disk before its row, a row is there before its request, and an old file
goes only after the transaction that no longer needs it. Whatever moment a process dies at, the next one finds either
state, and files that no row speaks of.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Final

import pyarrow as pa

from consentric.ledger import events
from consentric.ledger.belonging import NO_KEEP_FOR, BelongingRecord
from consentric.ledger.clock import bring_down, clock_is_behind, lift
from consentric.ledger.database import Database
from consentric.ledger.folder import Folder, remove_files
from consentric.ledger.records import FileKind, FileRecord, to_micros
from consentric.ledger.rows import batch_record, result_values
from consentric.model.events import KEEP_EVENTS, Fact, Kind
from consentric.model.lists import BatchRecord, BatchState, Operation, Shape
from consentric.model.results import ListResult
from consentric.planning.outbox import OUTBOX
from consentric.planning.past import Folded
from consentric.ports import Checkpoint

_NO_REBUILD: Final = "rebuild = NULL, rebuild_seq = NULL, rebuild_at = NULL"
FINAL: Final = frozenset({BatchState.CONFIRMED, BatchState.PARTIAL, BatchState.FAILED})
TAKEN: Final = frozenset({BatchState.ACCEPTED, BatchState.CONFIRMED, BatchState.PARTIAL})


class Ledger(BelongingRecord):
    """The one writer of a state folder, under the lock. Its methods may be called from several threads."""

    def __init__(self, folder: Folder, database: Database, key_file: Path, checkpoint: Checkpoint) -> None:
        super().__init__(folder, database, key_file)
        self._checkpoint = checkpoint
        self._run_id: str | None = None

    # runs

    def begin_run(
        self, at: datetime, config_sha256: str, operation: str = "sync", *, keep_events: timedelta = KEEP_EVENTS
    ) -> str:
        """Notes that a run is at work, and gives it a name that sorts by time; events that are older than kept go."""
        run_id = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{token_hex(3)}"
        with self._db.transaction():
            behind = clock_is_behind(self._db, at)
            if not behind:
                lift(self._db, at)
            self._db.write(
                "INSERT INTO runs (id, operation, config_sha256, host, pid, started_at, behind) VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(run_id, operation, config_sha256, socket.gethostname(), os.getpid(), to_micros(at), behind),
            )
            oldest = events.too_old(self._db, keep_events, at)
            said: dict[str, Fact] = {
                "operation": operation,
                "config_sha256": config_sha256,
                "clock_behind": int(behind),
            }
            self._event(Kind.RUN_BEGAN, at, run=run_id, **said)
            events.drop(self._db, oldest, at)
        self._run_id = run_id
        return run_id

    def end_run(
        self,
        run_id: str,
        exit_code: int,
        at: datetime,
        source_rows: Mapping[str, int],
        results: Mapping[int, ListResult],
    ) -> None:
        """Notes how the run ended, what it read, and what came of each list (by the list's id)."""
        with self._db.transaction():
            run = self._run(run_id)
            self._db.write(
                "UPDATE runs SET ended_at = ?, exit_code = ? WHERE number = ?", to_micros(at), exit_code, run
            )
            self._db.write_many(
                "INSERT INTO source_counts (run, source, rows) VALUES (?, ?, ?)",
                ((run, source, rows) for source, rows in source_rows.items()),
            )
            self._db.write_many(
                "INSERT INTO list_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (result_values(list_id, run, result) for list_id, result in results.items()),
            )
            lists = [_told(list_id, result) for list_id, result in results.items()]
            self._event(Kind.RUN_ENDED, at, run=run_id, exit_code=exit_code, lists=lists)
        self._run_id = None
        self._db.scrub()

    def believe_clock(self, at: datetime) -> int:
        """The clock is right, and later instants on record are not: they count as of now. How many there were."""
        with self._db.transaction():
            lift(self._db, at)
            changed = bring_down(self._db, at)
            self._event(Kind.CLOCK_BELIEVED, at, instants=changed)
        return changed

    def note(self, kind: Kind, at: datetime, **facts: Fact) -> None:
        """What a run decided and nothing else on record tells: an event by itself."""
        with self._db.transaction():
            self._event(kind, at, **facts)

    def remember_environment(self, name: str) -> None:
        """The first run says it; it stays."""
        with self._db.transaction():
            self._db.write("UPDATE identity SET environment = ? WHERE environment IS NULL", name)

    # lists

    def renew_list(self, list_id: int, run_id: str, past: Iterable[pa.Table]) -> None:
        """The list is gone from its platform: nobody is on it, and it has no id there. `past`: who was, all of them."""
        old = self.files(list_id)
        written = self._write_past(list_id, run_id, past)
        with self._db.transaction():
            self._refuse_open_intents(list_id)
            self._db.write("DELETE FROM files WHERE list_id = ?", list_id)
            self._register_past(list_id, run_id, written)
            self._db.write(
                f"UPDATE lists SET {_NO_REBUILD}, platform_id = NULL, platform_id_at = NULL,"
                " size = NULL, eligible = NULL, told_name = NULL, told_description = NULL,"
                f" seen_name = NULL, drift = NULL, deletion_asked_at = NULL, {NO_KEEP_FOR} WHERE id = ?",
                list_id,
            )
            self._event(Kind.LIST_RENEWED, list=list_id)
        self._checkpoint("list_renewed")
        remove_files(self._folder.lists, (each.name for each in old))

    # membership files

    def write_outbox(self, list_id: int, run_id: str, tables: Iterable[pa.Table]) -> FileRecord:
        """Everything that a run will send to a list, on the disk and registered before its first request."""
        written = self._write(list_id, run_id, FileKind.OUTBOX, OUTBOX, tables)
        with self._db.transaction():
            file = self._register(list_id, run_id, FileKind.OUTBOX, written)
        self._checkpoint("outbox_written")
        return file

    def fold(
        self, list_id: int, run_id: str, parts: Iterable[Folded | pa.Table], *, ends_rebuild: bool = False
    ) -> FileRecord:
        """A new base, and a new past, in the place of all files of the list; its batches become history.

        `parts` may read those files. A table is a part of the base alone; if all are tables, the past stays as it is.
        """
        old = self.files(list_id)
        base, past = self._write_parts(list_id, run_id, parts)
        self._checkpoint("fold_written")
        with self._db.transaction():
            self._refuse_open_intents(list_id)
            self._db.write("DELETE FROM files WHERE list_id = ? AND (kind <> 'past' OR ?)", list_id, past is not None)
            file = self._register(list_id, run_id, FileKind.BASE, base)
            if past is not None:
                self._register_past(list_id, run_id, past)
            if ends_rebuild:
                self._db.write(f"UPDATE lists SET {_NO_REBUILD} WHERE id = ?", list_id)
            self._event(Kind.FOLDED, list=list_id, run=run_id, rows=file.rows, ends_rebuild=int(ends_rebuild))
        self._checkpoint("fold_registered")
        remove_files(
            self._folder.lists, (each.name for each in old if past is not None or each.kind is not FileKind.PAST)
        )
        self._db.scrub()
        return file

    def skip(self, file_id: int, rows: Iterable[int], reason: str) -> None:
        """Rows of an outbox that were not sent: the gate kept them back, or the platform named them unusable."""
        with self._db.transaction():
            self._db.write_many(
                "INSERT OR IGNORE INTO skipped_rows (file_id, row, reason) VALUES (?, ?, ?)",
                ((file_id, row, reason) for row in rows),
            )

    # batches

    def intend(
        self,
        list_id: int,
        file_id: int,
        operation: Operation,
        shape: Shape,
        *,
        first: int,
        rows: int,
        people: int,
        at: datetime,
    ) -> BatchRecord:
        """Notes a request before it is made. Its id is its number on the wire, never used twice."""
        with self._db.transaction():
            batch_id = self._db.write(
                "INSERT INTO batches (list_id, run, file_id, operation, shape, first, rows, people, state, sent_at)"
                " SELECT list_id, run, id, ?, ?, ?, ?, ?, 'intent', ? FROM files"
                " WHERE id = ? AND list_id = ? AND kind = 'outbox' AND ? >= 0 AND ? + ? <= rows AND ? > 0",
                *(operation, shape, first, rows, people, to_micros(at), file_id, list_id, first, first, rows, rows),
            )
            found = self._db.row("SELECT * FROM batches WHERE id = ? AND changes() = 1", batch_id)
            if found is None:
                raise ValueError(
                    f"rows {first} to {first + rows} are not rows of an outbox {file_id} of list {list_id}"
                )
            said: dict[str, Fact] = {"operation": operation.name.lower(), "rows": rows, "people": people}
            self._event(Kind.REQUEST_INTENDED, at, request=batch_id, list=list_id, **said)
        return batch_record(found)

    def outcome(
        self,
        batch_id: int,
        state: BatchState,
        at: datetime,
        *,
        handle: str | None = None,
        reason: str = "",
        match_rate: tuple[int, int] | None = None,
        doubtful: bool = False,
    ) -> None:
        """What became of a request. What is final stays; a handle that was told once stays too, and a doubt."""
        low, high = match_rate or (None, None)
        with self._db.transaction():
            self._refuse_second_thoughts(batch_id, state)
            self._db.write(
                "UPDATE batches SET state = ?, handle = coalesce(?, handle), reason = ?, decided_at = ?,"
                " accepted_at = coalesce(accepted_at, ?), match_low = coalesce(?, match_low),"
                " match_high = coalesce(?, match_high), doubtful = max(doubtful, ?) WHERE id = ?",
                *(state, handle, reason, to_micros(at), to_micros(at) if state in TAKEN else None, low, high, doubtful),
                batch_id,
            )
            self._event(Kind.REQUEST, at, request=batch_id, state=state.value, handle=handle, doubtful=int(doubtful))

    def abandon_intents(self, at: datetime) -> int:
        """Intents of runs that died become unknown: nobody knows whether they were sent. How many there were."""
        left = "state = 'intent' AND run NOT IN (SELECT number FROM runs WHERE id = ?)"
        with self._db.transaction():
            found = [row[0] for row in self._db.rows(f"SELECT id FROM batches WHERE {left}", self._run_id or "")]
            count = self._db.write_many(
                f"UPDATE batches SET state = 'unknown', reason = 'the run died', decided_at = ? WHERE {left}",
                [(to_micros(at), self._run_id or "")],
            )
            for batch_id in found:
                self._event(Kind.REQUEST, at, request=batch_id, state=BatchState.UNKNOWN.value, handle=None, doubtful=0)
        return count

    # the inside

    def _refuse_open_intents(self, list_id: int) -> None:
        if self._db.value("SELECT count(*) FROM batches WHERE list_id = ? AND state = 'intent'", list_id):
            raise ValueError(f"list {list_id} cannot be folded while a request is on its way")

    def _refuse_second_thoughts(self, batch_id: int, state: BatchState) -> None:
        before = self._db.value("SELECT state FROM batches WHERE id = ?", batch_id)
        if before is None or state is BatchState.INTENT or (before in FINAL and before != state):
            raise ValueError(f"batch {batch_id} cannot go from {before} to {state}")


def _told(list_id: int, result: ListResult) -> dict[str, Fact]:
    counts = {
        "added": result.added,
        "refreshed": result.refreshed,
        "removed": result.removed,
        "rekeyed": result.rekeyed,
    }
    code = None if result.failure is None else result.failure.code
    return {"list": list_id, "state": result.state.value, **counts, "rejected": result.rejected, "code": code}
