"""Looking at a state folder, backing it up, putting it back: what is promised of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from consentric.errors import LockHeld, StateError
from consentric.ledger import FileKind, back_up, inspect, open_ledger, put_back
from consentric.ledger.manifest import parse
from consentric.ledger.opening import no_checkpoint
from consentric.model.lists import BatchState, ListRef, ListSpec
from consentric.model.people import Verb
from consentric.model.project import Platform
from consentric.model.requests import Subject
from consentric.model.upkeep import Present, StateBackup, StateRestore

from .nights import AT, FIRST_NIGHT, base_rows, begin, first_night, outbox_rows, second_night, send

LATER = AT + timedelta(days=3)
NEWS = ListSpec(ListRef("news", "meta"), Platform.META, "act_1", "News", "", "consentric:ab12:news", 90)
GONE = b"erased later".ljust(32)


def save(state: Path, place: Path) -> StateBackup:
    return back_up(state, place, AT, no_checkpoint)


def back(state: Path, place: Path, *, over_newer: bool = False, key_file: Path | None = None) -> StateRestore:
    return put_back(state, place, LATER, over_newer=over_newer, key_file=key_file, checkpoint=no_checkpoint)


def codes(state: Path) -> list[str]:
    return [each.code for each in inspect(state, None).findings]


def test_a_backup_is_whole_private_and_without_the_key(state: Path, tmp_path: Path) -> None:
    """Every file that its ledger names, checksummed; 0700 and 0600; nothing in its place until it is done."""
    second_night(state)
    place = tmp_path / "backups" / "monday"
    place.parent.mkdir()
    made = save(state, place)
    manifest = parse((place / "manifest.json").read_bytes(), place)
    assert [each.path for each in manifest.files] == ["ledger.db", f"lists/{next((place / 'lists').iterdir()).name}"]
    assert (manifest.at, manifest.key_id, made.files, made.lists) == (AT, made.key_id, 1, 1)
    key = (state / "key").read_bytes().strip()
    for path in (place, *place.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
        assert path.is_dir() or key not in path.read_bytes()
    assert [each.name for each in place.parent.iterdir()] == ["monday"]
    assert not list((state / "tmp").iterdir())


def test_a_backup_beside_a_run_that_folds(state: Path, tmp_path: Path) -> None:
    """The files that the first copy of the ledger names are folded away: the backup is of the moment after, and whole."""
    times = 0

    def fold(name: str) -> None:
        nonlocal times
        times += name == "backup_ledger_copied"
        if times == 1:
            second_night(state)

    back_up(state, tmp_path / "backup", AT, fold)
    assert times == 2
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    shutil.copy(state / "key", fresh / "key")
    back(fresh, tmp_path / "backup")
    with open_ledger(fresh) as there, open_ledger(state) as here:
        assert [file.name for file in there.files(1)] == [file.name for file in here.files(1)]


def test_a_backup_while_a_run_writes(state: Path, tmp_path: Path) -> None:
    """No lock is needed: what the run has committed is in it, what it has not is not."""
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        outbox = ledger.write_outbox(members.id, run, [outbox_rows(range(5))])
        send(ledger, outbox, 0, 5, BatchState.ACCEPTED, AT)
        assert save(state, tmp_path / "backup").files == 2
        assert codes(state) == []


def test_a_damaged_record_is_not_backed_up(state: Path, tmp_path: Path) -> None:
    """A backup that cannot be restored is none: the file is named, and nothing is left in the backup's place."""
    path = next((state / "lists").iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(StateError, match=path.name):
        save(state, tmp_path / "backup")
    assert not list(tmp_path.glob("*backup*"))


def test_where_a_backup_cannot_go(state: Path, tmp_path: Path) -> None:
    """Into what is there, into nowhere, into the state folder, from a folder without a record."""
    (tmp_path / "taken").mkdir()
    for place in (tmp_path / "taken", tmp_path / "no" / "where", state / "backup", state / "lists" / "backup"):
        with pytest.raises(StateError) as refused:
            save(state, place)
        assert refused.value.code == "A733"
    with pytest.raises(StateError) as refused:
        save(tmp_path / "taken", tmp_path / "backup")
    assert refused.value.code == "A734"


def test_what_a_killed_backup_left_is_replaced(state: Path, tmp_path: Path) -> None:
    """The next backup to the same place begins anew, and two at once do not mix."""
    left = tmp_path / ".backup.part"
    (left / "lists").mkdir(parents=True)
    (left / "lists" / "old.parquet").write_text("left")

    def second(name: str) -> None:
        if name == "backup_written":
            with pytest.raises(LockHeld):
                save(state, tmp_path / "backup")

    back_up(state, tmp_path / "backup", AT, second)
    assert not left.exists()
    assert len(list((tmp_path / "backup" / "lists").iterdir())) == 1


def test_a_restore_into_a_fresh_folder(state: Path, tmp_path: Path) -> None:
    """A new machine: the key in its place, the backup beside it; the record is that of the backup, and distrusted."""
    save(state, tmp_path / "backup")
    fresh = tmp_path / "fresh"
    with pytest.raises(StateError) as refused:
        back(fresh, tmp_path / "backup")
    assert refused.value.code == "A705"
    shutil.copy(state / "key", fresh / "key")
    done = back(fresh, tmp_path / "backup")
    assert (done.present, done.lists, done.files) == (Present.NONE, 1, 1)
    with open_ledger(fresh) as ledger:
        assert [each.rebuild for each in ledger.lists()] == ["restored"]
        assert ledger.read(ledger.files(1)[0]).num_rows == len(FIRST_NIGHT)
    assert codes(fresh) == ["W733"]


@pytest.mark.parametrize("damage", [lambda ledger: ledger.write_bytes(b"?" * 8192), lambda ledger: ledger.unlink()])
def test_a_restore_over_a_lost_ledger(state: Path, tmp_path: Path, damage: Callable[[Path], object]) -> None:
    """What cannot be read needs no flag to be replaced; the reader is told that what it knew may be lost."""
    save(state, tmp_path / "backup")
    second_night(state)
    damage(state / "ledger.db")
    with pytest.raises(StateError) as refused:
        open_ledger(state)
    assert "consentric state restore BACKUP" in refused.value.hint
    assert back(state, tmp_path / "backup").present is Present.DAMAGED
    with open_ledger(state) as ledger:
        assert [each.rebuild for each in ledger.lists()] == ["restored"]
    assert codes(state) == ["W733"]


def test_a_newer_record_is_not_overrun(state: Path, tmp_path: Path) -> None:
    """Unless that is said; and then what only the newer one knows, and can only take people away, goes along."""
    save(state, tmp_path / "backup")
    with open_ledger(state) as ledger:
        run, members = begin(ledger, LATER)
        news = ledger.ensure_list(NEWS, LATER)
        ledger.record_platform_id(news.id, "77", LATER)
        ledger.record_platform_id(members.id, "55", LATER)
        outbox = ledger.write_outbox(members.id, run, [outbox_rows(range(5))])
        number = send(ledger, outbox, 0, 5, BatchState.ACCEPTED, LATER)
        ledger.suppress(Verb.ERASED, [Subject(frozenset({GONE}))], "letter", LATER)
    with pytest.raises(StateError, match="newer than the backup") as refused:
        back(state, tmp_path / "backup")
    assert refused.value.code == "A731"
    assert "--over-newer" in refused.value.hint
    assert codes(state) == []
    done = back(state, tmp_path / "backup", over_newer=True)
    assert (done.present, done.kept_suppressions, done.kept_lists) == (Present.SOUND, 1, 1)
    with open_ledger(state) as ledger:
        assert {each.digest for each in ledger.suppressions()} == {GONE}
        assert [(each.platform_id, each.rebuild) for each in ledger.lists()] == [("55", "restored"), ("77", "restored")]
        assert [file.kind for file in ledger.files(1)] == [FileKind.BASE]
        run, members = begin(ledger, LATER)
        outbox = ledger.write_outbox(members.id, run, [outbox_rows(range(5))])
        assert send(ledger, outbox, 0, 5, BatchState.ACCEPTED, LATER) > number + 1000


def test_a_record_of_another_installation_is_never_overrun(state: Path, tmp_path: Path) -> None:
    """Not even with the flag: it is somebody else's."""
    other = tmp_path / "other"
    first_night(other)
    save(other, tmp_path / "backup")
    with pytest.raises(StateError) as refused:
        back(state, tmp_path / "backup", over_newer=True)
    assert refused.value.code == "A706", "the key says so first"
    with pytest.raises(StateError, match="another installation"):
        back(state, tmp_path / "backup", over_newer=True, key_file=other / "key")
    assert codes(state) == []


def test_a_backup_with_other_names_is_refused(state: Path, tmp_path: Path) -> None:
    """A manifest is not a list of paths to write to."""
    save(state, tmp_path / "backup")
    manifest = parse((tmp_path / "backup" / "manifest.json").read_bytes(), tmp_path)
    for path in ("../key", "lists/../../key.parquet", "lists/.hidden.parquet", "key"):
        entry = replace(manifest.files[1], path=path)
        written = replace(manifest, files=(manifest.files[0], entry)).render()
        (tmp_path / "backup" / "manifest.json").write_bytes(written)
        with pytest.raises(StateError) as refused:
            back(state, tmp_path / "backup")
        assert refused.value.code == "A730"


def test_everything_that_is_wrong_is_found(state: Path) -> None:
    """One finding for each thing, in one look."""
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        outbox = ledger.write_outbox(members.id, run, [outbox_rows(range(9))])
        send(ledger, outbox, 0, 9, BatchState.ACCEPTED, AT)
        base = ledger.files(1)[0]
        ledger.mark_rebuild(1, "asked")
    assert codes(state) == ["W733"]
    (state / "lists" / base.name).unlink()
    (state / "lists" / outbox.name).chmod(0o644)
    (state / "lists" / "0009-outbox-x.parquet.part").touch(0o600)
    (state / "lists" / "notes.txt").touch(0o600)
    (state / "lists").chmod(0o755)
    (state / "key").write_text("0" * 64)
    (state / ".nfs0001").touch(0o600)
    (state / "restore.part").mkdir()
    found = inspect(state, None).findings
    assert sorted(each.code for each in found) == [
        "A704", "A704", "A706", "A709", "W731", "W731", "W732", "W732", "W733",
    ]  # fmt: skip
    assert all(each.hint for each in found)
    assert inspect(state, None).files == 1


def test_rows_that_are_not_there_are_found(state: Path) -> None:
    """A file whose bytes fit and whose rows do not: the ledger itself was changed."""
    with open_ledger(state) as ledger:
        ledger._db.write("UPDATE files SET rows = rows + 1")
    assert codes(state) == ["A709"]


def test_a_check_changes_nothing_and_finds_nothing_in_a_sound_folder(state: Path) -> None:
    """Also while a writer is at work, in an empty folder, and where there is none."""
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in state.rglob("*") if path.is_file()}
    seen = inspect(state, None)
    assert (seen.findings, seen.lists, seen.files, seen.rows) == ([], 1, 1, len(FIRST_NIGHT))
    after = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in before}
    assert after == before
    with open_ledger(state) as ledger:
        run, _ = begin(ledger)
        ledger.fold(1, run, [base_rows(range(7))])
        assert inspect(state, None).rows == 7
    assert codes(state / "nowhere") == ["A734"]


def test_a_ledger_of_another_version_is_found(state: Path) -> None:
    """Newer or older, with the way out."""
    database = state / "ledger.db"
    whole = bytearray(database.read_bytes())
    for number in (1, 99):
        whole[60:64] = number.to_bytes(4, "big")
        database.write_bytes(whole)
        for beside in ("-wal", "-shm"):
            Path(f"{database}{beside}").unlink(missing_ok=True)
        assert codes(state)[0] == "A707"
