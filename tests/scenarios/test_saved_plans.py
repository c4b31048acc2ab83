"""What somebody looked at is what may happen: saved plans, plans without the record, and environments that never mix."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from scenarios.conftest import OpenFamily
from scenarios.harness import Stage
from scenarios.harness.cli import Cli
from scenarios.harness.family import Family, crowd
from scenarios.harness.stage import total
from scenarios.test_guards import edit, many, moved


def test_a_saved_plan_is_the_limit(open_family: OpenFamily) -> None:
    """The same file, hardly more people, and no stop of a guard undone; every other file is one clear error."""
    family, stage = open_family(*crowd(100, 60))
    plan = family.folder / "plan.json"
    assert stage.run("plan", "--out", "plan.json").exit == 0
    saved = json.loads(plan.read_text())
    assert (saved["format"], saved["audiences"]["friends"]["lists"]["google"]["add"]) == ("saved-plan/1", 60)
    assert "post.example" not in plan.read_text()
    for broken in ("", plan.read_text()[:80], "[]", '{"format": "plan/1"}', plan.read_text().replace("60", "-60")):
        (family.folder / "broken.json").write_text(broken)
        run = stage.sync("--plan", "broken.json")
        assert (run.exit, len(run.errors)) == (64, 1), run
    assert stage.sync("--plan", "nowhere.json").exit == 64
    old = plan.read_text().replace(saved["at"], "2026-11-01T00:00:00+00:00")
    (family.folder / "old.json").write_text(old)
    assert "A663" in stage.sync("--plan", "old.json").stderr
    edit(family, "name: Friends", "name: Friends of ours")
    other = stage.sync("--plan", "plan.json")
    assert (other.exit, "A661" in other.stderr, stage.sandbox.log()) == (4, True, [])
    edit(family, "name: Friends of ours", "name: Friends")
    family.people.update({one.customer_id: one for one in crowd(900, 21)})
    family.write()
    run = stage.sync("--plan", "plan.json")
    assert (run.exit, run.document["audiences"]["friends"]["lists"]["meta"]["stopped"]["code"]) == (4, "A660"), run
    assert moved(stage, 0) == (set(), set())
    del family.people[920]
    family.write()
    stage.run("plan", "--out", "before.json")
    assert stage.sync("--plan", "before.json").exit == 0
    assert "A662" in stage.sync("--plan", "plan.json").stderr


def test_a_plan_without_the_record_shows_sizes_only(open_family: OpenFamily) -> None:
    """It says so, in words and with nulls; with what a night left it shows the sizes beside."""
    family, stage = open_family(*crowd(100, 60))
    night = stage.sync()
    (family.folder / "last.json").write_text(night.stdout)
    (family.folder / "status.json").write_text(stage.run("status", "--json").stdout)
    many(family, 100, 12, club="")
    told = stage.run("plan", "--no-state", "--mask-small", "0")
    assert "no record of what is on the platforms" in " ".join(told.stdout.split())
    assert "add" not in told.stdout.replace("adds and removes", "")
    one = stage.run("plan", "--no-state", "--json").document["audiences"]["friends"]["lists"]["google"]
    assert (one["members"], one["was"], one["add"], one["remove"]) == (48, None, None, None)
    for name in ("last.json", "status.json"):
        one = stage.run("plan", "--summary", name, "--json").document["audiences"]["friends"]["lists"]["google"]
        assert (one["members"], one["was"], one["add"]) == (48, 60, None)
    assert stage.run("plan", "--summary", "audiences.yaml").exit == 64
    assert stage.run("plan", "--no-state", "--out", "plan.json").exit == 64


def test_two_environments_on_one_account_never_touch_each_other(open_family: OpenFamily, tmp_path: Path) -> None:
    """The same keys, the same accounts, two state folders: four lists, each kept by its own; and folders do not mix."""
    family, stage = open_family(*crowd(100, 60))
    shutil.copytree(family.folder, tmp_path / "other")
    edit(family, "version: 1", "version: 1\nenvironment: production")
    other = Stage(tmp_path / "other", stage.sandbox, Cli(tmp_path / "other", stage.cli.environment), stage.now)
    trial = Family.__new__(Family)
    trial.folder = other.folder
    edit(trial, "version: 1", "version: 1\nenvironment: test")
    edit(trial, "name: Friends", "name: Test | Friends")
    for each in (stage, other):
        run = each.sync()
        assert (run.exit, total(run.document, "sent", "added")) == (0, 120), run
    lists = stage.sandbox.lists()
    assert sorted((each["platform"], each["name"]) for each in lists) == [
        ("google", "Friends"),
        ("google", "Test | Friends"),
        ("meta", "Friends"),
        ("meta", "Test | Friends"),
    ]
    for command in (("plan",), ("status",), ("confirm",), ("sync", "--yes")):
        run = other.run("--state", str(stage.state), *command)
        assert (run.exit, len(run.errors), "A740" in run.stderr) == (3, 1, True), run
