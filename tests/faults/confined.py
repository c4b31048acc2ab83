"""The command line where something is missing: room on the disk, the right to write, somebody who reads what it says."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import IO, Any

from scenarios.harness import Run, Stage

Preparation = Callable[[], object]


def confined(
    stage: Stage,
    *arguments: str,
    before: Preparation | None = None,
    stdout: int | IO[Any] = subprocess.PIPE,
    stderr: int | IO[Any] = subprocess.PIPE,
    **variables: str,
) -> Run:
    """One call; `before` runs in its process before it begins."""
    stage.now = stage.sandbox.now
    done = subprocess.run(
        [sys.executable, "-m", "consentric", *arguments],
        cwd=stage.folder,
        env=stage.cli.surroundings({"CONSENTRIC_CLOCK": stage.now.isoformat(), **variables}),
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


def as_nobody() -> None:
    """Without the rights of the superuser, who may write everywhere."""
    os.setgid(65534)
    os.setuid(65534)
