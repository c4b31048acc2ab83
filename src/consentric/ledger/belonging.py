"""The record of lists as things of their own: what they are called, whose they are, and their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from consentric.ledger.folder import remove_files
from consentric.ledger.past import PastRecord
from consentric.ledger.records import to_micros
from consentric.model.lists import ListSpec


class BelongingRecord(PastRecord):
    """The part of the ledger that is written about lists and not about what was sent to them."""

    def record_told(self, list_id: int, spec: ListSpec) -> None:
        """The platform has this name and description from us now."""
        with self._db.transaction():
            self._db.write(
                "UPDATE lists SET told_name = ?, told_description = ?, seen_name = ? WHERE id = ?",
                *(spec.name, spec.description, spec.name, list_id),
            )

    def mark_left(self, list_id: int, at: datetime) -> None:
        """The file does not want the list any more; the first instant stays."""
        with self._db.transaction():
            self._db.write("UPDATE lists SET left_at = ? WHERE id = ? AND left_at IS NULL", to_micros(at), list_id)

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
        return len(moved)

    def ask_deletion(self, list_id: int, at: datetime) -> None:
        """Notes that the platform is about to be asked to delete the list, before it is asked."""
        with self._db.transaction():
            self._db.write("UPDATE lists SET deletion_asked_at = ? WHERE id = ?", to_micros(at), list_id)

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
                " match_low = NULL, match_high = NULL, eligible = NULL WHERE id = ?",
                *(to_micros(at), list_id),
            )
        remove_files(self._folder.lists, (each.name for each in old))
        self._db.scrub()
