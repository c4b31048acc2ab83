"""A clock that stands before what is on record: nobody is sent, whoever said no leaves, and a right clock does the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from judge.accounts import ADDS
from scenarios.conftest import OpenFamily
from scenarios.harness import Run, Stage
from scenarios.harness.family import Family, Somebody, crowd

PLATFORMS: Final = ("google", "meta")
ANNA: Final = Somebody(1, email="anna@post.example", mobile="20304001", given_at="2024-11-25T08:00:00Z")
BO: Final = Somebody(2, email="bo@post.example", mobile="20304002", given_at="2026-11-24T12:00:00Z")
CLEO: Final = Somebody(3, email="cleo@post.example", mobile="20304003")
DORA: Final = Somebody(4, email="dora@post.example", mobile="20304004")
ELI: Final = Somebody(5, email="eli@post.example", mobile="20304005")
EVERYBODY: Final = (ANNA, DORA, ELI, *crowd(100, 10))
DAYS_BACK: Final = timedelta(days=6)


def opened(open_family: OpenFamily) -> tuple[Family, Stage]:
    """On 29 November: Anna's consent ran out on the 25th, and she is off; Bo came with a consent of the 24th."""
    family, stage = open_family(*EVERYBODY)
    for each in (*EVERYBODY, BO, CLEO):
        for platform in PLATFORMS:
            account = [f"account-{each.customer_id}"]
            stage.sandbox.connect(platform, {each.email_key: account, each.phone_key(platform): account})
    stage.converge()
    assert len(on(stage, "google")) == len(EVERYBODY)
    family.people[2] = BO
    family.write()
    stage.sandbox.advance("3d")
    stage.converge()
    stage.sandbox.advance("1d")
    assert "account-1" not in on(stage, "google") | on(stage, "meta")
    assert "account-2" in on(stage, "google") & on(stage, "meta")
    return family, stage


def on(stage: Stage, platform: str) -> set[str]:
    return {name for each in stage.sandbox.lists() if each["platform"] == platform for name in each["accounts"]}


def at(stage: Stage, shift: timedelta, *arguments: str, stdin: str | None = None) -> Run:
    """A call at another time than the sandbox's."""
    clock = (stage.sandbox.now + shift).isoformat()
    return stage.cli(*arguments, stdin=stdin, variables={"CONSENTRIC_CLOCK": clock})


def stops(document: dict[str, Any]) -> set[str | None]:
    lists = document["audiences"]["friends"]["lists"]
    return {None if one["stopped"] is None else one["stopped"]["code"] for one in lists.values()}


def test_nobody_is_sent_and_whoever_said_no_leaves(open_family: OpenFamily) -> None:
    """Also not whose consent looks alive again; who left the rule waits; plan says so, and nothing of it is lost."""
    family, stage = opened(open_family)
    family.people[3] = CLEO
    family.change(DORA.customer_id, withdrawn_at="2026-11-28T08:00:00Z")
    family.change(ELI.customer_id, club="")
    planned = at(stage, -DAYS_BACK, "plan", "--json")
    assert stops(planned.document) == {"A411"}
    assert planned.document["totals"] == {"add": 0, "remove": 2, "later": 0, "stopped": 2}
    entry = stage.sandbox.last_entry()
    run = at(stage, -DAYS_BACK, "sync", "--yes", "--json")
    assert run.exit == 4, run
    assert stops(run.document) == {"A411"}
    assert not [each for each in stage.sandbox.log(entry) if each["op"] in ADDS]
    stage.sandbox.advance("24h")
    for platform in PLATFORMS:
        assert not on(stage, platform) & {"account-1", "account-3", "account-4"}
        assert "account-5" in on(stage, platform)
    stage.converge()
    stage.assert_right()
    for platform in PLATFORMS:
        assert {"account-3"} == on(stage, platform) & {"account-1", "account-3", "account-4", "account-5"}


def test_some_minutes_are_nothing(open_family: OpenFamily) -> None:
    """NTP steps a clock by less: everybody is added as usual."""
    family, stage = opened(open_family)
    at(stage, timedelta(), "sync", "--yes")
    family.people[3] = CLEO
    family.write()
    run = at(stage, timedelta(minutes=-10), "sync", "--yes", "--json")
    assert (run.exit, stops(run.document)) == (0, {None}), run
    stage.sandbox.advance("24h")
    assert "account-3" in on(stage, "google")


def test_a_no_counts_as_of_when_the_clock_was_right_again(open_family: OpenFamily) -> None:
    """Bo consented on the 24th and withdraws on the 29th, by a clock that says the 23rd: he stays out for good."""
    _, stage = opened(open_family)
    for verb, person in (("withdraw", BO), ("forget", DORA)):
        run = at(stage, -DAYS_BACK, verb, "-", "--yes", "--json", stdin=person.email)
        assert run.exit == 0, run
    stage.sandbox.advance("24h")
    for platform in PLATFORMS:
        assert not on(stage, platform) & {"account-2", "account-4"}
    for _ in range(2):
        assert stage.sync().exit == 0
        stage.sandbox.advance("24h")
        for platform in PLATFORMS:
            assert not on(stage, platform) & {"account-2", "account-4"}
    assert "None: every removal that was asked for is confirmed" in stage.run("forget", "--status").stdout


def test_a_clock_that_was_ahead_is_put_right(open_family: OpenFamily) -> None:
    """The record has instants of next month: adds stop until somebody says that the clock is right now."""
    family, stage = opened(open_family)
    family.people[3] = CLEO
    family.write()
    assert at(stage, timedelta(days=30), "sync", "--yes").exit == 0
    assert stops(stage.plan()) == {"A411"}
    assert "A411" in stage.run("status").stdout
    shown = stage.run("state", "clock", "--json")
    assert (shown.exit, shown.document["behind"]) == (1, True)
    run = stage.run("state", "clock", "--is-right", "--json")
    assert run.exit == 0, run
    assert run.document["changed"] > 0
    assert stage.run("state", "clock").exit == 0
    again = stage.run("state", "clock", "--is-right")
    assert (again.exit, "A412" in again.stderr) == (64, True), again
    stage.sandbox.advance("24h")
    stage.converge()
    assert "account-3" in on(stage, "google") & on(stage, "meta")
    stage.sandbox.advance("170d")
    stage.sync()
    stage.sandbox.advance("9d")
    assert "account-3" in on(stage, "google"), "sent again in time, counted from now and not from next month"
