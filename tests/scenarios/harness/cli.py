"""The command line, as a process with an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scenarios.harness.forking import ForkedRun, ForkServer, shared_server

PATIENCE: Final = 120.0
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Run:
    """What one call came to. `exit` is negative when a signal ended it."""

    arguments: tuple[str, ...]
    exit: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document on stdout, and nothing else there."""
        parsed = json.loads(self.stdout)
        assert isinstance(parsed, dict)
        return parsed

    @property
    def errors(self) -> list[str]:
        """The lines of stderr that tell an error."""
        return [line for line in self.stderr.splitlines() if line.lower().startswith("error")]

    def __str__(self) -> str:
        return f"consentric {' '.join(self.arguments)} → {self.exit}\n{self.stdout[-3000:]}\n{self.stderr[-3000:]}"


@dataclass(slots=True)
class Cli:
    """Runs `consentric` in a folder; variables of the machine that could change a run stay out."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    forks: bool = True

    def __call__(
        self, *arguments: str, variables: Mapping[str, str], patience: float = PATIENCE, stdin: str | None = None
    ) -> Run:
        """Calls it and waits. A fork does and says what a process of its own does, without waiting for imports."""
        process = self.start(*arguments, variables=variables, stdin=stdin)
        try:
            stdout, stderr = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"consentric {' '.join(arguments)} took too long\n{stderr[-3000:]}") from None
        assert process.returncode is not None
        return self.keep(Run(arguments, process.returncode, stdout, stderr))

    def start(
        self, *arguments: str, variables: Mapping[str, str], stdin: str | None = None
    ) -> subprocess.Popen[str] | ForkedRun:
        """Starts a call without waiting for it."""
        if (server := self._forks_from()) is not None:
            return server.start(arguments, self.folder, self.surroundings(variables), stdin)
        with tempfile.TemporaryFile() as given:
            given.write((stdin or "").encode())
            given.seek(0)
            return subprocess.Popen(
                [sys.executable, "-m", "consentric", *arguments],
                cwd=self.folder,
                env=self.surroundings(variables),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )

    def _forks_from(self) -> ForkServer | None:
        return shared_server() if self.forks else None

    def keep(self, run: Run) -> Run:
        """Remembers a call, so that a test can search all that was ever printed."""
        self.runs.append(run)
        return run

    def surroundings(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The variables of a call."""
        machine = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {**machine, **self.environment, **variables}
