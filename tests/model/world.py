"""People as a shop knows them, what of them may be sent, and the accounts that a platform hides behind their keys."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from consentric.model.lists import KeyType
from consentric.model.people import NEVER_HELD_BACK, Reason
from consentric.model.project import Platform

RANK: Final = {reason: place for place, reason in enumerate(Reason)}
GRANTED: Final = 99
UNMATCHABLE: Final = -1
SUPPRESSED: Final = RANK[Reason.SUPPRESSED]
TOOK_IT_AWAY: Final = frozenset(RANK[reason] for reason in NEVER_HELD_BACK)
STANDINGS: Final = (
    *[GRANTED] * 6,
    *[RANK[Reason.WITHDREW]] * 4,
    *(RANK[each] for each in (Reason.REFUSED, Reason.EXPIRED, Reason.SUPPRESSED, Reason.UNCLEAR, Reason.NO_RECORD)),
)
MOST_KEYS: Final = 10
_MATCHED: Final = 12
KINDS: Final = {
    Platform.GOOGLE: frozenset({KeyType.EMAIL, KeyType.PHONE, KeyType.ADDRESS}),
    Platform.META: frozenset({KeyType.EMAIL, KeyType.PHONE, KeyType.MOBILE_ID}),
}
"""What each platform finds people by."""


class Key(NamedTuple):
    """A match key; names in clear stand for digests."""

    kind: int
    name: str


class Event(NamedTuple):
    """Something that happens to the data; numbers are taken modulo whoever is there, so any event can be left out."""

    what: str
    who: int
    other: int


@dataclass(slots=True)
class Person:
    """A person of the data; `joined` are the names and keys of customers that were joined into this one.

    `said` is what the consent log says, `rank` what follows once those who were erased are left out.
    """

    name: str
    human: int
    said: int
    keys: list[Key]
    lists: set[int]
    present: bool = True
    joined: list[tuple[str, list[Key]]] = field(default_factory=list)
    erased: bool = False

    @property
    def rank(self) -> int:
        return SUPPRESSED if self.erased else self.said

    @property
    def names(self) -> set[str]:
        return {self.name, *(name for name, _ in self.joined)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the planning code is told of one list: who should be on it, how everybody stands, what somebody took away."""

    desired: Mapping[str, tuple[Key, ...]]
    standing: Mapping[str, int]
    exempt: frozenset[Key]

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset(key for keys in self.desired.values() for key in keys)


