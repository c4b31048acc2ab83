"""How every command begins: the file is read, its sources are opened and checked, the clock is settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from consentric import config
from consentric.errors import Diagnostic, SourceError, StateError, Stopped, UsageError
from consentric.ledger import Ledger, LedgerReader, Register, open_ledger, open_reader, open_register
from consentric.model.project import Project, Source
from consentric.model.scan import ColumnType, Scan
from consentric.ports import Checkpoint, Clock, Progress
from consentric.selection.catalog import Catalog, Table
from consentric.selection.uses import SourceUse, uses
from consentric.sources.files import open_files

CLOCK: Final = "CONSENTRIC_CLOCK"
ROWS: Final = "CONSENTRIC_ROWS"
KEY_FILE: Final = "CONSENTRIC_KEY_FILE"
DAMAGED: Final = frozenset({"A307", "A308"})
"""Codes of files that are what the YAML says, and broken: their owner must be told, the YAML is not to blame."""
_PLAUSIBLE: Final = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything that a workflow gets from outside."""

    file: Path
    state: Path
    env: Mapping[str, str]
    clock: Clock
    progress: Progress
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Opened:
    """A project that fits its data. `catalog` has the types under which cells are tested; `scans` are of sources in use.

    `most_rows` of a request, where a rehearsal wants them smaller than the platform takes them.
    """

    project: Project
    uses: Mapping[str, SourceUse]
    scans: Mapping[str, Scan]
    catalog: Catalog
    warnings: tuple[Diagnostic, ...]
    most_rows: int | None = None


def read_file(shell: Shell, *, contact: bool) -> config.Loaded:
    """The file alone. Raises ConfigError, and UsageError where a rehearsal would reach a real platform."""
    loaded = config.load(shell.file, shell.env, contact=contact)
    for variable in (CLOCK, ROWS):
        if shell.env.get(variable) and not loaded.project.rehearsal:
            raise UsageError(
                "A908",
                f"{variable} is set, and a destination is not on this machine",
                hint=f"rehearse with an `endpoint` on loopback for every destination, or unset {variable}",
            )
    _check_clock(shell.clock.now())
    return loaded


def open_project(shell: Shell, loaded: config.Loaded) -> Opened:
    """The file with its data: every column that is named is there. Raises ConfigError, SourceError, Stopped."""
    columns: dict[str, Mapping[str, ColumnType]] = {}
    scans: dict[str, Scan] = {}
    for name, source in loaded.project.sources.items():
        scans[name] = _open(source, loaded.project)
        columns[name] = scans[name].columns
    project = config.resolve(loaded, columns)
    used = uses(project)
    catalog = Catalog(
        tables={name: _table(use, scans[name], project.timezone) for name, use in used.items()},
        timezone=project.timezone,
        now=shell.clock.now(),
    )
    in_use = {name: scans[name] for name in used}
    return Opened(project, used, in_use, catalog, loaded.warnings, _most_rows(shell.env.get(ROWS)))


def _most_rows(value: str | None) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value)):
        raise UsageError("A905", f"{ROWS}={value[:40]} is not understood", hint="write a number of rows such as 50")
    return int(value)


def _open(source: Source, project: Project) -> Scan:
    try:
        return open_files(source, project.root)
    except SourceError as error:
        needed = source.name == project.consent.source or (source.people and source.at is None)
        if error.code in DAMAGED and needed:
            raise Stopped(error.code, error.message, hint=error.hint) from None
        raise


def age_of(scan: Scan, now: datetime) -> timedelta:
    """How old the files of a source are; a rehearsal shifts them along, so that they do not age by rehearsing."""
    return max(now - (scan.modified + (now - datetime.now(UTC))), timedelta())


def reader(shell: Shell) -> LedgerReader | None:
    return open_reader(shell.state, key_file=key_file(shell))


def ledger(shell: Shell) -> Ledger:
    return open_ledger(shell.state, key_file=key_file(shell), checkpoint=shell.checkpoint)


def begin(record: Ledger, shell: Shell, project: Project, operation: str = "sync") -> str:
    """Notes that a run is at work, and gives it a name; what happened longer ago than the record is kept for goes."""
    now = shell.clock.now()
    kept = now - project.record_kept_for.before(now)
    return record.begin_run(now, project.config_sha256, operation, keep_events=kept)


def register(shell: Shell) -> Register:
    """For suppressions, without the lock."""
    return open_register(shell.state, key_file=key_file(shell))


def key_file(shell: Shell) -> Path | None:
    """Where the install key is kept, if not in the state folder."""
    named = shell.env.get(KEY_FILE)
    return Path(named) if named else None


def _table(use: SourceUse, scan: Scan, zone: ZoneInfo) -> Table:
    types = {name: ColumnType.TEXT if name in use.contacts else type_ for name, type_ in scan.columns.items()}
    return Table(use.source.name, types, _zone(use.source, zone))


def _zone(source: Source, default: ZoneInfo) -> ZoneInfo:
    return source.timezone or default


def _check_clock(now: datetime) -> None:
    if not _PLAUSIBLE[0] <= now <= _PLAUSIBLE[1]:
        raise StateError(
            "A410",
            f"the clock says {now:%Y}: consent cannot be judged by it",
            hint="set the clock of this machine (and let it be kept by NTP), then run again",
        )
