"""`validate`: the file alone, or with the columns of its sources."""

from __future__ import annotations

from consentric.errors import Diagnostic
from consentric.workflows.opening import Shell, open_project, read_file


def run(shell: Shell, *, data: bool) -> tuple[Diagnostic, ...]:
    """The warnings. Raises ConfigError with every problem; with `data` also SourceError and Stopped."""
    loaded = read_file(shell, contact=False)
    if data:
        open_project(shell, loaded)
    return loaded.warnings