class World:
    """The data of a shop and the hidden graph; every event leaves both whole."""

    def __init__(self, seed: int, people: int, match_rate: int) -> None:
        self._seed = seed
        self._unmatched = round(_MATCHED * (100 - match_rate) / match_rate)
        self._made = self._humans = 0
        self._graph: dict[Key, tuple[str, ...]] = {}
        self._former_phones: list[Key] = []
        self._suppressed: set[Key | str] = set()
        self.people: list[Person] = []
        self.dropped: set[int] = set()
        """Lists whose audience is not in the file just now."""
        self.closed: set[int] = set()
        """Lists that take nobody in just now, if the platform has such."""
        for _ in range(people):
            self._arrive()

    def accounts(self, key: Key) -> tuple[str, ...]:
        """The accounts that a key reaches on the platform, which nobody but the platform knows."""
        return self._graph[key]

    def happen(self, event: Event) -> None:
        """One change of the data."""
        person = self._at(event.who)
        happenings: Mapping[str, Callable[[], None]] = {
            "consent": lambda: self._decide(person, event.other),
            "audience": lambda: person.lists.symmetric_difference_update({event.other % 2}),
            "phone": lambda: self._replace(person, {KeyType.PHONE}),
            "email": lambda: self._replace(person, {KeyType.EMAIL}),
            "both": lambda: self._replace(person, set(KeyType)),
            "gain": lambda: person.keys.append(self._key(person, KeyType(1 + event.other % 2))),
            "lose": lambda: self._lose(person, event.other),
            "recycle": lambda: self._recycle(person, self._at(event.other)),
            "share": lambda: self._share(person, self._at(event.who + 1 + event.other % 3), event.other),
            "part": lambda: self._part(person),
            "join": lambda: self._join(person, self._at(event.who + 1 + event.other % 3)),
            "split": lambda: self._split(person),
            "rename": lambda: self._rename(person),
            "vanish": lambda: self._vanish(person),
            "erase": lambda: self._suppressed.update(person.keys, person.names),
            "narrow": lambda: self._edit(event, fits=False),
            "widen": lambda: self._edit(event, fits=True),
            "drop": lambda: self.dropped.add(event.other % 2),
            "back": self.dropped.clear,
            "close": lambda: self.closed.add(event.other % 2),
            "reopen": self.closed.clear,
            "arrive": self._arrive,
        }
        happenings[event.what]()
        for each in self.people:
            each.erased = not self._suppressed.isdisjoint({*each.keys, *each.names})

    def withdraw(self, who: int) -> None:
        self._at(who).said = RANK[Reason.WITHDREW]

    def granted(self) -> frozenset[str]:
        return frozenset(each.name for each in self.present() if each.rank == GRANTED)

    def barred_keys(self) -> frozenset[Key]:
        """The keys of people who do not consent, whoever else has them."""
        return frozenset(key for each in self.present() if each.rank != GRANTED for key in each.keys)

    def present(self) -> Iterator[Person]:
        return (each for each in self.people if each.present)

    def wanted(self, number: int, platform: Platform) -> Wanted:
        """The rules of the shared key and of the wire, in plain Python."""
        kinds = KINDS[platform]
        holders: defaultdict[Key, list[Person]] = defaultdict(list)
        for person in self.present():
            for key in dict.fromkeys(person.keys):
                if key.kind in kinds:
                    holders[key].append(person)
        barred = {key for key, who in holders.items() if len(who) > 1 and any(each.rank != GRANTED for each in who)}
        desired, standing = dict[str, tuple[Key, ...]](), dict[str, int]()
        for person in self.present():
            own = [key for key in dict.fromkeys(person.keys) if key.kind in kinds]
            keys = _on_the_wire([key for key in own if key not in barred])
            if platform is Platform.GOOGLE:
                keys = keys[:MOST_KEYS]
            standing[person.name] = person.rank
            if person.rank == GRANTED and not keys:
                standing[person.name] = RANK[Reason.SHARED_KEY] if own else UNMATCHABLE
            elif person.rank == GRANTED and number in person.lists - self.dropped:
                desired[person.name] = tuple(keys)
        exempt = frozenset(key for key in barred if any(each.rank in TOOK_IT_AWAY for each in holders[key]))
        return Wanted(desired, standing, exempt)

    def _at(self, place: int) -> Person:
        there = list(self.present()) or self.people
        return there[place % len(there)]

    def _arrive(self) -> None:
        self._humans += 1
        human = self._humans
        person = Person(f"p{human:03}", human, GRANTED, [], set())
        draw = random.Random(f"{self._seed}/human/{human}")
        kinds = draw.choice([[KeyType.EMAIL], [KeyType.EMAIL, KeyType.PHONE], list(KeyType)])
        person.keys = [self._key(person, kind) for kind in kinds]
        person.lists = draw.choice([{0, 1}, {0, 1}, {0}, {1}])
        person.said = draw.choice([GRANTED, GRANTED, GRANTED, GRANTED, RANK[Reason.NO_RECORD]])
        self.people.append(person)

    def _key(self, person: Person, kind: KeyType) -> Key:
        self._made += 1
        key = Key(int(kind), f"{kind.name.lower()}{self._made}.h{person.human}")
        draw = random.Random(f"{self._seed}/key/{key.name}")
        own, second, family = f"a{person.human}", f"b{person.human}", f"f{person.human // 2}"
        shapes = [(own,)] * 8 + [(own, second), (second,), (family,), (own, family)]
        assert len(shapes) == _MATCHED
        self._graph[key] = draw.choice([()] * self._unmatched + shapes)
        return key

    def _decide(self, person: Person, other: int) -> None:
        person.said = STANDINGS[other % len(STANDINGS)]

    def _edit(self, event: Event, *, fits: bool) -> None:
        """The rule of one audience is narrowed by half of the people, or widened by them."""
        for each in self.present():
            if each.human % 2 == event.who % 2:
                each.lists = each.lists | {event.other % 2} if fits else each.lists - {event.other % 2}

    def _replace(self, person: Person, kinds: set[KeyType]) -> None:
        for place, key in enumerate(person.keys):
            if key.kind in kinds:
                self._former_phones += [key] if key.kind == KeyType.PHONE else []
                person.keys[place] = self._key(person, KeyType(key.kind))

    def _lose(self, person: Person, other: int) -> None:
        if len(person.keys) > 1:
            person.keys.pop(other % len(person.keys))

    def _recycle(self, person: Person, owner: Person) -> None:
        """A number that somebody had before, or that somebody loses now, becomes this person's."""
        phones = [key for key in owner.keys if key.kind == KeyType.PHONE]
        if phones and owner is not person:
            owner.keys.remove(phones[0])
            person.keys.append(phones[0])
        elif self._former_phones:
            person.keys.append(self._former_phones.pop())

    def _share(self, person: Person, owner: Person, other: int) -> None:
        if owner.keys and owner is not person:
            person.keys.append(owner.keys[other % len(owner.keys)])

    def _part(self, person: Person) -> None:
        others = {key for each in self.present() if each is not person for key in each.keys}
        person.keys = [key for key in person.keys if key not in others] or person.keys

    def _join(self, person: Person, other: Person) -> None:
        """Two customers turn out to be one: the smaller name stays, and both must consent."""
        if person is other:
            return
        stays, goes = sorted((person, other), key=lambda each: each.name)
        stays.joined.append((goes.name, list(goes.keys)))
        stays.keys += [key for key in goes.keys if key not in stays.keys]
        stays.said = min(stays.said, goes.said)
        stays.lists |= goes.lists
        self.people.remove(goes)

    def _split(self, person: Person) -> None:
        if person.joined:
            name, keys = person.joined.pop()
            person.keys = [key for key in person.keys if key not in keys] or person.keys
            self.people.append(Person(name, person.human, person.said, keys, set(person.lists)))

    def _rename(self, person: Person) -> None:
        self._made += 1
        prefix = "r" if self._made % 2 else "a"
        person.name = f"{prefix}{self._made:03}"

    def _vanish(self, person: Person) -> None:
        """Out of the data; whoever is out comes back."""
        gone = [each for each in self.people if not each.present]
        if gone:
            gone[0].present = True
        elif len(self.people) > 1:
            person.present = False


def _on_the_wire(keys: list[Key]) -> list[Key]:
    """Addresses first, then e-mail and phone in turn."""
    place = defaultdict[int, int](int)
    order = {}
    for key in keys:
        place[key.kind] += 1
        order[key] = (key.kind != KeyType.ADDRESS, place[key.kind], key.kind)
    return sorted(keys, key=lambda key: order[key])
