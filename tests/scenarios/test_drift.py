"""Lists that somebody renamed, deleted, closed, locked or took out of the file, and lists of others: what a run makes of them."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily
from scenarios.harness import Run, Stage
from scenarios.harness.family import Family, Somebody, crowd
from scenarios.harness.size import LONG
from scenarios.harness.stage import total

PLATFORMS: Final = ("google", "meta")
ACCOUNTS: Final = {"google": "1234567890", "meta": "act_1001"}
ANNA: Final = Somebody(1, email="anna@post.example", mobile="20304001")
BO: Final = Somebody(2, email="bo@post.example", mobile="20304002")
CLEO: Final = Somebody(3, email="cleo@post.example", mobile="20304003")


def opened(open_family: OpenFamily, *more: Somebody) -> tuple[Family, Stage]:
    """Everybody is on both lists, and the platforms have nothing left to do."""
    family, stage = begun(open_family, *more)
    stage.converge()
    stage.assert_right()
    return family, stage


def begun(open_family: OpenFamily, *more: Somebody) -> tuple[Family, Stage]:
    """Nobody is on a list yet; everybody has one account on each platform."""
    everybody = (ANNA, BO, *more, *crowd(100, 30))
    family, stage = open_family(*everybody)
    for platform in PLATFORMS:
        reached = {
            key: [f"account-{each.customer_id}"]
            for each in (*everybody, CLEO)
            for key in (each.email_key, each.phone_key(platform))
        }
        stage.sandbox.connect(platform, reached)
    return family, stage


def lists(stage: Stage, *, deleted: bool = False) -> dict[str, dict[str, Any]]:
    """The one list of each platform."""
    found = [each for each in stage.sandbox.lists() if each["deleted"] is deleted]
    assert len({each["platform"] for each in found}) == len(found), [each["name"] for each in found]
    return {each["platform"]: each for each in found}


def ids(stage: Stage) -> dict[str, str]:
    return {platform: str(each["id"]) for platform, each in lists(stage).items()}


def sizes(stage: Stage) -> dict[str, int]:
    return {platform: len(each["accounts"]) for platform, each in lists(stage).items()}


def rewrite(stage: Stage, *changes: tuple[str, str]) -> None:
    """Changes the audiences file; each text must be there."""
    document = stage.file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in document, old
        document = document.replace(old, new)
    stage.file.write_text(document, encoding="utf-8")


def moved(stage: Stage, since: int, *operations: str) -> list[dict[str, Any]]:
    """Accepted requests after an entry of the log; of members, unless others are named."""
    wanted = set(operations) or ADDS | REMOVALS
    return [entry for entry in stage.sandbox.log(since) if entry["op"] in wanted and entry["ok"]]


def list_of(run: Run, platform: str, audience: str = "friends") -> Mapping[str, Any]:
    one: Mapping[str, Any] = run.document["audiences"][audience]["lists"][platform]
    return one


def everything_in(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.rglob("*.*")) if each.is_file()}


def test_a_list_that_was_deleted_is_named_and_gets_nothing(open_family: OpenFamily) -> None:
    """Exit code 4 before anything is sent to it, the other list goes on, and it is not made a second time."""
    family, stage = opened(open_family)
    stage.sandbox.by_hand(ids(stage)["google"], deleted=True)
    family.change(ANNA.customer_id, club="")
    family.people[3] = CLEO
    family.write()
    for _ in range(2):
        before = stage.sandbox.last_entry()
        run = stage.sync()
        assert run.exit == 4, run
        stopped = list_of(run, "google")["stopped"]
        assert stopped["code"] == "A522"
        assert "consentric state rebuild friends" in stopped["hint"]
        assert stopped["held"] == {"add": 1, "remove": 1, "rekey": 0}
        assert {entry["platform"] for entry in moved(stage, before)} <= {"meta"}
        assert not [e for e in stage.sandbox.log(before) if e["platform"] == "google" and e["op"] in ADDS | REMOVALS]
        assert not moved(stage, before, "create_list")
        stage.sandbox.advance("24h")
    assert sizes(stage) == {"meta": 32}
    assert stage.plan()["audiences"]["friends"]["lists"]["google"]["stopped"]["code"] == "A522"
    assert "no longer on the platform" in stage.run("status").stdout.replace("\n", " ").replace("  ", " ")


def test_a_list_is_missed_also_on_a_quiet_night(open_family: OpenFamily) -> None:
    """Nothing was to be sent, and still nobody is on the list: that is no success."""
    _, stage = opened(open_family)
    stage.sandbox.by_hand(ids(stage)["meta"], deleted=True)
    run = stage.sync()
    assert run.exit == 4, run
    assert list_of(run, "meta")["stopped"]["code"] == "A522"
    assert list_of(run, "google")["stopped"] is None


def test_plan_can_look_before_a_night_does(open_family: OpenFamily) -> None:
    """`--check` sees at once what somebody did, records nothing and sends nothing; a silent platform is only noted."""
    _, stage = opened(open_family)
    stage.sandbox.by_hand(ids(stage)["meta"], locked=True)
    record, entry = everything_in(stage.state), stage.sandbox.last_entry()
    assert list_of(stage.run("plan", "--json"), "meta")["stopped"] is None
    assert not stage.sandbox.log(entry)
    run = stage.run("plan", "--check", "--json")
    assert (run.exit, list_of(run, "meta")["stopped"]["code"]) == (0, "A524"), run
    assert list_of(run, "google")["stopped"] is None
    assert {each["op"] for each in stage.sandbox.log(entry)} == {"get_list"}
    stage.sandbox.break_with({"platform": "meta", "op": "get_list", "kind": "permission", "times": 50})
    assert stage.run("plan", "--check").exit == 0
    assert everything_in(stage.state) == record


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_locked_list_keeps_who_withdraws_and_says_so(open_family: OpenFamily, platform: str) -> None:
    """Neither platform lets anybody out: 4 every night, until the lock is gone and the next sync removes them."""
    family, stage = opened(open_family)
    locked = ids(stage)[platform]
    stage.sandbox.by_hand(locked, locked=True)
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    for _ in range(2):
        before = stage.sandbox.last_entry()
        run = stage.sync()
        assert run.exit == 4, run
        told = list_of(run, platform)
        code = told["stopped"]["code"] if platform == "meta" else told["error"]["code"]
        assert code == "A524"
        assert not [entry for entry in moved(stage, before) if entry["list_id"] == locked]
        stage.sandbox.advance("24h")
    other = next(each for each in PLATFORMS if each != platform)
    assert (sizes(stage)[platform], sizes(stage)[other]) == (32, 31)

    stage.sandbox.by_hand(locked, locked=False)
    stage.converge()
    stage.assert_right()
    assert sizes(stage) == {"google": 31, "meta": 31}


@pytest.mark.parametrize("adds", ["fail", "vanish"])
def test_a_closed_list_takes_nobody_in_and_lets_everybody_out(open_family: OpenFamily, adds: str) -> None:
    """Whatever Google does with adds to a closed list: none is sent. Once it is open again they follow."""
    family, stage = opened(open_family)
    stage.sandbox.switch(closed_list_adds=adds)
    stage.sandbox.by_hand(ids(stage)["google"], closed=True)
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    family.people[3] = CLEO
    family.write()
    before = stage.sandbox.last_entry()
    run = stage.sync()
    assert run.exit == 4, run
    assert list_of(run, "google")["stopped"]["code"] == "A632"
    google = [entry["op"] for entry in stage.sandbox.log(before) if entry["platform"] == "google"]
    assert "remove" in google and "ingest" not in google
    stage.sandbox.advance("24h")
    assert sizes(stage)["google"] == 31

    stage.sandbox.by_hand(ids(stage)["google"], closed=False)
    stage.converge()
    stage.assert_right()


def test_a_list_that_meta_will_delete_is_worth_a_look(open_family: OpenFamily) -> None:
    """Unused for two years: it is said, and the list goes on."""
    _, stage = opened(open_family)
    stage.sandbox.by_hand(ids(stage)["meta"], fading=True)
    run = stage.sync()
    assert run.exit == 0, run
    assert [each["where"] for each in stage.plan()["warnings"] if each["code"] == "W331"] == ["friends → meta"]


def test_a_name_that_somebody_changed_stays_until_the_file_changes(open_family: OpenFamily) -> None:
    """It is the same list: said, not set back. A new name or description in the file is set, on the same lists."""
    _, stage = opened(open_family)
    before = ids(stage)
    for list_id in before.values():
        stage.sandbox.by_hand(list_id, name="Somebody's own name")
    run = stage.sync()
    assert run.exit == 0, run
    assert {each["name"] for each in lists(stage).values()} == {"Somebody's own name"}
    plan = stage.run("plan")
    assert "Somebody's own name" not in plan.stdout
    assert [each["code"] for each in stage.plan()["warnings"]].count("W330") == 2

    rewrite(stage, ("name: Friends", "name: Good friends\n    description: Club members"))
    assert stage.plan()["renames"] == ["friends → google", "friends → meta"]
    assert stage.run("plan", "--detailed-exitcode").exit == 2
    assert {each["name"] for each in lists(stage).values()} == {"Somebody's own name"}
    entry = stage.sandbox.last_entry()
    run = stage.sync()
    assert run.exit == 0, run
    assert (ids(stage), {each["name"] for each in lists(stage).values()}) == (before, {"Good friends"})
    assert all(each["description"].startswith("Club members") for each in lists(stage).values())
    assert not moved(stage, entry)
    plan = stage.plan()
    assert (plan["renames"], [each["code"] for each in plan["warnings"] if each["code"] == "W330"]) == ([], [])
    stage.assert_right()


def test_a_name_that_cannot_be_set_keeps_nobody_back(open_family: OpenFamily) -> None:
    """Google wants unique names: 4 and what to do, while withdrawals leave and members join; renamed once it is free."""
    family, stage = opened(open_family)
    theirs = stage.sandbox.make_by_hand("google", ACCOUNTS["google"], "Taken")
    rewrite(stage, ("name: Friends", "name: Taken"))
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    family.people[3] = CLEO
    family.write()
    run = stage.sync()
    assert run.exit == 4, run
    google = list_of(run, "google")
    assert (google["error"]["code"], google["sent"]["added"], google["sent"]["removed"]) == ("A523", 1, 1)
    assert "Give the audience another `name`" in google["error"]["hint"]
    stage.sandbox.by_hand(theirs, name="Theirs again")
    stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right()


def test_a_list_of_the_same_name_is_never_touched(open_family: OpenFamily) -> None:
    """Without our tag it is somebody's: Google refuses a second of that name (4), at Meta ours stands beside it."""
    _, stage = begun(open_family)
    theirs = {each: stage.sandbox.make_by_hand(each, ACCOUNTS[each], "Friends") for each in PLATFORMS}
    for _ in range(2):
        run = stage.sync()
        assert run.exit == 4, run
        assert list_of(run, "google")["error"]["code"] == "A523"
        stage.sandbox.advance("24h")
    assert "a list of this name that is not ours" in "".join(each.stderr for each in stage.cli.runs)
    found = stage.sandbox.lists()
    assert len([each for each in found if each["platform"] == "google"]) == 1
    assert sorted(len(each["accounts"]) for each in found if each["platform"] == "meta") == [0, 32]
    touched = {entry["list_id"] for entry in stage.sandbox.log() if entry["op"] in {*ADDS, *REMOVALS, "update_list"}}
    assert not touched & set(theirs.values())

    rewrite(stage, ("name: Friends", "name: Our friends"))
    run = stage.sync()
    assert run.exit == 0, run


