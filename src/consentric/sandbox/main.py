"""Starting and stopping a sandbox: as a process of its own, or inside another one."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from consentric.sandbox.clock import SandboxClock, parse_instant
from consentric.sandbox.google_server import GoogleServer
from consentric.sandbox.meta_http import MetaServer
from consentric.sandbox.switches import SWITCHES, Switch, Switches
from consentric.sandbox.world import World

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)
_DESCRIPTION: Final = """\
  Play Google and Meta on this machine, to practise.

  No account is needed and nothing leaves this machine. It runs until Ctrl-C, and forgets everything then."""
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen: the loopback only, since there is no protection of any kind."""

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> Address:
        """Read ``127.0.0.1:9000``."""
        host, _, port = text.removeprefix("http://").rstrip("/").rpartition(":")
        host = host.strip("[]")
        if host not in _LOOPBACK:
            raise ValueError("the sandbox listens on the loopback only: 127.0.0.1:PORT")
        if not (port.isascii() and port.isdigit() and int(port) < 65_536):
            raise ValueError("a port is a number from 0 (any free one) to 65535")
        return cls("127.0.0.1" if host == "localhost" else host, int(port))

    def with_port(self, port: int) -> str:
        """The address as text."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{port}"


class Sandbox:
    """Both platforms, listening from ``__enter__`` to ``__exit__``."""

    def __init__(
        self,
        *,
        google: str = "127.0.0.1:0",
        meta: str = "127.0.0.1:0",
        clock: datetime | None = None,
        seed: int = 7,
        switches: Mapping[str, str] | None = None,
    ) -> None:
        google_at, meta_at = Address.read(google), Address.read(meta)
        self.world = World(SandboxClock(clock), Switches(switches), seed)
        self._google = GoogleServer(self.world)
        self._meta = MetaServer(self.world, meta_at.host, meta_at.port)
        host = f"[{google_at.host}]" if ":" in google_at.host else google_at.host
        try:
            self.google = google_at.with_port(self._google.bind(host, google_at.port))
        except (OSError, RuntimeError):
            self._meta.stop()
            raise OSError(f"cannot listen on {google}") from None
        self.meta = f"http://{meta_at.with_port(self._meta.port)}"

    def __enter__(self) -> Self:
        self._google.start()
        self._meta.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._meta.stop()
        self._google.stop()

    def as_json(self) -> str:
        """Where it listens, in one line."""
        return json.dumps({"google": self.google, "meta": self.meta, "pid": os.getpid()})


class _StoppedError(Exception):
    """A signal asked for the end."""


def _end(*_: object) -> None:
    """Raise in the main thread, once: a second signal must not interrupt the cleaning up."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise _StoppedError


def serve(sandbox: Sandbox, ready_file: Path | None = None) -> None:
    """Run until SIGTERM or Ctrl-C; say where on stdout and in the ready file."""
    before = {number: signal.signal(number, _end) for number in _ENDING}
    try:
        with sandbox:
            line = sandbox.as_json()
            if ready_file is not None:
                _write_atomically(ready_file, line)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            while True:
                time.sleep(3600)
    except _StoppedError:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main(argv: list[str]) -> int:
    """The command line; 0 when ended by a signal, 2 for wrong arguments, 1 for a taken port."""
    options = _parser().parse_args(argv)
    _log_to(options.log)
    try:
        sandbox = Sandbox(
            google=options.google,
            meta=options.meta,
            clock=parse_instant(options.clock) if options.clock else None,
            seed=options.seed,
            switches=dict(_pair(text) for text in options.switch),
        )
    except ValueError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 1
    serve(sandbox, Path(options.ready_file) if options.ready_file else None)
    return 0


class _Help(argparse.RawDescriptionHelpFormatter):
    """Laid out like the help of the other commands."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24, width=100)

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Usage: " if prefix is None else prefix)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="consentric sandbox",
        usage="consentric sandbox [OPTIONS]",
        description=_DESCRIPTION,
        epilog=f"Switches are open questions about the platforms; the first value is the default:\n{_switches()}",
        formatter_class=_Help,
        add_help=False,
    )
    options = parser.add_argument_group("Options")
    add = options.add_argument
    add("--google", default="127.0.0.1:9000", metavar="HOST:PORT", help="Google, by gRPC. [default: %(default)s]")
    add("--meta", default="127.0.0.1:9001", metavar="HOST:PORT", help="Meta, by HTTP. [default: %(default)s]")
    add("--clock", metavar="INSTANT", help="Where its clock starts. [default: now]")
    add("--seed", type=int, default=7, metavar="N", help="For who has an account, and for shuffling. [default: 7]")
    add("--switch", action="append", default=[], metavar="NAME=VALUE", help="Set a switch; may be repeated.")
    add("--ready-file", metavar="PATH", help="Written once it listens: both addresses, as JSON.")
    add("--log", metavar="FILE", help="One line per request, without any keys.")
    add("-h", "--help", action="help", help="Show this message and exit.")
    return parser


def _switches() -> str:
    """Each switch with what it can be."""
    return "\n".join(f"  {name:<24}{_values(switch)}" for name, switch in SWITCHES.items())


def _values(switch: Switch) -> str:
    if isinstance(switch.allowed, tuple):
        return ", ".join(switch.allowed)
    return f"{switch.default}, or {switch.allowed}"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--switch wants NAME=VALUE, not {text}")
    return name, value


def _log_to(path: str | None) -> None:
    """Requests go to the log file only; what breaks inside the sandbox goes to stderr without one."""
    handler = logging.FileHandler(path, encoding="utf-8") if path else logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("consentric.sandbox")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO if path else logging.ERROR)
    logger.propagate = False


def _write_atomically(path: Path, line: str) -> None:
    """Nobody ever reads half a file."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(line + "\n")
    Path(file.name).replace(path)
