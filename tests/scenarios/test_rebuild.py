"""Lists that are filled anew: many changed keys at once, a list that was deleted, one that somebody else had filled."""

from __future__ import annotations

import signal
from typing import Any, Final

import pytest

from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily
from scenarios.harness import Stage
from scenarios.harness.family import Family, Somebody, crowd
from scenarios.harness.size import LONG, POSITIONS, label

PLATFORMS: Final = ("google", "meta")
ANNA: Final = Somebody(1, email="anna@post.example", mobile="20304001")
BODIL: Final = Somebody(2, email="bodil@post.example", mobile="20304002")
_PHONE: Final = "  phone: customers.mobile\n"
_KEY_BY_KEY: Final = frozenset({"remove", "users_remove"})


@pytest.fixture
def filled(open_family: OpenFamily, request: pytest.FixtureRequest) -> tuple[Family, Stage]:
    """Some 150 members on both lists; Anna's phone reaches an account of somebody else."""
    switches = getattr(request, "param", POSITIONS[0])
    family, stage = open_family(ANNA, BODIL, *crowd(100, 150), switches=switches)
    for platform in PLATFORMS:
        reached = {ANNA.email_key: ["anna"], ANNA.phone_key(platform): ["anna", "landlord"]}
        stage.sandbox.connect(platform, reached)
    stage.converge()
    return family, stage


def drop_phones(family: Family) -> None:
    """An edit that changes the keys of everybody."""
    file = family.folder / "audiences.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(_PHONE) == 1
    file.write_text(text.replace(_PHONE, ""), encoding="utf-8")


def lists(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(document["audiences"]["friends"]["lists"])


def accounts(stage: Stage) -> dict[str, set[str]]:
    return {each["platform"]: set(each["accounts"]) for each in stage.sandbox.lists() if not each["deleted"]}


def operations(stage: Stage, since: int) -> set[str]:
    return {entry["op"] for entry in stage.sandbox.log(since)} & (ADDS | REMOVALS)


@pytest.mark.parametrize("filled", POSITIONS if LONG else POSITIONS[1:2], indirect=True, ids=label)
def test_many_changed_keys_are_never_taken_out_one_by_one(filled: tuple[Family, Stage]) -> None:
    """The guard asks first; then everybody is sent anew, the rest leaves, and somebody who withdraws meanwhile leaves too."""
    family, stage = filled
    drop_phones(family)
    stopped = lists(stage.plan())
    assert {one["stopped"]["code"] for one in stopped.values()} == {"A602"}
    before = stage.sandbox.last_entry()
    assert stage.sync().exit == 4
    assert not operations(stage, before)

    allowed = stage.sync("friends", "--allow-removals", "152")
    assert allowed.exit == 0, allowed
    for one in lists(allowed.document).values():
        assert one["rebuild"] == {"reason": "rekeyed", "stage": "filling"}
        assert (one["members"], one["unchanged"], one["refresh"], one["remove"], one["rekey"]) == (152, 152, 152, 0, 0)
    assert operations(stage, before) == {"ingest", "users_replace"}
    assert all(held >= {"anna"} for held in accounts(stage).values())

    family.change(BODIL.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right()
    assert all(held & {"anna", "landlord"} == {"anna"} for held in accounts(stage).values())
    before = stage.sandbox.last_entry()
    stage.sync()
    assert not operations(stage, before)


def test_a_stopped_list_is_not_filled_anew_in_part(filled: tuple[Family, Stage]) -> None:
    """A guard that holds back additions only holds all of it: who withdrew leaves, and nobody else is told to."""
    family, stage = filled
    drop_phones(family)
    file = family.folder / "audiences.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("guards: {min_size: off}", "guards: {min_size: 1000, max_removals: off}"))
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    family.change(BODIL.customer_id, club="")
    family.people.update({one.customer_id: one for one in crowd(900, 3)})
    family.write()
    planned = lists(stage.plan())
    before = stage.sandbox.last_entry()
    run = stage.sync()
    assert run.exit == 4, run
    assert operations(stage, before) == _KEY_BY_KEY
    for name, one in planned.items():
        assert one["stopped"]["code"] == "A601"
        assert one["stopped"]["held"] == {"add": 3, "remove": 1, "rekey": 0}
        assert (one["remove"], one["refresh"], one["removed_because"]) == (1, 0, {"withdrew": 1})
        assert lists(run.document)[name]["sent"]["removed"] == 1


@pytest.mark.parametrize(
    "point", ["rebuild_begun:1", "sent:2", *(("intent_recorded:1", "sent:1", "outcome_recorded:2") if LONG else ())]
)
def test_a_rebuild_that_is_killed_goes_on(filled: tuple[Family, Stage], point: str) -> None:
    """Whoever it had reached stays known, and the rest leaves once everybody was sent."""
    family, stage = filled
    drop_phones(family)
    killed = stage.sync("friends", "--allow-removals", "152", CONSENTRIC_KILL=point)
    assert killed.exit == -signal.SIGKILL
    stage.sandbox.advance("24h")
    again = stage.sync("friends", "--allow-removals", "152")
    assert again.exit == 0, again
    stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right()
    assert all("landlord" not in held for held in accounts(stage).values())


def test_whoever_asks_for_it_gets_a_list_filled_anew(filled: tuple[Family, Stage]) -> None:
    """Accounts that nobody knows of leave; the list never runs empty."""
    _, stage = filled
    marked = stage.run("state", "rebuild", "friends", "--json")
    assert marked.exit == 0, marked
    assert [each["reason"] for each in marked.document["lists"]] == ["asked", "asked"]
    before = stage.sandbox.last_entry()
    for _ in range(3):
        assert stage.sync().exit == 0
        assert all(len(held) > 100 for held in accounts(stage).values())
        stage.sandbox.advance("24h")
    assert operations(stage, before) == {"ingest", "users_replace", "remove_all"}
    stage.converge()
    stage.assert_right()


def test_a_list_that_was_deleted_is_made_again(filled: tuple[Family, Stage]) -> None:
    """Once somebody says so; then it is as full as before, and there is one of it."""
    _, stage = filled
    for one in stage.sandbox.lists():
        stage.sandbox.delete(one["platform"], one["account"], one["id"])
    marked = stage.run("state", "rebuild", "--json")
    assert [each["reason"] for each in marked.document["lists"]] == ["deleted", "deleted"]
    planned = lists(stage.plan())
    assert {(one["was"], one["add"]) for one in planned.values()} == {(0, 152)}
    stage.converge()
    stage.assert_right()


def test_a_lost_record_takes_over_its_lists_by_id(filled: tuple[Family, Stage]) -> None:
    """Nobody knows any more who is on them: they are filled anew, and whoever left meanwhile is gone."""
    family, stage = filled
    ids = {one["platform"]: one["id"] for one in stage.sandbox.lists()}
    stage.state.rename(stage.state.with_name("lost"))
    family.change(BODIL.customer_id, club="")
    for platform in PLATFORMS:
        taken = stage.run("state", "rebuild", "friends", "--to", platform, "--list-id", ids[platform])
        assert taken.exit == 0, taken
    for _ in range(3):
        assert stage.sync().exit == 0
        stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right()
    assert {one["id"] for one in stage.sandbox.lists()} == set(ids.values())