def test_two_projects_on_one_account_keep_to_their_own(open_family: OpenFamily, tmp_path: Path) -> None:
    """The same audience key on both platforms: each fills, renames and prunes its own list and never sees the other's."""
    _, first = opened(open_family)
    ours = ids(first)
    folder = tmp_path / "second"
    shutil.copytree(first.folder, folder, ignore=shutil.ignore_patterns(".consentric"))
    second = Stage(folder, first.sandbox, type(first.cli)(folder, first.cli.environment))

    run = second.sync()
    assert run.exit == 4, run
    assert list_of(run, "google")["error"]["code"] == "A523"
    assert list_of(run, "meta")["sent"]["added"] == 32
    rewrite(second, ("name: Friends", "name: Friends of the second"))
    second.sandbox.advance("24h")
    second.converge()
    theirs = {each["id"] for each in first.sandbox.lists()} - set(ours.values())
    assert len(theirs) == 2

    rewrite(second, ("  friends:\n", "  others:\n"), ("name: Friends of the second", "name: Others of the second"))
    entry = first.sandbox.last_entry()
    second.converge()
    run = second.run("prune", "--yes", "--json")
    assert run.exit == 0, run
    assert {each["platform_id"] for each in run.document["lists"]} == theirs
    touched = {
        each["list_id"]
        for each in first.sandbox.log(entry)
        if each["op"] in {*ADDS, *REMOVALS, "update_list", "delete_list"}
    }
    assert not touched & set(ours.values())
    assert {each["id"] for each in first.sandbox.lists() if each["deleted"]} == theirs
    first.converge()
    first.assert_right()


