"""Membership files read: their rows in order or by place, their bytes checked.

A checksum is needed because Parquet alone reads a good part of flipped bits as something else without a word. The whole
file is hashed when it is first read, and each page carries its own check for every later read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from consentric.ledger.durable import GROUP_ROWS, PART, SUFFIX
from consentric.ledger.records import FileRecord
from consentric.ledger.troubles import damaged_file, from_os, missing_file, told

_GROUPS_AT_ONCE: Final = 64


def read_rows(folder: Path, file: FileRecord, first: int, rows: int) -> pa.Table:
    """Some rows of a file, mapped into memory; only the row groups that hold them are decoded."""
    path = folder / file.name
    try:
        with pa.memory_map(str(path)) as source:
            parquet = pq.ParquetFile(source, page_checksum_verification=True)
            groups, skipped = _groups(parquet.metadata, first, rows)
            return parquet.read_row_groups(groups).slice(first - skipped, rows)
    except FileNotFoundError:
        raise missing_file(path) from None
    except (OSError, pa.ArrowException):
        raise damaged_file(path, "cannot be read") from None


def stream_rows(
    folder: Path, file: FileRecord, columns: Sequence[str], where: pc.Expression | None, *, added: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """The rows of a file in their order, a bounded number in memory; with `where`, an expression over `person`, only those.

    Columns of `added` are empty in a file that was written before there were any.
    """
    path = folder / file.name
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as parquet:
            there, missing = _columns_of(parquet, columns, added)
            whole = parquet.iter_batches(batch_size=GROUP_ROWS, columns=there) if where is None else None
            for rows in _picked(path, there, where) if whole is None else whole:
                yield _with_empty(rows, missing)
    except FileNotFoundError:
        raise missing_file(path) from None
    except (OSError, pa.ArrowException):
        raise damaged_file(path, "cannot be read") from None


def take_rows(
    folder: Path, file: FileRecord, columns: Sequence[str], places: npt.NDArray[np.int64], *, added: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """The rows at these places, which ascend; only the row groups that hold them are decoded. `added` as above."""
    path = folder / file.name
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as parquet:
            there, missing = _columns_of(parquet, columns, added)
            every = range(parquet.metadata.num_row_groups)
            for group, rows in _in_groups(parquet.metadata, every, places):
                # whoever wants it faster takes halves at once: that costs less than decoding columns at once
                for batch in parquet.read_row_group(group, columns=there, use_threads=False).take(rows).to_batches():
                    yield _with_empty(batch, missing)
    except FileNotFoundError:
        raise missing_file(path) from None
    except (OSError, pa.ArrowException):
        raise damaged_file(path, "cannot be read") from None


def _columns_of(parquet: pq.ParquetFile, columns: Sequence[str], added: pa.Schema) -> tuple[list[str], list[pa.Field]]:
    """Which columns the file has, and which of `added` it lacks."""
    missing = [each for each in added if each.name in columns and each.name not in parquet.schema_arrow.names]
    return [name for name in columns if name not in {each.name for each in missing}], missing


def _with_empty(rows: pa.RecordBatch, missing: Sequence[pa.Field]) -> pa.RecordBatch:
    for each in missing:
        rows = rows.append_column(each, pa.nulls(rows.num_rows, each.type))
    return rows


def _picked(path: Path, columns: Sequence[str], where: pc.Expression) -> Iterator[pa.RecordBatch]:
    """Names are looked through first, and other columns decoded only in row groups that hold somebody who is looked for.

    Row groups that cannot hold them by their statistics are passed over.
    """
    import pyarrow.dataset as ds  # slow to import, and most commands never need it
    from pyarrow.fs import LocalFileSystem

    fragment = ds.ParquetFileFormat().make_fragment(str(path), LocalFileSystem())
    likely = [each.id for each in fragment.subset(where).row_groups]
    with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as parquet:
        for start in range(0, len(likely), _GROUPS_AT_ONCE):
            groups = likely[start : start + _GROUPS_AT_ONCE]
            names = parquet.read_row_groups(groups, columns=["person"])
            found = names.append_column("row", pa.array(np.arange(names.num_rows))).filter(where).column("row")
            for group, rows in _in_groups(parquet.metadata, groups, found.to_numpy()):
                yield from parquet.read_row_group(group, columns=list(columns)).take(rows).to_batches()


def _in_groups(metadata: Any, groups: Iterable[int], places: npt.NDArray[np.int64]) -> Iterator[tuple[int, pa.Array]]:
    """Ascending places in these row groups, counted from the first: each group that has any, and where in it."""
    start = 0
    for group in groups:
        end = start + metadata.row_group(group).num_rows
        inside = places[np.searchsorted(places, start) : np.searchsorted(places, end)]
        if len(inside):
            yield group, pa.array(inside - start)
        start = end


def check(folder: Path, file: FileRecord) -> Path:
    """The path of a file whose bytes are those that were written; a StateError that names it otherwise."""
    path = folder / file.name
    _check_size(path, file)
    try:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, hashlib.sha256).hexdigest()
    except OSError as error:
        raise from_os(error, path) from None
    if digest != file.sha256:
        raise damaged_file(path, "has other bytes than were written")
    return path


def check_presence(folder: Path, file: FileRecord) -> None:
    """The cheap part of `check`, for every file at the start of a run."""
    _check_size(folder / file.name, file)


def orphans(folder: Path, known: Iterable[str]) -> list[str]:
    """Names of files that no transaction speaks of: a run was killed before it registered or after it replaced them."""
    registered = frozenset(known)
    with told(folder):
        names = [each.name for each in folder.iterdir()]
    return [name for name in names if name.endswith((SUFFIX, PART)) and name not in registered]


def _groups(metadata: Any, first: int, rows: int) -> tuple[list[int], int]:
    """The row groups that hold rows `first` to `first + rows`, and how many rows lie before them."""
    groups: list[int] = []
    skipped, start = 0, 0
    for group in range(metadata.num_row_groups):
        end = start + metadata.row_group(group).num_rows
        if end <= first:
            skipped = end
        elif start < first + rows:
            groups.append(group)
        start = end
    return groups, skipped


def _check_size(path: Path, file: FileRecord) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise missing_file(path) from None
    except OSError as error:
        raise from_os(error, path) from None
    if size != file.bytes:
        raise damaged_file(path, f"has {size:,} bytes instead of {file.bytes:,}")
