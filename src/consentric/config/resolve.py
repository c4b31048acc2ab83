"""The second pass, once the columns of the data are known: every column must exist, bare ones find their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from consentric.config.build import kind_of
from consentric.config.columns import check_contact
from consentric.config.load import Loaded
from consentric.config.problems import Problems, did_you_mean, listed
from consentric.config.references import Reference
from consentric.errors import ConfigError
from consentric.model.conditions import All, Any, Condition, Field, Not
from consentric.model.project import ColumnRef, Identifiers, Project, Source
from consentric.model.scan import ColumnType

Columns = Mapping[str, Mapping[str, ColumnType]]

_MOST_NAMES = 8


def resolve(loaded: Loaded, columns: Columns) -> Project:
    """The project with every column found. Sources that are not among `columns` are not looked at."""
    problems = Problems(loaded.document)
    project = _with_identifiers(loaded.project, columns)
    homes = {each.column: _home(each, project, columns, problems) for each in _bare(loaded)}
    for reference in loaded.document.references:
        if reference.source is not None:
            _check(reference, reference.source, columns, problems)
    check_contact(_found(loaded, homes), _contact_columns(project), problems)
    if problems.failed:
        raise ConfigError(problems.sorted())
    audiences = {key: replace(each, who=_at_home(each.who, homes)) for key, each in project.audiences.items()}
    return replace(project, audiences=audiences)


def _bare(loaded: Loaded) -> tuple[Reference, ...]:
    return tuple(each for each in loaded.document.references if each.source is None)


def _home(reference: Reference, project: Project, columns: Columns, problems: Problems) -> str | None:
    """The one source of known things that has a bare column."""
    facts = [name for name, source in project.sources.items() if source.at is None and name in columns]
    homes = [name for name in facts if reference.column in columns[name]]
    if len(homes) == 1:
        return homes[0]
    if homes:
        hint = f"write {listed(f'{name}.{reference.column}' for name in homes)}"
        message = f"`{reference.column}` is a column of {listed(homes, 'and')}"
        problems.error("A205", reference.path, message, hint)
        return None
    known = {column: f"{name}.{column}" for name in facts for column in columns[name]}
    near = did_you_mean(reference.column, known)
    hint = f"did you mean `{known[near.split('`')[1]]}`?" if near else "write `source.column`"
    problems.error("A202", reference.path, f"no source has a column `{reference.column}`", hint)
    return None


def _check(reference: Reference, source: str, columns: Columns, problems: Problems) -> None:
    if source not in columns or reference.column in columns[source]:
        return
    known = tuple(columns[source])
    shown = ", ".join(known[:_MOST_NAMES]) + (", …" if len(known) > _MOST_NAMES else "")
    hint = did_you_mean(reference.column, known, f"its columns: {shown}")
    problems.error("A202", reference.path, f"`{source}` has no column `{reference.column}`", hint)


def _found(loaded: Loaded, homes: Mapping[str, str | None]) -> list[Reference]:
    """The references with the sources of bare columns filled in."""
    return [
        replace(each, source=homes.get(each.column)) if each.source is None else each
        for each in loaded.document.references
    ]


def _contact_columns(project: Project) -> frozenset[tuple[str, str]]:
    identifiers = project.identifiers
    named = (
        *identifiers.email,
        *identifiers.phone,
        *identifiers.first_name,
        *identifiers.last_name,
        *identifiers.mobile_id,
    )
    keys = {(source.name, key.column) for source in project.sources.values() for key in source.keys}
    return frozenset(keys | {(each.source, each.column) for each in named})


def _with_identifiers(project: Project, columns: Columns) -> Project:
    """Where the file names no identifiers: columns called email and phone, in sources that make people."""
    if project.identifiers.declared:
        return project
    makers = [source.name for source in project.sources.values() if source.at is None and source.people]
    identifiers = Identifiers(
        email=_called("email", makers, columns), phone=_called("phone", makers, columns), declared=False
    )
    sources = {name: _with_kinds(source, identifiers) for name, source in project.sources.items()}
    return replace(project, identifiers=identifiers, sources=sources)


def _called(name: str, sources: list[str], columns: Columns) -> tuple[ColumnRef, ...]:
    return tuple(
        ColumnRef(source, column)
        for source in sources
        for column in columns.get(source, {})
        if column.strip().casefold() == name
    )


def _with_kinds(source: Source, identifiers: Identifiers) -> Source:
    keys = tuple(
        replace(key, kind=kind_of(key.name, ColumnRef(source.name, key.column), identifiers)) for key in source.keys
    )
    return replace(source, keys=keys)


def _at_home(condition: Condition, homes: Mapping[str, str | None]) -> Condition:
    """The condition with the source of each bare column in its place."""
    match condition:
        case Field(source=None, column=column):
            return replace(condition, source=homes[column])
        case All(parts):
            return All(tuple(_at_home(part, homes) for part in parts))
        case Any(parts):
            return Any(tuple(_at_home(part, homes) for part in parts))
        case Not(part):
            return Not(_at_home(part, homes))
        case _:
            return condition
