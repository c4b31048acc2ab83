"""The judge's sentence: for every audience who fits, who is left out and why, and who is sent with which keys."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from judge.calendar import Now
from judge.consent import ConsentBook, State, states
from judge.document import Audience, Destination, Document, read_document
from judge.keys import KeyReader, sendable
from judge.people import Person, form_people
from judge.rules import Rules
from judge.tables import read_rows


class Reason(StrEnum):
    """Why somebody who fits is not sent; somebody is counted under the first that holds."""

    SUPPRESSED = "suppressed"
    WITHDREW = "withdrew"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNCLEAR = "unclear"
    NO_RECORD = "no_record"
    SHARED_KEY = "shared_key"


_REASON: Final = {
    State.WITHDREW: Reason.WITHDREW,
    State.REFUSED: Reason.REFUSED,
    State.EXPIRED: Reason.EXPIRED,
    State.UNCLEAR: Reason.UNCLEAR,
    State.NO_RECORD: Reason.NO_RECORD,
}


@dataclass(frozen=True, slots=True)
class ListJudgement:
    """One list. `reasons` maps the people who are left out for want of consent; members map to their keys."""

    destination: Destination
    name: str
    min_size: int
    reasons: Mapping[Person, Reason]
    unmatchable: frozenset[Person]
    members: Mapping[Person, frozenset[str]]

    @property
    def stopped(self) -> bool:
        """Too small: nothing is created or added."""
        return len(self.members) < self.min_size

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for keys in self.members.values() for key in keys)

    def count(self, reason: Reason) -> int:
        return sum(each is reason for each in self.reasons.values())


@dataclass(frozen=True, slots=True)
class AudienceJudgement:
    """`rule` are all who fit, `excluded` those of them whom another audience keeps out."""

    key: str
    rule: frozenset[Person]
    excluded: frozenset[Person]
    lists: Mapping[str, ListJudgement]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`keys` are all match keys of everybody by destination, `sendable` those that may leave the house at all."""

    at: datetime
    persons: tuple[Person, ...]
    audiences: Mapping[str, AudienceJudgement]
    keys: Mapping[str, Mapping[Person, tuple[str, ...]]]
    sendable: Mapping[str, Mapping[Person, frozenset[str]]]
    states: Mapping[str, Mapping[Person, State]]

    @property
    def lists(self) -> tuple[ListJudgement, ...]:
        return tuple(each for audience in self.audiences.values() for each in audience.lists.values())

    def person(self, name: str) -> Person:
        """By name: `customer_id=100001`."""
        return next(person for person in self.persons if person.name == name)


def expected(yaml_path: Path, now: datetime, environment: Mapping[str, str] = os.environ) -> Judgement:
    """Computes everything at `now` from the file and the data it names."""
    document = read_document(yaml_path, environment)
    moment = Now(now, document.zone)
    tables = {name: read_rows(source, document.folder, moment) for name, source in document.sources.items()}
    population = form_people(document, tables)
    persons = tuple(population.persons)
    book = ConsentBook(document, tables[document.consent.source], population, moment)
    consent = states(book, persons, document.destinations)
    keys, allowed = {}, {}
    for name, destination in document.destinations.items():
        reader = KeyReader(document, destination.platform)
        keys[name] = {person: tuple(reader.ordered(person)) for person in persons}
        granted = (person for person, state in consent[name].items() if state is State.GRANTED)
        allowed[name] = sendable(keys[name], granted, destination.platform)

    rules = Rules(document, moment)
    fitting = {
        key: frozenset(person for person in persons if rules.fits(person, audience.who))
        for key, audience in document.audiences.items()
    }
    verdict = Judgement(now, persons, {}, keys, allowed, consent)
    audiences = {key: _judge(document, each, fitting, verdict) for key, each in document.audiences.items()}
    return Judgement(now, persons, audiences, keys, allowed, consent)


def _judge(
    document: Document, audience: Audience, fitting: Mapping[str, frozenset[Person]], facts: Judgement
) -> AudienceJudgement:
    rule = fitting[audience.key]
    excluded = rule & frozenset().union(*(fitting[other] for other in audience.exclude))
    lists = {name: _list(audience, document.destinations[name], rule - excluded, facts) for name in audience.send_to}
    return AudienceJudgement(audience.key, rule, excluded, lists)


def _list(audience: Audience, destination: Destination, people: frozenset[Person], facts: Judgement) -> ListJudgement:
    reasons: dict[Person, Reason] = {}
    unmatchable: set[Person] = set()
    members: dict[Person, frozenset[str]] = {}
    for person in people:
        state = facts.states[destination.name][person]
        if state is not State.GRANTED:
            reasons[person] = _REASON[state]
        elif facts.sendable[destination.name][person]:
            members[person] = facts.sendable[destination.name][person]
        elif facts.keys[destination.name][person]:
            reasons[person] = Reason.SHARED_KEY
        else:
            unmatchable.add(person)
    return ListJudgement(destination, audience.name, audience.min_size, reasons, frozenset(unmatchable), members)
