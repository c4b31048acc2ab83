"""Stays: when they begin and end, what is written down when a list is folded, and what is forgotten again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pyarrow as pa

from consentric.engine.base import Sent
from consentric.engine.leaving import sent_digest
from consentric.engine.standing import ended, fold
from consentric.engine.stays import Deletion, History, in_past, kept, stays_of
from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchRecord, BatchState, KeyType, Operation, Shape
from consentric.model.project import Platform
from consentric.planning.outbox import BASE, OUTBOX
from consentric.planning.past import PAST, End, Forgetting

START = datetime(2026, 11, 1, 5, tzinfo=UTC)
KEY = b"k" * 32
CONFIRMED, FAILED, UNKNOWN = BatchState.CONFIRMED, BatchState.FAILED, BatchState.UNKNOWN


def name(who: str) -> bytes:
    return sha256(who.encode()).digest()[:16]


def keys(*values: str) -> list[dict[str, Any]]:
    """`anna@` is an e-mail, `phone 1` a phone."""
    return [{"kind": 1 if "@" in value else 2, "value": sha256(value.encode()).digest()} for value in values]


def digest(value: str) -> bytes:
    (key,) = keys(value)
    return bytes(sent_digest(KeyType(key["kind"]), pa.array([key["value"]]), KEY)[0].as_py())


def row(op: Operation, who: str, *values: str, evidence: str | None = "form-1") -> dict[str, Any]:
    adds = op is Operation.ADD
    return {
        "op": int(op),
        "shape": 0,
        "why": "new",
        "person": name(who),
        "fp": name(" ".join(values)) if adds else None,
        "keys": keys(*values),
        "riders": None,
        "clean": True,
        "evidence": evidence if adds else None,
    }


def add(who: str, *values: str, evidence: str | None = "form-1") -> dict[str, Any]:
    return row(Operation.ADD, who, *values, evidence=evidence)


def remove(who: str, *values: str) -> list[dict[str, Any]]:
    """Google: one key a row."""
    return [row(Operation.REMOVE, who, value) for value in values]


def stays_on(who: str, *values: str) -> dict[str, Any]:
    """The debt to somebody who is to be added again."""
    return row(Operation.OWED, who, *values)


@dataclass(slots=True)
class Book:
    """A list of Google's, night by night."""

    base: pa.Table | None = None
    past: pa.Table | None = None
    outboxes: list[tuple[int, pa.Table, frozenset[int]]] = field(default_factory=list)
    batches: list[BatchRecord] = field(default_factory=list)
    number: int = 0
    since: int | None = None

    def night(self, day: int, *rows: dict[str, Any] | list[dict[str, Any]], state: BatchState = CONFIRMED) -> None:
        """One outbox; each stretch of rows of one operation is one request."""
        flat = [one for each in rows for one in (each if isinstance(each, list) else [each])]
        self.number += 1
        self.outboxes.append((self.number, pa.Table.from_pylist(flat, OUTBOX), frozenset()))
        file, place = self.number, 0
        while place < len(flat):
            end = place
            while end < len(flat) and flat[end]["op"] == flat[place]["op"]:
                end += 1
            if flat[place]["op"] != Operation.OWED:
                self.request(day, file, Operation(flat[place]["op"]), place, end - place, state)
            place = end

    def request(self, day: int, file: int, what: Operation, first: int, rows: int, state: BatchState) -> None:
        self.number += 1
        sent = START + timedelta(days=day)
        taken = None if state in (FAILED, UNKNOWN) else sent
        self.batches.append(
            BatchRecord(
                *(self.number, 1, file, what, Shape.FULL, first, rows, rows, state, "handle", sent, taken, False),
                decided_at=sent + timedelta(hours=3),
            )
        )

    def history(self, **more: Any) -> History:
        sent = Sent(self.base, self.outboxes, self.batches)
        return History(Platform.GOOGLE, Lifespan.of(180), sent, self.past, self.since, KEY, **more)

    def fold(self, day: int = 60, **more: Any) -> Book:
        """Folds the list, and has it in mind."""
        history = self.history(**more)
        void = self.since
        valid = history.sent
        if void is not None:
            valid = Sent(None, self.outboxes, [each for each in self.batches if each.id > void])
        parts = fold(history, valid, START + timedelta(days=day), at_once=3)
        assert parts is not None, "a removal has to be repeated"
        found = list(parts)
        self.base = pa.concat_tables([each.base for each in found])
        self.past = pa.concat_tables([each.past for each in found])
        self.outboxes, self.batches, self.since = [], [], None
        return self

    def told(self, *who: str, digests: Sequence[str] = (), day: int = 61) -> list[dict[str, Any]]:
        wanted = frozenset(digest(each) for each in digests)
        return stays_of(self.history(), frozenset(map(name, who)), wanted, START + timedelta(days=day))


def day_of(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - START).days


