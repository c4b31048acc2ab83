"""Where the story is played: a folder, a sandbox, a clock, and commands run as a user would type them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.text import Text

from consentric.cli import terminal
from consentric.cli.clock import VARIABLE
from consentric.cli.demonstration.sandbox_process import SandboxProcess
from consentric.errors import ConsentricError

_PATIENCE: Final = 15.0
STOPPED: Final = 4
"""A list too small to be sent: no accident in a small shop."""

_OURS: Final = ("CONSENTRIC_STATE", "GITHUB_STEP_SUMMARY")


@dataclass(slots=True)
class Stage:
    """`now` is the story's time; it passes for the commands and for the sandbox together."""

    folder: Path
    sandbox: SandboxProcess
    now: datetime
    colour: bool

    def say(self, *lines: str) -> None:
        look = terminal.look()
        for line in lines:
            terminal.show(Text(look.spell(line)), colour=False)

    def heading(self, number: int, title: str) -> None:
        text = terminal.look().spell(f"\n── {number}. {title} ")
        terminal.show(Text(text.ljust(101, terminal.look().spell("─")), style="bold cyan"), colour=self.colour)

    def passes(self, hours: float) -> None:
        """Time passes, on this machine and at the platforms."""
        self.now += timedelta(hours=hours)
        self.sandbox.advance(hours)

    def types(self, *words: str, hidden: Sequence[str] = (), only: str | None = None) -> None:
        """One command, shown and run; `hidden` options are about the terminal only.

        With `only` an excerpt of its answer is shown: the first paragraph that says this, and the ends.
        """
        terminal.show(Text(f"\n$ consentric {' '.join(words)}", style="bold"), colour=self.colour)
        if only is None:
            self._run([*words, *hidden])
        else:
            self.say(excerpt(self._run([*words, *hidden], capture=True), only))

    def _run(self, words: Sequence[str], *, capture: bool = False) -> str:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "consentric", *words],
            cwd=self.folder,
            env=self._environment() | ({"PYTHONIOENCODING": "utf-8"} if capture else {}),
            stdout=subprocess.PIPE if capture else None,
            encoding="utf-8",
        )
        with child:
            try:
                answer, _ = child.communicate()
            except BaseException:
                _end(child)
                raise
        if child.returncode not in (0, STOPPED):
            told = f"`consentric {' '.join(words)}` ended with {child.returncode} in the demo"
            raise ConsentricError("A922", told, hint="to look at its files, give it a folder: --keep DIR")
        return answer or ""

    def _environment(self) -> dict[str, str]:
        ours = {
            VARIABLE: self.now.astimezone(UTC).isoformat(),
            "CONSENTRIC_GOOGLE_ENDPOINT": self.sandbox.google,
            "CONSENTRIC_META_ENDPOINT": self.sandbox.meta,
        }
        return {**{name: value for name, value in os.environ.items() if name not in _OURS}, **ours}


def excerpt(page: str, words: str) -> str:
    """The first paragraph, the first one with these words, and the last one; what is left out is marked."""
    paragraphs = page.strip("\n").split("\n\n")
    told = next((paragraph for paragraph in paragraphs[1:-1] if words in paragraph), None)
    middle = [] if told is None else [told]
    return "\n\n".join([paragraphs[0], "  [...]", *middle, "  [...]", paragraphs[-1]])


def _end(child: subprocess.Popen[str]) -> None:
    """The story is over, and so is the command; what it leaves half-done goes with the folder."""
    child.terminate()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
