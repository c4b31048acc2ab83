"""One call of the command line: what its global options say, wherever they stand, and the shell that workflows get."""

from __future__ import annotations

import logging
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from consentric.cli import terminal
from consentric.cli.clock import VARIABLE, clock_from
from consentric.cli.interruption import Interruption, SafePlaces
from consentric.cli.kill_points import VARIABLE as KILL_POINT
from consentric.cli.kill_points import with_kill_point
from consentric.cli.logs import set_up_logs
from consentric.errors import UsageError

if TYPE_CHECKING:
    from consentric.reporting.look import Look
    from consentric.reporting.progress import Reporter
    from consentric.workflows.opening import Shell

STATE: Final = "CONSENTRIC_STATE"
DEFAULT_FILE: Final = Path("audiences.yaml")
LOGGER: Final = logging.getLogger("consentric.cli")


@dataclass(slots=True)
class Invocation:
    """`document` names the JSON document that the command owes its caller, `diagnostics` how problems are written."""

    file: Path = DEFAULT_FILE
    state: Path | None = None
    env_file: Path | None = None
    verbose: int = 0
    quiet: int = 0
    log_format: str = "text"
    no_color: bool = False
    no_input: bool = False
    document: str | None = None
    diagnostics: str = "text"
    interruption: Interruption = field(default_factory=Interruption)

    @property
    def verbosity(self) -> int:
        return self.verbose - self.quiet

    @property
    def colour(self) -> bool:
        return not self.no_color

    @property
    def command(self) -> str:
        """How the reader calls consentric: with the file, the record and the variables that they named."""
        words = ["consentric"]
        if self.file != DEFAULT_FILE:
            words += ["-f", str(self.file)]
        if self.state is not None:
            words += ["--state", str(self.state)]
        if self.env_file is not None:
            words += ["--env-file", str(self.env_file)]
        return shlex.join(words)

    def look(self, *, mask_below: int | None = None, stream: TextIO | None = None) -> Look:
        """How a screen looks to this reader, and the commands on it."""
        return replace(terminal.look(mask_below=mask_below, stream=stream), command=self.command)

    @property
    def may_ask(self) -> bool:
        return not self.no_input and not terminal.asked_for_no_input(os.environ) and terminal.can_ask()

    @contextmanager
    def opened(self) -> Iterator[tuple[Shell, Reporter]]:
        """What a workflow needs, and the progress that it writes to, shown until the work is done."""
        from consentric.workflows.opening import Shell

        set_up_logs(verbosity=self.verbosity, log_format=self.log_format)
        env = self._environment()
        with self._reporter() as reporter:
            shell = Shell(
                file=self.file,
                state=self._state_folder(env.get(STATE)),
                env=env,
                clock=clock_from(env.get(VARIABLE), self.interruption),
                progress=reporter,
                checkpoint=with_kill_point(SafePlaces(self.interruption), env.get(KILL_POINT)),
            )
            yield shell, reporter

    def _environment(self) -> dict[str, str]:
        """A `.env` beside the audiences file is the file's own affair; one that is named here must be there."""
        if self.env_file is None:
            return dict(os.environ)
        if not self.env_file.is_file():
            raise UsageError("A906", f"there is no file `{self.env_file}`", hint="name a file of NAME=value lines")
        from consentric.config.files import read_env

        written, remarks = read_env(self.env_file)
        for remark in remarks:
            LOGGER.warning("%s line %s: %s", self.env_file, remark.span.line, remark.message)
        return {**written, **os.environ}

    def _state_folder(self, variable: str | None) -> Path:
        if self.state is not None:
            return self.state
        return Path(variable) if variable else self.file.parent / ".consentric"

    def _reporter(self) -> Reporter:
        from consentric.reporting.progress import BarReporter, LogReporter

        if self.verbosity != 0 or self.log_format == "json" or not terminal.progress_at_terminal():
            return LogReporter()
        from rich.console import Console

        return BarReporter(Console(file=sys.stderr, no_color=self.no_color or None))
