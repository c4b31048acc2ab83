"""The record under torn writes: it opens as the last commit or as the one before, to the row, or it is refused by name."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consentric.errors import StateError
from consentric.ledger import FileKind, FileRecord, Ledger, LedgerReader, back_up, open_ledger, open_reader, put_back
from consentric.ledger.files import check
from consentric.ledger.inspection import inspect
from consentric.ledger.opening import no_checkpoint
from consentric.ledger.restore import verify
from consentric.model.lists import BatchState, Operation, RebuildReason, Shape
from consentric.model.people import Verb
from consentric.model.requests import Subject
from faults.images import LONG, PAGE, SECTOR, STRIDE, Dump, Image, dump, refusal, torn
from unit.ledger.nights import AT, begin, outbox_rows, person, send
from unit.ledger.test_ledger_past import with_past

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
WRITERS = 997 if LONG else 41
"""Every so many images are also opened to write, which empties the log into the database."""

Commit = Callable[[Ledger], object]

pytestmark = pytest.mark.timeout(6 * 3600 if LONG else 300)


def report(where: str, counts: Counter[str]) -> None:
    """Shown by `pytest -rP`: how many images there were, and what became of them."""
    sys.stdout.write(f"{where}: {sum(counts.values())} images: {dict(sorted(counts.items()))}\n")


def many(prefix: str, count: int = 120) -> list[bytes]:
    return [hashlib.sha256(f"{prefix} {number}".encode()).digest() for number in range(count)]


def an_erasure(ledger: Ledger) -> None:
    """One commit over several pages."""
    ledger.suppress(Verb.ERASED, [Subject(frozenset({each})) for each in many("late")], "letter", AT)


def a_request(ledger: Ledger) -> None:
    """The commit that all delivery rests on: the intent, before the request is made."""
    outbox = ledger.files(1)[-1]
    ledger.intend(1, outbox.id, Operation.ADD, Shape.FULL, first=0, rows=5, people=5, at=AT)


def a_mark(ledger: Ledger) -> None:
    ledger.mark_rebuild(1, RebuildReason.RESTORED)


@pytest.fixture
def at_work(state: Path) -> Iterator[Ledger]:
    """A ledger in the middle of a run: an outbox is registered, a request was accepted, the log holds all that."""
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        outbox = ledger.write_outbox(members.id, run, [outbox_rows(range(200, 220))])
        send(ledger, outbox, 0, 10, BatchState.ACCEPTED, AT)
        yield ledger


def taken(state: Path, image: Path) -> Path:
    """The folder as a power cut would leave it, while its writer is still at work."""
    shutil.rmtree(image, ignore_errors=True)
    shutil.copytree(state, image)
    (image / "ledger.db-shm").unlink()
    return image


def opens_as(image: Path, wanted: dict[str, Dump], *, to_write: bool) -> str:
    """Which commit the folder opens as; `refused` where it is refused by name. Anything else fails here."""
    try:
        seen = dump(image)
        if to_write:
            reader_of(image).close()
            open_ledger(image).close()
            assert dump(image) == seen
    except StateError as error:
        assert refusal(error, image / "ledger.db"), error
        return "refused"
    return next(name for name, rows in wanted.items() if rows == seen)


@pytest.mark.parametrize("commit", [an_erasure, a_request, a_mark])
@pytest.mark.parametrize("fresh_log", [False, True], ids=["grown log", "fresh log"])
def test_the_last_commit_torn_in_the_log(
    state: Path, at_work: Ledger, tmp_path: Path, commit: Commit, fresh_log: bool
) -> None:
    """Whatever is lost of the bytes that were written after the last acknowledged commit: new or old, to the row."""
    if fresh_log:
        at_work._db.scrub()
    log = state / "ledger.db-wal"
    acknowledged = log.stat().st_size
    old = dump(state)
    commit(at_work)
    new, whole = dump(state), log.read_bytes()
    assert len(whole) > acknowledged
    assert old != new
    pristine = taken(state, tmp_path / "pristine")
    counts: Counter[str] = Counter()
    image = taken(state, tmp_path / "image")
    assert opens_as(image, {"old": old, "new": new}, to_write=False) == "new"
    for number, each in enumerate(torn(whole, acknowledged)):
        to_write = number % WRITERS == 0
        (image / "ledger.db-shm").unlink(missing_ok=True)
        (image / "ledger.db-wal").write_bytes(each.content)
        counts[opens_as(image, {"old": old, "new": new}, to_write=to_write)] += 1
        if to_write:
            shutil.copyfile(pristine / "ledger.db", image / "ledger.db")
    report(f"log, {commit.__name__}, {'fresh' if fresh_log else 'grown'}", counts)
    assert counts["refused"] == 0, "SQLite recovers every torn tail of its log"
    assert counts["old"] > 0


def pages_in(log: bytes) -> set[int]:
    """The numbers of the pages that a log holds."""
    frame = 24 + PAGE
    return {int.from_bytes(log[start : start + 4], "big") for start in range(32, len(log), frame)}


def half_checkpointed(database: bytes, pages: set[int]) -> Iterator[Image]:
    """The database while its log is emptied into it: any of those pages may be anything, the end may be missing."""
    step = 7 if LONG else 509
    for page in sorted(pages):
        start = (page - 1) * PAGE
        old = database[start : start + PAGE].ljust(PAGE, b"\0")
        head, tail = database[:start].ljust(start, b"\0"), database[start + PAGE :]
        for place in range(0, PAGE, step):
            yield Image(f"bit {page}", head + old[:place] + bytes([old[place] ^ 8]) + old[place + 1 :] + tail)
        for place in range(0, PAGE, SECTOR):
            yield Image(f"sector {page}", head + old[:place] + bytes(SECTOR) + old[place + SECTOR :] + tail)
            yield Image(f"noise {page}", head + old[:place] + os.urandom(PAGE - place) + tail)
            yield Image(f"zeros {page}", head + old[:place] + bytes(PAGE - place) + tail)


@pytest.mark.parametrize("commit", [an_erasure, a_request])
def test_a_torn_checkpoint(state: Path, at_work: Ledger, tmp_path: Path, commit: Commit) -> None:
    """The log is whole while it is emptied into the database, so whatever is torn there opens as the last commit."""
    commit(at_work)
    new = dump(state)
    image = taken(state, tmp_path / "image")
    log, before = (image / "ledger.db-wal").read_bytes(), (image / "ledger.db").read_bytes()
    counts: Counter[str] = Counter()
    for number, each in enumerate(half_checkpointed(before, pages_in(log))):
        (image / "ledger.db").write_bytes(each.content)
        (image / "ledger.db-wal").write_bytes(log)
        (image / "ledger.db-shm").unlink(missing_ok=True)
        counts[opens_as(image, {"new": new}, to_write=number % WRITERS == 0)] += 1
    report(f"checkpoint, {commit.__name__}", counts)
    assert set(counts) == {"new"}


def the_file(state: Path, kind: FileKind) -> tuple[FileRecord, Path]:
    with reader_of(state) as reader:
        file = next(each for each in reader.files(1) if each.kind is kind)
    return file, state / "lists" / file.name


def reader_of(state: Path) -> LedgerReader:
    reader = open_reader(state)
    assert reader is not None
    return reader


def read_it(state: Path, file: FileRecord) -> None:
    with reader_of(state) as reader:
        reader.read(file)


def give_its_path(state: Path, file: FileRecord) -> None:
    with reader_of(state) as reader:
        check(reader._folder.lists, file)


@pytest.mark.parametrize("kind", [FileKind.BASE, FileKind.PAST])
def test_every_damage_of_a_membership_file(state: Path, kind: FileKind) -> None:
    """Whatever a byte range became: every door through which rows come refuses the file by its name."""
    with_past(state, range(60))
    file, path = the_file(state, kind)
    whole = path.read_bytes()
    doors = (read_it, give_its_path)
    counts: Counter[str] = Counter()
    for number, each in enumerate(torn(whole)):
        path.write_bytes(each.content)
        with pytest.raises(StateError) as refused:
            check(state / "lists", file)
        assert refusal(refused.value, path), each.what
        counts["refused"] += 1
        if number % 5 == 0:
            with pytest.raises(StateError) as refused:
                doors[number // 5 % 2](state, file)
            assert refusal(refused.value, path), each.what
    report(f"membership file, {kind}", counts)
    assert [each.code for each in inspect(state, None).findings] == ["A709"]
    path.write_bytes(whole)
    assert inspect(state, None).findings == []
    read_it(state, file)


def test_every_damage_of_a_backup(state: Path, tmp_path: Path) -> None:
    """Whatever a byte range of any file of it became, the backup is refused, by the name of the file."""
    backup = tmp_path / "backup"
    back_up(state, backup, NOW, no_checkpoint)
    files = [each for each in backup.rglob("*") if each.is_file()]
    assert len(files) == 3
    for path in files:
        whole = path.read_bytes()
        stride = max(STRIDE, len(whole) // 8000 if LONG else 0)
        counts: Counter[str] = Counter()
        for each in torn(whole, 0, stride):
            path.write_bytes(each.content)
            with pytest.raises(StateError) as refused:
                verify(backup)
            assert refused.value.code == "A730", each.what
            assert refusal(refused.value, path), each.what
            counts["refused"] += 1
        report(f"backup, {path.suffix}", counts)
        path.unlink()
        with pytest.raises(StateError, match=path.name):
            verify(backup)
        path.write_bytes(whole)
    verify(backup)


def test_a_refused_backup_leaves_the_record_alone(state: Path, tmp_path: Path) -> None:
    """Not a byte of the state folder changes, whatever file of the backup is wrong."""
    backup = tmp_path / "backup"
    back_up(state, backup, NOW, no_checkpoint)
    before = {path: path.read_bytes() for path in state.rglob("*") if path.is_file() and path.name != "ledger.db-shm"}
    for path in [each for each in backup.rglob("*") if each.is_file()]:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        with pytest.raises(StateError, match=path.name):
            put_back(state, backup, NOW, over_newer=True, key_file=None, checkpoint=no_checkpoint)
        path.write_bytes(whole)
        after = {
            path: path.read_bytes() for path in state.rglob("*") if path.is_file() and path.name != "ledger.db-shm"
        }
        assert after == before
    assert person(3) in (state / "lists" / the_file(state, FileKind.BASE)[0].name).read_bytes()
