"""Runs that can be signalled and killed from their first moment on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.harness import Cli
from scenarios.harness.forking import ForkedRun, ForkServer

__all__ = ["ForkServer", "ForkedRun", "ForkingCli"]


@dataclass(slots=True)
class ForkingCli(Cli):
    """The command line as in the scenarios, without waiting for imports."""

    server: ForkServer | None = None

    def start(self, *arguments: str, variables: Mapping[str, str], stdin: str | None = None) -> ForkedRun:
        assert self.server is not None
        return self.server.start(arguments, self.folder, self.surroundings(variables), stdin)
