"""Which columns of which source a project uses; nothing else is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consentric.model.conditions import audiences_in
from consentric.model.project import ColumnRef, KeyKind, Project, Source
from consentric.selection.looks import looks, row_looks


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
        of_only = (look.column for look in row_looks(name, source.only))
        cells.setdefault(name, set()).update(each for each in of_only if each is not None)
    return {
        name: _use(project, source, cells.get(name, set()))
        for name, source in project.sources.items()
        if source.people or name in named
    }


def sources_of(project: Project, key: str) -> frozenset[str]:
    """The sources that the rule of an audience reads, and those of the audiences that it names."""
    read: set[str] = set()
    seen, ahead = {key}, [key]
    while ahead:
        who = project.audiences[ahead.pop()].who
        read.update(look.source for look in looks(who))
        ahead += [each for each in audiences_in(who) if each not in seen]
        seen.update(ahead)
    return frozenset(read)


def _cells(project: Project) -> dict[str, set[str]]:
    cells: dict[str, set[str]] = {}
    for audience in project.audiences.values():
        for look in looks(audience.who):
            cells.setdefault(look.source, set()).update({look.column} if look.column is not None else set())
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
