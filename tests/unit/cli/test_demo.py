"""The demo, as a newcomer runs it: real commands, a real sandbox, nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from consentric import demo as shop
from consentric.cli.demonstration.sandbox_process import SandboxProcess
from consentric.cli.demonstration.stage import excerpt
from consentric.cli.demonstration.story import audiences_file

from .running import COMMAND, clean_environment, consentric


def test_an_excerpt_has_both_ends_and_the_paragraph_that_says_it() -> None:
    """And marks what is left out."""
    assert excerpt("head\n\none\n\ntwo words\n\nend\n", "words") == "head\n\n  [...]\n\ntwo words\n\n  [...]\n\nend"


def test_the_shops_file_is_found() -> None:
    """Beside the generator, or at the top of a checkout."""
    assert "audiences:" in audiences_file().read_text(encoding="utf-8")


def test_a_sandbox_process_starts_tells_the_time_and_is_ended(tmp_path: Path) -> None:
    """By its id, also when something goes wrong meanwhile."""
    with pytest.raises(RuntimeError), SandboxProcess(tmp_path, shop.NOW) as sandbox:
        assert sandbox.google.startswith("127.0.0.1:")
        assert sandbox.meta.startswith("http://127.0.0.1:")
        sandbox.advance(24)
        assert sandbox.lists() == []
        process = sandbox._process
        raise RuntimeError
    assert process.poll() is not None


@pytest.mark.timeout(600)
def test_the_demo_tells_its_story_on_this_machine(tmp_path: Path) -> None:
    """Plan, sync, nothing, a withdrawal that leaves, and what the platforms hold."""
    run = consentric("demo", "--customers", "2000", "--keep", "shop", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    told = run.stdout
    for number in range(1, 7):
        assert f"── {number}. " in told
    assert "no record yet: everything is an add" in told
    assert re.search(r"nothing to send|nothing was sent", told)
    assert "withdrew consent 1" in told
    assert "Next: " in told
    assert (tmp_path / "shop" / "audiences.yaml").exists()
    assert not re.search(r"[\w.]+@(?!hyggeshop\.example)[\w.]+\.\w+", told + run.stderr)
    assert not re.search(r"[0-9a-f]{64}", told + run.stderr)


def test_ctrl_c_leaves_no_folder_and_no_process() -> None:
    """130, quickly."""
    before = set(Path(tempfile.gettempdir()).glob("consentric-demo-*"))
    with subprocess.Popen(
        [*COMMAND, "demo", "--customers", "2000"],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        while "consentric plan" not in run.stdout.readline():
            assert run.poll() is None
        time.sleep(0.5)
        (mine,) = set(Path(tempfile.gettempdir()).glob("consentric-demo-*")) - before
        ready = (mine / "sandbox.json").read_text(encoding="utf-8")
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait(60) == 130
    assert not mine.exists()
    pid = int(re.findall(r'"pid": (\d+)', ready)[0])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_folder_with_something_in_it_is_not_touched(tmp_path: Path) -> None:
    """64, before any work."""
    (tmp_path / "mine.txt").write_text("mine")
    assert consentric("demo", "--keep", str(tmp_path)).returncode == 64
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
