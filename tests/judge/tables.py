"""The rows of a source, from its CSV or Parquet files, in the order of the files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pyarrow import parquet

from judge.calendar import Now
from judge.cells import Cell, instant_of
from judge.document import Source

csv.field_size_limit(1 << 26)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row. Rows are told apart by identity: two equal rows are still two. `day` is the local day of `at`."""

    source: Source
    places: Mapping[str, int]
    cells: tuple[Cell, ...]
    at: datetime | None = None
    day: date | None = None

    def cell(self, column: str) -> Cell:
        return self.cells[self.places[column]]

    def cell_if_any(self, column: str) -> Cell:
        """As `cell`, for columns that need not be there."""
        return self.cells[self.places[column]] if column in self.places else None


def read_rows(source: Source, folder: Path, now: Now) -> list[Row]:
    """Every well-formed row of the source's files; a missing file or column raises."""
    absolute = Path(source.file).is_absolute()
    paths = sorted(Path("/").glob(source.file[1:]) if absolute else folder.glob(source.file))
    if not paths:
        raise FileNotFoundError(source.file)
    return [row for path in paths for row in _rows(path, source, now)]


def _rows(path: Path, source: Source, now: Now) -> Iterator[Row]:
    header, lines = _parquet(path) if path.suffix == ".parquet" else _csv(path, source)
    places = {column: place for place, column in enumerate(header)}
    for cells in lines:
        at = None if source.at is None else instant_of(cells[places[source.at]], source.zone)
        yield Row(source, places, cells, at, None if at is None else now.local_day(at))


def _parquet(path: Path) -> tuple[Sequence[str], Iterator[tuple[Cell, ...]]]:
    table = parquet.read_table(path)
    return table.column_names, zip(*(column.to_pylist() for column in table.columns), strict=True)


def _csv(path: Path, source: Source) -> tuple[Sequence[str], Iterator[tuple[Cell, ...]]]:
    encoding = "utf-8-sig" if source.encoding.lower() in ("utf-8", "utf8") else source.encoding
    text = io.StringIO(path.read_bytes().decode(encoding), newline="")
    lines = csv.reader(text, delimiter=source.delimiter, quotechar=source.quote)
    header = next(lines)
    # Too few or too many cells, or a NUL: the row cannot be trusted and is left out.
    whole = (tuple(each) for each in lines if len(each) == len(header) and not any("\0" in cell for cell in each))
    return header, whole
