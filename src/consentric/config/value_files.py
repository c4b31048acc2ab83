"""Lists of values in files of their own: `is: {file: lists/aarhus.csv}`, one value a line.

A marketer names them, so they lie below the folder of the audiences file, symlinks resolved, and hold no people: such files
are kept in Git.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from consentric.config.amounts import MISUNDERSTOOD
from consentric.config.problems import WrongValueError
from consentric.config.tree import MappingNode, Node, ScalarNode

MAX_BYTES = 1024 * 1024

_AN_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_A_NUMBER_TO_CALL = re.compile(r"(\+|00)[0-9][0-9 ()./-]{6,}")
_NAMED = "name a file below the folder of this one, with one value a line"


@dataclass(frozen=True, slots=True)
class ValueFile:
    """`values` in the order of the file, each once; `digest` of its bytes."""

    name: str
    values: tuple[str, ...]
    digest: bytes


def named_file(node: Node) -> str:
    """The path behind `file`, as it is written."""
    assert isinstance(node, MappingNode), "a list of values is named by a block"
    other = next((key for key in node.keys if key != "file"), None)
    if other is not None:
        raise WrongValueError("A102", f"unknown key `{other}`", "write `{file: …}` alone", at=(other,), on_key=True)
    found = node.get("file")
    if not isinstance(found, ScalarNode) or not isinstance(found.value, str) or not found.value.strip():
        raise WrongValueError("A100", "`file` must be a path", "write e.g. `{file: lists/postcodes.csv}`", at=("file",))
    return found.value


def read_values(folder: Path, name: str) -> ValueFile:
    """The values of a list; raises WrongValueError with the reason, which shows no value."""
    content = _content(_place(folder, name), name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = content[: error.start].count(b"\n") + 1
        raise _unfit(f"`{name}` is not in UTF-8 (line {broken})", "save it as UTF-8") from None
    if "\0" in text:
        raise _unfit(f"`{name}` is no text file", _NAMED)
    lines = [line.strip() for line in text.splitlines()]
    for place, line in enumerate(lines, 1):
        if _AN_ADDRESS.search(line) or _A_NUMBER_TO_CALL.fullmatch(line):
            message = f"line {place} of `{name}` looks like somebody's e-mail address or phone number"
            raise WrongValueError(
                "A241", message, "people belong into a source, not into a file beside this one", at=("file",)
            )
    values = tuple(dict.fromkeys(line for line in lines if line))
    if not values:
        raise _unfit(f"`{name}` is empty", "write one value a line")
    return ValueFile(name, values, sha256(content).digest())


def _place(folder: Path, name: str) -> Path:
    root = folder.resolve()
    try:
        place = (root / name).resolve()
    except (OSError, ValueError, RuntimeError):
        raise _unfit(MISUNDERSTOOD, _NAMED) from None
    if not place.is_relative_to(root):
        raise _unfit(f"`{name}` lies outside the folder of this file", _NAMED)
    return place


def _content(place: Path, name: str) -> bytes:
    try:
        regular = stat.S_ISREG(place.stat().st_mode)
        content = place.read_bytes() if regular and place.stat().st_size <= MAX_BYTES else None
    except (FileNotFoundError, NotADirectoryError):
        raise _unfit(f"there is no file `{name}`", _NAMED) from None
    except OSError:
        raise _unfit(f"`{name}` cannot be read", "check its name and its permissions") from None
    if not regular:
        raise _unfit(f"`{name}` is not a file", _NAMED)
    if content is None:
        raise _unfit(f"`{name}` is larger than 1 MiB", "make a source of it, and ask with `field`")
    return content


def _unfit(message: str, hint: str) -> WrongValueError:
    return WrongValueError("A240", message, hint, at=("file",))
