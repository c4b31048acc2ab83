"""The audiences file and the `.env` beside it, checked and decoded. Of this room only value_files.py reads files besides."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from consentric.config.problems import Remark
from consentric.config.tree import START, Span

MAX_BYTES = 1024 * 1024

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_QUOTED = re.compile(r"""(["'])(.*)\1(?:\s+#.*)?""")
_SAVE_AS_UTF8 = "save it as UTF-8"


class UnreadableFileError(Exception):
    """The file cannot be had as text; `lines` are what could be decoded of it."""

    def __init__(self, remark: Remark, lines: tuple[str, ...] = ()) -> None:
        super().__init__(remark.message)
        self.remark = remark
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Page:
    """A text file as it was read."""

    content: bytes
    text: str
    lines: tuple[str, ...]


def read_page(path: Path) -> Page:
    """The audiences file; raises UnreadableFileError with the reason."""
    content = _bytes(path)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:4]:
        raise UnreadableFileError(Remark("A002", START, "this file is in UTF-16", _SAVE_AS_UTF8))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(content, error.start) from None
    lines = tuple(_BREAK.split(text))
    bad = _UNPRINTABLE.search(text)
    if bad:
        message = f"there is an invisible control character here (U+{ord(bad[0]):04X})"
        raise UnreadableFileError(Remark("A002", position(text, bad.start()), message, "delete it"), lines)
    return Page(content, text, lines)


def position(text: str, offset: int) -> Span:
    """Line and column of a place in the text."""
    before = _BREAK.split(text[:offset])
    return Span(len(before), len(before[-1]) + 1)


def read_env(path: Path) -> tuple[dict[str, str], list[Remark]]:
    """The variables of a `.env` file; nothing when there is none. A line that is no assignment gets a remark."""
    try:
        text = path.read_text("utf-8-sig") if path.is_file() and path.stat().st_size <= MAX_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return {}, [Remark("W010", START, "this file cannot be read", _SAVE_AS_UTF8)]
    variables: dict[str, str] = {}
    remarks: list[Remark] = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        found = _ASSIGNMENT.fullmatch(stripped)
        if found:
            variables[found[1]] = _unquoted(found[2].strip())
        elif stripped and not stripped.startswith("#"):
            remarks.append(Remark("W010", Span(number, 1), "this line is left out", "write `NAME=value`"))
    return variables, remarks


def _unquoted(value: str) -> str:
    found = _QUOTED.fullmatch(value)
    return found[2] if found else re.split(r"\s#", value, maxsplit=1)[0].rstrip()


def _bytes(path: Path) -> bytes:
    if not path.exists():
        hint = (
            "name it with `-f FILE`; to begin, copy the twelve lines of the README, or try `consentric demo --keep DIR`"
        )
        raise UnreadableFileError(Remark("A003", START, f"there is no file `{path}`", hint))
    if not path.is_file():
        raise UnreadableFileError(Remark("A003", START, f"`{path}` is not a file", "name the audiences file with `-f`"))
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        raise UnreadableFileError(
            Remark("A003", START, f"`{path}` cannot be read: {reason}", "check its permissions")
        ) from None
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(
            Remark("A004", START, "this file is larger than 1 MiB", "split it, or remove what is not needed")
        )
    return content


def _not_utf8(content: bytes, offset: int) -> UnreadableFileError:
    before = content[:offset].decode("utf-8-sig", "replace")
    line = content[offset:].split(b"\n")[0].decode("latin-1")
    lines = tuple(_BREAK.split(before + "".join(c if c.isprintable() else "?" for c in line)))
    message = f"this file is not in UTF-8 (byte {offset + 1})"
    return UnreadableFileError(Remark("A002", position(before, len(before)), message, _SAVE_AS_UTF8), lines)
