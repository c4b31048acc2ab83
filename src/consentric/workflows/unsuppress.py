"""`unsuppress`: takes a suppression back. Nothing is sent; the next sync adds whoever consents and fits."""

from __future__ import annotations

from consentric.errors import UsageError
from consentric.model.requests import Lifted
from consentric.workflows.opening import Shell, read_file, register
from consentric.workflows.subjects import Reading, checked_reason, lines_of, subjects_of


def run(shell: Shell, content: bytes, *, reason: str, reading: Reading = Reading.EITHER) -> Lifted:
    """Without waiting for a run at work. Raises ConfigError, UsageError, StateError: nothing is done."""
    lines = lines_of(content)
    why = checked_reason(reason, lines)
    if not why:
        raise UsageError("A928", "a suppression is taken back with a reason", hint="say --reason TEXT")
    project = read_file(shell, contact=False).project
    with register(shell) as record:
        ends = record.lift(subjects_of(lines, project, record.keys(), reading), why, shell.clock.now())
    now = shell.clock.now().astimezone(project.timezone)
    return Lifted(now, project.config_sha256, ends["free"], ends["unknown"], ends["bound"])
