"""Histories through the real workflows, ledger, gate, clients and wire, against a real sandbox and the independent judge.

Nobody is added who may not be, and after at most four clean nights the lists hold exactly the judge's accounts.
CONSENTRIC_LONG=1 plays 200 of them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from model.night import Shop
from scenarios.harness.family import Somebody

LONG: Final = os.environ.get("CONSENTRIC_LONG") == "1"
PEOPLE: Final = 5
FAULTS: Final = ("unavailable", "reset", "timeout_after_apply", "html", "internal", "empty", "expired_token")
LATE: Final = ("fail_later", "partial_later")
SOMEBODY = st.integers(1, PEOPLE)
CHOICES: Final = {
    "removal_takes": ("account", "identifier"),
    "multi_key_removal": ("any", "all", "best"),
    "order": ("kept", "shuffled", "removals_last", "removals_first", "twice"),
    "unconsented": ("counted", "refused"),
    "omitted_references": ("all", "none"),
    "closed_list_adds": ("fail", "vanish"),
    "retention_renewed": ("on", "off"),
    "extern_resolves": ("learned", "never"),
    "answer_803_after_create": ("off", "on"),
    "match_rate": ("70", "100"),
}


class WholeSystem(RuleBasedStateMachine):
    """Days of a shop: its people change their minds and contacts, the file is edited, runs break, time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.shop: Shop | None = None
        self.contacts = 0

    @initialize(
        switches=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()}),
        seed=st.integers(1, 1000),
    )
    def open(self, switches: dict[str, str], seed: int) -> None:
        people = [Somebody(each, f"guest{each}@post.example", self._mobile()) for each in range(1, PEOPLE + 1)]
        self.shop = Shop(self.folder, people, switches, seed)
        self.shop.sync()

    def teardown(self) -> None:
        try:
            if self.shop is not None:
                self.shop.write_rule("member")
                event(f"clean nights: {self.shop.converge()}")
        finally:
            if self.shop is not None:
                self.shop.close()
            shutil.rmtree(self.folder)

    def _mobile(self) -> str:
        self.contacts += 1
        return str(20_400_000 + 13 * self.contacts)

    @rule(who=SOMEBODY)
    def withdraw(self, who: int) -> None:
        self.shop.family.change(who, withdrawn_at=f"{self.shop.sandbox.now:%Y-%m-%dT%H:%M:%SZ}")

    @rule(who=SOMEBODY)
    def consent_again(self, who: int) -> None:
        self.shop.family.change(who, withdrawn_at="", ads="yes")

    @rule(who=SOMEBODY, word=st.sampled_from(["no", "perhaps", ""]))
    def another_word(self, who: int, word: str) -> None:
        self.shop.family.change(who, ads=word)

    @rule(who=SOMEBODY, club=st.sampled_from(["member", "guest", "gold"]))
    def another_club(self, who: int, club: str) -> None:
        self.shop.family.change(who, club=club)

    @rule(who=SOMEBODY)
    def new_mobile(self, who: int) -> None:
        self.shop.family.change(who, mobile=self._mobile())

    @rule(who=SOMEBODY)
    def new_contacts(self, who: int) -> None:
        mobile = self._mobile()
        self.shop.family.change(who, mobile=mobile, email=f"new{mobile}@post.example")

    @rule(who=SOMEBODY, other=SOMEBODY)
    def shared_mobile(self, who: int, other: int) -> None:
        self.shop.family.change(who, mobile=self.shop.family.people[other].mobile)

    @rule(who=SOMEBODY, other=SOMEBODY)
    def recycled_mobile(self, who: int, other: int) -> None:
        before = self.shop.family.change(other, mobile=self._mobile())
        self.shop.family.change(who, mobile=before.mobile)

    @rule(club=st.sampled_from(["member", "gold"]), without=st.booleans())
    def edit_the_file(self, club: str, *, without: bool) -> None:
        self.shop.write_rule(club, without=without)

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

    @precondition(lambda self: self.shop is not None)
    @rule(chosen=st.integers(1, 20), who=SOMEBODY)
    def withdraw_during_a_run(self, chosen: int, who: int) -> None:
        self.shop.sandbox.advance("24h")
        self.shop.sync(chosen, self.shop.withdraw_midway(who))


WholeSystem.TestCase.settings = settings(
    max_examples=200 if LONG else 2,
    stateful_step_count=12 if LONG else 6,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
test_whole_system = pytest.mark.timeout(6 * 3600)(WholeSystem.TestCase)
