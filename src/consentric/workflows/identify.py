"""`identify`: what a platform would get of each cell of a file, or why it would get nothing. Contacts nobody, sends nothing."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from consentric.engine.identified import Identification, Tally, Wanted, identified
from consentric.errors import SourceError, Stopped, UsageError
from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.recipes import RECIPES, Leaves
from consentric.model.figures import counted, grouped
from consentric.model.identified import Identified, IdentifiedColumn, WholeKey
from consentric.model.project import CsvDialect, Platform, Source
from consentric.model.scan import FileFormat, FileScan
from consentric.sources.files import open_files
from consentric.sources.rows import Reading
from consentric.workflows.foreign_columns import Columns, choose_columns, whole_keys
from consentric.workflows.opening import Shell
from consentric.workflows.private_file import private_file

_ARGUMENT: Final = "FILE"
_RAGGED: Final = 0.1
_HINTS: Final = {
    "A301": "name a CSV or Parquet file",
    "A302": "name a CSV or Parquet file",
    "A303": "the first line must name the columns, the others are rows",
    "A305": "say how it is written, for example `--encoding latin-1` or `--encoding utf-16`, or save it as UTF-8",
    "A306": 'say what stands between its cells: `--delimiter ";"`, `","`, `"|"` or `tab`',
}
"""Where the error of a source says what to write into the audiences file."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for. `named` are pairs of a field and a column."""

    file: Path
    platform: Platform
    country: str | None
    out: Path | None
    named: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()
    dialect: CsvDialect = CsvDialect()
    shows: bool = False
    overwrites: bool = False


def run(shell: Shell, request: Request) -> Identified:
    """Raises UsageError, SourceError (the file is wrong), Stopped (it changed while it was read)."""
    country = _country(request.country)
    _check_out(request)
    shell.progress.stage(f"reading {request.file.name}")
    scan = _open(request)
    recipe = RECIPES[request.platform]
    columns = choose_columns(scan, recipe, request.named)
    whole = whole_keys(recipe, columns, country_is_assumed=country is not None)
    asked = Identification(columns.wanted, columns.country, country, request.kept, request.shows, whole)
    schema = _schema(request, scan, asked)
    reading, tally = Reading(scan, asked.columns), Tally()
    _write(shell, request, schema, _batches(reading, asked, tally))
    return _told(shell, request, country, columns, asked, tally, reading)


def _batches(reading: Reading, asked: Identification, tally: Tally) -> Iterator[pa.RecordBatch]:
    try:
        for batch in reading.batches():
            yield from identified(batch, asked, tally)
    except SourceError as error:
        raise _as_options(error) from None
    if reading.ragged > _RAGGED * (reading.rows + reading.ragged):
        raise SourceError(
            "A311",
            f"{grouped(reading.ragged)} of {counted(reading.rows + reading.ragged, 'row')} have too many or too few cells",
            hint="the file is damaged, or its `--delimiter` or `--quote` is another one",
        )


