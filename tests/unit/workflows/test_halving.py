"""Finding the rows for whose sake a platform refuses a whole request."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentric.errors import Refused
from consentric.model.lists import Shape
from consentric.model.plan import Span
from consentric.workflows.halving import SAMPLE, Allowance, Search, halves

REFUSAL = Refused("A521", "refused", divisible=True)


@dataclass
class Platform:
    """Refuses every range that holds poison; remembers what it took."""

    poison: frozenset[int]
    taken: list[int] = field(default_factory=list)
    requests: int = 1

    def __call__(self, span: Span) -> int:
        self.requests += 1
        rows = range(span.first, span.first + span.rows)
        if not self.poison.isdisjoint(rows):
            raise Refused("A521", "refused", divisible=True)
        self.taken += rows
        return len(rows)

    def search(self, allowance: Allowance | None = None) -> Search:
        return Search(self, lambda refused: refused.divisible, allowance or Allowance())


@given(st.integers(1, 5).flatmap(lambda n: st.sets(st.integers(0, 9_999), min_size=n, max_size=n)))
def test_up_to_five_rows_among_ten_thousand_are_found(poison: set[int]) -> None:
    """At most 28 requests each beside the first; all others are taken, once."""
    platform = Platform(frozenset(poison))
    search = platform.search()
    search.run(Span(0, 10_000, Shape.FULL), REFUSAL)
    assert set(search.alone) == poison
    assert sorted(platform.taken) == sorted(set(range(10_000)) - poison)
    assert platform.requests <= 1 + 28 * len(poison)


def test_a_range_in_the_middle_of_an_outbox_is_cut_where_it_lies() -> None:
    """Places are those of the outbox."""
    platform = Platform(frozenset({30_007}))
    search = platform.search()
    search.run(Span(30_000, 10, Shape.FULL), REFUSAL)
    assert search.alone == [30_007]
    assert min(platform.taken) == 30_000


def test_a_request_that_is_refused_in_every_part_is_given_up_early() -> None:
    """A sample is enough; the sentence says so, and what it may be asked for is not cut again."""
    platform = Platform(frozenset(range(10_000)))
    with pytest.raises(Refused, match="every part of it that was tried") as caught:
        platform.search().run(Span(0, 10_000, Shape.FULL), REFUSAL)
    assert platform.requests == 1 + SAMPLE
    assert not caught.value.divisible


def test_a_run_searches_only_so_much() -> None:
    """All lists together."""
    allowance = Allowance(10)
    first = Platform(frozenset({3}))
    first.search(allowance).run(Span(0, 16, Shape.FULL), REFUSAL)
    second = Platform(frozenset({5, 700}))
    with pytest.raises(Refused, match="had to be tried in this run"):
        second.search(allowance).run(Span(0, 1_000, Shape.FULL), REFUSAL)
    assert first.requests + second.requests <= 2 + 10


def test_another_refusal_ends_the_search() -> None:
    """What halves cannot mend is told as it is."""

    def send(span: Span) -> int:
        raise Refused("A524", "locked")

    with pytest.raises(Refused, match="locked"):
        Search(send, lambda refused: refused.divisible, Allowance()).run(Span(0, 8, Shape.FULL), REFUSAL)


@given(st.integers(0, 50_000), st.integers(2, 10_000))
def test_halves_are_the_whole(first: int, rows: int) -> None:
    """Nothing between them, nothing twice, neither is empty."""
    left, right = halves(Span(first, rows, Shape.EMAIL))
    assert left.rows >= right.rows > 0
    assert left.first == first
    assert right.first == left.first + left.rows
    assert left.rows + right.rows == rows