RENAMED: Final = (("  friends:\n", "  club:\n    renamed_from: friends\n"), ("name: Friends", "name: Club"))


def test_an_audience_with_a_new_key_keeps_its_lists(open_family: OpenFamily) -> None:
    """Same list, new name, nobody moves; plan says so and writes nothing; the old key left in the file changes nothing later."""
    family, stage = opened(open_family)
    before = ids(stage)
    rewrite(stage, *RENAMED)
    record = everything_in(stage.state)
    plan = stage.plan()
    assert list(plan["audiences"]) == ["club"]
    assert plan["audiences"]["club"]["renamed_from"] == "friends"
    assert (plan["audiences"]["club"]["lists"]["google"]["was"], plan["totals"]["add"]) == (32, 0)
    assert "renamed from friends" in stage.run("plan").stdout
    assert everything_in(stage.state) == record

    entry = stage.sandbox.last_entry()
    run = stage.sync()
    assert run.exit == 0, run
    assert not moved(stage, entry)
    assert (ids(stage), {each["name"] for each in lists(stage).values()}) == (before, {"Club"})
    assert stage.plan()["audiences"]["club"]["renamed_from"] is None
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    stage.converge()
    assert list(stage.run("status", "--json").document["audiences"]) == ["club"]
    stage.assert_right()
    assert ids(stage) == before


