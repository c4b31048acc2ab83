"""What somebody decided: the newest decision per consent unit and purpose, and what follows for a destination."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TypeAlias

from judge.calendar import Now, after
from judge.cells import fold, instant_of, text_of
from judge.document import Consent, Document, Purpose
from judge.people import Identity, Person, Population, Value, known_value
from judge.rules import passes_only
from judge.tables import Row


class State(IntEnum):
    """The number is the order in which one reason is counted when several hold; GRANTED is none."""

    WITHDREW = 1
    REFUSED = 2
    EXPIRED = 3
    UNCLEAR = 4
    NO_RECORD = 5
    GRANTED = 6


@dataclass(frozen=True, slots=True)
class Decision:
    at: datetime
    state: State

    @property
    def rank(self) -> tuple[datetime, int]:
        """The newest wins; of one instant the strictest: withdrew, refused, unclear, granted."""
        return (self.at, -self.state)


Unit: TypeAlias = Value | Person


class ConsentBook:
    """All decisions of a consent source, by unit and purpose."""

    def __init__(self, document: Document, rows: Sequence[Row], population: Population, now: Now) -> None:
        self._consent = document.consent
        self._now = now
        self._newest: dict[tuple[Unit, str], Decision] = {}
        identity = Identity(document)
        for row in rows:
            value = known_value(identity, population, row)
            if value is None or not passes_only(row, now):
                continue
            units = _units(identity, population, value)
            for purpose, decision in _decisions(row, self._consent, now):
                for unit in units:
                    self._note(unit, purpose, decision)

    def state(self, person: Person, destination: str) -> State:
        """The first reason over all units and the purposes that a destination needs."""
        needed = self._consent.needed[destination]
        return min(self._state(unit, purpose) for unit in person.units or (person,) for purpose in needed)

    def _note(self, unit: Unit, purpose: str, decision: Decision) -> None:
        known = self._newest.get((unit, purpose))
        if known is None or decision.rank > known.rank:
            self._newest[unit, purpose] = decision

    def _state(self, unit: Unit, purpose: str) -> State:
        decision = self._newest.get((unit, purpose))
        if decision is None:
            return State.NO_RECORD
        if decision.state is State.GRANTED and self._expired(decision.at):
            return State.EXPIRED
        return decision.state

    def _expired(self, given_at: datetime) -> bool:
        valid_for = self._consent.valid_for
        return valid_for != "never" and after(given_at, valid_for, self._now.zone) <= self._now.instant


def _units(identity: Identity, population: Population, value: Value) -> Iterable[Unit]:
    """A primary key speaks for itself; another key for the primary keys whose own rows hold it, else for the person."""
    if value[0] == identity.primary:
        return [value]
    person = population.by_value[value]
    return population.owners.get(value) or person.units or [person]


def _decisions(row: Row, consent: Consent, now: Now) -> Iterator[tuple[str, Decision]]:
    withdrawn = text_of(row.cell(consent.withdrawn_at)) if consent.withdrawn_at else None
    for name, purpose in consent.purposes.items():
        if withdrawn is not None:
            at = instant_of(row.cell(str(consent.withdrawn_at)), row.source.zone, latest=True)
            yield name, Decision(_not_later(at, now), State.WITHDREW)
        decision = _word(row, purpose, consent.given_at, now)
        if decision is not None:
            yield name, decision


def _word(row: Row, purpose: Purpose, given_at: str, now: Now) -> Decision | None:
    word, dated = text_of(row.cell(purpose.column)), text_of(row.cell(given_at)) is not None
    at = instant_of(row.cell(given_at), row.source.zone)
    if word is None:
        return Decision(_not_later(at, now), State.UNCLEAR) if dated else None
    if fold(word) in map(fold, purpose.granted):
        if at is None:
            return Decision(now.instant, State.UNCLEAR)
        return Decision(at, State.GRANTED) if at <= now.instant else None
    refused = fold(word) in map(fold, purpose.refused)
    return Decision(_not_later(at, now), State.REFUSED if refused else State.UNCLEAR)


def _not_later(at: datetime | None, now: Now) -> datetime:
    """Undated and future decisions count now: they can only take away."""
    return now.instant if at is None else min(at, now.instant)


def states(
    book: ConsentBook, persons: Iterable[Person], destinations: Iterable[str]
) -> Mapping[str, dict[Person, State]]:
    """The state of everybody for every destination."""
    found: defaultdict[str, dict[Person, State]] = defaultdict(dict)
    everybody = list(persons)
    for destination in destinations:
        found[destination] = {person: book.state(person, destination) for person in everybody}
    return found
