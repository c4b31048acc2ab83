"""One finished first night for all tests to copy, and processes to kill."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .nights import first_night

Dying = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state after a first night; not to be changed."""
    state = tmp_path_factory.mktemp("finished") / "state"
    first_night(state)
    return state


@pytest.fixture
def state(finished: Path, tmp_path: Path) -> Path:
    """A copy of the state after a first night."""
    return Path(shutil.copytree(finished, tmp_path / "state"))


@pytest.fixture
def dying() -> Dying:
    """Runs a verb of dying.py and gives the documents that it printed."""

    def run(verb: str, *words: object) -> list[dict[str, Any]]:
        package = Path(__file__).parent
        done = subprocess.run(
            [sys.executable, "-m", f"{package.name}.dying", verb, *map(str, words)],
            cwd=package.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert not done.stderr, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run