@pytest.mark.parametrize(
    "point", ["audience_renamed:1", "list_renamed:1", *(["after_plan:1", "list_renamed:2"] if LONG else [])]
)
def test_killed_while_a_key_changes(open_family: OpenFamily, point: str) -> None:
    """Wherever the run dies, the next ones end with the same lists, under the new key, and right."""
    family, stage = opened(open_family)
    before = ids(stage)
    rewrite(stage, *RENAMED)
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    run = stage.sync(CONSENTRIC_KILL=point)
    assert run.exit == -signal.SIGKILL, run
    stage.sandbox.advance("1h")
    stage.converge()
    stage.assert_right()
    assert (ids(stage), {each["name"] for each in lists(stage).values()}) == (before, {"Club"})
    assert list(stage.plan()["audiences"]) == ["club"]


def test_a_new_audience_under_an_old_key_has_a_list_of_its_own(open_family: OpenFamily) -> None:
    """The tag of the list that moved away holds the old key, and is not mistaken for the new audience's."""
    _, stage = opened(open_family)
    before = set(ids(stage).values())
    rewrite(stage, *RENAMED)
    assert stage.sync().exit == 0
    again = "  friends:\n    who: {field: customers.club, is: member}\n    send_to: [google, meta]\n"
    rewrite(stage, ("    renamed_from: friends\n", ""), ("audiences:\n", f"audiences:\n{again}"))
    for kill in ("list_created:1", "list_recorded:2"):
        assert stage.sync(CONSENTRIC_KILL=kill).exit == -signal.SIGKILL
        stage.sandbox.advance("1h")
    stage.converge()
    stage.assert_right()
    found = stage.sandbox.lists()
    assert len(found) == 4 and before < {each["id"] for each in found}


def test_killed_between_making_a_list_and_a_new_key(open_family: OpenFamily) -> None:
    """A list that a run made and could not record is found by the tag of its old key."""
    _, stage = begun(open_family)
    assert stage.sync(CONSENTRIC_KILL="list_created:1").exit == -signal.SIGKILL
    rewrite(stage, *RENAMED)
    stage.sandbox.advance("1h")
    stage.converge()
    stage.assert_right()
    assert {each["name"] for each in lists(stage).values()} == {"Club"}


