"""What this process owes the people whose data it holds: private files, no core dump, no values in a traceback."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from contextlib import suppress
from types import TracebackType
from typing import Final, TextIO

_PR_SET_DUMPABLE: Final = 4
_BUG: Final = "error: something broke inside consentric ({kind}). This is a bug; nothing you wrote is to blame."


def harden() -> None:
    """Best effort: what a system does not have is left out."""
    os.umask(0o077)
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries, for their developers; they may quote what they read
    sys.excepthook = _last_words
    threading.excepthook = lambda arguments: _last_words(arguments.exc_type)
    sys.unraisablehook = lambda _: None


def forgiving_output() -> None:
    """A character that the reader's encoding lacks becomes `?` instead of an exception."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def bug_report(error: BaseException, verbosity: int) -> str:
    """One sentence; from `-vv` on also where, but never with a value: messages of libraries quote what they read."""
    lines = [_BUG.format(kind=type(error).__name__)]
    if verbosity < 2:
        lines.append("hint: run it again with -vv and report the lines it prints; they hold no customer data")
    else:
        lines += _places(error.__traceback__)
    return "\n".join(lines)


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return places


def _last_words(kind: type[BaseException], *_: object) -> None:
    """For what escapes every handler: its kind, never its value."""
    stderr: TextIO | None = sys.stderr
    if stderr is not None and not issubclass(kind, KeyboardInterrupt):
        print(_BUG.format(kind=kind.__name__), file=stderr)
