"""Reads a CSV file once for its own sake: a wrong byte or a broken quote is told with its line, never with its cells.

The reader that fills columns would swallow an unclosed quote and all that follows into one cell.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from consentric.errors import SourceError
from consentric.model.scan import FileScan

_BLOCK: Final = 8 << 20
_LARGEST_CELL: Final = 64 << 20


def check_csv(scan: FileScan, path: Path) -> bool:
    """Whether anything but white space follows the header. Raises SourceError A305 or A307."""
    has_rows = has_quotes = False
    line = 1
    for text in _decoded(scan, path):
        has_rows = has_rows or bool((text if line > 1 else _after_first_line(text)).strip())
        has_quotes = has_quotes or scan.dialect.quote in text
        line += text.count("\n")
    if has_quotes:
        _check_quotes(scan, path)
    return has_rows


def _decoded(scan: FileScan, path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(scan.dialect.encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                wrong = line + block[: error.start].count(b"\n")
                raise SourceError(
                    "A305",
                    f"`{scan.source}`: {path.name}, line {wrong}: not {scan.dialect.encoding}",
                    hint="name the file's `encoding:` (for example latin-1) or save it as UTF-8",
                ) from None
            line += block.count(b"\n")
            if text:
                yield text
            if not block:
                return


def _check_quotes(scan: FileScan, path: Path) -> None:
    """The standard library's strict reader, for files that have quotes at all."""
    csv.field_size_limit(_LARGEST_CELL)
    good = 0
    with path.open(encoding=scan.dialect.encoding, newline="") as file:
        rows = csv.reader(file, delimiter=scan.dialect.delimiter, quotechar=scan.dialect.quote, strict=True)
        try:
            for _ in rows:
                good = rows.line_num
        except csv.Error:
            raise SourceError(
                "A307",
                f"`{scan.source}`: {path.name}: a quote near line {good + 1} is not closed, or text follows it",
                hint="the export is cut off, or a cell holds a single quote sign that must be doubled",
            ) from None


def _after_first_line(text: str) -> str:
    ends = [place for place in (text.find("\n"), text.find("\r")) if place >= 0]
    return text[min(ends) :] if ends else ""
