"""How long somebody stays on a list whose days change: never believed longer than on the worst platform that can be meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.model.lifespan import Lifespan
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.held import has_lapsed

START = datetime(2026, 11, 1, tzinfo=UTC)
GOOGLE, META = CAPABILITIES[Platform.GOOGLE], CAPABILITIES[Platform.META]


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def test_more_days_do_not_reach_those_who_are_there() -> None:
    """Added before the change: the fewer days; after it: the more; and a file that wants more changes nothing by itself."""
    longer = Lifespan.of(30).changed(180, day(20))
    assert longer.ends(day(20)) == day(50)
    assert longer.ends(day(20.1)) == day(200.1)
    assert Lifespan.of(30).with_wanted(180).ends(day(0)) == day(30)


def test_fewer_days_reach_everybody() -> None:
    """Whenever somebody was added; before the platform gives fewer, everybody has the more."""
    assert Lifespan.of(180).changed(30, day(20)).ends(day(0)) == day(30)
    assert Lifespan.of(180).with_wanted(30).ends(day(0)) == day(180)


def test_two_changes_count_by_the_fewest() -> None:
    """Down and up again: whoever was there meanwhile counts by the fewest, also when it was long ago, until it is moot."""
    there_and_back = Lifespan.of(180).changed(7, day(10)).changed(180, day(11))
    assert there_and_back.ends(day(0)) == day(7)
    assert there_and_back.changed(90, day(12)).ends(day(0)) == day(7)
    assert there_and_back.changed(90, day(200)).earlier is None


@dataclass
class Platforms:
    """Somebody on a platform where more days reach members, and on one where only additions have them."""

    days: int
    added: datetime | None = None
    given: int = 0
    first: bool = False
    second: bool = False

    def add(self, now: datetime) -> None:
        self.added, self.given, self.first, self.second = now, self.days, True, True

    def passes(self, now: datetime) -> None:
        if self.added is not None:
            self.first = self.first and now < self.added + timedelta(days=self.days)
            self.second = self.second and now < self.added + timedelta(days=min(self.days, self.given))

    def change(self, days: int, now: datetime) -> None:
        self.passes(now)
        self.days = days
        self.passes(now)


EVENTS = st.lists(
    st.tuples(st.integers(1, 50), st.sampled_from(["add", "nothing", "set"]), st.integers(1, 60)), max_size=12
)


@given(st.integers(1, 60), EVENTS)
def test_whoever_counts_as_there_is_there(days: int, events: list[tuple[int, str, int]]) -> None:
    """After any history of additions and changes, on both kinds of platform."""
    now, known, real, added = START, Lifespan.of(days), Platforms(days), START
    real.add(now)
    for hours, what, new in events:
        now += timedelta(hours=7 * hours)
        real.passes(now)
        if what == "add":
            real.add(now)
            added = now
        elif what == "set":
            real.change(new, now)
            known = known.changed(new, now)
        if now < known.ends(added):
            assert real.first and real.second, (known, added, now)


@settings(deadline=None)
@given(st.integers(1, 60), EVENTS, st.integers(0, 3000))
def test_the_statement_says_the_same(days: int, events: list[tuple[int, str, int]], hours: int) -> None:
    """SQL and plain Python agree of one person at one instant; nobody lapses where a platform keeps everybody."""
    now, known, added = START, Lifespan.of(days), START
    for ahead, what, new in events:
        now += timedelta(hours=7 * ahead)
        added = now if what == "add" else added
        known = known.changed(new, now) if what == "set" else known
    at = added + timedelta(hours=hours)
    with duckdb.connect() as con:
        for capabilities, expected in ((GOOGLE, known.ends(added) <= at), (META, False)):
            test = has_lapsed(capabilities, known, "$added")
            values = {"added": added, "now": at} if capabilities is GOOGLE else {}
            assert con.execute(f"SELECT {test}", values).fetchall() == [(expected,)]
