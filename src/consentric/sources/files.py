"""Finds the files of a source, checks them before anything else happens, and says what they hold.

Nothing is sniffed: encoding, delimiter and quote are what the YAML says. No error shows a cell.
"""

from __future__ import annotations

import csv
import glob
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from consentric.errors import SourceError, Stopped
from consentric.model.project import Source
from consentric.model.scan import ColumnType, FileFormat, FileScan, Fingerprint

_HEADER_BYTES: Final = 1 << 20
_OTHER_DELIMITERS: Final = ",;\t|"


def open_files(source: Source, root: Path) -> FileScan:
    """The checked files of a source. Raises SourceError (a file, header or column is wrong) or Stopped (empty)."""
    paths = _find(source, root)
    format_ = _format(source, paths)
    columns = [_columns(source, format_, path) for path in paths]
    for path, found in zip(paths[1:], columns[1:], strict=True):
        if found != columns[0]:
            raise SourceError(
                "A310",
                f"{_name(source, path)} does not have the same columns as {paths[0].name}",
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
    if not path.exists():
        raise SourceError(
            "A301",
            f"{_name(source, path)} is not there",
            hint=f"paths are relative to the folder of the audiences file; looked in {path.parent}",
        )
    if not path.is_file():
        raise SourceError("A302", f"{_name(source, path)} is not a file", hint="name a CSV or Parquet file")
    if path.stat().st_size == 0:
        raise _empty(source, path)


def _empty(source: Source, path: Path) -> Stopped:
    return Stopped(
        "A303",
        f"{_name(source, path)} is empty",
        hint="an export probably failed; nothing was sent and nobody was removed. Run again when it is complete",
    )


def _name(source: Source, path: Path) -> str:
    return f"`{source.name}`: {path.name}"


def _format(source: Source, paths: tuple[Path, ...]) -> FileFormat:
    formats = {FileFormat.PARQUET if path.suffix.lower() in {".parquet", ".pq"} else FileFormat.CSV for path in paths}
    if len(formats) > 1:
        raise SourceError("A302", f"`{source.name}`: {source.file} names CSV and Parquet files", hint="use one kind")
    return formats.pop()


def _columns(source: Source, format_: FileFormat, path: Path) -> Mapping[str, ColumnType]:
    match format_:
        case FileFormat.PARQUET:
            return _parquet_columns(source, path)
        case FileFormat.CSV:
            return dict.fromkeys(_csv_header(source, path), ColumnType.TEXT)


def _parquet_columns(source: Source, path: Path) -> Mapping[str, ColumnType]:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise SourceError(
            "A308",
            f"{_name(source, path)} is not a readable Parquet file",
            hint="it may be cut off or still being written; write it again and rename it when it is complete",
        ) from None
    return {field.name: column_type(field.type) for field in schema}


def column_type(type_: pa.DataType) -> ColumnType:
    """How a test reads a column of this Arrow type."""
    if pa.types.is_dictionary(type_):
        return column_type(type_.value_type)
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return ColumnType.TEXT
    if pa.types.is_boolean(type_):
        return ColumnType.BOOLEAN
    if pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return ColumnType.NUMBER
    if pa.types.is_date(type_):
        return ColumnType.DATE
    return ColumnType.INSTANT if pa.types.is_timestamp(type_) else ColumnType.OTHER


def _csv_header(source: Source, path: Path) -> list[str]:
    with path.open("rb") as file:
        start = file.read(_HEADER_BYTES)
    text = _decode_start(source, path, start)
    try:
        dialect = source.dialect
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote)
        header = next(lines, [])
    except csv.Error:
        header = []
    names = [name.strip() for name in header]
    if not any(names):
        raise SourceError(
            "A303", f"{_name(source, path)} has no header line", hint="the first line must name the columns"
        )
    _check_names(source, path, names)
    return names


def _decode_start(source: Source, path: Path, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) and "16" not in source.dialect.encoding:
        raise _encoding(
            source, path, "it begins like UTF-16", "write `encoding: utf-16` on the source, or save it as UTF-8"
        )
    encoding = (
        "utf-8-sig"
        if source.dialect.encoding.lower().replace("_", "-") in {"utf-8", "utf8"}
        else source.dialect.encoding
    )
    line_end = max(start.find(b"\n"), start.find(b"\r"))
    try:
        return start.decode(encoding, errors="strict" if len(start) < _HEADER_BYTES else "ignore")
    except (UnicodeDecodeError, LookupError):
        try:
            return start[: max(line_end, 0)].decode(encoding)
        except (UnicodeDecodeError, LookupError):
            raise _encoding(
                source, path, f"its header is not {source.dialect.encoding}", "name its `encoding:`"
            ) from None


def _encoding(source: Source, path: Path, what: str, hint: str) -> SourceError:
    return SourceError("A305", f"{_name(source, path)} cannot be read: {what}", hint=hint)


def _check_names(source: Source, path: Path, names: list[str]) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise SourceError(
            "A304",
            f"{_name(source, path)} has {len(doubled)} column name(s) twice, first the {names.index(doubled[0]) + 1}th",
            hint="every column needs a name of its own",
        )
    if len(names) == 1:
        other = next(
            (each for each in _OTHER_DELIMITERS if each != source.dialect.delimiter and each in names[0]), None
        )
        if other is not None:
            raise SourceError(
                "A306",
                f"{_name(source, path)} seems to be separated by {_spell(other)}",
                hint=f"write `delimiter: {_quoted(other)}` on the source",
            )


def _spell(delimiter: str) -> str:
    return {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}[delimiter]


def _quoted(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'
