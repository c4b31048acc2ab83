"""The first line of a CSV file, as its source says that it is written. Nothing is sniffed; doubts are told."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from consentric.errors import SourceError
from consentric.model.project import Source
from consentric.model.scan import Header

_HEADER_BYTES: Final = 1 << 20
_SPELT: Final = {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}


def read_header(source: Source, path: Path) -> Header:
    """Raises SourceError: wrong encoding, no names, a name twice, another delimiter."""
    with path.open("rb") as file:
        text = _decode_start(source, path, file.read(_HEADER_BYTES))
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=source.dialect.delimiter, quotechar=source.dialect.quote
    )
    try:
        names = [name.strip() for name in next(lines, [])]
    except csv.Error:
        names = []
    if not any(names):
        raise SourceError(
            "A303", f"{name_of(source, path)} has no header line", hint="the first line must name the columns"
        )
    check_names(source, path, names)
    return Header(tuple(names), lines.line_num)


def check_names(source: Source, path: Path, names: list[str]) -> None:
    """Every column has a name of its own, and there is more than one unless there really is one only."""
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        places = [place for place, name in enumerate(names, start=1) if name == doubled[0]]
        raise SourceError(
            "A304",
            f"{name_of(source, path)}: columns {places[0]} and {places[1]} have the same name",
            hint="every column needs a name of its own",
        )
    if len(names) > 1:
        return
    other = next((each for each in _SPELT if each != source.dialect.delimiter and each in names[0]), None)
    if other is not None:
        written = "\\t" if other == "\t" else other
        raise SourceError(
            "A306",
            f"{name_of(source, path)} seems to be separated by {_SPELT[other]}",
            hint=f'write `delimiter: "{written}"` on the source',
        )


def name_of(source: Source, path: Path) -> str:
    """A file as errors name it."""
    return f"`{source.name}`: {path.name}"


def _decode_start(source: Source, path: Path, start: bytes) -> str:
    declared = source.dialect.encoding
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) and "16" not in declared:
        hint = "write `encoding: utf-16` on the source, or save it as UTF-8"
        raise SourceError("A305", f"{name_of(source, path)} cannot be read: it begins like UTF-16", hint=hint)
    encoding = "utf-8-sig" if declared.lower().replace("_", "-") in {"utf-8", "utf8"} else declared
    first_line = start[: max(start.find(b"\n"), start.find(b"\r"), 0)]
    for part in (start, first_line):
        try:
            return part.decode(encoding, errors="strict" if len(start) < _HEADER_BYTES else "ignore")
        except (UnicodeDecodeError, LookupError):
            continue
    raise SourceError(
        "A305", f"{name_of(source, path)} cannot be read: its header is not {declared}", hint="name its `encoding:`"
    )
