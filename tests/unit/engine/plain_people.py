"""Who is who, who consented and what may be sent, in plain Python: written from the documentation, not from the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from consentric.model.people import GRANTED, Reason
from consentric.model.project import ColumnRef, ConsentRules, Key, KeyKind, Purpose, Source

from .plain import earlier, filled, fold, instant
from .room import COPENHAGEN, Cell, Row, Rows, digest

CROWD: Final = 20
Value = tuple[str, str]
State = Reason | str
_ORDER: Final = (*Reason, GRANTED)
_STRICT: Final = (Reason.WITHDREW, Reason.REFUSED, Reason.UNCLEAR, GRANTED)


@dataclass(frozen=True, slots=True)
class Person:
    """`values` are keys; `units` the primary ones among them, or none."""

    values: frozenset[Value]
    units: frozenset[Value]
    rows: Mapping[str, Sequence[Row]]


def email_form(cell: Cell) -> str | None:
    """The identity of the simple addresses that tests use; whatever else there is has none."""
    text = str(cell).strip().lower() if cell is not None else ""
    local, at, domain = text.partition("@")
    return text if local and at and "." in domain and " " not in text else None


def key_value(key: Key, row: Row) -> Value | None:
    cell = row.get(key.column)
    if key.kind is KeyKind.EMAIL:
        form = email_form(cell)
        return None if form is None else (key.name, form)
    text = "" if cell is None else str(cell).strip()
    return (key.name, text) if text else None


def value_digest(value: Value) -> bytes:
    name, text = value
    return digest("email", text) if name == "email" else digest("text", f"{name}\n{text}")


def form_people(sources: Sequence[Source], rows: Rows, primary: str) -> list[Person]:
    """Rows that share a value are one person; a value that more than 20 people have joins nobody."""
    held = [
        [value for value in (key_value(key, row) for key in source.keys) if value is not None]
        for source in sources
        if source.people
        for row in rows[source.name]
    ]
    holders: defaultdict[Value, set[Value]] = defaultdict(set)
    for values in held:
        for value in values[1:]:
            holders[value].add(values[0])
    crowds = {value for value, who in holders.items() if len(who) > CROWD}
    groups = union([[value for value in values if value not in crowds] for values in held])
    by_value = {value: number for number, group in enumerate(groups) for value in group}
    mine: dict[int, dict[str, list[Row]]] = {
        number: {each.name: [] for each in sources} for number in range(len(groups))
    }
    for source in sources:
        for row in rows[source.name]:
            known = (by_value.get(value) for value in (key_value(key, row) for key in source.keys) if value is not None)
            number = next((each for each in known if each is not None), None)
            if number is not None:
                mine[number][source.name].append(row)
    return [
        Person(frozenset(group), frozenset(value for value in group if value[0] == primary), mine[number])
        for number, group in enumerate(groups)
    ]


def union(edges: Iterable[Sequence[Value]]) -> list[set[Value]]:
    """The groups of values that stand on a line together, directly or through others."""
    parent: dict[Value, Value] = {}

    def root(value: Value) -> Value:
        parent.setdefault(value, value)
        while parent[value] != value:
            parent[value] = parent[parent[value]]
            value = parent[value]
        return value

    for line in edges:
        for value in line:
            parent[root(value)] = root(line[0])
    groups: defaultdict[Value, set[Value]] = defaultdict(set)
    for value in list(parent):
        groups[root(value)].add(value)
    return list(groups.values())


def state_of(
    person: Person,
    people: Sequence[Person],
    sources: Sequence[Source],
    rules: ConsentRules,
    needed: Iterable[str],
    rows: Rows,
    now: datetime,
) -> State:
    """The first reason against over all primary keys and purposes, or granted."""
    units: Sequence[Value | None] = sorted(person.units) or [None]
    purposes = [each for each in rules.purposes if each.name in needed]
    found = [
        newest(
            [row for row in rows[rules.source] if concerns(row, unit, person, people, sources, rules)], rules, each, now
        )
        for unit in units
        for each in purposes
    ]
    return min(found, key=_ORDER.index)


def concerns(
    row: Row,
    unit: Value | None,
    person: Person,
    people: Sequence[Person],
    sources: Sequence[Source],
    rules: ConsentRules,
) -> bool:
    """Under which primary key, or person, a consent row is recorded."""
    source = next(each for each in sources if each.name == rules.source)
    everybody = {value for each in people for value in each.values}
    primary = {value[0] for each in people for value in each.units}
    values = [
        value for value in (key_value(key, row) for key in source.keys) if value is not None and value in everybody
    ]
    own = [value for value in values if value[0] in primary]
    if own:
        return own[0] == unit
    if not values or values[0] not in person.values:
        return False
    owners = {
        unit for each in sources if each.people for unit in _owners(each, rows=person.rows[each.name], value=values[0])
    }
    return unit in owners if owners & person.units else unit is None or len(person.units) == 1


def _owners(source: Source, rows: Sequence[Row], value: Value) -> Iterable[Value]:
    for row in rows:
        values = [found for found in (key_value(key, row) for key in source.keys) if found is not None]
        if value in values:
            yield from values


def newest(rows: Sequence[Row], rules: ConsentRules, purpose: Purpose, now: datetime) -> State:
    made = [decision for row in rows for decision in decisions(row, rules, purpose, now)]
    if not made:
        return Reason.NO_RECORD
    last = max(at for at, _ in made)
    state = min((state for at, state in made if at == last), key=_STRICT.index)
    return Reason.EXPIRED if state == GRANTED and expired(last, rules, now) else state


def decisions(row: Row, rules: ConsentRules, purpose: Purpose, now: datetime) -> Iterable[tuple[datetime, State]]:
    """A grant needs a date that has passed; what takes consent away counts now, undated or to come."""
    withdrawn = row.get(rules.withdrawn_at or "")
    if filled(withdrawn):
        yield min(instant(withdrawn, COPENHAGEN) or now, now), Reason.WITHDREW
    cell = row.get(purpose.column)
    given = row.get(rules.given_at)
    at = instant(given, COPENHAGEN)
    word = fold(str(cell)) if filled(cell) else ""
    if word in purpose.granted:
        if at is None:
            yield now, Reason.UNCLEAR
        elif at <= now:
            yield at, GRANTED
    elif word in purpose.refused:
        yield min(at or now, now), Reason.REFUSED
    elif word or filled(given):
        yield min(at or now, now), Reason.UNCLEAR


def expired(given: datetime, rules: ConsentRules, now: datetime) -> bool:
    """`valid_for` ends at an instant: the same local time, so many calendar units later."""
    if rules.valid_for is None:
        return False
    local = given.astimezone(COPENHAGEN)
    day = earlier(local.date(), -rules.valid_for.count, rules.valid_for.unit)
    ends = datetime.combine(day, local.time(), COPENHAGEN)
    return ends.astimezone(UTC) <= now


def hashes(person: Person, columns: Iterable[ColumnRef]) -> set[bytes]:
    """What a platform would find the person by: the simple addresses of tests have one form everywhere."""
    cells = (row.get(ref.column) for ref in columns for row in person.rows[ref.source])
    forms = (email_form(cell) for cell in cells)
    return {sha256(form.encode()).digest() for form in forms if form is not None}


def sendable(people: Sequence[Person], states: Sequence[State], columns: Sequence[ColumnRef]) -> list[set[bytes]]:
    """A key goes out only if all who hold it consent, and never if more than 20 do."""
    held = [hashes(person, columns) for person in people]
    holders: defaultdict[bytes, list[State]] = defaultdict(list)
    for mine, state in zip(held, states, strict=True):
        for key in mine:
            holders[key].append(state)
    good = {key for key, them in holders.items() if len(them) <= CROWD and all(each == GRANTED for each in them)}
    return [mine & good if state == GRANTED else set() for mine, state in zip(held, states, strict=True)]
