"""The comparison itself: what it calls wrong, and the one thing it allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tiny_shop import Judge

from judge import Judgement, Kind
from judge.accounts import SandboxView, compare_list
from judge.sent import added_rows, unconsented, wrongly_sent

YES = "{},,yes,yes,2026-01-01,"


@pytest.fixture
def two(judge: Judge) -> Judgement:
    """Anna (e-mail and phone) and Bo (e-mail) are members of one list on Meta."""
    customers = "1,anna@post.example,20304050,,,,\n2,bo@post.example,,,,,"
    return judge(
        {"some": "{name: Some, who: {field: customers.email, exists: true}, send_to: meta}"},
        customers=customers,
        consents=YES.format(1) + "\n" + YES.format(2),
    )


class World:
    """A sandbox of one list, as a value: every key reaches an account of its own, unless it is said otherwise."""

    def __init__(self, judgement: Judgement) -> None:
        (self.judged,) = judgement.lists
        self.judgement = judgement
        anna, bo = sorted(self.judged.members, key=lambda person: person.name)
        self.anna, self.bo = tuple(sorted(self.judged.members[anna])), tuple(self.judged.members[bo])
        self.reached = {key: [f"account of {key}"] for key in (*self.anna, *self.bo)}
        self.log = [self.entry("users_add", self.anna, self.bo)]

    def entry(self, op: str, *rows: Sequence[str]) -> dict[str, Any]:
        shared = {"platform": "meta", "account": "act_1001", "list_id": "7", "ok": True, "applied": True, "n": 1}
        return {**shared, "op": op, "rows": [list(row) for row in rows]}

    def kinds(self, *held: str, times: int = 1) -> list[Kind]:
        """The deviations of a list that holds these accounts."""
        one = {"platform": "meta", "account": "act_1001", "id": "7", "name": "Some", "deleted": False, "accounts": held}
        view = SandboxView([one] * times, self.log, self.ask)
        return [deviation.kind for deviation in compare_list(self.judgement, self.judged, view)]

    def ask(self, platform: str, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        assert platform == "meta"
        return {key: self.reached.get(key, []) for key in keys}

    @property
    def accounts(self) -> list[str]:
        return sorted({account for accounts in self.reached.values() for account in accounts})


def test_what_should_be_there_and_is_no_deviation(two: Judgement) -> None:
    """The accounts of all keys of all members."""
    world = World(two)
    assert len(world.accounts) == 3
    assert world.kinds(*world.accounts) == []


def test_one_account_too_many_or_too_few(two: Judgement) -> None:
    """Both are found; so is a list that is not there, or there twice."""
    world = World(two)
    assert world.kinds(*world.accounts, "stranger") == [Kind.EXTRA]
    assert world.kinds(*world.accounts[1:]) == [Kind.MISSING]
    assert world.kinds(*world.accounts, times=0) == [Kind.NO_LIST]
    assert world.kinds(*world.accounts, times=2) == [Kind.SEVERAL_LISTS]


def test_an_account_that_a_strangers_removal_took_is_unseen_collateral(two: Judgement) -> None:
    """Only if the stranger's keys were never sent together with the owner's, and the removal was executed."""
    world = World(two)
    world.reached["phone:of a stranger"] = world.reached[world.bo[0]]
    world.log += [
        world.entry("users_add", ["phone:of a stranger"]),
        world.entry("users_remove", ["phone:of a stranger"]),
    ]
    left = [account for account in world.accounts if account not in world.reached[world.bo[0]]]
    assert world.kinds(*left) == [Kind.UNSEEN_COLLATERAL]
    world.log[-1]["applied"] = False
    assert world.kinds(*left) == [Kind.MISSING]
    world.log[-1]["applied"] = True
    world.log.append(world.entry("users_add", ["phone:of a stranger", world.bo[0]]))
    assert world.kinds(*left) == [Kind.MISSING]


def test_an_account_taken_by_the_owners_own_removal_is_missing(two: Judgement) -> None:
    """Her phone was removed and took the account of her e-mail: that could be known."""
    world = World(two)
    world.reached[world.anna[1]] = world.reached[world.anna[0]]
    world.log.append(world.entry("users_remove", [world.anna[1]]))
    assert world.kinds(*world.reached[world.bo[0]]) == [Kind.MISSING]


def test_rows_are_held_against_members(two: Judgement) -> None:
    """A key too few, a row of two people, and a row of nobody are found; refused requests count as having left the house."""
    world = World(two)
    view = SandboxView(
        [{"platform": "meta", "account": "act_1001", "id": "7", "name": "Some", "deleted": False}], world.log, world.ask
    )
    rows = added_rows(world.judged, view)
    assert wrongly_sent(world.judged, rows) == []
    assert len(wrongly_sent(world.judged, rows[:1])) == 1
    assert len(wrongly_sent(world.judged, [*rows, frozenset({world.anna[0], world.bo[0]})])) == 1
    assert len(wrongly_sent(world.judged, [*rows, frozenset({"email:nobody"})])) == 1
    assert unconsented([two], world.log) == []
    assert len(unconsented([two], [{**world.entry("users_add", ["email:nobody"]), "ok": False}])) == 1
