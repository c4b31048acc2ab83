"""Who reads: a person at a terminal, a pipe, a CI log. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from consentric.errors import ConsentricError

if TYPE_CHECKING:
    from rich.text import Text

    from consentric.reporting.look import Look

SMALL: Final = 10
"""Counts of people below this are not told where many may read them, unless `--mask-small` says otherwise."""

_NO: Final = frozenset({"", "0", "false", "no"})


def asked_for_no_input(environ: Mapping[str, str]) -> bool:
    """`CI=true` means that nobody is there to answer."""
    return environ.get("CI", "").strip().lower() not in _NO


def can_ask() -> bool:
    """Whether a question would reach a person, and the answer us."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)


def reads_at_terminal() -> bool:
    return _is_terminal(sys.stdout)


def progress_at_terminal() -> bool:
    return _is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"


def look(*, mask_below: int | None = None, stream: TextIO | None = None) -> Look:
    """How a screen may look where it will be read."""
    from consentric.reporting.look import NARROW, WIDE, Look

    out = stream or sys.stdout
    at_terminal = _is_terminal(out)
    columns = shutil.get_terminal_size((WIDE, 24)).columns if at_terminal else WIDE
    small = (0 if at_terminal else SMALL) if mask_below is None else mask_below
    return Look(width=min(max(columns, NARROW), WIDE), unicode=_is_unicode(out), mask_below=small)


def show(screen: Text, *, colour: bool, stream: TextIO | None = None) -> None:
    """Prints a screen; with styles only where somebody sees them."""
    from rich.console import Console

    out = stream or sys.stdout
    console = Console(file=out, highlight=False, emoji=False, markup=False)
    if not colour or console.no_color or not console.is_terminal:
        write(screen.plain + "\n", out)
        return
    with console.capture() as captured:
        console.print(screen, soft_wrap=True)
    write(captured.get(), out)


def show_json(document: Mapping[str, object]) -> None:
    """One document on stdout."""
    write(json.dumps(document, indent=2, ensure_ascii=not _is_unicode(sys.stdout)) + "\n")


def save_json(document: Mapping[str, object], path: Path) -> None:
    """A document in a file, whole or not at all: the name appears when every byte is there."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise ConsentricError("A902", f"`{path}` could not be written: {error.strerror}") from None


def write(text: str, stream: TextIO | None = None) -> None:
    """Writes at once. A reader who has left (`| head`) is no error, and does not end a sync half-way.

    Nor does anything that happens to stderr: messages are not the answer, and a full log is no reason to fail.
    """
    out = stream or sys.stdout
    try:
        out.write(text)
        out.flush()
    except BrokenPipeError:
        leave_pipe(out)
    except OSError as error:
        leave_pipe(out)
        if out is sys.stderr:
            return
        raise unwritten(error) from None


def unwritten(error: OSError) -> ConsentricError:
    return ConsentricError("A902", f"the answer could not be written: {error.strerror}")


def leave_pipe(stream: TextIO) -> None:
    """Sends what is still written there to nowhere, also what the interpreter flushes when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def _is_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")
