"""What happened, as the ledger's chain tells it: printed, proved, consistent after any kill, and of nobody in particular."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from typing import Any, Final

import pytest

from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily
from scenarios.harness import Stage
from scenarios.harness.family import Family, Somebody, crowd

ANNA: Final = Somebody(1, email="anna@post.example", mobile="20304001")
BO: Final = Somebody(2, email="bo@post.example", mobile="20304002")
EVERYBODY: Final = (ANNA, BO, *crowd(100, 28))


def opened(open_family: OpenFamily) -> tuple[Family, Stage]:
    family, stage = open_family(*EVERYBODY)
    for each in EVERYBODY:
        for platform in ("google", "meta"):
            account = [f"account-{each.customer_id}"]
            stage.sandbox.connect(platform, {each.email_key: account, each.phone_key(platform): account})
    return family, stage


def events(stage: Stage) -> list[dict[str, Any]]:
    run = stage.run("state", "events", "--json")
    assert run.exit == 0, run
    return list(run.document["events"])


def of_kind(told: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in told if each["kind"] == kind]


def test_the_head_is_printed_with_each_run_and_tells_of_all_of_it(open_family: OpenFamily) -> None:
    """`sync`, `confirm`, `status`, `state check` and `state events` agree on it; each request was told before it was made."""
    _, stage = opened(open_family)
    head = stage.sync().document["head"]
    told = events(stage)
    assert (told[-1]["number"], told[-1]["sha256"]) == (head["number"], head["sha256"])
    assert stage.run("status", "--json").document["head"] == head
    assert stage.run("state", "check", "--json").document["head"] == head
    assert f"head {head['sha256'][:12]}" in stage.run("status").stdout
    requests = [each for each in stage.sandbox.log() if each["op"] in ADDS | REMOVALS]
    assert len(of_kind(told, "request_intended")) == len(requests) == 2
    assert [each["kind"] for each in told][:2] == ["run_began", "approved"]
    stage.sandbox.advance("24h")
    confirmed = stage.run("confirm", "--json").document["head"]
    assert confirmed["number"] > head["number"]
    assert events(stage)[: len(told)] == told, "nothing before was changed"
    assert f"head {events(stage)[-1]['sha256'][:12]}" in stage.run("state", "events").stdout


def test_a_changed_ledger_is_named_and_stops_nobody_from_leaving(open_family: OpenFamily) -> None:
    """`state check` ends with 1 and says the number; the next sync goes on, and the break stays where it is."""
    family, stage = opened(open_family)
    assert stage.sync().exit == 0
    assert stage.run("state", "check").exit == 0
    with closing(sqlite3.connect(stage.state / "ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE events SET at = at - 1 WHERE number = 5")
        assert ledger.execute("SELECT changes()").fetchone() == (1,)
    family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
    stage.sandbox.advance("24h")
    for _ in range(2):
        run = stage.run("state", "check", "--json")
        assert run.exit == 1, run
        (found,) = [each for each in run.document["findings"] if each["code"] == "A736"]
        assert "at number 5:" in found["message"]
        assert stage.sync().exit == 0
    stage.sandbox.advance("24h")
    assert all("account-1" not in each["accounts"] for each in stage.sandbox.lists())


POINTS: Final = (
    "after_plan:1",
    "list_created:1",
    "list_recorded:1",
    "outbox_written:1",
    "intent_recorded:1",
    "sent:1",
    "outcome_recorded:1",
    "confirmed:1",
    "fold_written:1",
    "fold_registered:1",
    "run_ended:1",
)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_chain_and_the_facts_are_of_one_moment(open_family: OpenFamily, point: str) -> None:
    """The chain is whole, and the newest event of each request is the state that the ledger has."""
    _, stage = opened(open_family)
    if point.partition(":")[0] in {"confirmed", "fold_written", "fold_registered"}:
        assert stage.sync().exit == 0
        stage.sandbox.advance("24h")
    assert stage.sync(CONSENTRIC_KILL=point).exit == -signal.SIGKILL
    assert not [each for each in stage.run("state", "check", "--json").document["findings"] if each["code"] == "A736"]
    states: dict[int, str] = {}
    for each in events(stage):
        if each["kind"] in {"request_intended", "request"}:
            states[each["request"]] = each.get("state", "intent")
    with closing(sqlite3.connect(stage.state / "ledger.db")) as ledger:
        assert dict(ledger.execute("SELECT id, state FROM batches")) == states
        begun = ledger.execute("SELECT count(*), count(ended_at) FROM runs").fetchone()
    told = events(stage)
    assert (len(of_kind(told, "run_began")), len(of_kind(told, "run_ended"))) == begun


def test_stops_and_who_let_it_go_are_told(open_family: OpenFamily) -> None:
    """A guard that stopped a list with its code, and the number that was allowed afterwards."""
    family, stage = opened(open_family)
    stage.converge()
    for each in EVERYBODY[4:]:
        family.change(each.customer_id, club="")
    assert stage.sync().exit == 4
    stopped = of_kind(events(stage), "stopped")[-1]["lists"]
    assert {(each["destination"], each["code"], each["held"]["remove"]) for each in stopped} == {
        ("google", "A602", 26),
        ("meta", "A602", 26),
    }
    assert stage.sync("friends", "--allow-removals", "26").exit == 0
    assert of_kind(events(stage), "approved")[-1]["allowed"] == {"removals": 26, "additions": 0}


def test_nothing_of_a_person_is_in_the_chain(open_family: OpenFamily) -> None:
    """After a withdrawal, an erasure to its end, a backup and its restoration: no contact, no hash, no reason."""
    _, stage = opened(open_family)
    stage.converge()
    for verb, person in (("withdraw", ANNA), ("forget", BO)):
        run = stage.run(verb, "-", "--yes", "--json", "--reason", "letter of Kaspar", stdin=person.email)
        assert run.exit == 0, run
    assert stage.run("state", "backup", "../monday").exit == 0
    for _ in range(3):
        stage.sandbox.advance("24h")
        assert stage.sync().exit == 0
    assert stage.run("state", "restore", "../monday", "--over-newer").exit == 0
    told = events(stage)
    kinds = {each["kind"] for each in told}
    assert {"said_no", "removals_asked", "restored"} <= kinds
    with closing(sqlite3.connect(stage.state / "ledger.db")) as ledger:
        everything = str(ledger.execute("SELECT group_concat(kind || facts) FROM events").fetchone()).lower()
    for each in EVERYBODY:
        for secret in (each.email, each.mobile, each.email_key.removeprefix("email:")):
            assert secret not in everything
        assert each.phone_key("google").removeprefix("phone:") not in everything
    assert "kaspar" not in everything
    assert stage.run("state", "check").exit == 0