def _write(shell: Shell, request: Request, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """Into the file that was asked for; where none was, the batches are only counted."""
    with ExitStack() as stack:
        writer = None
        if request.out is not None:
            file = stack.enter_context(private_file(request.out))
            writer = stack.enter_context(pq.ParquetWriter(file, schema, compression="zstd"))
        for batch in batches:
            if writer is not None:
                writer.write_batch(batch)
            shell.checkpoint("identified")
        if writer is not None:
            writer.close()
            _check_new(request)
            shell.checkpoint("before_its_name")


def _told(
    shell: Shell,
    request: Request,
    country: str | None,
    columns: Columns,
    asked: Identification,
    tally: Tally,
    reading: Reading,
) -> Identified:
    return Identified(
        file=request.file.name,
        at=shell.clock.now(),
        platform=request.platform,
        country=country,
        rows=tally.rows,
        left_out=reading.ragged,
        columns=tuple(_column(each, tally) for each in asked.wanted),
        whole=tuple(_whole(request.platform, asked, tally)),
        not_sent=columns.not_sent,
        out=None if request.out is None else str(request.out),
        kept=request.kept,
        in_clear=() if request.out is None else _in_clear(asked, columns),
        shows_contacts=asked.shows or any(name in columns.recognised for name in asked.kept),
    )


def _column(wanted: Wanted, tally: Tally) -> IdentifiedColumn:
    name = wanted.written_as
    reasons = {reason: tally.unusable[name, reason] for reason in Unusable if tally.unusable[name, reason]}
    return IdentifiedColumn(
        column=wanted.column,
        written_as=name,
        field=wanted.ingredient.field.value,
        sent_as=wanted.ingredient.sent_as,
        hashed=wanted.ingredient.leaves is Leaves.HASHED,
        usable=tally.usable[name],
        unusable={reason.value: count for reason, count in reasons.items()},
    )


def _whole(platform: Platform, asked: Identification, tally: Tally) -> Iterator[WholeKey]:
    there = {each.name for each in asked.whole}
    for key in RECIPES[platform].match_keys:
        if len(key.parts) > 1:
            fields = tuple(part.field.value for part in key.parts)
            yield WholeKey(key.name, fields, tally.whole[key.name] if key.name in there else None)


def _in_clear(asked: Identification, columns: Columns) -> tuple[str, ...]:
    """The columns of the answer that say of somebody what they are called or how they are reached."""
    found = [name for name in asked.kept if name in columns.recognised]
    for each in asked.wanted:
        value, _, *normalised = asked.names(each)
        found += [value] if each.ingredient.leaves is Leaves.IN_CLEAR else []
        found += normalised
    return tuple(found)


def _country(text: str | None) -> str | None:
    found = None if text is None else rules.country(text)
    if isinstance(found, Unusable):
        raise UsageError("A950", "--country names no country", hint="write its two letters, such as `--country DK`")
    return found


def _check_out(request: Request) -> None:
    """Before anything is read: the answer has a place, and nothing is lost there."""
    if request.out is None:
        if request.kept or request.shows:
            raise UsageError(
                "A941", "--keep and --show-normalised are about the file that --out names", hint="add --out OUT.parquet"
            )
        return
    if request.out.suffix.lower() not in {".parquet", ".pq"}:
        raise UsageError(
            "A951", "--out must name a Parquet file: hashes of customers are never shown", hint="end it in `.parquet`"
        )
    if request.out.exists() and request.file.exists() and request.out.samefile(request.file):
        raise UsageError("A941", "--out would overwrite the file that is read", hint="name another file")
    _check_new(request)


def _check_new(request: Request) -> None:
    out = request.out
    if out is None or not (out.exists() or out.is_symlink()):
        return
    if not out.is_file():
        raise UsageError("A951", f"`{out}` is there, and is not a file", hint="name a file that does not exist yet")
    if not request.overwrites:
        raise UsageError("A951", f"`{out}` is there already", hint="name another file, or say --force to replace it")


def _open(request: Request) -> FileScan:
    """The file, as a source of its own. An empty one is wrong, and no accident of a night."""
    path = str(request.file)
    try:
        return open_files(
            Source(_ARGUMENT, glob.escape(path) if request.file.exists() else path, (), request.dialect), Path()
        )
    except (SourceError, Stopped) as error:
        raise _as_options(error) from None


def _as_options(error: SourceError | Stopped) -> SourceError:
    return SourceError(error.code, error.message, hint=_HINTS.get(error.code, error.hint))


def _schema(request: Request, scan: FileScan, asked: Identification) -> pa.Schema:
    missing = [name for name in request.kept if name not in scan.columns]
    if missing:
        raise SourceError("A340", "--keep names a column that the file does not have", hint="write it as the file does")
    if scan.format is FileFormat.PARQUET:
        there = pq.read_schema(scan.paths[0])
        kept = [pa.field(name, there.field(name).type) for name in asked.kept]
    else:
        kept = [pa.field(name, pa.string()) for name in asked.kept]
    schema = asked.schema(kept)
    if len(set(schema.names)) < len(schema.names):
        raise UsageError(
            "A941",
            "--keep names a column that is called like one of the answer",
            hint="rename it in the file, or leave it",
        )
    return schema
