"""The record of lists as things of their own: what they are called, whose they are, and their end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

import pyarrow as pa

from consentric.ledger.folder import remove_files
from consentric.ledger.past import PastRecord
from consentric.ledger.records import ListRecord, to_micros
from consentric.ledger.rows import LISTS, list_record
from consentric.model.events import Kind
from consentric.model.lifespan import Lifespan
from consentric.model.lists import ListFacts, ListSpec, RebuildReason

NO_KEEP_FOR: Final = "told_days = NULL, asked_days = NULL, seen_days = NULL, fewer_days = NULL, fewer_until = NULL"


class BelongingRecord(PastRecord):
    """The part of the ledger that is written about lists and not about what was sent to them."""

    def ensure_list(self, spec: ListSpec, at: datetime) -> ListRecord:
        """The list of this audience in this account; its id and the tag that it was first made with stay."""
        key = (spec.platform, spec.account, spec.ref.audience)
        with self._db.transaction():
            known = self._db.row("SELECT 1 FROM lists WHERE platform = ? AND account = ? AND audience = ?", *key)
            self._db.write(
                "INSERT INTO lists (platform, account, audience, destination, tag, name, keep_for_days, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (platform, account, audience) DO UPDATE SET"
                " destination = excluded.destination, name = excluded.name, keep_for_days = excluded.keep_for_days",
                *(*key, spec.ref.destination, self._free_tag(spec), spec.name, spec.keep_for_days, to_micros(at)),
            )
            made = list_record(self._db.rows(f"{LISTS} WHERE platform = ? AND account = ? AND audience = ?", *key)[0])
            if known is None:
                place = {"platform": spec.platform.value, "account": spec.account}
                said = {"audience": spec.ref.audience, "destination": spec.ref.destination}
                self._event(Kind.LIST_MADE, at, list=made.id, **place, **said)
        return made

    def record_platform_id(self, list_id: int, platform_id: str, at: datetime) -> None:
        """Under which id the platform knows the list."""
        with self._db.transaction():
            self._db.write(
                f"UPDATE lists SET platform_id = ?, platform_id_at = ?, deleted_at = NULL, drift = NULL, {NO_KEEP_FOR}"
                " WHERE id = ?",
                *(platform_id, to_micros(at), list_id),
            )
            self._event(Kind.LIST_PLACED, at, list=list_id, platform_id=platform_id)

    def record_facts(self, list_id: int, facts: ListFacts, at: datetime) -> None:
        """What the platform says of the list now; where it says nothing, nothing is known."""
        with self._db.transaction():
            self._db.write(
                "UPDATE lists SET size = ?, match_low = ?, match_high = ?, eligible = ?, facts_at = ?, drift = ?,"
                " seen_name = ? WHERE id = ?",
                *(facts.size, *(facts.match_rate or (None, None)), facts.eligible, to_micros(at), facts.drift),
                *(facts.name or None, list_id),
            )
            self._saw_keep_for(list_id, facts.keep_for_days, at)

    def mark_rebuild(self, list_id: int, reason: RebuildReason, at: datetime | None = None) -> None:
        """From now on the list is to be filled anew; one that is at it already begins again."""
        reason = RebuildReason(reason)
        with self._db.transaction():
            self._db.write(
                "UPDATE lists SET rebuild = ?, rebuild_seq = NULL, rebuild_at = NULL WHERE id = ?", reason, list_id
            )
            self._event(Kind.REBUILD_ASKED, at, list=list_id, reason=reason.value)

    def begin_rebuild(self, list_id: int, reason: RebuildReason, at: datetime) -> ListRecord:
        """Everything that is sent from now on is part of the rebuild; `at` is the instant of which the rest leaves."""
        with self._db.transaction():
            self._db.write(
                "UPDATE lists SET rebuild = coalesce(rebuild, ?), rebuild_at = ?,"
                " rebuild_seq = (SELECT coalesce(max(id), 0) FROM batches) WHERE id = ?",
                *(reason, to_micros(at), list_id),
            )
            self._event(Kind.REBUILD_BEGAN, at, list=list_id, reason=reason.value)
            return list_record(self._db.rows(f"{LISTS} WHERE id = ?", list_id)[0])

    def record_told(self, list_id: int, spec: ListSpec) -> None:
        """The platform has this name and description from us now."""
        with self._db.transaction():
            self._db.write(
                "UPDATE lists SET told_name = ?, told_description = ?, seen_name = ? WHERE id = ?",
                *(spec.name, spec.description, spec.name, list_id),
            )
            self._event(Kind.LIST_NAMED, list=list_id)

    def ask_keep_for(self, list_id: int, days: int) -> None:
        """Notes after how many days the platform is about to be asked to drop somebody, before it is asked."""
        with self._db.transaction():
            self._db.write("UPDATE lists SET asked_days = ? WHERE id = ?", days, list_id)
            self._event(Kind.KEEP_FOR_ASKED, list=list_id, days=days)

    def record_keep_for(self, list_id: int, days: int, at: datetime) -> None:
        """The platform drops somebody after so many days from now on."""
        with self._db.transaction():
            before = list_record(self._db.rows(f"{LISTS} WHERE id = ?", list_id)[0]).lifespan
            self._db.write(
                "UPDATE lists SET told_days = ?, asked_days = NULL, seen_days = ?, fewer_days = ?, fewer_until = ? WHERE id = ?",
                *(days, days, *_fewer(before.changed(days, at)), list_id),
            )
            self._event(Kind.KEEP_FOR_SET, at, list=list_id, days=days)

    def _saw_keep_for(self, list_id: int, days: int | None, at: datetime) -> None:
        """Inside a transaction: the platform says after how many days it drops somebody, or says nothing."""
        record = list_record(self._db.rows(f"{LISTS} WHERE id = ?", list_id)[0])
        told, asked = (days, None) if days == record.asked_days else (record.told_days, record.asked_days)
        seen = replace(record, told_days=told, asked_days=asked, seen_days=days).lifespan
        self._db.write(
            "UPDATE lists SET told_days = ?, asked_days = ?, seen_days = ?, fewer_days = ?, fewer_until = ? WHERE id = ?",
            *(told, asked, days, *_fewer(record.lifespan.changed(seen.days, at)), list_id),
        )

    def mark_left(self, list_id: int, at: datetime) -> None:
        """The file does not want the list any more; the first instant stays."""
        with self._db.transaction():
            sql = "UPDATE lists SET left_at = ? WHERE id = ? AND left_at IS NULL"
            if self._db.write_many(sql, [(to_micros(at), list_id)]):
                self._event(Kind.LIST_LEFT, at, list=list_id)

    def mark_wanted(self, list_id: int) -> None:
        """The file wants the list: what was said of its end is void."""
        with self._db.transaction():
            self._db.write(
                "UPDATE lists SET left_at = NULL, deletion_asked_at = NULL WHERE id = ?"
                " AND (left_at IS NOT NULL OR deletion_asked_at IS NOT NULL)",
                list_id,
            )

    def rename_audience(self, old: str, new: str) -> int:
        """Lists of one audience become those of another, with everything that is on record; how many there were.

        Doing it twice is doing it once. A list of the new key that is on no platform changes places with the other.
        """
        between = f"{new}\n{old}"  # a key has no line break
        with self._db.transaction():
            moved = self._db.rows(
                "SELECT id, platform, account FROM lists AS old WHERE audience = ?"
                " AND NOT EXISTS (SELECT * FROM lists AS new WHERE new.audience = ?"
                " AND new.platform = old.platform AND new.account = old.account"
                " AND (new.platform_id IS NOT NULL OR old.platform_id IS NULL))",
                *(old, new),
            )
            for row in moved:
                self._db.write(
                    "UPDATE lists SET audience = ? WHERE audience = ? AND platform = ? AND account = ?",
                    *(between, new, row["platform"], row["account"]),
                )
                self._db.write("UPDATE lists SET audience = ? WHERE id = ?", new, row["id"])
                self._db.write("UPDATE lists SET audience = ? WHERE audience = ?", old, between)
            if moved:
                self._event(Kind.AUDIENCE_RENAMED, old=old, new=new, lists=[row["id"] for row in moved])
        return len(moved)

    def ask_deletion(self, list_id: int, at: datetime) -> None:
        """Notes that the platform is about to be asked to delete the list, before it is asked."""
        with self._db.transaction():
            self._db.write("UPDATE lists SET deletion_asked_at = ? WHERE id = ?", to_micros(at), list_id)
            self._event(Kind.DELETION_ASKED, at, list=list_id)

    def record_deleted(self, list_id: int, run_id: str, at: datetime, past: Iterable[pa.Table]) -> None:
        """The list is gone from its platform, and everybody with it: what was sent there is history, told by `past`."""
        old = self.files(list_id)
        written = self._write_past(list_id, run_id, past)
        with self._db.transaction():
            self._db.write("DELETE FROM files WHERE list_id = ?", list_id)
            self._register_past(list_id, run_id, written)
            self._db.write(
                "UPDATE lists SET platform_id = NULL, platform_id_at = NULL, deleted_at = ?, deletion_asked_at = NULL,"
                " told_name = NULL, told_description = NULL, seen_name = NULL, drift = NULL, size = NULL,"
                f" {NO_KEEP_FOR},"
                " match_low = NULL, match_high = NULL, eligible = NULL WHERE id = ?",
                *(to_micros(at), list_id),
            )
            self._event(Kind.LIST_DELETED, at, list=list_id)
        remove_files(self._folder.lists, (each.name for each in old))
        self._db.scrub()

    def _free_tag(self, spec: ListSpec) -> str:
        """The tag, or with a number at its end where a list that had this key before still carries it."""
        taken = {
            row[0]
            for row in self._db.rows(
                "SELECT tag FROM lists WHERE platform = ? AND account = ? AND audience <> ?",
                *(spec.platform, spec.account, spec.ref.audience),
            )
        }
        numbered = (f"{spec.tag}:{number}" for number in range(2, len(taken) + 3))
        return next(tag for tag in (spec.tag, *numbered) if tag not in taken)


def _fewer(lifespan: Lifespan) -> tuple[int | None, int | None]:
    return lifespan.fewer, None if lifespan.until is None else to_micros(lifespan.until)
