"""A restore that is killed at any moment leaves the record as it was or as it shall be, and the next start ends it."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from consentric.errors import StateError
from consentric.ledger import back_up, open_ledger, open_reader, put_back
from consentric.ledger.inspection import inspect
from consentric.ledger.opening import no_checkpoint
from consentric.model.people import Verb
from consentric.model.requests import Subject
from faults.images import LONG, Dump, dump
from unit.ledger.conftest import Dying
from unit.ledger.nights import AT, second_night

STRIDE = 3 if LONG else 61
FORGOTTEN = b"erased after the backup".ljust(32)

pytestmark = pytest.mark.timeout(3600 if LONG else 300)


@pytest.fixture
def backup(state: Path, tmp_path: Path) -> Path:
    """The first night; the second one, and an erasure, come after it."""
    place = tmp_path / "backup"
    back_up(state, place, AT, no_checkpoint)
    second_night(state)
    with open_ledger(state) as ledger:
        ledger.suppress(Verb.ERASED, [Subject(frozenset({FORGOTTEN}))], "letter", AT)
    return place


def restored(state: Path, backup: Path) -> Dump:
    put_back(state, backup, AT, over_newer=True, key_file=None, checkpoint=no_checkpoint)
    open_ledger(state).close()
    return dump(state)


def which(image: Path, wanted: dict[str, Dump]) -> str:
    seen = dump(image)
    return next(name for name, rows in wanted.items() if rows == seen)


def test_a_restore_killed_at_any_line(state: Path, backup: Path, tmp_path: Path, dying: Dying) -> None:
    """Before every nth line of it: a reader sees one record or is refused, a writer has one record, whole."""
    template = Path(shutil.copytree(state, tmp_path / "template"))
    wanted = {"old": dump(state), "restored": restored(state, backup)}
    images = tmp_path / "images"
    images.mkdir()
    dying("restore_at_every_line", template, backup, images, STRIDE)
    counts: Counter[str] = Counter()
    for image in sorted(images.iterdir()):
        try:
            reader = open_reader(image)
            assert reader is not None
            reader.close()
            told = which(image, wanted)
        except StateError as error:
            assert error.code == "A732"
            assert "consentric state restore" in error.hint
            told = "refused"
        with open_ledger(image) as ledger:
            files = [file for each in ledger.lists() for file in ledger.files(each.id)]
            assert all(ledger.read(file).num_rows == file.rows for file in files)
            assert {file.name for file in files} == {each.name for each in (image / "lists").iterdir()}
            assert FORGOTTEN in {each.digest for each in ledger.suppressions()}
        after = which(image, wanted)
        assert told in (after, "refused")
        counts[f"{told}, then {after}"] += 1
        assert not {each.name for each in image.iterdir()} & {"restore", "restore.part"}
        assert all(each.code.startswith("W") for each in inspect(image, None).findings)
    assert counts["old, then old"] > 1
    assert counts["restored, then restored"] > 0
    assert counts["refused, then restored"] > 0
    assert counts["refused, then old"] == 0


@pytest.mark.parametrize(
    ("point", "after"),
    [
        ("restore_staged", "old"),
        ("restore_decided", "restored"),
        ("restore_lists_placed", "restored"),
        ("restore_log_gone", "restored"),
        ("restore_ledger_placed", "restored"),
    ],
)
def test_a_restore_stopped_at_a_step_is_given_again(state: Path, backup: Path, point: str, after: str) -> None:
    """The same command once more ends in the restored record, whatever the first one came to."""

    class GoneError(Exception):
        """The process ends here, as far as the test is concerned."""

    def stop(name: str) -> None:
        if name == point:
            raise GoneError

    old = dump(state)
    with pytest.raises(GoneError):
        put_back(state, backup, AT, over_newer=True, key_file=None, checkpoint=stop)
    if after == "old":
        assert dump(state) == old
    else:
        with pytest.raises(StateError, match="interrupted"):
            open_reader(state)
        assert [each.code for each in inspect(state, None).findings if each.code.startswith("A")] == ["A732"]
    again = dict(restored(state, backup))
    with open_ledger(state) as ledger:
        assert {each.rebuild for each in ledger.lists()} == {"restored"}
    assert [row[0] for row in again["suppressed"]] == [FORGOTTEN]