def days(stays: list[dict[str, Any]]) -> list[tuple[int | None, ...]]:
    """First sent, last sent, removal asked, removal confirmed."""
    return [tuple(day_of(each[name]) for name in ("first_sent", "last_sent", "asked", "confirmed")) for each in stays]


def test_somebody_who_left_and_came_back_has_two_stays() -> None:
    """Both with their days; folding between them, or never, changes nothing."""
    never, folded = Book(), Book()
    for book in (never, folded):
        book.night(0, add("anna", "anna@"))
        book.night(5, remove("anna", "anna@"))
    folded.fold()
    for book in (never, folded):
        book.night(9, add("anna", "anna@"))
        book.night(11, add("anna", "anna@"))
    assert days(never.told("anna")) == [(0, 0, 5, 5), (9, 11, None, None)]
    assert never.told("anna") == folded.told("anna") == folded.fold().told("anna")
    assert folded.base is not None
    assert [day_of(each) for each in folded.base.column("first_sent").to_pylist()] == [9]


def test_a_changed_key_ends_no_stay() -> None:
    """Neither where all keys changed and the person was off the list for a night; the old key still finds them."""
    for folds in (False, True):
        book = Book()
        book.night(0, add("anna", "old@"))
        book.night(3, remove("anna", "old@"), stays_on("anna", "new@"))
        if folds:
            book.fold()
            assert book.past is not None
            assert book.past.column("ended").to_pylist() == [End.REKEYED]
        assert days(book.told("anna")) == [(0, 0, 3, 3)]
        book.night(4, add("anna", "new@"))
        if folds:
            book.fold()
        assert days(book.told(digests=["old@"])) == [(0, 4, None, None)]
        assert book.told(digests=["old@"]) == book.told("anna") == book.told(digests=["new@"])
        book.night(8, remove("anna", "new@"))
        assert days(book.told("anna")) == [(0, 4, 8, 8)]
        assert book.fold().told(digests=["old@"]) == book.told("anna")


def test_a_key_that_somebody_else_keeps_is_not_confirmed_off() -> None:
    """Bo leaves, and the address that he shares with Anna stays: asked, and not confirmed before Anna's is off too."""
    for folds in (False, True):
        book = Book()
        book.night(0, add("anna", "home@"), add("bo", "home@", "phone 2"))
        book.night(4, remove("bo", "phone 2"))
        if folds:
            book.fold()
        assert days(book.told("bo")) == [(0, 0, 4, None)]
        book.night(6, remove("anna", "home@"))
        assert days(book.told("anna", "bo")) == days(book.fold().told("anna", "bo"))
        assert sorted(days(book.told("anna", "bo"))) == [(0, 0, 4, 6), (0, 0, 6, 6)]


def test_may_have_been_sent_is_told_and_marked() -> None:
    """A request without an answer counts, one that was refused or rows that were kept back do not."""
    book = Book()
    book.night(0, add("anna", "anna@"), state=UNKNOWN)
    book.night(0, add("bo", "bo@"), state=FAILED)
    book.night(1, add("cara", "cara@"))
    file, rows, _ = book.outboxes[-1]
    book.outboxes[-1] = (file, rows, frozenset({0}))
    for _ in range(2):
        assert [each["sure"] for each in book.told("anna")] == [False]
        assert book.told("bo", "cara") == []
        book.fold()
    book.night(9, add("anna", "anna@"))
    assert [each["sure"] for each in book.told("anna")] == [True]
    assert days(book.told("anna")) == [(0, 9, None, None)]


def test_a_newer_request_without_an_answer_is_not_lost_in_the_base() -> None:
    """The base has the day of the last good add; the later one, the other evidence and a lost key lie in the past file."""
    book = Book()
    book.night(0, add("anna", "anna@", "phone 1", evidence="form-1"))
    book.night(7, add("anna", "anna@", evidence="form-2"), state=UNKNOWN)
    before = book.told("anna")
    assert days(before) == [(0, 7, None, None)]
    assert before[0]["evidence"] == ["form-1", "form-2"]
    assert before[0]["fields"] == ["email", "phone"]
    assert book.fold().told("anna") == before
    assert book.past is not None
    assert book.past.num_rows == 1
    assert book.fold().told("anna") == before


def test_who_only_stays_costs_no_row() -> None:
    """People who were added, refreshed and are there: the base alone tells of them."""
    book = Book()
    book.night(0, *(add(f"guest {number}", f"{number}@", f"phone {number}") for number in range(40)))
    book.fold()
    book.night(30, *(add(f"guest {number}", f"{number}@", f"phone {number}") for number in range(10)))
    book.fold()
    assert book.past is not None
    assert book.past.num_rows == 0
    assert days(book.told("guest 3")) == [(0, 30, None, None)]
    assert days(book.told("guest 33")) == [(0, 0, None, None)]


