"""The state folder: private, on a disk that can carry it, and refused with a way out before anything happens."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consentric.errors import StateError
from consentric.ledger import open_ledger, open_reader, scratch
from consentric.ledger.folder import refuse_networked

from .conftest import Dying
from .nights import first_night, second_night

MOUNTS = """\
/dev/vda / ext4 rw 0 0
tmpfs /srv/fast tmpfs rw 0 0
server:/export /srv/share nfs4 rw 0 0
//server/d /srv/win cifs rw 0 0
sshfs /srv/my\\040cloud fuse.sshfs rw 0 0
/dev/vdb /srv/share/local xfs rw 0 0
"""


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_everything_is_private(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, also where the umask would let everybody read."""
    state = tmp_path / "state"
    first_night(state)
    second_night(state)
    reader = open_reader(state)
    assert reader is not None
    with reader, scratch(state) as spill:
        (spill / "spilled").touch(0o600)
        for path in (state, *state.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert not list((state / "tmp").iterdir())


def test_a_reader_makes_nothing(tmp_path: Path) -> None:
    """No state folder, an empty one, and a ledger that was never begun are a first run."""
    state = tmp_path / "state"
    assert open_reader(state) is None
    assert not state.exists()
    state.mkdir()
    assert open_reader(state) is None
    assert not list(state.iterdir())
    (state / "ledger.db").touch(0o600)
    assert open_reader(state) is None


@pytest.mark.parametrize("name", ["ledger.db", "key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_what_others_can_read_is_refused(state: Path, name: str, mode: int) -> None:
    """A ledger or key that group or others may read stops the run, with the command that mends it."""
    (state / name).chmod(mode)
    with pytest.raises(StateError, match="can be read by others") as refused:
        open_ledger(state)
    assert refused.value.hint == f"chmod 600 {state / name}"


@pytest.mark.parametrize("opened", [open_reader, open_ledger])
def test_a_file_where_the_folder_should_be(tmp_path: Path, opened: Callable[[Path], object]) -> None:
    """A file of that name is named and left alone."""
    state = tmp_path / "state"
    state.write_text("mine")
    with pytest.raises(StateError, match="is not a folder") as refused:
        opened(state)
    assert "--state" in refused.value.hint
    assert state.read_text() == "mine"


def test_a_folder_that_may_not_be_written(finished: Path, dying: Dying) -> None:
    """Without write access there is a sentence for the writer and for the reader, which needs it for SQLite."""
    outside = Path(tempfile.mkdtemp())
    outside.chmod(0o755)
    state = outside / "state"
    try:
        shutil.copytree(finished, state)
        writer, reader = dying("read_only", state)
    finally:
        shutil.rmtree(outside)
    assert writer["code"] == "A701"
    assert "write access" in writer["hint"]
    assert reader["code"] in ("", "A701")


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/srv/share/state", "nfs4"),
        ("/srv/share", "nfs4"),
        ("/srv/win/a/b", "cifs"),
        ("/srv/my cloud/state", "fuse.sshfs"),
        ("/srv/share/local/state", None),
        ("/srv/fast/state", None),
        ("/srv/shared/state", None),
        ("/home/me/.consentric", None),
    ],
)
def test_network_file_systems_are_refused(tmp_path: Path, path: str, refused: str | None) -> None:
    """The innermost mount decides, also for a folder that is not there yet."""
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    if refused is None:
        refuse_networked(Path(path), mounts)
        return
    with pytest.raises(StateError, match=refused) as error:
        refuse_networked(Path(path), mounts)
    assert "local disk" in error.value.hint


def test_spill_of_the_dead_is_swept_and_of_the_living_kept(state: Path) -> None:
    """A run that starts deletes what killed processes spilled, and leaves what a plan is using."""
    (state / "tmp" / "dead").mkdir()
    (state / "tmp" / "dead" / "spill").touch()
    (state / "tmp" / "stray").touch()
    with scratch(state) as mine:
        (mine / "spill").touch()
        open_ledger(state).close()
        assert [each.name for each in (state / "tmp").iterdir()] == [mine.name]
        assert (mine / "spill").exists()


def test_orphans_are_deleted_and_other_peoples_files_are_not(state: Path) -> None:
    """Only what looks like a membership file and is not registered goes."""
    for name in ("0001-base-x.parquet", "0001-base-y.parquet.part", "notes.txt"):
        (state / "lists" / name).touch()
    with open_ledger(state) as ledger:
        (known,) = ledger.files(1)
    assert {each.name for each in (state / "lists").iterdir()} == {known.name, "notes.txt"}
