"""Finds the files of a source, checks them before anything else happens, and says what they hold.

Nothing is sniffed: encoding, delimiter and quote are what the YAML says. No error shows a cell.
"""

from __future__ import annotations

import glob
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from consentric.errors import SourceError, Stopped
from consentric.model.project import Source
from consentric.model.scan import ColumnType, FileFormat, FileScan, Fingerprint, Header
from consentric.sources.headers import check_names, name_of, read_header

_FLOATS: Final = (pa.float32(), pa.float64())


def open_files(source: Source, root: Path) -> FileScan:
    """The checked files of a source. Raises SourceError (a file, header or column is wrong) or Stopped (empty)."""
    paths = _find(source, root)
    format_ = _format(source, paths)
    headers = tuple(read_header(source, path) for path in paths) if format_ is FileFormat.CSV else ()
    columns = _columns(source, paths, headers)
    for path, found in zip(paths[1:], columns[1:], strict=True):
        if found != columns[0]:
            raise SourceError(
                "A310",
                f"{name_of(source, path)} does not have the same columns as {paths[0].name}",
                hint="files that one pattern names must all have the same columns",
            )
    modified = max(path.stat().st_mtime for path in paths)
    return FileScan(
        source=source.name,
        format=format_,
        paths=paths,
        fingerprints=tuple(fingerprint(path) for path in paths),
        columns=columns[0],
        modified=datetime.fromtimestamp(modified, UTC),
        dialect=source.dialect,
        headers=headers,
    )


def fingerprint(path: Path) -> Fingerprint:
    """What would show that a file was replaced or written to."""
    stat = path.stat()
    return Fingerprint(stat.st_size, stat.st_mtime_ns, stat.st_ino)


def check_unchanged(scan: FileScan) -> None:
    """Raises Stopped when a file is not the one that was opened: half an old and half a new export is nobody's data."""
    for path, before in zip(scan.paths, scan.fingerprints, strict=True):
        try:
            same = fingerprint(path) == before
        except OSError:
            same = False
        if not same:
            raise Stopped(
                "A309",
                f"`{scan.source}`: {path.name} changed while it was read",
                hint="write exports under another name and rename them when they are complete; then run again",
            )


def _find(source: Source, root: Path) -> tuple[Path, ...]:
    pattern = str(root / source.file)
    is_glob = glob.has_magic(source.file)
    found = sorted(glob.glob(pattern)) if is_glob else [pattern]  # noqa: PTH207  Path.glob takes no absolute pattern
    paths = [Path(each) for each in found]
    if not paths:
        raise SourceError(
            "A301", f"`{source.name}`: no file matches {source.file}", hint="check `file:` and the folder it names"
        )
    for path in paths:
        _check_regular(source, path)
    return tuple(paths)


def _check_regular(source: Source, path: Path) -> None:
    try:
        there = path.exists()
    except OSError:
        there = False
    if not there:
        raise SourceError(
            "A301",
            f"{name_of(source, path)} is not there",
            hint=f"paths are relative to the folder of the audiences file; looked in {path.parent}",
        )
    if not path.is_file():
        raise SourceError("A302", f"{name_of(source, path)} is not a file", hint="name a CSV or Parquet file")
    if path.stat().st_size == 0:
        raise _empty(source, path)


def _empty(source: Source, path: Path) -> Stopped:
    return Stopped(
        "A303",
        f"{name_of(source, path)} is empty",
        hint="an export probably failed; nothing was sent and nobody was removed. Run again when it is complete",
    )


def _format(source: Source, paths: tuple[Path, ...]) -> FileFormat:
    formats = {FileFormat.PARQUET if path.suffix.lower() in {".parquet", ".pq"} else FileFormat.CSV for path in paths}
    if len(formats) > 1:
        raise SourceError("A302", f"`{source.name}`: {source.file} names CSV and Parquet files", hint="use one kind")
    return formats.pop()


def _columns(source: Source, paths: tuple[Path, ...], headers: tuple[Header, ...]) -> list[Mapping[str, ColumnType]]:
    if headers:
        return [dict.fromkeys(each.names, ColumnType.TEXT) for each in headers]
    return [_parquet_columns(source, path) for path in paths]


def _parquet_columns(source: Source, path: Path) -> Mapping[str, ColumnType]:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise SourceError(
            "A308",
            f"{name_of(source, path)} is not a readable Parquet file",
            hint="it may be cut off or still being written; write it again and rename it when it is complete",
        ) from None
    check_names(source, path, list(schema.names))
    return {field.name: column_type(field.type) for field in schema}


def column_type(type_: pa.DataType) -> ColumnType:
    """How a test reads a column of this Arrow type."""
    if pa.types.is_dictionary(type_):
        return column_type(type_.value_type)
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return ColumnType.TEXT
    if pa.types.is_null(type_):
        return ColumnType.TEXT
    if pa.types.is_boolean(type_):
        return ColumnType.BOOLEAN
    if pa.types.is_integer(type_) or type_ in _FLOATS or pa.types.is_decimal128(type_):
        return ColumnType.NUMBER
    if pa.types.is_date(type_):
        return ColumnType.DATE
    return ColumnType.INSTANT if pa.types.is_timestamp(type_) else ColumnType.OTHER
