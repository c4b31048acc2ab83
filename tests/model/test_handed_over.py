"""Whose is what was sent under a name that the data does not have any more, in a list that is never folded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from consentric.model.lists import BatchState, KeyType, Operation
from consentric.model.project import Platform
from consentric.planning.rows import Allowed, Phase
from model.book import Book, stretches
from model.planner import Planner, Question
from model.world import GRANTED, Key, Person

_NIGHT = timedelta(days=1)


@dataclass
class Nights:
    """One list at Google; whatever is planned is sent and confirmed before the next night."""

    planner: Planner
    book: Book = field(default_factory=Book)
    now: datetime = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)

    def plan(self, *people: Person) -> Mapping[str, int]:
        """The numbers of a night's plan that are not zero."""
        question = Question(0, 0, self.now, self.book.sent(), people, Allowed())
        answer = self.planner.plan(Platform.GOOGLE, [question])[0]
        if answer.rows:
            outbox = self.book.write(answer.rows)
            for phase, shape, first, rows in stretches(answer.rows):
                operation = Operation.ADD if phase in (Phase.ADD, Phase.REFRESH) else Operation.REMOVE
                batch = self.book.intend(outbox, operation, shape, first, rows, self.now)
                self.book.outcome(batch.id, BatchState.CONFIRMED, self.now)
        self.now += _NIGHT
        return {name: number for name, number in answer.counts.items() if number}


@pytest.fixture
def nights() -> Iterator[Nights]:
    planner = Planner()
    yield Nights(planner)
    planner.close()


def somebody(name: str, *keys: str) -> Person:
    """`e…` is an e-mail, `n…` a number."""
    kinds = {"e": KeyType.EMAIL, "n": KeyType.PHONE}
    return Person(name, 0, GRANTED, [Key(int(kinds[key[0]]), key) for key in keys], {0})


def test_a_number_that_was_removed_says_nothing_of_who_has_it_now(nights: Nights) -> None:
    """Somebody got another number, their old one went to somebody else, and then they left: that is a leaver."""
    assert nights.plan(somebody("ann", "e1", "n1")) == {"members": 1, "add": 1}
    assert nights.plan(somebody("ann", "e1", "n2"))["rekey"] == 1
    assert nights.plan(somebody("ann", "e1", "n2"))["add"] == 1
    assert nights.plan(somebody("ann", "e1", "n2"), somebody("bo", "e2", "n1"))["add"] == 1
    leaving = nights.plan(somebody("bo", "e2", "n1"))
    assert leaving == {"members": 1, "was": 2, "remove": 1, "unchanged": 1, "guarded": 1}


def test_a_new_customer_number_is_whoever_has_most_of_the_keys(nights: Nights) -> None:
    """Not somebody who shares one of them and comes first."""
    ann = somebody("ann", "e1", "n1")
    assert nights.plan(ann, somebody("bo", "e2", "n1"))["add"] == 2
    assert nights.plan(ann, somebody("cy", "e2", "n1")) == {"members": 2, "was": 2, "unchanged": 2}


def test_a_new_customer_number_takes_nothing_from_somebody_with_as_many_of_the_keys(nights: Nights) -> None:
    assert nights.plan(somebody("ann", "e1"), somebody("bo", "e1", "n1"))["add"] == 2
    later = nights.plan(somebody("ann", "e1"), somebody("cy", "e1", "n2"))
    assert later == {"members": 2, "was": 2, "rekey": 2, "rekeyed": 1, "guarded": 1}
