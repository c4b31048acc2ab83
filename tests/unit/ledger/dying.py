"""Run as its own process, so that what is at work in it can be killed: `python -m ledger.dying VERB …`.

Each verb forks from a process that has only imported things, which is fast and leaves pyarrow no threads to lose.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import consentric.ledger
from consentric.errors import ConsentricError
from consentric.ledger import hold_lock, open_ledger, open_reader, put_back
from consentric.ledger.opening import no_checkpoint

from .nights import AT, base_rows, outbox_rows, second_night

OURS = str(Path(consentric.ledger.__file__).parent)


def load_once() -> None:
    """Whatever pyarrow loads to build a table: here, once, and not in every child."""
    outbox_rows(range(1))
    base_rows(range(1))


def in_a_child(work: Callable[[], object]) -> int:
    """How the child ended: 0, or the number of the signal that killed it."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def acknowledge_to(file: Path) -> Callable[[str], object]:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    return lambda text: os.write(descriptor, f"{text}\n".encode())


def at_every_line(template: str, images: str, stride: str) -> None:
    """Kills the second night before its nth line of the ledger, for every nth; each leaves an image."""
    load_once()
    count, signal_number = int(stride), signal.SIGKILL
    while signal_number == signal.SIGKILL:
        image = Path(images) / f"{count:05}"
        shutil.copytree(template, image)
        signal_number = signal.Signals(in_a_child(lambda: _night_until(image, count)) or signal.SIGTERM)  # noqa: B023
        count += int(stride)


def _night_until(image: Path, line: int) -> None:
    acknowledge = acknowledge_to(image.with_suffix(".acknowledged"))
    _until_line(line, lambda: second_night(image, acknowledge=acknowledge))


def _until_line(line: int, work: Callable[[], object]) -> None:
    left = line

    def tracer(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                die()
        return tracer

    sys.settrace(tracer)
    work()


def restore_at_every_line(template: str, backup: str, images: str, stride: str) -> None:
    """Kills a restore before its nth line of the ledger, for every nth; each leaves an image."""
    load_once()
    count, signal_number = int(stride), signal.SIGKILL
    while signal_number == signal.SIGKILL:
        image = Path(images) / f"{count:06}"
        shutil.copytree(template, image)
        signal_number = signal.Signals(
            in_a_child(lambda: _until_line(count, lambda: _restore(image, Path(backup)))) or signal.SIGTERM  # noqa: B023
        )
        count += int(stride)


def _restore(state: Path, backup: Path) -> None:
    with hold_lock(state, "state restore"):
        put_back(state, backup, AT, over_newer=True, key_file=None, checkpoint=no_checkpoint)
        open_ledger(state).close()


def at_checkpoints(template: str, images: str, *names: str) -> None:
    """Kills the second night at each of the checkpoints; each leaves an image of that name."""
    load_once()
    for name in names:
        image = Path(images) / name
        shutil.copytree(template, image)
        in_a_child(lambda: _night_until_checkpoint(image, name))  # noqa: B023 - the child runs at once


def _night_until_checkpoint(image: Path, name: str) -> None:
    acknowledge = acknowledge_to(image.with_suffix(".acknowledged"))
    second_night(image, checkpoint=lambda reached: die() if reached == name else None, acknowledge=acknowledge)


def contend(state: str) -> None:
    """Five processes want the lock at one moment; each says whether it had it, what it was told and how long it took."""
    start = time.monotonic() + 0.2
    children = []
    for _ in range(5):
        child = os.fork()
        if child == 0:
            time.sleep(max(0.0, start - time.monotonic()))
            _want(Path(state))
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def _want(state: Path) -> None:
    began, said = time.monotonic(), ""
    try:
        with hold_lock(state, "sync"):
            time.sleep(0.8)
    except ConsentricError as error:
        said = error.message
    answer = {"pid": os.getpid(), "said": said, "took": time.monotonic() - began}
    os.write(1, f"{json.dumps(answer)}\n".encode())


def hold_and_die(state: str) -> None:
    with hold_lock(Path(state), "sync"):
        die()


def out_of_room(state: str, *limits: str) -> None:
    """Nights during which no file may grow beyond a limit; each says what the error was."""
    load_once()
    for limit in limits:
        image = Path(f"{state}-{limit}")
        shutil.copytree(state, image)
        in_a_child(lambda: _say(lambda: _limited(image, int(limit))))  # noqa: B023 - the child runs at once


def _limited(image: Path, limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        second_night(image)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def read_only(state: str) -> None:
    """Opens a folder that this user may not write, to write and to read; root becomes nobody first."""
    for path in (Path(state), *Path(state).rglob("*")):
        path.chmod(path.stat().st_mode & 0o500)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    if os.geteuid() == 0:
        os.setuid(65534)
    _say(lambda: open_ledger(Path(state)))
    _say(lambda: open_reader(Path(state)))


def _say(work: Callable[[], object]) -> None:
    try:
        work()
        said = {"code": "", "message": "", "hint": ""}
    except ConsentricError as error:
        said = {"code": error.code, "message": error.message, "hint": error.hint}
    os.write(1, f"{json.dumps(said)}\n".encode())


if __name__ == "__main__":
    verbs: dict[str, Callable[..., None]] = {
        "at_every_line": at_every_line,
        "restore_at_every_line": restore_at_every_line,
        "at_checkpoints": at_checkpoints,
        "contend": contend,
        "hold_and_die": hold_and_die,
        "out_of_room": out_of_room,
        "read_only": read_only,
    }
    verbs[sys.argv[1]](*sys.argv[2:])
