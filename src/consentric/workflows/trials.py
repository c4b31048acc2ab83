"""`test`: the rules of the file over invented people, in memory. Opens no source and no record, contacts nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa

from consentric import config
from consentric.config.problems import Problems
from consentric.config.trial_files import read_trials
from consentric.engine.base import Engine
from consentric.engine.duckdb import DuckEngine
from consentric.errors import ConfigError, Diagnostic, Severity
from consentric.model.project import KeyKind, Project, Source
from consentric.model.scan import ColumnType
from consentric.model.trials import Cells, Expected, TrialFile, TrialReport
from consentric.selection.catalog import Catalog, Table
from consentric.selection.sentence import sentence
from consentric.selection.uses import SourceUse, uses
from consentric.workflows.opening import Shell, read_file

FOLDER = "tests"
_KEY = bytes(32)
_PHONES_FROM = 20_000_000


def run(shell: Shell, files: Sequence[Path], wanted: str | None) -> TrialReport:
    """What became of every expectation; with `wanted`, of those that have it in the name of their file or audience.

    Raises ConfigError where the audiences file or a test file is wrong, or where there is no test at all.
    """
    loaded = read_file(shell, contact=False)
    found = files or sorted((shell.file.parent / FOLDER).glob("*.yaml"))
    if not found:
        hint = f"write one, e.g. {FOLDER}/loyal_customers.yaml with `today:`, `people:` and `expect:`"
        raise ConfigError([Diagnostic("A250", Severity.ERROR, "there are no tests of audiences", FOLDER, hint=hint)])
    tried = 0
    failures: list[Diagnostic] = []
    for path in found:
        file, document = read_trials(path, loaded)
        chosen = [each for each in file.expected if wanted is None or wanted in f"{path} {each.audience}"]
        tried += len(chosen)
        failures += _failures(chosen, file, document, loaded) if chosen else []
    return TrialReport(len(found), tried, tuple(failures))


def _failures(
    chosen: Sequence[Expected], file: TrialFile, document: config.Document, loaded: config.Loaded
) -> tuple[Diagnostic, ...]:
    project = config.resolve(loaded, _columns(file, loaded))
    inside = _inside(project, file, dict.fromkeys(each.audience for each in chosen))
    problems = Problems(document)
    for each in chosen:
        if (each.person in inside[each.audience]) is not each.inside:
            should, is_ = ("in", "out") if each.inside else ("out", "in")
            told = f"`{each.person}` should be {should}, and is {is_} of `{each.audience}`"
            problems.error("A251", each.path, told, sentence(project.audiences[each.audience].who, file.today))
    return problems.sorted()


def _inside(project: Project, file: TrialFile, audiences: Iterable[str]) -> dict[str, set[str]]:
    """The names of those who are in each audience."""
    used = uses(project)
    engine: Engine = DuckEngine(project, _catalog(project, used, file), _KEY)
    numbers = {name: number for number, name in enumerate(file.people)}
    rows = {name: file.rows.get(name, ()) for name in used}
    home = next((name for name, use in used.items() if use.source.people and use.source.at is None), None)
    if home is not None:  # whoever is named is there, also without a row of their own
        known = {name for name, _ in rows[home]}
        rows[home] = (*rows[home], *((name, {}) for name in file.people if name not in known))
    for name, use in used.items():
        engine.load(use, [_batch(use, rows[name], numbers)])
    engine.identify(list(used.values()), frozenset())
    engine.select(project.audiences)
    return {
        key: {rows[name][number][0] for name in used for number in engine.rows_inside(key, name)} for key in audiences
    }


def _columns(file: TrialFile, loaded: config.Loaded) -> Mapping[str, Mapping[str, ColumnType]]:
    """Every column that the test or the audiences file names; a bare one that no test has lies in the first source of people."""
    project = loaded.project
    found: dict[str, dict[str, ColumnType]] = {
        name: {column: ColumnType.TEXT for _, cells in file.rows.get(name, ()) for column in cells}
        for name in project.sources
    }
    bare = []
    for reference in loaded.document.references:
        if reference.source is None:
            bare.append(reference.column)
        else:
            found[reference.source][reference.column] = ColumnType.TEXT
    facts = [source.name for source in project.sources.values() if source.at is None]
    for column in bare:
        if facts and not any(column in found[name] for name in facts):
            found[facts[0]][column] = ColumnType.TEXT
    return found


def _catalog(project: Project, used: Mapping[str, SourceUse], file: TrialFile) -> Catalog:
    """At the last moment of the day that the test names."""
    end = datetime.combine(file.today + timedelta(days=1), time(), project.timezone).astimezone(UTC)
    tables = {
        name: Table(name, dict.fromkeys(use.columns, ColumnType.TEXT), use.source.timezone or project.timezone)
        for name, use in used.items()
    }
    return Catalog(tables, project.timezone, end - timedelta(microseconds=1))


def _batch(use: SourceUse, rows: Sequence[tuple[str, Cells]], numbers: Mapping[str, int]) -> pa.RecordBatch:
    whole = [{**_keys(use.source, numbers[name], name), **cells} for name, cells in rows]
    columns = {column: pa.array([row.get(column) for row in whole], pa.string()) for column in use.columns}
    return pa.RecordBatch.from_pydict(columns)


def _keys(source: Source, number: int, name: str) -> Cells:
    """The same values of keys for all rows of a person."""
    invented = {
        KeyKind.EMAIL: f"person-{number}@people.example",
        KeyKind.PHONE: f"+45{_PHONES_FROM + number}",
        KeyKind.TEXT: name,
    }
    return {key.column: invented[key.kind] for key in source.keys}
