"""How long a list keeps people, when the file, somebody's hand or a kill changes it: nobody lapses unnoticed."""

from __future__ import annotations

import signal
from typing import Any, Final

import pytest

from scenarios.conftest import OpenFamily
from scenarios.harness import Stage
from scenarios.harness.family import Family, Somebody, crowd
from scenarios.harness.size import LONG

EVERYBODY: Final = crowd(100, 18)
SEMANTICS: Final = ("members", "additions")


def opened(open_family: OpenFamily, keep_for: str, reach: str = "members") -> tuple[Family, Stage]:
    """Everybody is on Google's list, of which people lapse, and on Meta's, of which nobody does."""
    family, stage = open_family(*EVERYBODY, switches={"longer_duration": reach})
    for each in EVERYBODY:
        for platform in ("google", "meta"):
            account = [f"account-{each.customer_id}"]
            stage.sandbox.connect(platform, {each.email_key: account, each.phone_key(platform): account})
    change(stage, "    name: Friends\n", f"    name: Friends\n    keep_for: {keep_for}\n")
    stage.converge()
    stage.assert_right()
    assert google(stage)["keep_for_days"] == int(keep_for.split()[0])
    return family, stage


def change(stage: Stage, old: str, new: str) -> None:
    document = stage.file.read_text(encoding="utf-8")
    assert old in document
    stage.file.write_text(document.replace(old, new), encoding="utf-8")


def google(stage: Stage) -> dict[str, Any]:
    [found] = [each for each in stage.sandbox.lists() if each["platform"] == "google"]
    return found


def people(stage: Stage) -> int:
    return len(google(stage)["accounts"])


def numbers(document: dict[str, Any], *words: str) -> tuple[int, ...]:
    one = document["audiences"]["friends"]["lists"]["google"]
    return tuple(one[word] for word in words)


def live(stage: Stage, *days: int) -> None:
    """A night after so many days, and the next after so many more; before each everybody must still be there."""
    for each in days:
        stage.sandbox.advance(f"{each}d")
        assert people(stage) == len(EVERYBODY), stage.sandbox.now
        run = stage.sync()
        assert run.exit == 0, run
        stage.sandbox.advance("3h")
        assert stage.run("confirm").exit == 0


@pytest.mark.parametrize("reach", SEMANTICS)
def test_fewer_days_reach_the_platform_after_everybody_was_renewed(open_family: OpenFamily, reach: str) -> None:
    """Nobody is missed for it, no guard is asked, `plan` has a line; past the fewer days everybody counts as gone."""
    _, stage = opened(open_family, "180 days", reach)
    stage.sandbox.advance("100d")
    change(stage, "keep_for: 180 days", "keep_for: 30 days")
    plan = stage.plan()
    assert plan["keep_for"] == [{"list": "friends → google", "days": 30, "before": 180}]
    assert numbers(plan, "add", "refresh", "was") == (0, len(EVERYBODY), len(EVERYBODY))
    assert "friends → google  30 days instead of 180" in stage.run("plan").stdout
    entry = stage.sandbox.last_entry()
    run = stage.sync()
    assert run.exit == 0, run
    order = [
        each["op"] for each in stage.sandbox.log(entry) if each["platform"] == "google" and "get" not in each["op"]
    ]
    assert order.index("ingest") < order.index("update_list")
    assert google(stage)["keep_for_days"] == 30
    stage.sandbox.advance("24h")
    stage.assert_right()
    assert stage.plan()["keep_for"] == []
    live(stage, 26)
    stage.sandbox.advance("31d")
    assert people(stage) == 0
    assert numbers(stage.plan(), "add", "was") == (len(EVERYBODY), 0)
    stage.converge()
    stage.assert_right()


@pytest.mark.parametrize("reach", SEMANTICS)
def test_more_days_count_only_from_the_next_addition(open_family: OpenFamily, reach: str) -> None:
    """Whoever was there keeps the fewer days until renewed, so nobody lapses, wherever the longer duration reaches."""
    _, stage = opened(open_family, "30 days", reach)
    stage.sandbox.advance("20d")
    change(stage, "keep_for: 30 days", "keep_for: 180 days")
    assert stage.plan()["keep_for"] == [{"list": "friends → google", "days": 180, "before": 30}]
    run = stage.sync()
    assert run.exit == 0, run
    assert google(stage)["keep_for_days"] == 180
    assert numbers(run.document, "refresh") == (0,)
    live(stage, 6)
    entry = stage.sandbox.last_entry()
    live(stage, 100)
    assert not [each for each in stage.sandbox.log(entry) if each["op"] == "ingest"]


def test_more_days_bring_nobody_back(open_family: OpenFamily) -> None:
    """Who lapsed under the fewer days is added again, and whoever leaves meanwhile is removed for certain."""
    family, stage = opened(open_family, "30 days")
    stage.sandbox.advance("31d")
    change(stage, "keep_for: 30 days", "keep_for: 180 days")
    family.change(100, club="")
    plan = stage.plan()
    assert numbers(plan, "add", "was", "remove") == (len(EVERYBODY) - 1, 1, 1)
    stage.converge()
    stage.assert_right()
    assert people(stage) == len(EVERYBODY) - 1


