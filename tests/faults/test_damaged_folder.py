"""A damaged record meets the real command line: every command that reads it names the file and the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from faults.images import LONG
from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily
from scenarios.harness.family import crowd

Damage = Callable[[Path], object]

COMMANDS = (("plan",), ("status",), ("sync", "--yes"), ("state", "check"), ("state", "backup", "../backup"))
DAMAGES: dict[str, Damage] = {
    "a bit": lambda path: path.write_bytes(_flipped(path.read_bytes())),
    "its end": lambda path: path.write_bytes(path.read_bytes()[:-512]),
    "a hole": lambda path: path.write_bytes(path.read_bytes()[:600] + bytes(512) + path.read_bytes()[1112:]),
    "all of it": Path.unlink,
}

pytestmark = pytest.mark.timeout(3600 if LONG else 600)


def _flipped(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]


@pytest.mark.parametrize("damage", DAMAGES if LONG else ["a bit"])
def test_a_damaged_membership_file_and_the_way_back(open_family: OpenFamily, damage: str) -> None:
    """Refused by name at every place that reads it; `state restore` puts the backup back, and `status` says what is owed."""
    _, stage = open_family(*crowd(1, 40))
    assert stage.sync().exit == 0
    assert stage.run("state", "backup", "../saved").exit == 0
    path = sorted((stage.state / "lists").iterdir())[0]
    DAMAGES[damage](path)
    before = stage.sandbox.last_entry()
    for words in COMMANDS:
        run = stage.run(*words)
        shown = "".join((run.stdout + run.stderr).split())
        assert run.exit == 1, run
        assert path.name in shown, run
        assert "consentricstaterestoreBACKUP" in shown, run
        assert "Traceback" not in run.stderr, run
    assert not [each for each in stage.sandbox.log(before) if each["op"] in ADDS | REMOVALS]
    assert not (stage.folder.parent / "backup").exists()

    run = stage.run("state", "restore", "../saved", "--json")
    assert run.exit == 0, run
    assert (run.document["format"], run.document["present"], run.document["lists"]) == ("state-restore/1", "sound", 2)
    status = stage.run("status", "--json").document
    assert {one["rebuild"] for each in status["audiences"].values() for one in each["lists"].values()} == {"restored"}
    assert "filled anew" in stage.run("status").stdout
    assert stage.run("state", "check").exit == 0