def test_renames_that_cannot_be_meant(open_family: OpenFamily) -> None:
    """The old key still there, claimed twice, itself, unknown, or both with a list: 3, and nothing is sent or changed."""
    _, stage = opened(open_family)
    original = stage.file.read_text(encoding="utf-8")
    rule = "{who: {field: customers.club, is: member}, send_to: meta"
    cases = {
        "A231": original + f"  club: {rule}, renamed_from: friends}}\n",
        "A232": original.replace("  friends:\n", "  club:\n    renamed_from: friends\n")
        + f"  club2: {rule}, renamed_from: friends}}\n",
        "A233": original.replace("  friends:\n", "  club:\n    renamed_from: freinds\n"),
    }
    record = everything_in(stage.state)
    for code, document in cases.items():
        stage.file.write_text(document, encoding="utf-8")
        run = stage.run("plan", "--json")
        assert (run.exit, code in run.stderr) == (3, True), run
        if code == "A233":
            assert "friends" in run.stderr
    assert everything_in(stage.state) == record
    entry = stage.sandbox.last_entry()
    assert stage.sync().exit == 3
    assert not moved(stage, entry)

    stage.file.write_text(original.replace("  friends:\n", "  club:\n").replace("name: Friends", "name: Club"), "utf-8")
    stage.converge()
    rewrite(stage, ("  club:\n", "  club:\n    renamed_from: friends\n"))
    run = stage.sync()
    assert run.exit == 3 and "A234" in run.stderr, run


GONE: Final = ("  friends:\n", "  strangers:\n"), ("name: Friends", "name: Strangers"), ("is: member", "is: nobody")


def test_an_audience_that_left_the_file_is_emptied_after_thirty_days(open_family: OpenFamily) -> None:
    """Withdrawals leave at once, nobody else does; plan says from when; then everybody goes, however many a guard allows."""
    family, stage = opened(open_family)
    rewrite(stage, *GONE)
    plan = stage.plan()
    stopped = plan["audiences"]["friends"]["lists"]["meta"]["stopped"]
    assert stopped["code"] == "A620"
    assert "emptied from 2026-12-2" in stopped["message"]
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    run = stage.sync()
    assert run.exit == 0, run
    stage.sandbox.advance("24h")
    assert sizes(stage) == {"google": 31, "meta": 31}
    for days in ("15d", "13d"):
        stage.sandbox.advance(days)
        run = stage.sync()
        assert (run.exit, total(run.document, "sent", "removed")) == (0, 0), run
    stage.sandbox.advance("2d")
    run = stage.sync()
    assert run.exit == 0, run
    assert total(run.document, "sent", "removed") == 62
    assert "being emptied" in list_of(run, "google")["stopped"]["message"]
    stage.converge()
    assert sizes(stage) == {"google": 0, "meta": 0}
    assert list_of(stage.sync(), "google")["stopped"] is None


def test_an_audience_that_comes_back_is_filled_again(open_family: OpenFamily) -> None:
    """The thirty days begin anew, on the same lists."""
    _, stage = opened(open_family)
    before, original = ids(stage), stage.file.read_text(encoding="utf-8")
    rewrite(stage, *GONE)
    assert stage.sync().exit == 0
    stage.sandbox.advance("20d")
    stage.file.write_text(original, encoding="utf-8")
    stage.converge()
    stage.assert_right()
    stage.sandbox.advance("15d")
    rewrite(stage, *GONE)
    run = stage.sync()
    assert (run.exit, total(run.document, "sent", "removed")) == (0, 0), run
    assert ids(stage) == before


def test_a_destination_that_left_send_to_is_as_one_that_left_the_file(open_family: OpenFamily) -> None:
    """The audience stays on the other platform, right; this one's list is emptied after thirty days."""
    _, stage = opened(open_family)
    rewrite(stage, ("send_to: [google, meta]", "send_to: [google]"))
    assert stage.sync().exit == 0
    stage.sandbox.advance("31d")
    stage.converge()
    assert sizes(stage) == {"google": 32, "meta": 0}
    run = stage.run("prune", "--yes", "--json")
    assert [(each["audience"], each["destination"]) for each in run.document["lists"]] == [("friends", "meta")]
    stage.assert_right()


