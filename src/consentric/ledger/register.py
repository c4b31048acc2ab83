"""Who said no, while it is written: at once, also beside a run that holds the lock.

Everything here is one short transaction each, so whoever writes waits for a run at work no longer than for one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from consentric.ledger import events
from consentric.ledger.clock import clock_is_behind
from consentric.ledger.reader import LedgerReader
from consentric.ledger.records import to_micros
from consentric.model.events import Fact, Kind
from consentric.model.people import Verb
from consentric.model.requests import Subject


class Register(LedgerReader):
    """Writes suppressions and what becomes of requests. It needs no lock, and touches no list and no file."""

    def close(self) -> None:
        """Empties the log into the database: at rest there is one file, and no erased byte in it."""
        try:
            self._db.scrub()
        finally:
            super().close()

    _at: datetime | None = None

    def _event(self, kind: Kind, at: datetime | None = None, **facts: Fact) -> None:
        """Inside the transaction of what it tells of; where nobody says when, it was when the last event was."""
        self._at = at or self._at or events.newest_at(self._db)
        events.append(self._db, kind, self._at, **facts)

    def suppress(self, verb: Verb, subjects: Iterable[Subject], reason: str, at: datetime) -> int:
        """From now on these are never sent. A subject that said the same before is renewed. The number of the request."""
        given = tuple(dict.fromkeys(subjects))
        with self._db.transaction():
            request = self._request(verb, reason, len(given), at)
            for each in given:
                self._suppress(request, verb, each, at)
            self._event(Kind.SAID_NO, at, request=request, verb=verb.value, subjects=len(given))
        self._suppressed = None
        return request

    def lift(self, subjects: Iterable[Subject], reason: str, at: datetime) -> Mapping[str, int]:
        """Forgets what these keys suppressed, to the last byte: how many subjects are free, bound by another key, unknown.

        What was found to be the same person's goes with the last key that the person named, and not before.
        """
        asked = tuple(dict.fromkeys(subjects))
        with self._db.transaction():
            request = self._request("lifted", reason, len(asked), at)
            known = [each for each in asked if self._is_suppressed(each)]
            self._db.write_many(
                "DELETE FROM suppressed WHERE given = 1 AND digest = ?",
                ((digest,) for each in known for digest in sorted(each.digests)),
            )
            self._db.write("DELETE FROM subjects WHERE id NOT IN (SELECT subject FROM suppressed WHERE given = 1)")
            bound = sum(self._is_suppressed(each) for each in known)
            self._forget_lifted()
            ends = {"free": len(known) - bound, "bound": bound, "unknown": len(asked) - len(known)}
            self._event(Kind.LIFTED, at, request=request, **ends)
        self._suppressed = None
        self._db.scrub()
        return ends

    def derive(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """(suppressed digest, other digest of the same person): the other one is suppressed with it from now on."""
        with self._db.transaction():
            self._db.write_many(
                "INSERT OR IGNORE INTO suppressed (digest, subject, given)"
                " SELECT ?, subject, 0 FROM suppressed WHERE digest = ?",
                ((other, known) for known, other in sorted(pairs)),
            )
        self._suppressed = None

    def found(self, sought: Iterable[int], people: Iterable[tuple[int, bytes]]) -> None:
        """(subject, person): who was found on lists by what was sent. The subjects `sought` need not be sought again."""
        with self._db.transaction():
            self._db.write_many(
                "INSERT OR IGNORE INTO suppressed (digest, subject, given) VALUES (?, ?, 0)",
                ((person, subject) for subject, person in sorted(people)),
            )
            self._db.write_many("DELETE FROM sought WHERE subject = ?", ((each,) for each in sought))
        self._suppressed = None

    def note_leavers(self, requests: Mapping[int, int], leavers: Iterable[tuple[int, int, bytes]]) -> None:
        """How many people each request found, and (request, list, person) of erasures, so that their end can be told."""
        rows = sorted(set(leavers))
        with self._db.transaction():
            self._db.write_many(
                "UPDATE requests SET people = ? WHERE id = ?", ((count, each) for each, count in requests.items())
            )
            self._db.write(
                "UPDATE requests SET people = 0 WHERE people IS NULL AND id NOT IN (SELECT request FROM subjects)"
            )
            self._db.write_many(
                "INSERT OR IGNORE INTO leavers (request, list_id, person)"
                " SELECT ?, ?, ? FROM requests WHERE id = ? AND verb = 'erased'",
                ((request, list_id, person, request) for request, list_id, person in rows),
            )
            for request, list_id in sorted({(request, list_id) for request, list_id, _ in rows}):
                people = sum((request, list_id) == (each[0], each[1]) for each in rows)
                self._db.write(
                    "INSERT INTO request_lists (request, list_id, people) VALUES (?, ?, ?)"
                    " ON CONFLICT (request, list_id) DO UPDATE SET people = max(people, excluded.people)",
                    *(request, list_id, people),
                )

    def note_asked(self, list_ids: Iterable[int], at: datetime) -> None:
        """The platform took the removals of these lists."""
        lists = sorted(set(list_ids))
        with self._db.transaction():
            before = self._open("asked_at")
            self._db.write_many(
                "UPDATE request_lists SET asked_at = ? WHERE list_id = ? AND asked_at IS NULL",
                ((to_micros(at), each) for each in lists),
            )
            if now := sorted(before - self._open("asked_at")):
                self._event(Kind.REMOVALS_ASKED, at, requests=[{"request": one, "list": each} for one, each in now])

    def note_gone(self, list_id: int, off: Iterable[bytes], erased: Iterable[bytes], at: datetime) -> None:
        """`off` are on the list no more, `erased` in no file of ours any more."""
        with self._db.transaction():
            before, here = self._open("confirmed_at"), self._leaving(list_id)
            self._db.write_many(
                "UPDATE leavers SET off = 1 WHERE list_id = ? AND person = ?", ((list_id, each) for each in off)
            )
            self._db.write(
                "UPDATE request_lists SET confirmed_at = ?, asked_at = coalesce(asked_at, ?)"
                " WHERE list_id = ? AND confirmed_at IS NULL AND request IN (SELECT id FROM requests WHERE verb = 'erased')"
                " AND NOT EXISTS (SELECT 1 FROM leavers WHERE leavers.request = request_lists.request"
                " AND leavers.list_id = request_lists.list_id AND off = 0)",
                *(to_micros(at), to_micros(at), list_id),
            )
            self._db.write_many(
                "DELETE FROM leavers WHERE list_id = ? AND person = ?", ((list_id, each) for each in erased)
            )
            for request, list_ in sorted(before - self._open("confirmed_at")):
                self._event(Kind.REMOVALS_CONFIRMED, at, request=request, list=list_)
            for request in sorted(here - self._leaving(list_id)):
                self._event(Kind.ERASED, at, request=request, list=list_id)
        self._db.scrub()

    # the inside

    def _open(self, column: str) -> set[tuple[int, int]]:
        """(request, list) of which something is not known yet."""
        return {
            (row[0], row[1])
            for row in self._db.rows(f"SELECT request, list_id FROM request_lists WHERE {column} IS NULL")
        }

    def _leaving(self, list_id: int) -> set[int]:
        """Erasures of which a file of the list may still hold something."""
        return {row[0] for row in self._db.rows("SELECT DISTINCT request FROM leavers WHERE list_id = ?", list_id)}

    def _request(self, verb: str, reason: str, subjects: int, at: datetime) -> int:
        return self._db.write(
            "INSERT INTO requests (verb, reason, subjects, people, at, behind) VALUES (?, ?, ?, ?, ?, ?)",
            *(verb, reason, subjects, 0 if verb == "lifted" else None, to_micros(at), clock_is_behind(self._db, at)),
        )

    def _suppress(self, request: int, verb: Verb, subject: Subject, at: datetime) -> None:
        marks = ", ".join("?" * len(subject.digests))
        before = self._db.value(
            "SELECT min(subjects.id) FROM subjects JOIN suppressed ON subject = subjects.id"
            f" WHERE verb = ? AND given = 1 AND digest IN ({marks})",
            *(verb, *sorted(subject.digests)),
        )
        if before is None:
            number = self._db.write(
                "INSERT INTO subjects (request, verb, at) VALUES (?, ?, ?)", request, verb, to_micros(at)
            )
        else:
            number = int(before)
            self._db.write(
                "UPDATE subjects SET request = ?, at = max(at, ?) WHERE id = ?", request, to_micros(at), number
            )
        self._db.write_many(
            "INSERT INTO suppressed (digest, subject, given) VALUES (?, ?, 1)"
            " ON CONFLICT (digest, subject) DO UPDATE SET given = 1",
            ((digest, number) for digest in sorted(subject.digests)),
        )
        self._db.write_many(
            "INSERT OR IGNORE INTO sought (digest, subject) VALUES (?, ?)",
            ((digest, number) for digest in sorted(subject.sought)),
        )

    def _is_suppressed(self, subject: Subject) -> bool:
        marks = ", ".join("?" * len(subject.digests))
        found = self._db.value(f"SELECT count(*) FROM suppressed WHERE digest IN ({marks})", *sorted(subject.digests))
        return bool(found)

    def _forget_lifted(self) -> None:
        """An erasure that was taken back is not under way any more."""
        self._db.write("DELETE FROM leavers WHERE person NOT IN (SELECT digest FROM suppressed)")
        self._db.write(
            "DELETE FROM request_lists WHERE confirmed_at IS NULL AND request IN (SELECT id FROM requests WHERE verb = 'erased')"
            " AND NOT EXISTS (SELECT 1 FROM leavers WHERE leavers.request = request_lists.request"
            " AND leavers.list_id = request_lists.list_id)"
        )
