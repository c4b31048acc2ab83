"""The command line where something is missing: room on the disk, the right to write, somebody who reads what it says."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import IO, Any, Final

from scenarios.harness import Run, Stage

Preparation = Callable[[], object]

_DROP_FROM_BOUNDING_SET: Final = 24
_DAC_OVERRIDE: Final = 1
_DAC_READ_SEARCH: Final = 2


def confined(
    stage: Stage,
    *arguments: str,
    before: Preparation | None = None,
    stdout: int | IO[Any] = subprocess.PIPE,
    stderr: int | IO[Any] = subprocess.PIPE,
    **variables: str,
) -> Run:
    """One call; `before` runs in its process before it begins. What is imported is not compiled into files: they would be cut."""
    stage.now = stage.sandbox.now
    done = subprocess.run(
        [sys.executable, "-m", "consentric", *arguments],
        cwd=stage.folder,
        env=stage.cli.surroundings(
            {"CONSENTRIC_CLOCK": stage.now.isoformat(), "PYTHONDONTWRITEBYTECODE": "1", **variables}
        ),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        text=True,
        preexec_fn=before,
        check=False,
        timeout=240,
    )
    return stage.cli.keep(Run(arguments, done.returncode, done.stdout or "", done.stderr or ""))


def no_file_beyond(size: int) -> Preparation:
    """As if the disk were full where a file would grow beyond `size` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def as_everybody() -> None:
    """Without what lets the superuser read and write everywhere, whatever the mode of a file says."""
    if os.geteuid() == 0:
        system = ctypes.CDLL(None)
        for capability in _DAC_OVERRIDE, _DAC_READ_SEARCH:
            system.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
