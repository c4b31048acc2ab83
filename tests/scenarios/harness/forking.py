"""The other side of forkserver.py: runs that can be waited for, signalled and killed like those of `subprocess`."""

from __future__ import annotations

import atexit
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

SCRIPT: Final = Path(__file__).with_name("forkserver.py")
_PATIENCE: Final = 60.0
_FROZEN: Final = re.compile(r"^(nanobind: | - (leaked|\.\.\. skipped) |See https://nanobind).*\n?", re.MULTILINE)
"""What DuckDB's binding says at the end of a process whose imports the garbage collector was told to leave alone."""


@lru_cache
def shared_server(program: str = "consentric") -> ForkServer | None:
    """One for all tests of this process, until its end; None where the system has no handles of processes."""
    if not hasattr(os, "pidfd_open"):
        return None
    server = ForkServer(program).__enter__()
    atexit.register(server.__exit__, None, None, None)
    return server


class ForkServer:
    """One process with everything of a program imported, from `with` to its end."""

    def __init__(self, program: str = "consentric") -> None:
        self._program = program

    def __enter__(self) -> Self:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_PATIENCE)
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, SCRIPT, str(theirs.fileno()), self._program],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        if self._control.recv(16) != b"ready":
            raise RuntimeError("the fork server did not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._control.close()
        self._process.wait(_PATIENCE)

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        stdin: str | None = None,
        outputs: tuple[IO[bytes], IO[bytes]] | None = None,
    ) -> ForkedRun:
        outputs = outputs or (tempfile.TemporaryFile(), tempfile.TemporaryFile())  # noqa: SIM115 - the run closes them
        order = {"arguments": arguments, "folder": str(folder), "environment": dict(environment)}
        with tempfile.TemporaryFile() as given:
            given.write((stdin or "").encode())
            given.seek(0)
            pid = self._ask(order, [each.fileno() for each in (given, *outputs)])
        return ForkedRun(self, pid, os.pidfd_open(pid), outputs)

    def reap(self, pid: int) -> int:
        """Its wait status. Until then the number belongs to no other process."""
        return self._ask({"reap": pid}, [])

    def _ask(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> int:
        with self._lock:
            socket.send_fds(self._control, [json.dumps(order).encode()], descriptors)
            return int(self._control.recv(32))


@dataclass(slots=True)
class ForkedRun:
    """What a test needs of `subprocess.Popen`."""

    server: ForkServer
    pid: int
    handle: int
    outputs: tuple[IO[bytes], IO[bytes]]
    returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float) -> int:
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired("consentric", timeout)
        return ended

    def communicate(self, stdin: None = None, timeout: float = _PATIENCE) -> tuple[str, str]:
        """What it reads was given at its start."""
        del stdin
        self.wait(timeout)
        texts = []
        for each in self.outputs:
            each.seek(0)
            texts.append(each.read().decode("utf-8"))
            each.close()
        return texts[0], _FROZEN.sub("", texts[1])

    def errors(self) -> str:
        """What it wrote to stderr so far."""
        return os.pread(self.outputs[1].fileno(), 1 << 20, 0).decode("utf-8", errors="replace")

    def send_signal(self, number: int) -> None:
        """Nothing where the run has ended."""
        if self.returncode is None:
            signal.pidfd_send_signal(self.handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float) -> int | None:
        if self.returncode is None:
            watched = select.poll()
            watched.register(self.handle, select.POLLIN)
            if watched.poll(timeout * 1000):
                self.returncode = os.waitstatus_to_exitcode(self.server.reap(self.pid))
                os.close(self.handle)
        return self.returncode
