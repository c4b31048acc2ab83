"""The command as users start it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "consentric"]

_QUIET = (
    *("CI", "CONSENTRIC_STATE", "CONSENTRIC_CLOCK", "GITHUB_STEP_SUMMARY"),
    *("PYTHONIOENCODING", "PYTHONUNBUFFERED", "LC_ALL", "NO_COLOR"),
)


def clean_environment(**variables: str) -> dict[str, str]:
    """Nothing of the machine that runs the tests changes what they see."""
    return {**{name: value for name, value in os.environ.items() if name not in _QUIET}, **variables}


def consentric(*words: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """One run without a terminal."""
    return subprocess.run(
        [*COMMAND, *words],
        cwd=cwd,
        env=clean_environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
