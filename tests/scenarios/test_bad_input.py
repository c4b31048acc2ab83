"""What people really get wrong: the promised exit code, one clear sentence, no platform touched."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.conftest import OpenFamily, OpenShop
from scenarios.harness import Run, Stage
from scenarios.harness.family import CONSENTS, CUSTOMERS, Family, crowd

Breakage = Callable[[Family], None]


def assert_refused(run: Run, stage: Stage, exit_code: int, *words: str) -> None:
    """One error on stderr (perhaps at two places) names what is wrong; no traceback, and nothing said to a platform."""
    assert run.exit == exit_code, run
    assert len(set(run.errors)) == 1, run
    assert "Traceback" not in run.stderr, run
    for word in words:
        assert word in run.stderr, run
    assert stage.sandbox.log() == []


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def in_document(old: str, new: str) -> Breakage:
    return lambda family: rewrite(family.folder / "audiences.yaml", old, new)


def in_file(name: str, old: str, new: str) -> Breakage:
    return lambda family: rewrite(family.folder / name, old, new)


def file_says(name: str, content: str) -> Breakage:
    def write(family: Family) -> None:
        (family.folder / name).write_text(content)

    return write


def without(name: str) -> Breakage:
    return lambda family: (family.folder / name).unlink()


MISTAKES: dict[str, tuple[Breakage, int, tuple[str, ...]]] = {
    "broken YAML": (in_document("audiences:\n", "audiences: [\n"), 3, ("audiences.yaml",)),
    "a tab": (in_document("    who:", "\twho:"), 3, ("audiences.yaml", "tab")),
    "an unknown key": (in_document("    name: Friends", "    nmae: Friends"), 3, ("nmae", "name")),
    "no audiences.yaml": (without("audiences.yaml"), 3, ("audiences.yaml",)),
    "no file of a source": (without("customers.csv"), 3, ("customers.csv",)),
    "no column of an identifier": (in_file("customers.csv", "mobile", "cell"), 3, ("mobile",)),
    "no column of a key": (in_file("customers.csv", "customer_id", "number"), 3, ("customer_id",)),
    "no column of a condition": (in_document("customers.club", "customers.clubs"), 3, ("clubs",)),
    "no consent column": (in_file("consents.csv", "ads", "adds"), 3, ("ads",)),
    "no column of a consent date": (in_file("consents.csv", "withdrawn_at", "left_at"), 3, ("withdrawn_at",)),
    "an empty customer file": (file_says("customers.csv", ""), 4, ("customers",)),
    "a customer file with a header only": (file_says("customers.csv", ",".join(CUSTOMERS) + "\n"), 4, ("customers",)),
    "a consent file with a header only": (file_says("consents.csv", ",".join(CONSENTS) + "\n"), 4, ("consents",)),
    "a state folder that is a file": (file_says(".consentric", "not a folder"), 1, (".consentric",)),
    "a variable that is not set": (in_document('"1234567890"', '"${NOT_SET_ANYWHERE}"'), 3, ("NOT_SET_ANYWHERE",)),
    "a secret in the file": (in_document('"${META_ACCESS_TOKEN}"', "EAABsbCS1234567890"), 3, ("META_ACCESS_TOKEN",)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_and_nothing_is_sent(open_family: OpenFamily, mistake: str) -> None:
    """Each mistake on a first run: exit code, one error that names the culprit, no request."""
    breakage, exit_code, words = MISTAKES[mistake]
    family, stage = open_family(*crowd(1, 5))
    breakage(family)
    run = stage.run("sync", "--yes")
    assert_refused(run, stage, exit_code, *words)
    assert "EAABsbCS1234567890" not in run.stdout + run.stderr


def test_an_empty_export_removes_nobody(open_family: OpenFamily) -> None:
    """The same mistakes on a later day: the lists stay as they are."""
    family, stage = open_family(*crowd(1, 40))
    stage.converge()
    before = stage.sandbox.lists()
    for name, header in (("customers.csv", CUSTOMERS), ("consents.csv", CONSENTS)):
        good = (family.folder / name).read_text()
        file_says(name, ",".join(header) + "\n")(family)
        run = stage.sync()
        assert run.exit == 4, run
        stage.sandbox.advance("24h")
        (family.folder / name).write_text(good)
    assert [each["accounts"] for each in stage.sandbox.lists()] == [each["accounts"] for each in before]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("sync",), "--yes"),
        (("sync", "--yess"), "--yes"),
        (("plan", "--detailed-exitcod"), "--detailed-exitcode"),
        (("snyc",), "sync"),
        (("plan", "no_such_audience"), "no_such_audience"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_line_is_64(open_family: OpenFamily, arguments: tuple[str, ...], word: str) -> None:
    """Never 2, which means changes; and the sentence says what to write."""
    _, stage = open_family(*crowd(1, 5))
    assert_refused(stage.run(*arguments), stage, 64, word)


def test_the_second_of_two_syncs_gives_way(open_few: OpenShop) -> None:
    """While one sync is at work another ends with 75 at once and sends nothing; the first is not disturbed."""
    stage = open_few()
    first = stage.start("sync", "--yes", "--json")
    while not stage.sandbox.log() and first.poll() is None:
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)
    try:
        time.sleep(0.5)  # what was in flight arrives
        before = stage.sandbox.last_entry()
        second = stage.sync()
        assert second.exit == 75, second
        assert stage.sandbox.last_entry() == before
    finally:
        first.send_signal(signal.SIGCONT)
    stdout, stderr = first.communicate(timeout=120)
    assert stage.cli.keep(Run(("sync",), first.returncode, stdout, stderr)).exit == 0, stderr
    stage.converge()
    stage.assert_right()
