"""Whatever moment a run is killed at, the next one finds one state or the other, and nothing that was acknowledged is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from consentric.ledger import FileKind, Ledger, inspect, open_ledger, open_reader
from consentric.model.lists import BatchState, Operation, Shape

from .conftest import Dying
from .nights import AT, FIRST_NIGHT, SECOND_NIGHT, base_rows, begin, on_the_disk, outbox_rows, person, second_night

CHECKPOINTS = ("outbox_written", "fold_written", "fold_registered")
STRIDE = 43


class CrashError(Exception):
    """The process is gone, as far as the test is concerned."""


def acknowledged(image: Path) -> list[tuple[str, str]]:
    file = image.with_suffix(".acknowledged")
    lines = file.read_text().splitlines() if file.exists() else []
    return [(line.split()[0], line.split()[1]) for line in lines]


def must_be_whole(image: Path) -> None:
    """All that a run after a crash relies on."""
    told = acknowledged(image)
    said = dict(told)
    with open_ledger(image) as ledger:
        files = ledger.files(1)
        members = {kind: ledger.read(file).column("person").to_pylist() for file in files for kind in [file.kind]}
        folded = [file.kind for file in files] == [FileKind.BASE] and files[0].name != said.get("outbox")
        after = members[FileKind.BASE] == [person(number) for number in SECOND_NIGHT]
        assert after or members[FileKind.BASE] == [person(number) for number in FIRST_NIGHT]
        assert members.get(FileKind.OUTBOX, []) in ([], [person(number) for number in SECOND_NIGHT])
        assert {file.name for file in files} == {each.name for each in (image / "lists").iterdir()}
        if "outbox" in said:
            assert said["outbox"] in {file.name for file in files} or (folded and after)
        if "folded" in said:
            assert said["folded"] == files[0].name
        must_remember_requests(ledger, told, folded=after)
        must_tell_what_happened(ledger)
    assert not [each for each in inspect(image, None).findings if each.code == "A736"]
    erased = [number for number in FIRST_NIGHT if number not in SECOND_NIGHT] if after else []
    assert not [number for number in erased if on_the_disk(image, person(number))]


def must_tell_what_happened(ledger: Ledger) -> None:
    """The chain and the facts are of one moment: the newest event of each request is the state that it has."""
    told: dict[int, str] = {}
    for each in ledger.events():
        if each.kind == "request_intended":
            told[each.facts["request"]] = "intent"
        elif each.kind == "request":
            told[each.facts["request"]] = each.facts["state"]
    for batch in ledger.batches(1):
        assert told[batch.id] == batch.state


def must_remember_requests(ledger: Ledger, told: list[tuple[str, str]], *, folded: bool) -> None:
    known = {batch.id: batch.state for batch in ledger.batches(1)}
    for kind, number in told:
        if kind in ("intent", "confirmed") and not folded:
            assert known[int(number)] is BatchState.CONFIRMED or kind == "intent"
    abandoned = ledger.abandon_intents(AT + timedelta(days=2))
    assert abandoned == sum(state is BatchState.INTENT for state in known.values())
    assert BatchState.INTENT not in {batch.state for batch in ledger.batches(1)}
    run, members = begin(ledger, AT + timedelta(days=2))
    outbox = ledger.write_outbox(members.id, run, [outbox_rows(range(1000, 1003))])
    fresh = ledger.intend(1, outbox.id, Operation.ADD, Shape.FULL, first=0, rows=3, people=3, at=AT)
    assert fresh.id > max([1, *(int(number) for kind, number in told if kind == "intent")])


def test_killed_at_any_line(finished: Path, tmp_path: Path, dying: Dying) -> None:
    """SIGKILL between any two lines of the ledger leaves a folder that opens, whole."""
    dying("at_every_line", finished, tmp_path, STRIDE)
    images = sorted(each for each in tmp_path.iterdir() if each.is_dir())
    assert len(images) > 35
    for image in images:
        must_be_whole(image)


def test_killed_at_a_checkpoint(finished: Path, tmp_path: Path, dying: Dying) -> None:
    """SIGKILL right after a step leaves what that step promises."""
    dying("at_checkpoints", finished, tmp_path, *CHECKPOINTS)
    for name in CHECKPOINTS:
        must_be_whole(tmp_path / name)
    assert "outbox" not in dict(acknowledged(tmp_path / "outbox_written"))


@pytest.mark.parametrize("where", CHECKPOINTS)
def test_stopped_at_a_checkpoint(state: Path, where: str) -> None:
    """An exception at a checkpoint leaves a ledger that the next process opens and finishes."""

    def crash(name: str) -> None:
        if name == where:
            raise CrashError

    with pytest.raises(CrashError):
        second_night(state, checkpoint=crash)
    second_night(state)
    must_be_whole(state)


def test_a_source_of_rows_that_fails(state: Path) -> None:
    """What the giver of rows raises passes through unchanged, and nothing of the half file stays."""

    def rows() -> Iterator[pa.Table]:
        yield base_rows(range(10))
        raise CrashError

    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        with pytest.raises(CrashError):
            ledger.fold(members.id, run, rows())
        assert [file.rows for file in ledger.files(1)] == [len(FIRST_NIGHT)]
        assert len(list((state / "lists").iterdir())) == 1


def test_no_room_at_any_moment(state: Path, dying: Dying) -> None:
    """A disk that fills up stops the run with a sentence, and the next run goes on from what was recorded."""
    limits = (0, 2_000, 5_000, 9_000, 20_000, 40_000)
    for limit, said in zip(limits, dying("out_of_room", state, *limits), strict=True):
        assert said["code"] in ("A701", "A703", "A710"), (limit, said)
        assert said["hint"]
        must_be_whole(Path(f"{state}-{limit}"))


def test_a_reader_sees_one_moment(state: Path) -> None:
    """A reader that was opened before a run sees the ledger as it was, and the run does not wait for it."""
    reader = open_reader(state)
    assert reader is not None
    before = (reader.files(1), reader.batches(1), reader.last_success())
    second_night(state)
    assert (reader.files(1), reader.batches(1), reader.last_success()) == before
    reader.close()
