"""A damaged ledger or membership file is named and refused, or it is what was written; it is never something else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from consentric.engine.base import Sent
from consentric.engine.connection import Connection
from consentric.engine.memory import recall
from consentric.errors import StateError
from consentric.ledger import FileRecord, LedgerReader, open_ledger, open_reader
from consentric.ledger.files import check
from consentric.model.people import Verb
from consentric.model.requests import Subject

from .nights import AT, FIRST_NIGHT, begin, on_the_disk, outbox_rows, person

EARLY, LATE = person(7_001), person(7_002)


def reader_of(state: Path) -> LedgerReader:
    reader = open_reader(state)
    assert reader is not None
    return reader


def the_file(state: Path) -> tuple[FileRecord, Path]:
    with reader_of(state) as reader:
        file = reader.files(1)[0]
    return file, state / "lists" / file.name


def test_every_flipped_bit_of_a_membership_file(state: Path) -> None:
    """Not one flipped bit of a membership file goes unseen, and the sentence names the file and the way out."""
    file, path = the_file(state)
    whole = path.read_bytes()
    with path.open("r+b", buffering=0) as stored:
        for place, byte in enumerate(whole):
            os.pwrite(stored.fileno(), bytes([byte ^ 1 << place % 8]), place)
            with pytest.raises(StateError, match=file.name) as refused:
                check(state / "lists", file)
            assert refused.value.code == "A709"
            assert "state restore BACKUP" in refused.value.hint
            os.pwrite(stored.fileno(), bytes([byte]), place)
    assert check(state / "lists", file) == path


def test_a_truncated_membership_file(state: Path) -> None:
    """A file that ends early is refused by name: when it is read, and already when a run starts."""
    file, path = the_file(state)
    whole = path.read_bytes()
    for size in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with reader_of(state) as reader, pytest.raises(StateError, match=file.name):
            reader.read(file)
        with pytest.raises(StateError, match=file.name):
            open_ledger(state)
    path.write_bytes(whole)
    with open_ledger(state) as ledger:
        assert ledger.read(file).num_rows == file.rows


def test_a_flip_after_the_first_look(state: Path) -> None:
    """A page that rots between two reads of one run fails its own check."""
    file, path = the_file(state)
    with reader_of(state) as reader:
        reader.read(file)
        rotten = bytearray(path.read_bytes())
        rotten[rotten.index(person(FIRST_NIGHT[3]))] ^= 1
        path.write_bytes(rotten)
        with pytest.raises(StateError, match=file.name):
            reader.read(file)


def test_a_flip_under_a_stream(state: Path) -> None:
    """The same where rows are streamed into an engine, with and without a filter: the file is named, not the engine."""
    file, path = the_file(state)
    with reader_of(state) as reader, closing(Connection(ZoneInfo("UTC"))) as con:
        rows = reader.stream(file)
        recall(con, Sent(rows))
        assert con.number("SELECT count(*) FROM base_rows") == file.rows
        rotten = bytearray(path.read_bytes())
        rotten[rotten.index(person(FIRST_NIGHT[3]))] ^= 1
        path.write_bytes(rotten)
        with pytest.raises(StateError, match=file.name):
            recall(con, Sent(rows))
        with pytest.raises(StateError, match=file.name):
            list(rows.batches(["person"], pc.field("person") == person(FIRST_NIGHT[3])))
        path.unlink()
        with pytest.raises(StateError, match=file.name):
            recall(con, Sent(rows))


def test_a_stream_gives_what_a_read_gives(state: Path) -> None:
    file, _ = the_file(state)
    with reader_of(state) as reader:
        whole, rows = reader.read(file), reader.stream(file)
        assert rows.num_rows == whole.num_rows
        assert pa.Table.from_batches(rows.batches(whole.schema.names)) == whole
        one = pc.field("person") == person(FIRST_NIGHT[3])
        assert pa.Table.from_batches(rows.batches(["person", "keys"], one)) == whole.filter(one).select(
            ["person", "keys"]
        )
        light = pa.Table.from_batches(rows.batches(["person", "keys.list.element.kind"]))
        assert light.column("person") == whole.column("person")
        assert pc.list_value_length(light.column("keys")) == pc.list_value_length(whole.column("keys"))


def test_a_missing_membership_file(state: Path) -> None:
    """A file that is gone is named, for a reader with the thought that a sync may have folded it."""
    file, path = the_file(state)
    path.unlink()
    with reader_of(state) as reader, pytest.raises(StateError, match=file.name) as refused:
        reader.read(file)
    assert "run again" in refused.value.hint
    with pytest.raises(StateError, match=file.name):
        open_ledger(state)


def test_a_lost_ledger_is_not_a_first_run(state: Path) -> None:
    """Deleted or emptied, the ledger is missed as long as membership files lie there; they are not swept away."""
    database = state / "ledger.db"
    for damage in (lambda: database.write_bytes(b""), database.unlink):
        damage()
        for opened in (open_reader, open_ledger):
            with pytest.raises(StateError, match="already filled") as refused:
                opened(state)
            assert "backup" in refused.value.hint
    assert len(list((state / "lists").iterdir())) == 1


def damages(whole: bytes) -> Iterator[bytes]:
    page = 4096
    for start in range(0, len(whole), page):
        yield whole[:start] + bytes(page) + whole[start + page :]
        yield whole[:start] + os.urandom(page) + whole[start + page :]
        if start:
            yield whole[:start]


def test_every_lost_page_of_the_ledger(state: Path) -> None:
    """A ledger with a page of zeros or noise, or cut at any page, is refused with the way out."""
    database = state / "ledger.db"
    whole = database.read_bytes()
    for damaged in damages(whole):
        database.write_bytes(damaged)
        with pytest.raises(StateError) as refused:
            open_ledger(state)
        assert refused.value.code in ("A707", "A708")
        assert "state restore BACKUP" in refused.value.hint or refused.value.code == "A707"
        for beside in ("ledger.db-wal", "ledger.db-shm"):
            (state / beside).unlink(missing_ok=True)


def torn(log: bytes, acknowledged: int) -> Iterator[bytes]:
    """What a power cut can leave of the bytes that were written after the last acknowledged commit."""
    for place in range(acknowledged, len(log), 61):
        yield log[:place]
        yield log[:place] + bytes(len(log) - place)
        yield log[:place] + bytes(512) + log[place + 512 :]
        yield log[:place] + os.urandom(len(log) - place)
        yield log[:place] + bytes([log[place] ^ 4]) + log[place + 1 :]


def test_every_torn_tail_of_the_log(state: Path, tmp_path: Path) -> None:
    """However the last commit is torn by a power cut: it is there, or the one before is; never a mixture."""
    image = tmp_path / "image"
    log = state / "ledger.db-wal"
    with open_ledger(state) as ledger:
        ledger.suppress(Verb.ERASED, [Subject(frozenset({EARLY}))], "letter", AT)
        acknowledged = log.stat().st_size
        ledger.suppress(Verb.ERASED, [Subject(frozenset({LATE}))], "letter", AT)
        whole = log.read_bytes()
        shutil.copytree(state, image)
    assert len(whole) > acknowledged
    outcomes = []
    for tail in torn(whole, acknowledged):
        (image / "ledger.db-shm").unlink(missing_ok=True)
        (image / "ledger.db-wal").write_bytes(tail)
        with reader_of(image) as reader:
            outcomes.append(frozenset(each.digest for each in reader.suppressions()))
            assert len(reader.lists()) == 1
    assert len(outcomes) > 300
    assert set(outcomes) <= {frozenset({EARLY}), frozenset({EARLY, LATE})}
    with open_ledger(image) as recovered:
        assert EARLY in {each.digest for each in recovered.suppressions()}


@pytest.mark.parametrize("opened", [open_reader, open_ledger])
def test_a_ledger_of_a_newer_version(state: Path, opened: Callable[[Path], object]) -> None:
    """A ledger from the future is neither read nor changed."""
    database = state / "ledger.db"
    whole = bytearray(database.read_bytes())
    whole[60:64] = (99).to_bytes(4, "big")
    database.write_bytes(whole)
    with pytest.raises(StateError, match="newer consentric") as refused:
        opened(state)
    assert refused.value.code == "A707"
    assert database.read_bytes() == whole


def test_erased_people_are_gone(state: Path) -> None:
    """After a fold without them, and after a suppression is taken back, no byte of them is left in the folder."""
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        ledger.write_outbox(members.id, run, [outbox_rows(range(900, 905))])
        ledger.suppress(Verb.ERASED, [Subject(frozenset({each})) for each in (EARLY, LATE)], "letter", AT)
        assert on_the_disk(state, person(900))
        assert on_the_disk(state, EARLY)
        ledger.fold(members.id, run, [])
        ledger.lift([Subject(frozenset({EARLY}))], "a mistake", AT)
        assert not on_the_disk(state, EARLY)
        assert {each.digest for each in ledger.suppressions()} == {LATE}
    assert not [number for number in (*FIRST_NIGHT, 900) if on_the_disk(state, person(number))]
    assert on_the_disk(state, LATE) == ["ledger.db"]