@pytest.mark.parametrize("days", [7, 400])
def test_what_somebody_changed_on_the_platform_is_changed_back(open_family: OpenFamily, days: int) -> None:
    """Found without anything else to do; who lapsed under the fewer days meanwhile is added again."""
    _, stage = opened(open_family, "180 days")
    stage.sandbox.by_hand(google(stage)["id"], keep_for_days=days)
    stage.sandbox.advance("8d")
    looked = stage.run("plan", "--check", "--json")
    assert looked.document["keep_for"] == [{"list": "friends → google", "days": 180, "before": days}]
    run = stage.sync()
    assert run.exit == 0, run
    assert google(stage)["keep_for_days"] == 180
    assert numbers(run.document, "add") == (len(EVERYBODY) if days == 7 else 0,)
    stage.sandbox.advance("24h")
    stage.assert_right()
    assert stage.plan()["keep_for"] == []
    live(stage, 20)


def test_days_that_were_fewer_for_a_while_are_remembered(open_family: OpenFamily) -> None:
    """Changed by hand, seen by a night, and changed back by hand: whoever lapsed in between does not count as there."""
    _, stage = opened(open_family, "180 days")
    stage.sandbox.by_hand(google(stage)["id"], keep_for_days=7)
    assert stage.run("confirm").exit == 0
    stage.sandbox.advance("8d")
    assert people(stage) == 0
    stage.sandbox.by_hand(google(stage)["id"], keep_for_days=180)
    run = stage.sync()
    assert run.exit == 0, run
    assert numbers(run.document, "add") == (len(EVERYBODY),)
    stage.sandbox.advance("24h")
    stage.assert_right()


@pytest.mark.parametrize(
    ("point", "before", "after"),
    [
        ("keep_for_asked:1", "180 days", "30 days"),
        ("keep_for_set:1", "30 days", "180 days"),
        *((("keep_for_set:1", "180 days", "30 days"), ("keep_for_asked:1", "30 days", "180 days")) if LONG else ()),
    ],
)
def test_killed_between_setting_and_recording(open_family: OpenFamily, point: str, before: str, after: str) -> None:
    """Until the answer is on record the fewer days count; the next run sets it again, and everybody stays."""
    _, stage = opened(open_family, before)
    stage.sandbox.advance("20d")
    change(stage, f"keep_for: {before}", f"keep_for: {after}")
    run = stage.sync(CONSENTRIC_KILL=point)
    assert run.exit == -signal.SIGKILL, run
    stage.sandbox.advance("2d")
    stage.converge()
    stage.assert_right()
    assert google(stage)["keep_for_days"] == int(after.split()[0])
    assert stage.plan()["keep_for"] == []
    live(stage, 4, *[3] * 9)  # often enough for the last who are due, half a day before they would be gone


def test_the_file_goes_back_before_the_answer_is_known(open_family: OpenFamily) -> None:
    """A run died after it asked for fewer days: they may be in force, so they are set back although the file never changed."""
    _, stage = opened(open_family, "180 days")
    change(stage, "keep_for: 180 days", "keep_for: 30 days")
    assert stage.sync(CONSENTRIC_KILL="keep_for_set:1").exit == -signal.SIGKILL
    change(stage, "keep_for: 30 days", "keep_for: 180 days")
    run = stage.sync()
    assert run.exit == 0, run
    assert google(stage)["keep_for_days"] == 180
    live(stage, 26, 60)


def test_a_refusal_holds_nobody_back(open_family: OpenFamily) -> None:
    """The list is told as failed, everybody who was to be sent was sent, and the next run asks again."""
    family, stage = opened(open_family, "30 days")
    change(stage, "keep_for: 30 days", "keep_for: 180 days")
    family.people[900] = Somebody(900, email="late@post.example", mobile="20309000")
    family.write()
    stage.sandbox.connect("google", {family.people[900].email_key: ["account-900"]})
    stage.sandbox.break_with({"platform": "google", "op": "update_list", "kind": "flagged", "times": 9})
    run = stage.sync()
    assert run.exit != 0, run
    assert numbers(run.document, "add") == (1,)
    assert run.document["audiences"]["friends"]["lists"]["google"]["sent"]["added"] == 1
    stage.sandbox.heal()
    stage.converge()
    assert google(stage)["keep_for_days"] == 180
    stage.assert_right()


def test_meta_has_no_such_setting(open_family: OpenFamily) -> None:
    """Nobody lapses there, so nothing is asked of it."""
    _, stage = opened(open_family, "180 days")
    change(stage, "keep_for: 180 days", "keep_for: 30 days")
    entry = stage.sandbox.last_entry()
    assert stage.sync().exit == 0
    assert {each["platform"] for each in stage.sandbox.log(entry) if each["op"] == "update_list"} == {"google"}
    assert not [each for each in stage.sandbox.log(entry) if each["platform"] == "meta" and "update" in each["op"]]
