"""Programs that start at once: a process imports everything one time and forks a child for each run.

Started as a script by forking.py, with the number of a socket and the name of a program: `consentric` or
`consentric.sandbox`. An order is one JSON object: `arguments`, `folder` and `environment` start a run (with stdin,
stdout and stderr as passed descriptors; the answer is its process id), `reap` waits for one that has ended (the answer is
its wait status). Nothing but imports happens before the fork: no channel, no connection, no thread of ours. The child then
does what the program of its own does, to the very end of the interpreter.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

MOST_BYTES: Final = 1 << 16
_MAIN: Final = {"consentric": "consentric.cli.main", "consentric.sandbox": "consentric.sandbox.main"}
_OTHER_PROGRAMS: Final = {"consentric": ("consentric.demo", "consentric.sandbox"), "consentric.sandbox": ()}
_WHEN_OPENED: Final = "consentric.destinations.google.ads"
_AT_WORK: Final = (
    *("sqlglot.dialects.duckdb", "pyarrow.dataset", "phonenumbers.data.region_DK", "facebook_business.adobjects.ad"),
    "pandas",  # whoever has it pays for it: pyarrow looks for it
)
"""What libraries import only when they are used, a third of the work of a small run."""


def load(program: str) -> None:
    """Everything that a run imports sooner or later."""
    for name in _modules(program):
        importlib.import_module(name)
    if program == "consentric":
        for name in _AT_WORK:
            with suppress(ModuleNotFoundError):
                importlib.import_module(name)
    gc.freeze()  # no child copies pages only to see whether they are garbage, nor at its end


def _modules(program: str) -> Iterator[str]:
    for found in pkgutil.walk_packages(importlib.import_module(program).__path__, f"{program}."):
        other = found.name.startswith(_OTHER_PROGRAMS[program]) or found.name.endswith("__main__")
        if not other and found.name != _WHEN_OPENED:
            yield found.name


def serve(control: socket.socket) -> list[str] | None:
    """Takes orders until nobody gives any more (None); returns in a child with the words of its command line."""
    control.sendall(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MOST_BYTES, 3)
        if not message:
            return None
        order = json.loads(message)
        if "reap" in order:
            answer = os.waitpid(order["reap"], 0)[1]
        elif (answer := os.fork()) == 0:
            control.close()
            return _become(order, descriptors)
        for each in descriptors:
            os.close(each)
        control.sendall(str(answer).encode())


def _become(order: dict[str, Any], descriptors: list[int]) -> list[str]:
    for place, each in enumerate(descriptors):
        os.dup2(each, place)
        os.close(each)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    return list(order["arguments"])


if __name__ == "__main__":
    number, program = sys.argv[1:]
    load(program)
    words = serve(socket.socket(fileno=int(number)))
    if words is None:
        sys.exit()
    sys.argv[:] = [program, *words]
    main = importlib.import_module(_MAIN[program]).main
    sys.exit(main(words) if program == "consentric.sandbox" else main())