def test_prune_deletes_what_left_the_file_and_nothing_else(open_family: OpenFamily) -> None:
    """It wants an answer, names each list, deletes it, and counts nobody as on it any more; a second time there is none."""
    _, stage = opened(open_family)
    run = stage.run("prune", "--yes")
    assert (run.exit, "None: every list has its audience" in run.stdout) == (0, True), run
    rewrite(stage, *GONE)
    assert stage.run("prune").exit == 64
    assert not lists(stage, deleted=True)

    run = stage.run("prune", "--yes", "--json")
    assert run.exit == 0, run
    assert {(each["destination"], each["name"], each["state"]) for each in run.document["lists"]} == {
        ("google", "Friends", "deleted"),
        ("meta", "Friends", "deleted"),
    }
    assert len(lists(stage, deleted=True)) == 2
    assert {each.name.split("-")[1] for each in (stage.state / "lists").iterdir()} == {"past"}, "who was there, no more"
    assert "friends" not in stage.plan()["audiences"]
    status = stage.run("status", "--json").document["audiences"]["friends"]["lists"]["google"]
    assert (status["platform_id"], status["members"], status["maybe"]) == (None, 0, 0)
    assert stage.run("prune", "--yes", "--json").document["lists"] == []
    assert stage.sync().exit == 0


def test_an_audience_that_comes_back_after_prune_gets_new_lists(open_family: OpenFamily) -> None:
    """Filled from nothing, under the old tag."""
    _, stage = opened(open_family)
    before, original = ids(stage), stage.file.read_text(encoding="utf-8")
    rewrite(stage, *GONE)
    assert stage.run("prune", "--yes").exit == 0
    stage.file.write_text(original, encoding="utf-8")
    stage.converge()
    stage.assert_right()
    assert sizes(stage) == {"google": 32, "meta": 32}
    assert not set(before.values()) & set(ids(stage).values())


@pytest.mark.parametrize(
    ("point", "then"),
    [
        ("list_deleted", "prune"),
        ("list_deleted", "sync"),
        ("deletion_intended", "back in the file"),
        ("deletion_recorded", "sync"),
        *([("deletion_intended", "prune"), ("list_deleted", "back in the file")] if LONG else []),
    ],
)
def test_killed_while_a_list_is_deleted(open_family: OpenFamily, point: str, then: str) -> None:
    """Whatever comes next finishes the record: nobody counts as on a list that is gone, and none is made twice."""
    _, stage = opened(open_family)
    original = stage.file.read_text(encoding="utf-8")
    rewrite(stage, *GONE)
    run = stage.run("prune", "--yes", CONSENTRIC_KILL=f"{point}:1")
    assert run.exit == -signal.SIGKILL, run
    stage.sandbox.advance("1h")
    if then == "back in the file":
        stage.file.write_text(original, encoding="utf-8")
        stage.converge()
        stage.assert_right()
        assert sizes(stage) == {"google": 32, "meta": 32}
        return
    if then == "sync":
        assert stage.sync().exit == 0
    run = stage.run("prune", "--yes", "--json")
    assert run.exit == 0, run
    assert len(lists(stage, deleted=True)) == 2
    assert not lists(stage)
    assert "friends" not in stage.plan()["audiences"]


def test_a_list_in_use_is_kept_unless_its_number_is_allowed(open_family: OpenFamily) -> None:
    """The ads are named; the others go; too small a number keeps both."""
    _, stage = opened(open_family)
    found = ids(stage)
    stage.sandbox.by_hand(found["google"], ads=["11", "ad_group:12"])
    stage.sandbox.by_hand(found["meta"], ads=["77"])
    rewrite(stage, *GONE)
    run = stage.run("prune", "--yes", "--even-in-use", "1", "--json")
    assert run.exit == 4, run
    google, meta = run.document["lists"]
    assert (google["state"], google["ads"], google["error"]["code"]) == ("kept", ["campaign 11", "ad group 12"], "A641")
    assert (meta["state"], meta["ads"]) == ("kept", ["ad 77"])
    assert "--even-in-use 2" in meta["error"]["hint"]
    assert not lists(stage, deleted=True)

    stage.sandbox.by_hand(found["google"], ads=[])
    run = stage.run("prune", "--yes", "--json")
    assert run.exit == 4, run
    assert set(lists(stage, deleted=True)) == {"google"}
    run = stage.run("prune", "--yes", "--even-in-use", "1")
    assert run.exit == 0, run
    assert set(lists(stage, deleted=True)) == {"google", "meta"}


