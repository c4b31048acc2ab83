"""Who is who: rows that share a value of a key are one person.

Rows of sources that make people are joined through their keys, transitively. A value that more than 20 others hold
joins nobody. Rows of the other sources belong to the person of their first key that is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from judge import contacts
from judge.cells import text_of
from judge.document import Column, Document, Source
from judge.tables import Row

CROWD: Final = 20
Value: TypeAlias = tuple[str, str]  # name of a key, value in its normal form


@dataclass(slots=True, eq=False)
class Person:
    """`units` are the values of the primary key; without any, the person is one unit. Rows are by source name."""

    name: str
    units: tuple[Value, ...]
    rows: dict[str, list[Row]]

    def __repr__(self) -> str:
        return self.name


@dataclass(slots=True)
class Population:
    """`owners` are, of each value, the primary keys whose own rows hold it."""

    persons: list[Person]
    by_value: dict[Value, Person]
    owners: Mapping[Value, set[Value]]
    crowded: set[Value] = field(default_factory=set)


class Identity:
    """Reads the keys of rows."""

    def __init__(self, document: Document) -> None:
        self._kinds = document.key_kinds
        self._countries = document.identifiers["country"]
        self._assumed = document.assume_country
        self.primary = primary_key(document.sources.values())

    def values(self, row: Row) -> list[Value]:
        """The usable keys of a row, in the order of its source."""
        found = ((key.name, self._normal(row, key.name, key.column)) for key in row.source.keys)
        return [(name, value) for name, value in found if value is not None]

    def _normal(self, row: Row, name: str, column: str) -> str | None:
        text = text_of(row.cell(column))
        if text is None:
            return None
        match self._kinds.get(name):
            case "email":
                return contacts.email(text)
            case "phone":
                return contacts.phone(text, region_of(row, self._countries, self._assumed))
            case _:
                return text


def region_of(row: Row, countries: Iterable[Column], assumed: str | None) -> str | None:
    """The country of a row, else the assumed one. A row that names what is no country has none."""
    own = (text_of(row.cell_if_any(each.column)) for each in countries if each.source == row.source.name)
    named = [text for text in own if text is not None and not contacts.says_nothing(text)]
    return contacts.country(named[0] if named else assumed)


def primary_key(sources: Iterable[Source]) -> str:
    """The first key of the first source that makes people of what we know, else of the first that makes people."""
    makers = [source for source in sources if source.people and source.keys]
    known = [source for source in makers if source.at is None]
    return (known or makers)[0].keys[0].name


def form_people(document: Document, tables: Mapping[str, Sequence[Row]]) -> Population:
    identity = Identity(document)
    makers = [row for name, source in document.sources.items() if source.people for row in tables[name]]
    held = [(row, identity.values(row)) for row in makers]
    crowded = _crowded(values for _, values in held)
    joined = _Joined()
    for _, values in held:
        joined.join([value for value in values if value not in crowded])

    rows: defaultdict[Value, list[Row]] = defaultdict(list)
    owners: defaultdict[Value, set[Value]] = defaultdict(set)
    for row, values in held:
        usable = [value for value in values if value not in crowded]
        if usable:
            rows[joined.root(usable[0])].append(row)
            for primary in usable:
                if primary[0] == identity.primary:
                    for value in usable:
                        owners[value].add(primary)
    persons = {root: _person(joined.members(root), identity.primary, rows[root]) for root in rows}
    by_value = {value: persons[joined.root(value)] for value in joined}
    population = Population(list(persons.values()), by_value, owners, crowded)
    _attach(document, tables, identity, population)
    return population


def known_value(identity: Identity, population: Population, row: Row) -> Value | None:
    """The first key of a row that some person has."""
    return next((value for value in identity.values(row) if value in population.by_value), None)


def _crowded(rows: Iterable[Sequence[Value]]) -> set[Value]:
    holders: defaultdict[Value, set[Value]] = defaultdict(set)
    for values in rows:
        for value in values[1:]:
            if value[0] != values[0][0]:
                holders[value].add(values[0])
    return {value for value, others in holders.items() if len(others) > CROWD}


def _attach(
    document: Document, tables: Mapping[str, Sequence[Row]], identity: Identity, population: Population
) -> None:
    for name, source in document.sources.items():
        if not source.people:
            for row in tables[name]:
                value = known_value(identity, population, row)
                if value is not None:
                    population.by_value[value].rows.setdefault(name, []).append(row)


def _person(values: Sequence[Value], primary: str, rows: Sequence[Row]) -> Person:
    units = tuple(sorted((value for value in values if value[0] == primary), key=_rank))
    name, value = units[0] if units else min(values, key=_rank)
    by_source: dict[str, list[Row]] = {}
    for row in rows:
        by_source.setdefault(row.source.name, []).append(row)
    return Person(f"{name}={value}", units, by_source)


def _rank(value: Value) -> tuple[bool, int, str, str]:
    """Numbers as numbers, and before text."""
    name, text = value
    number = text.isascii() and text.isdecimal()
    return (not number, int(text) if number else 0, text, name)


class _Joined:
    """Sets of values that belong together (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[Value, Value] = {}
        self._members: dict[Value, list[Value]] = {}

    def __iter__(self) -> Iterator[Value]:
        return iter(self._parent)

    def root(self, value: Value) -> Value:
        while self._parent[value] != value:
            self._parent[value] = value = self._parent[self._parent[value]]
        return value

    def members(self, root: Value) -> list[Value]:
        return self._members[root]

    def join(self, values: Sequence[Value]) -> None:
        for value in values:
            if value not in self._parent:
                self._parent[value] = value
                self._members[value] = [value]
            self._unite(self.root(values[0]), self.root(value))

    def _unite(self, one: Value, other: Value) -> None:
        if one != other:
            large, small = sorted((one, other), key=lambda root: -len(self._members[root]))
            self._parent[small] = large
            self._members[large] += self._members.pop(small)
