"""Platforms that fail: the promised exit code, one sentence why, and no loss and no doubling afterwards."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from consentric.demo import WITHDRAWS, apply_change
from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenShop
from scenarios.harness import Run, Stage
from scenarios.harness.size import LONG

ADD = {"google": "ingest", "meta": "users_add"}
REMOVE = {"google": "remove", "meta": "users_remove"}
OTHER = {"google": "meta", "meta": "google"}
HICCUPS = ("unavailable", "reset", "timeout_after_apply", "html", "internal", "empty")
REFUSALS = [
    *(("expired_token", "meta"), ("terms", "google"), ("permission", "meta")),
    *((("expired_token", "google"), ("terms", "meta"), ("permission", "google")) if LONG else ()),
]
CHAINS = [(kind, kind) for kind in HICCUPS] if LONG else [HICCUPS[1:5]]


def assert_heals(stage: Stage) -> None:
    """Without the fault, clean runs converge to the judge's accounts; in the long form, nothing more is sent then."""
    stage.sandbox.heal()
    stage.converge()
    stage.assert_right()
    if LONG:
        stage.sync()
        before = stage.sandbox.last_entry()
        stage.sync()
        assert not [entry for entry in stage.sandbox.log(before) if entry["op"] in ADDS | REMOVALS]


def assert_told(run: Run) -> None:
    """Whatever is not 0 is explained by the lists that failed, without a traceback."""
    assert "Traceback" not in run.stderr, run
    if run.exit:
        assert run.document["exit"] == run.exit
        failed = [one for one in lists_of(run) if one["state"] == "failed"]
        assert failed, run
        assert all(one["error"]["code"] and one["error"]["message"] for one in failed), run


def lists_of(run: Run) -> list[dict[str, Any]]:
    return [one for audience in run.document["audiences"].values() for one in audience["lists"].values()]


@pytest.mark.parametrize("kinds", CHAINS, ids="-".join)
def test_hiccups_are_survived(open_few: OpenShop, kinds: tuple[str, ...]) -> None:
    """One broken answer on each platform, among adds or removals, a day: repeated now or left to the next run, never lost."""
    stage = open_few()
    for day, kind in enumerate(kinds):
        operations = REMOVE if day % 2 else ADD
        apply_change(stage.folder, WITHDRAWS, now=stage.sandbox.now)
        stage.sandbox.break_with(*({"platform": each, "op": op, "kind": kind} for each, op in operations.items()))
        run = stage.hurried_sync()
        assert_told(run)
        assert run.exit in (0, 5), run
        stage.sandbox.advance("24h")
    assert_heals(stage)


@pytest.mark.parametrize(("kind", "platform"), REFUSALS)
def test_a_refusal_of_one_platform_leaves_the_other(open_few: OpenShop, kind: str, platform: str) -> None:
    """No credential, no terms, no permission: 6, the other platform is filled all the same, and nothing was repeated."""
    stage = open_few()
    stage.sandbox.break_with({"platform": platform, "kind": kind, "times": None})
    run = stage.sync()
    assert_told(run)
    assert run.exit == 6, run
    states: dict[str, set[str]] = {"google": set(), "meta": set()}
    for one in lists_of(run):
        states[one["platform"]].add(one["state"])
    assert states[platform] == {"failed"}
    assert states[OTHER[platform]] <= {"accepted", "unchanged"}
    assert_heals(stage)


def test_a_failure_stands_at_the_top_of_the_document_too(open_few: OpenShop) -> None:
    """Who reads only the top of sync's document learns why it did not end with 0; who reads stderr, too."""
    stage = open_few()
    stage.sandbox.break_with({"platform": "meta", "kind": "expired_token", "times": None})
    run = stage.sync()
    assert run.exit == 6, run
    assert run.document["error"]["message"] in run.stderr, run


@pytest.mark.parametrize("platform", ["google", "meta"])
def test_a_timeout_while_creating_makes_no_second_list(open_few: OpenShop, platform: str) -> None:
    """The list was created although the answer never came: it is found by its tag, not created again."""
    stage = open_few()
    stage.sandbox.break_with({"platform": platform, "op": "create_list", "kind": "timeout_after_apply", "times": 2})
    run = stage.hurried_sync()
    assert_told(run)
    assert run.exit in (0, 5), run
    assert_heals(stage)
    names = [(each["platform"], each["name"]) for each in stage.sandbox.lists() if not each["deleted"]]
    assert len(names) == len(set(names))


def test_lists_that_meta_does_not_know_at_once_are_filled(open_few: OpenShop) -> None:
    """Meta answers the first calls to a new list that there is no such list: filled now or by the next run."""
    stage = open_few(switches={"answer_803_after_create": "on"})
    run = stage.hurried_sync()
    assert_told(run)
    assert run.exit in (0, 5), run
    assert_heals(stage)


def test_the_quota_of_the_day_is_not_hammered(open_few: OpenShop) -> None:
    """Google's daily quota is used up: 5, after one refused call for each kind of call and not one for each list."""
    stage = open_few()
    stage.sandbox.break_with({"platform": "google", "op": "ingest", "kind": "quota_day", "times": None})
    run = stage.hurried_sync()
    assert_told(run)
    assert run.exit == 5, run
    refused = [entry for entry in stage.sandbox.log() if entry["op"] == "ingest" and not entry["ok"]]
    assert len(refused) <= 10
    assert_heals(stage)


@pytest.mark.parametrize("platform", ["google", "meta"])
def test_who_is_told_to_wait_waits_and_can_be_stopped(open_few: OpenShop, platform: str) -> None:
    """After a 429 nothing is repeated at once; SIGTERM ends the wait with 143 within ten seconds, and nothing is lost."""
    stage = open_few()
    stage.sandbox.break_with({"platform": platform, "op": ADD[platform], "kind": "http_429", "times": None})
    process = stage.start("sync", "--yes", "--json")

    def refused() -> list[dict[str, Any]]:
        return [entry for entry in stage.sandbox.log() if entry["op"] == ADD[platform] and not entry["ok"]]

    while not refused() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(3)
    assert len(refused()) <= 10
    process.send_signal(signal.SIGTERM)
    stdout, stderr = process.communicate(timeout=10)
    run = stage.cli.keep(Run(("sync",), process.returncode, stdout, stderr))
    assert run.exit == 143, run
    assert "Traceback" not in stderr, run
    assert_heals(stage)