def test_a_base_from_before_this_record() -> None:
    """It does not say when somebody was first sent: at the latest when last added, also after it is folded again."""
    book = Book()
    book.night(0, add("anna", "anna@"), add("bo", "bo@"))
    book.fold()
    assert book.base is not None
    book.base = book.base.set_column(8, BASE.field("first_sent"), pa.nulls(2, BASE.field("first_sent").type))
    book.past = None
    assert [each["known"] for each in book.told("anna", "bo")] == [False, False]
    book.night(9, add("anna", "anna@"))
    before = book.told("anna", "bo")
    assert sorted(days(before)) == [(0, 0, None, None), (0, 9, None, None)]
    assert book.fold().told("anna", "bo") == before
    assert [each["known"] for each in before] == [False, False]


def test_a_rebuild_ends_the_stay_of_whoever_was_not_sent_anew() -> None:
    """Asked when the end of the rebuild was sent, confirmed with it; stayers stay, and their old keys still find them."""
    for folds in (False, True):
        book = Book()
        book.night(0, add("anna", "old@"), add("bo", "bo@"))
        if folds:
            book.fold()
        book.since = book.number
        book.night(10, add("anna", "new@"))
        assert days(book.told("bo")) == [(0, 0, None, None)]
        end = row(Operation.REMOVE_REST, "", evidence=None) | {"person": b"", "keys": []}
        book.night(11, end)
        before = book.told("anna", "bo")
        assert sorted(days(before), key=str) == [(0, 0, 11, 11), (0, 10, None, None)]
        assert book.fold().told("anna", "bo") == before
        assert book.told(digests=["old@"]) == book.told("anna")


def test_a_deleted_list_ends_every_stay() -> None:
    """Also of those whose removal was never confirmed, and whose request had no answer."""
    book = Book()
    book.night(0, add("anna", "anna@"), add("bo", "bo@"))
    book.night(2, remove("bo", "bo@"))
    book.fold()
    book.night(5, add("cara", "cara@"), state=UNKNOWN)
    gone = book.history(deletion=Deletion(None, START + timedelta(days=20)))
    past = pa.concat_tables(ended(gone, START + timedelta(days=20), at_once=2))
    empty = Book(past=past)
    assert sorted(days(empty.told("anna", "bo", "cara")), key=str) == [(0, 0, 2, 2), (0, 0, None, 20), (5, 5, None, 20)]
    assert set(past.column("ended").to_pylist()) == {End.OVER}


def test_erased_people_are_forgotten_and_withdrawn_ones_are_not() -> None:
    """When the list is folded; on which somebody still is, what is on record of them stays until they are off."""
    book = Book()
    book.night(0, add("anna", "anna@"), add("bo", "bo@"), add("cara", "old@"))
    book.night(2, remove("cara", "old@"), stays_on("cara", "cara@"))
    book.night(3, add("cara", "cara@"))
    book.night(5, remove("anna", "anna@"), remove("bo", "bo@"))
    erased = Forgetting(erased=frozenset({name("anna"), name("cara")}))
    book.fold(forgetting=erased)
    assert book.told("anna") == []
    assert days(book.told("bo")) == [(0, 0, 5, 5)]
    assert days(book.told(digests=["old@"])) == [(0, 3, None, None)]
    book.night(9, remove("cara", "cara@"))
    book.fold(forgetting=erased)
    assert book.told("cara", digests=["old@"]) == []
    assert book.past is not None
    assert book.past.column("person").to_pylist() == [name("bo")]


def test_stays_that_ended_long_ago_are_dropped() -> None:
    """By the day on which they ended; what goes on is kept, however old it is."""
    book = Book()
    book.night(0, add("anna", "anna@"), add("bo", "bo@"), add("cara", "cara@", "phone 3"))
    book.night(1, remove("anna", "anna@"))
    book.night(2, remove("cara", "phone 3"), stays_on("cara", "cara@"))
    book.night(30, remove("bo", "bo@"))
    book.fold()
    before = Forgetting(before=START + timedelta(days=20))
    assert book.past is not None
    left = pa.concat_tables(kept(book.history().old, before))
    assert sorted(left.column("person").to_pylist()) == sorted([name("bo"), name("cara")])
    again = replace(book.history(), forgetting=before)
    book.night(40, add("dan", "dan@"))
    book.fold(forgetting=again.forgetting)
    assert book.told("anna") == []
    assert days(book.told("bo")) == [(0, 0, 30, 30)]
    assert digest("phone 3") in book.told("cara")[0]["digests"]


def test_rows_with_a_key_are_found_and_dropped() -> None:
    """By the digest of the key as it was sent, in the form that a command makes of what somebody types."""
    book = Book()
    book.night(0, add("anna", "anna@"), add("bo", "bo@"))
    book.night(1, remove("anna", "anna@"), remove("bo", "bo@"))
    book.fold()
    past = book.history().old
    assert in_past(past, frozenset({digest("anna@")})) == {name("anna")}
    left = pa.concat_tables(kept(past, Forgetting(), frozenset({digest("anna@")})))
    assert left.column("person").to_pylist() == [name("bo")]
    assert left.schema.equals(PAST)
