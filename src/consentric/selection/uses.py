"""Which columns of which source a project uses; nothing else is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from consentric.model.conditions import (
    All,
    Any,
    Condition,
    Did,
    DidNot,
    Field,
    Not,
    RowAll,
    RowAny,
    RowCondition,
    RowNot,
    RowTest,
)
from consentric.model.project import ColumnRef, KeyKind, Project, Source


@dataclass(frozen=True, slots=True)
class SourceUse:
    """`cells` are the columns that some condition or the consent rules look at, `contacts` those that name people.

    `prehashed`: e-mails and phones that are hashes already; `beside_hashed`: some source of the project has such.
    """

    source: Source
    cells: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    first_name: str | None
    last_name: str | None
    city: str | None
    state: str | None
    postcode: str | None
    country: str | None
    birth_date: str | None
    gender: str | None
    mobile_ids: tuple[str, ...] = ()
    prehashed: frozenset[str] = frozenset()
    beside_hashed: bool = False

    @property
    def contacts(self) -> frozenset[str]:
        """Columns whose cells never go into set work as they are."""
        keys = (key.column for key in self.source.keys)
        names = {*self.emails, *self.phones, *self.mobile_ids, self.first_name, self.last_name, *keys}
        return frozenset(name for name in names if name is not None)

    @property
    def counted(self) -> tuple[str, ...]:
        """The columns whose unusable cells are counted."""
        return (*self.emails, *self.phones, *self.mobile_ids)

    @property
    def aliases(self) -> Mapping[str, str]:
        """Short names of contact columns in set work: a column may be called anything, also like a result."""
        emails = {name: f"e{place}" for place, name in enumerate(self.emails)}
        mobiles = {name: f"m{place}" for place, name in enumerate(self.mobile_ids)}
        return mobiles | emails | {name: f"p{place}" for place, name in enumerate(self.phones)}

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that is read of the source."""
        source = self.source
        extra = [name for name in (source.at, source.event, *self.places.values()) if name is not None]
        return tuple(dict.fromkeys([*sorted(self.contacts), *extra, *self.cells]))

    @property
    def places(self) -> Mapping[str, str | None]:
        """The columns of what only goes along with a match key, under the kernel's names for them; names left out."""
        return {
            "city": self.city,
            "state": self.state,
            "postcode": self.postcode,
            "country": self.country,
            "birth_date": self.birth_date,
            "gender": self.gender,
        }


def uses(project: Project) -> Mapping[str, SourceUse]:
    """The sources in use: all that make people, and whatever an audience, an identifier or the consent rules name."""
    cells = _cells(project)
    named = {*cells, project.consent.source, *(ref.source for ref in _identifier_refs(project))}
    for name, source in project.sources.items():
        cells.setdefault(name, set()).update(_row_columns(source.only))
    return {
        name: _use(project, source, cells.get(name, set()))
        for name, source in project.sources.items()
        if source.people or name in named
    }


def sources_of(condition: Condition) -> frozenset[str]:
    """The sources that a rule reads."""
    return frozenset(source for source, _ in columns_of(condition))


def columns_of(condition: Condition) -> Iterator[tuple[str, str | None]]:
    """Pairs of source and column; the column is None where only the rows count."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from columns_of(part)
        case Not(part):
            yield from columns_of(part)
        case Field(source, column, _):
            assert source is not None
            yield source, column
        case Did(source, _, where, measure, _, _):
            yield source, measure.column
            yield from ((source, column) for column in _row_columns(where))
        case DidNot(source, _, where, _):
            yield source, None
            yield from ((source, column) for column in _row_columns(where))
        case _:
            assert_never(condition)


def _row_columns(condition: RowCondition | None) -> Iterator[str]:
    match condition:
        case None:
            return
        case RowTest(column, _):
            yield column
        case RowAll(parts) | RowAny(parts):
            for part in parts:
                yield from _row_columns(part)
        case RowNot(part):
            yield from _row_columns(part)
        case _:
            assert_never(condition)


def _cells(project: Project) -> dict[str, set[str]]:
    cells: dict[str, set[str]] = {}
    for audience in project.audiences.values():
        for source, column in columns_of(audience.who):
            cells.setdefault(source, set()).update({column} if column is not None else set())
    consent = project.consent
    words = {purpose.column for purpose in consent.purposes}
    extra = {consent.given_at, consent.withdrawn_at, consent.proof.column} - {None}
    cells.setdefault(consent.source, set()).update(words, (each for each in extra if each is not None))
    return cells


def _identifier_refs(project: Project) -> Iterable[ColumnRef]:
    known = project.identifiers
    people = (*known.email, *known.phone, *known.mobile_id, *known.first_name, *known.last_name)
    return (*people, *known.city, *known.state, *known.postcode, *known.country, *known.birth_date, *known.gender)


def _use(project: Project, source: Source, cells: set[str]) -> SourceUse:
    known = project.identifiers
    emails = [key.column for key in source.keys if key.kind is KeyKind.EMAIL] + _of(source, known.email)
    phones = [key.column for key in source.keys if key.kind is KeyKind.PHONE] + _of(source, known.phone)
    return SourceUse(
        source=source,
        cells=tuple(sorted(cells)),
        emails=tuple(dict.fromkeys(emails)),
        phones=tuple(dict.fromkeys(phones)),
        first_name=_first(_of(source, known.first_name)),
        last_name=_first(_of(source, known.last_name)),
        city=_first(_of(source, known.city)),
        state=_first(_of(source, known.state)),
        postcode=_first(_of(source, known.postcode)),
        country=_first(_of(source, known.country)),
        birth_date=_first(_of(source, known.birth_date)),
        gender=_first(_of(source, known.gender)),
        mobile_ids=tuple(dict.fromkeys(_of(source, known.mobile_id))),
        prehashed=frozenset(_of(source, known.prehashed)),
        beside_hashed=bool(known.prehashed),
    )


def _of(source: Source, refs: Iterable[ColumnRef]) -> list[str]:
    return [ref.column for ref in refs if ref.source == source.name]


def _first(names: list[str]) -> str | None:
    return names[0] if names else None