def test_where_nobody_can_tell_whether_ads_use_it_it_is_kept(open_family: OpenFamily) -> None:
    """An answer that does not come is no permission."""
    _, stage = opened(open_family)
    rewrite(stage, *GONE)
    stage.sandbox.break_with({"platform": "google", "op": "search", "kind": "permission", "times": 9})
    run = stage.run("prune", "--yes", "--json")
    assert run.exit == 4, run
    states = {each["destination"]: each["state"] for each in run.document["lists"]}
    assert states == {"google": "kept", "meta": "deleted"}


def test_a_list_that_was_deleted_by_hand_is_struck_off(open_family: OpenFamily) -> None:
    """Its audience left the file, so that is no alarm: 0, and prune forgets it."""
    family, stage = opened(open_family)
    stage.sandbox.by_hand(ids(stage)["google"], deleted=True)
    rewrite(stage, *GONE)
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    run = stage.sync()
    assert run.exit == 0, run
    assert list_of(run, "google")["stopped"]["code"] == "A622"
    run = stage.run("prune", "--yes", "--json")
    assert {each["destination"]: each["state"] for each in run.document["lists"]} == {
        "google": "gone",
        "meta": "deleted",
    }
    assert "friends" not in stage.plan()["audiences"]


def test_a_locked_list_is_not_deleted_at_google(open_family: OpenFamily) -> None:
    """SENSITIVE_USER_LIST_IMMUTABLE: said, 4 among successes, and nobody on it is forgotten."""
    _, stage = opened(open_family)
    stage.sandbox.by_hand(ids(stage)["google"], locked=True)
    rewrite(stage, *GONE)
    run = stage.run("prune", "--yes", "--json")
    assert run.exit == 4, run
    states = {each["destination"]: (each["state"], each.get("error", {}).get("code")) for each in run.document["lists"]}
    assert states == {"google": ("failed", "A524"), "meta": ("deleted", None)}
    assert stage.run("status", "--json").document["audiences"]["friends"]["lists"]["google"]["members"] == 32


def test_a_new_key_is_not_pruned_before_its_first_sync(open_family: OpenFamily) -> None:
    """`renamed_from` is understood by prune too."""
    _, stage = opened(open_family)
    rewrite(stage, *RENAMED)
    assert stage.run("prune", "--yes", "--json").document["lists"] == []
    assert not lists(stage, deleted=True)


def test_an_account_that_left_the_file_is_named(open_family: OpenFamily) -> None:
    """plan, status and prune say that nobody can be removed there; with its destination back withdrawals leave again."""
    family, stage = opened(open_family)
    original = stage.file.read_text(encoding="utf-8")
    without = re.sub(r"  meta: \{platform.*\n", "", original).replace("send_to: [google, meta]", "send_to: google")
    without = re.sub(r", meta: \[ad_user_data, ad_personalization\]", "", without)
    stage.file.write_text(without, encoding="utf-8")
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    assert stage.sync().exit == 0
    where = "friends → meta (meta account act_1001)"
    assert [each["where"] for each in stage.plan()["warnings"] if each["code"] == "W332"] == [where]
    assert stage.run("status", "--json").document["notes"][0].startswith(where)
    assert stage.run("prune", "--yes", "--json").document["out_of_reach"] == [where]
    stage.sandbox.advance("24h")
    assert sizes(stage) == {"google": 31, "meta": 32}

    stage.file.write_text(original, encoding="utf-8")
    stage.converge()
    stage.assert_right()
    assert sizes(stage) == {"google": 31, "meta": 31}


def test_a_platform_that_does_not_answer_is_no_missing_list(open_family: OpenFamily) -> None:
    """It changes no record and stops no sync; prune says 6 of that list, keeps it, and deletes the other."""
    _, stage = opened(open_family)
    stage.sandbox.break_with({"platform": "meta", "op": "get_list", "kind": "permission", "times": 50})
    assert stage.sync().exit == 0
    rewrite(stage, *GONE)
    run = stage.run("prune", "--yes", "--json")
    assert run.exit == 6, run
    assert {each["destination"]: each["state"] for each in run.document["lists"]} == {
        "meta": "failed",
        "google": "deleted",
    }
    assert stage.plan()["audiences"]["friends"]["lists"]["meta"]["was"] == 32
