"""Histories through the real workflows, ledger, gate, clients and wire, against a real sandbox and the independent judge.

Nobody is added who may not be, and after at most two clean runs (four, where somebody must be removed first) the lists hold
exactly the judge's accounts. CONSENTRIC_LONG=1 plays 198 of them, under all pairs of the sandbox's switches.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import ClassVar, Final

import pytest
from hypothesis import HealthCheck, currently_in_test_context, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from model.night import Shop
from model.positions import WHOLE, Position, covering
from scenarios.harness.family import Somebody

LONG: Final = os.environ.get("CONSENTRIC_LONG") == "1"
PEOPLE: Final = 5
FAULTS: Final = ("unavailable", "reset", "timeout_after_apply", "html", "internal", "empty", "expired_token")
LATE: Final = ("fail_later", "partial_later")
SOMEBODY = st.integers(1, PEOPLE)
POSITIONS: Final = covering(WHOLE)


class WholeSystem(RuleBasedStateMachine):
    """Days of a shop: its people change their minds and contacts, the file is edited, runs break, time passes."""

    position: ClassVar[Position] = POSITIONS[0]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.shop: Shop | None = None
        self.contacts = 0

    @initialize(seed=st.integers(1, 1000))
    def open(self, seed: int) -> None:
        people = [Somebody(each, f"guest{each}@post.example", self._mobile()) for each in range(1, PEOPLE + 1)]
        self.shop = Shop(self.folder, people, self.position, seed)
        self.shop.sync()

    def teardown(self) -> None:
        try:
            if self.shop is not None:
                self.shop.write_rule("member")
                self.shop.tally[f"{self.shop.converge()} clean runs"] += 1
                for word in self.shop.tally if currently_in_test_context() else ():
                    event(word)
        finally:
            if self.shop is not None:
                self.shop.close()
            shutil.rmtree(self.folder)

    def _mobile(self) -> str:
        self.contacts += 1
        return str(20_400_000 + 13 * self.contacts)

    def _change(self, word: str, who: int, **cells: str) -> Somebody:
        """Nobody can change what a shop holds of somebody whom it erased."""
        before = self.shop.family.people[who]
        if who not in self.shop.erased:
            self.shop.family.change(who, **cells)
            self.shop.tally[word] += self.shop.family.people[who] != before
        return before

    @rule(who=SOMEBODY)
    def withdraw(self, who: int) -> None:
        self._change("withdrawn", who, withdrawn_at=f"{self.shop.sandbox.now:%Y-%m-%dT%H:%M:%SZ}")

    @rule(who=SOMEBODY)
    def consent_again(self, who: int) -> None:
        self._change("consented again", who, withdrawn_at="", ads="yes")

    @rule(who=SOMEBODY, word=st.sampled_from(["no", "perhaps", ""]))
    def another_word(self, who: int, word: str) -> None:
        self._change("another word", who, ads=word)

    @rule(who=SOMEBODY)
    def erase(self, who: int) -> None:
        if who not in self.shop.erased:
            self.shop.clock.instant = self.shop.sandbox.now
            self.shop.erase(who)

    @rule(who=SOMEBODY, club=st.sampled_from(["member", "guest", "gold"]))
    def another_club(self, who: int, club: str) -> None:
        self._change("another club", who, club=club)

    @rule(who=SOMEBODY)
    def new_mobile(self, who: int) -> None:
        self._change("another phone", who, mobile=self._mobile())

    @rule(who=SOMEBODY)
    def new_contacts(self, who: int) -> None:
        mobile = self._mobile()
        self._change("another e-mail", who, mobile=mobile, email=f"new{mobile}@post.example")

    @rule(who=SOMEBODY, other=SOMEBODY)
    def shared_mobile(self, who: int, other: int) -> None:
        if other not in self.shop.erased:
            self._change("shared phone", who, mobile=self.shop.family.people[other].mobile)

    @rule(who=SOMEBODY, other=SOMEBODY)
    def recycled_mobile(self, who: int, other: int) -> None:
        if other not in self.shop.erased:
            before = self._change("another phone", other, mobile=self._mobile())
            self._change("recycled phone", who, mobile=before.mobile)

    @rule(who=SOMEBODY, other=SOMEBODY)
    def joined(self, who: int, other: int) -> None:
        if other not in self.shop.erased:
            self._change("joined", who, email=self.shop.family.people[other].email)

    @rule(club=st.sampled_from(["member", "gold"]), without=st.booleans())
    def edit_the_file(self, club: str, *, without: bool) -> None:
        self.shop.write_rule(club, without=without)
        self.shop.tally["file edited"] += 1

    @rule(closed=st.booleans())
    def close_a_list(self, *, closed: bool) -> None:
        self.shop.close_list(closed=closed)

    @rule(
        platform=st.sampled_from(["google", "meta"]),
        kind=st.sampled_from(FAULTS),
        times=st.sampled_from([1, 1, 2, None]),
    )
    def break_a_platform(self, platform: str, kind: str, times: int | None) -> None:
        self.shop.sandbox.break_with({"platform": platform, "kind": kind, "times": times})

    @rule(kind=st.sampled_from(LATE))
    def break_later(self, kind: str) -> None:
        self.shop.sandbox.break_with({"platform": "google", "kind": kind})

    @rule()
    def heal(self) -> None:
        self.shop.sandbox.heal()

    @rule(hours=st.sampled_from([1, 7, 24, 24, 24, 25, 24 * 40, 24 * 170]))
    def time_and_a_run(self, hours: int) -> None:
        self.shop.sandbox.advance(f"{hours}h")
        self.shop.sync()

    @rule(chosen=st.integers(1, 40))
    def a_run_dies(self, chosen: int) -> None:
        self.shop.sandbox.advance("24h")
        self.shop.sync(chosen, self.shop.die)

    @rule(chosen=st.integers(1, 20))
    def two_runs_at_once(self, chosen: int) -> None:
        self.shop.sandbox.advance("24h")
        self.shop.sync(chosen, self.shop.second_run)

    @rule(chosen=st.integers(1, 20), who=SOMEBODY)
    def withdraw_during_a_run(self, chosen: int, who: int) -> None:
        if who not in self.shop.erased:
            self.shop.sandbox.advance("24h")
            self.shop.sync(chosen, self.shop.withdraw_midway(who))

    @rule(chosen=st.integers(1, 20), who=SOMEBODY)
    def erase_during_a_run(self, chosen: int, who: int) -> None:
        if who not in self.shop.erased:
            self.shop.sandbox.advance("24h")
            self.shop.sync(chosen, self.shop.erase_midway(who))


def test_everything_happens() -> None:
    """One day after the other, so that every rule is seen to do what it is called."""
    machine = WholeSystem()
    machine.open(seed=1)
    shop = machine.shop
    assert shop is not None
    try:
        machine.joined(1, 2)
        machine.shared_mobile(3, 4)
        machine.withdraw_during_a_run(12, 5)
        machine.consent_again(5)
        machine.new_contacts(4)
        machine.two_runs_at_once(6)
        machine.withdraw(3)
        machine.break_a_platform("meta", "unavailable", None)
        machine.edit_the_file("gold", without=False)
        machine.another_club(4, "gold")
        machine.time_and_a_run(24 * 40)
        machine.heal()
        machine.recycled_mobile(5, 4)
        machine.a_run_dies(14)
        machine.erase_during_a_run(9, 4)
        machine.erase(5)
    finally:
        machine.teardown()
    expected = {
        *("joined", "shared phone", "withdrawn during a run", "consented again", "another e-mail", "another phone"),
        *("second run turned away", "withdrawn", "run failed", "file edited", "another club", "recycled phone"),
        *("run died", "erased during a run", "forget turned away", "erased", "row added"),
    }
    assert expected <= shop.tally.keys(), expected - shop.tally.keys()


@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("place", range(len(POSITIONS)) if LONG else (1,))
def test_whole_system(place: int) -> None:
    """The switches at each place of a list in which all pairs of them meet."""
    machine = type(f"WholeSystem{place}", (WholeSystem,), {"position": POSITIONS[place]})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=11 if LONG else 2,
            stateful_step_count=12 if LONG else 6,
            deadline=None,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )
