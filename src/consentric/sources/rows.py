"""Reads the rows of checked files as Arrow record batches, only the columns in use, in bounded memory.

CSV cells are text, blank ones empty text. A row with too many or too few cells is left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from consentric.errors import SourceError
from consentric.model.scan import FileFormat, FileScan, Header
from consentric.sources.csv_check import check_csv
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
        try:
            for number, path in enumerate(self.scan.paths):
                for batch in self._open(number, path):
                    self.rows += batch.num_rows
                    yield batch
        except SourceError:
            check_unchanged(self.scan)
            raise
        check_unchanged(self.scan)

    def _open(self, number: int, path: Path) -> Iterator[pa.RecordBatch]:
        match self.scan.format:
            case FileFormat.CSV:
                return self._csv(path, self.scan.headers[number])
            case FileFormat.PARQUET:
                return self._parquet(path)

    def _csv(self, path: Path, header: Header) -> Iterator[pa.RecordBatch]:
        try:
            if not check_csv(self.scan, path):
                return
            reader = pa_csv.open_csv(
                path,
                read_options=pa_csv.ReadOptions(
                    encoding=self.scan.dialect.encoding,
                    block_size=_BLOCK,
                    column_names=list(header.names),
                    skip_rows=header.lines,
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
        except (pa.ArrowException, OSError):
            raise _unreadable(self.scan, path) from None

    def _skip(self, row: object) -> str:
        del row  # it may hold anything
        self.ragged += 1
        return "skip"

    def _parquet(self, path: Path) -> Iterator[pa.RecordBatch]:
        try:
            schema = self._common_schema()
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=_ROWS, columns=list(self.columns)):
                    batch.validate(full=True)  # text that is not UTF-8 would fail later, with its cell
                    yield batch.select(schema.names).cast(schema)
        except (pa.ArrowException, OSError):
            raise _unreadable(self.scan, path) from None

    def _common_schema(self) -> pa.Schema:
        """Files of one pattern may hold whole numbers here and fractions there: the wider type is all files'."""
        schemas = [pq.read_schema(path) for path in self.scan.paths]
        wanted = [pa.schema([schema.field(name) for name in self.columns]) for schema in schemas]
        return pa.unify_schemas(wanted, promote_options="permissive")


def _unreadable(scan: FileScan, path: Path) -> SourceError:
    return SourceError(
        "A308",
        f"`{scan.source}`: {path.name} cannot be read to its end",
        hint="it may be damaged or still being written; write it again and rename it when it is complete",
    )
