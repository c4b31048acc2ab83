"""Ctrl-C and SIGTERM: at once while nothing is being sent; else after the requests in flight. A second one: at once.

Whoever sends sees the wish at checkpoints between requests and in every sleep, as `errors.Interrupted`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from consentric.errors import Interrupted

CTRL_C: Final = 130
TERMINATED: Final = 143

_EXIT_CODES: Final = {signal.SIGINT: CTRL_C, signal.SIGTERM: TERMINATED}
_WISH: Final = b"\nStopping after the requests in flight. Once more stops at once.\n"


class Terminated(BaseException):
    """SIGTERM where Ctrl-C would be KeyboardInterrupt."""


class Interruption:
    """The wish to stop. Plain attributes, since a signal may arrive between any two steps of the program."""

    def __init__(self) -> None:
        self._wished: int | None = None
        self._deferring = False
        self.at_once: int | None = None
        """The exit code of a signal that stopped the program where it stood: a library may have made its own error of it."""

    def defer(self) -> None:
        """From now on something is being sent: the first signal waits for the next place that is safe."""
        self._deferring = True

    def check(self) -> None:
        """A place where nothing is in flight."""
        if self._wished is not None:
            raise Interrupted(self._wished)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Takes the signals over, and gives them back."""
        before = {number: signal.signal(number, self._receive) for number in _EXIT_CODES}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._deferring and self._wished is None:
            self._wished = _EXIT_CODES[signal.Signals(number)]
            os.write(2, _WISH)  # not print: a handler may interrupt a print
            return
        self.at_once = _EXIT_CODES[signal.Signals(number)]
        raise KeyboardInterrupt if number == signal.SIGINT else Terminated


class SafePlaces:
    """The `ports.Checkpoint` of the command line: stops only where the name says that nothing is in flight."""

    def __init__(self, interruption: Interruption) -> None:
        self._interruption = interruption

    def __call__(self, name: str) -> None:
        if name.startswith("between"):
            self._interruption.check()
