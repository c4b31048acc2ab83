"""Ends this process without warning at a named place, so that tests can prove what a power cut leaves behind."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from consentric.ports import Checkpoint

VARIABLE: Final = "CONSENTRIC_KILL"


def with_kill_point(checkpoint: Checkpoint, wish: str | None) -> Checkpoint:
    """`wish` is `NAME:N`, killed the N-th time that it passes NAME; None: the checkpoint as it is."""
    if not wish:
        return checkpoint
    name, _, number = wish.partition(":")
    return _KillPoint(checkpoint, name, int(number or 1))


class _KillPoint:
    def __init__(self, checkpoint: Checkpoint, name: str, left: int) -> None:
        self._checkpoint = checkpoint
        self._name = name
        self._left = left
        self._turn = threading.Lock()

    def __call__(self, name: str) -> None:
        if name == self._name:
            with self._turn:  # several requests are in flight, each in a thread of its own
                self._left -= 1
                if self._left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        self._checkpoint(name)
