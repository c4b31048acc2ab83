"""Reads the rows of checked files as Arrow record batches, only the columns in use, in bounded memory.

CSV cells are text, blank ones empty text. A row with too many or too few cells is left out and counted. The reader
would swallow an unclosed quote and the rest of the file with it, so quotes are counted beforehand.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from consentric.errors import SourceError
from consentric.model.scan import FileFormat, FileScan
from consentric.sources.files import check_unchanged

_BLOCK: Final = 8 << 20
_ROWS: Final = 131_072


@dataclass(slots=True)
class Reading:
    """Counts while it is read: `rows` that came through, `ragged` rows that were left out."""

    scan: FileScan
    columns: Sequence[str]
    rows: int = 0
    ragged: int = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows, file after file. Raises SourceError (unreadable) or Stopped (a file changed meanwhile)."""
        for path in self.scan.paths:
            for batch in self._open(path):
                self.rows += batch.num_rows
                yield batch
        check_unchanged(self.scan)

    def _open(self, path: Path) -> Iterator[pa.RecordBatch]:
        match self.scan.format:
            case FileFormat.CSV:
                return self._csv(path)
            case FileFormat.PARQUET:
                return self._parquet(path)

    def _csv(self, path: Path) -> Iterator[pa.RecordBatch]:
        encoding = self.scan.dialect.encoding
        _check_bytes(self.scan, path)
        try:
            reader = pa_csv.open_csv(
                path,
                read_options=pa_csv.ReadOptions(
                    encoding=encoding, block_size=_BLOCK, column_names=list(self.scan.columns), skip_rows=1
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.scan.dialect.delimiter,
                    quote_char=self.scan.dialect.quote,
                    newlines_in_values=True,
                    invalid_row_handler=self._skip,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.columns, pa.string()),
                    include_columns=list(self.columns),
                    strings_can_be_null=False,
                ),
            )
            yield from reader
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            raise _unreadable(self.scan, path) from None
        except (pa.ArrowException, OSError):
            raise _unreadable(self.scan, path) from None

    def _skip(self, row: object) -> str:
        del row  # it may hold anything
        self.ragged += 1
        return "skip"

    def _parquet(self, path: Path) -> Iterator[pa.RecordBatch]:
        try:
            with pq.ParquetFile(path) as file:
                yield from file.iter_batches(batch_size=_ROWS, columns=list(self.columns))
        except (pa.ArrowException, OSError):
            raise _unreadable(self.scan, path) from None


def _unreadable(scan: FileScan, path: Path) -> SourceError:
    return SourceError(
        "A308",
        f"`{scan.source}`: {path.name} cannot be read to its end",
        hint="it may be damaged or still being written; write it again and rename it when it is complete",
    )


def _check_bytes(scan: FileScan, path: Path) -> None:
    """Decodes the file once for its own sake, so that a wrong byte or an open quote is told with its line."""
    decoder = codecs.getincrementaldecoder(scan.dialect.encoding)()
    quote, line, opened_at, is_open = scan.dialect.quote, 1, 1, False
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = _decode(scan, path, decoder, block, line)
            if quote in text:
                is_open, opened_at = _follow_quotes(text, quote, line, is_open, opened_at)
            line += text.count("\n")
    if is_open:
        raise SourceError(
            "A307",
            f"`{scan.source}`: {path.name}: a quote that is opened near line {opened_at} is never closed",
            hint="the export is cut off, or a cell holds a single quote sign that must be doubled",
        )


def _decode(scan: FileScan, path: Path, decoder: codecs.IncrementalDecoder, block: bytes, line: int) -> str:
    try:
        return decoder.decode(block)
    except UnicodeDecodeError as error:
        line += block[: error.start].count(b"\n")
        raise SourceError(
            "A305",
            f"`{scan.source}`: {path.name}, line {line}: not {scan.dialect.encoding}",
            hint="name the file's `encoding:` (for example latin-1) or save it as UTF-8",
        ) from None


def _follow_quotes(text: str, quote: str, line: int, is_open: bool, opened_at: int) -> tuple[bool, int]:
    """Whether a quote is open after `text`, and the line where it was opened."""
    for number, row in enumerate(text.split("\n"), start=line):
        if row.count(quote) % 2:
            is_open = not is_open
            opened_at = number if is_open else opened_at
    return is_open, opened_at
