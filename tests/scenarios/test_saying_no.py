"""withdraw, object, restrict, forget, unsuppress: whoever says no is out at once, everywhere, and stays out.

The judge knows no commands: it is asked about a twin of the shop in which these people said no in the consent source.
"""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import pytest

from judge import Judgement, contacts, expected
from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily, OpenShop
from scenarios.harness import Run, Stage
from scenarios.harness.family import Family, Somebody, crowd
from scenarios.harness.forking import ForkedRun
from scenarios.harness.size import LONG, POSITIONS, label

ANNA: Final = Somebody(1, email="anna@post.example", mobile="20304001")
BO: Final = Somebody(2, email="home@post.example", mobile="20304002")
CARA: Final = Somebody(3, email="home@post.example", mobile="20304003")  # shares Bo's address
LATE: Final = "2026-12-24T08:00:00Z"
OTHERS: Final = crowd(100, 6)


def filled(open_family: OpenFamily, *people: Somebody, **settings: object) -> tuple[Family, Stage]:
    """The shop of these people and a few others, synced and confirmed."""
    family, stage = open_family(*people, *OTHERS, **settings)
    run = stage.sync()
    assert run.exit == 0, run
    stage.sandbox.advance("24h")
    assert stage.run("confirm").exit == 0
    return family, stage


def without(family: Family, stage: Stage, *customers: int) -> Judgement:
    """What must be true when these people have said no."""
    twin = family.folder.parent / f"twin-{'-'.join(map(str, customers))}-{stage.now:%H%M%S%f}"
    people = [
        one if one.customer_id not in customers else Somebody(one.customer_id, one.email, one.mobile, one.club, "no")
        for one in family.people.values()
    ]
    Family(twin, *people)
    (twin / "audiences.yaml").write_text(stage.file.read_text())
    return expected(twin / "audiences.yaml", stage.now, stage.cli.environment)


def keys_of(one: Somebody) -> set[str]:
    contacts_ = {one.phone_key(platform) for platform in ("google", "meta")} if one.mobile else set()
    return contacts_ | ({one.email_key} if one.email else set())


def lists_with(stage: Stage, *keys: str) -> list[str]:
    return [each["platform"] for each in stage.sandbox.lists() if set(keys) & set(each["keys"])]


def adds_of(stage: Stage, one: Somebody, since: int = 0) -> list[int]:
    """Requests that added somebody by any key of theirs."""
    keys = keys_of(one)
    return [
        each["n"] for each in stage.sandbox.log(since) if each["op"] in ADDS for row in each["rows"] if keys & set(row)
    ]


def funnel(stage: Stage, reason: str) -> set[int]:
    lists = stage.plan()["audiences"]["friends"]["lists"]
    return {one["consent"][reason] for one in lists.values()}


def settle(stage: Stage, nights: int = 3) -> None:
    """Nights without a sync, in which requests are confirmed and lists folded."""
    for _ in range(nights):
        stage.sandbox.advance("24h")
        assert stage.run("confirm").exit == 0


def on_the_disk(state: Path, *values: str) -> list[str]:
    """Files of the state folder that hold any of these hashes, as raw bytes or as text."""
    forms = [form for value in values for form in (bytes.fromhex(value), value.encode())]
    files = [path for path in state.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


def hashes_of(one: Somebody) -> list[str]:
    return sorted(key.partition(":")[2] for key in keys_of(one))


@pytest.mark.parametrize("verb", ["withdraw", "object", "restrict", "forget"] if LONG else ["withdraw", "restrict"])
def test_who_says_no_is_off_every_list_at_once(open_family: OpenFamily, verb: str) -> None:
    """Asked of both platforms within the call although no source can be read; nothing else is sent; out for good."""
    family, stage = filled(open_family, ANNA)
    sources = [family.folder / "customers.csv", family.folder / "consents.csv"]
    for each in sources:
        each.rename(each.with_suffix(".away"))
    before = stage.sandbox.last_entry()
    run = stage.no(verb, "Anna@post.example ")
    assert run.exit == 0, run
    assert run.document["people"] == 1
    assert {(each["platform"], each["state"]) for each in run.document["lists"]} == {
        ("google", "asked"),
        ("meta", "asked"),
    }
    assert not [each for each in stage.sandbox.log(before) if each["op"] in ADDS]
    assert ANNA.email not in run.stdout + run.stderr
    for each in sources:
        each.with_suffix(".away").rename(each)
    stage.sandbox.advance("24h")
    assert not lists_with(stage, *keys_of(ANNA))
    assert funnel(stage, "withdrew" if verb == "withdraw" else "suppressed") == {1}
    stage.converge()
    stage.assert_right(without(family, stage, 1))
    assert not adds_of(stage, ANNA, before)


SECOND: Final = """\
  fellows:
    name: Fellows
    who: {field: customers.club, is: member}
    send_to: [google]
"""


def start_slow(stage: Stage, lists: int) -> subprocess.Popen[str] | ForkedRun:
    """A sync in the middle: Google took so many lists, and asks it to wait with the next."""
    fault = {"platform": "google", "op": "ingest", "kind": "http_429", "skip": lists, "times": None, "retry_after": 4}
    stage.sandbox.break_with(fault)
    process = stage.start("sync", "--yes", "--json")
    while len([each for each in stage.sandbox.log() if each["op"] == "ingest"]) <= lists and process.poll() is None:
        time.sleep(0.05)
    assert process.poll() is None
    return process


def ended(stage: Stage, command: str, process: subprocess.Popen[str] | ForkedRun) -> Run:
    stdout, stderr = process.communicate(timeout=120)
    return stage.cli.keep(Run((command,), process.returncode, stdout, stderr))


def test_a_no_while_a_sync_runs(open_family: OpenFamily) -> None:
    """The command does not wait to suppress: 75 and a sentence; the run at work repeats no request that names them."""
    family, stage = open_family(ANNA, *OTHERS)
    process = start_slow(stage, 0)
    run = stage.run("withdraw", "-", "--yes", "--json", "--lock-timeout", "0s", stdin="anna@post.example\n")
    assert run.exit == 75, run
    assert run.document["error"]["code"] == "A721"
    suppressed_at = stage.sandbox.last_entry()
    stage.sandbox.heal()
    sync = ended(stage, "sync", process)
    assert sync.exit == 4, sync
    assert "A421" in sync.stdout
    stage.sandbox.advance("24h")
    stage.converge()
    assert not adds_of(stage, ANNA, suppressed_at)
    stage.assert_right(without(family, stage, 1))


def test_a_no_waits_for_the_lists_and_not_for_the_suppression(open_family: OpenFamily) -> None:
    """By default the command waits for the run at work, then takes the person off what that run had sent before."""
    family, stage = open_family(ANNA, *OTHERS)
    stage.file.write_text(stage.file.read_text() + SECOND)
    process = start_slow(stage, 1)
    assert adds_of(stage, ANNA), "one list has them already"
    variables = {"CONSENTRIC_CLOCK": stage.sandbox.now.isoformat()}
    waiting = stage.cli.start("object", "-", "--yes", "--json", variables=variables, stdin="1\n")
    while stage.run("status", "--json").document["suppressed"] == 0 and waiting.poll() is None:
        time.sleep(0.1)
    assert waiting.poll() is None, "it waits for the lock"
    suppressed_at = stage.sandbox.last_entry()
    stage.sandbox.heal()
    assert ended(stage, "sync", process).exit in (0, 4, 5)
    run = ended(stage, "object", waiting)
    assert run.exit == 0, run
    assert run.document["people"] == 1
    assert {each["state"] for each in run.document["lists"]} == {"asked"}
    stage.sandbox.advance("24h")
    stage.converge()
    assert not adds_of(stage, ANNA, suppressed_at)
    stage.assert_right(without(family, stage, 1))


@pytest.mark.parametrize("switches", POSITIONS if LONG else POSITIONS[:2], ids=label)
def test_one_of_two_who_share_an_address_is_forgotten(open_family: OpenFamily, switches: dict[str, str]) -> None:
    """Bo leaves with every key, the shared address too; Cara is back without it, and nothing of Bo alone stays with us."""
    family, stage = filled(open_family, BO, CARA, switches=switches)
    run = stage.no("forget", "2")
    assert run.exit == 0, run
    assert run.document["people"] == 1
    stage.sandbox.advance("24h")
    assert not lists_with(stage, *keys_of(BO))
    stage.converge()
    stage.assert_right(without(family, stage, 2))
    assert sorted(lists_with(stage, CARA.phone_key("google"), CARA.phone_key("meta"))) == ["google", "meta"]
    settle(stage)
    assert not on_the_disk(stage.state, *hashes_of(BO))
    assert on_the_disk(stage.state, CARA.phone_key("google").partition(":")[2])


@pytest.mark.parametrize("key", ["anna@post.example", "20 30 40 01", "1"] if LONG else ["20 30 40 01"])
def test_somebody_whom_no_source_knows_any_more(open_family: OpenFamily, key: str) -> None:
    """Found by whatever was sent for them, by any of their keys, although their rows are gone."""
    family, stage = filled(open_family, ANNA)
    del family.people[1]
    family.write()
    run = stage.no("forget", key)
    assert run.exit == 0, run
    assert run.document["people"] == 1
    stage.sandbox.advance("24h")
    assert not lists_with(stage, *keys_of(ANNA))
    stage.converge()
    stage.assert_right()
    settle(stage)
    assert not on_the_disk(stage.state, *hashes_of(ANNA))
    done = stage.run("forget", "--status", "--json")
    assert done.document["erasures"] == []


def test_what_the_record_tells_of_an_erasure(open_family: OpenFamily) -> None:
    """Asked, confirmed, erased; meanwhile the hashes are there and afterwards nowhere in the state folder."""
    _, stage = filled(open_family, ANNA)
    run = stage.no("forget", "anna@post.example", "1")
    assert run.document["certificate"]["complete"] is False
    assert run.document["people"] == 1, "two keys of one person"
    assert on_the_disk(stage.state, *hashes_of(ANNA))
    status = stage.run("forget", "--status", "--json").document
    assert {each["state"] for each in status["lists"]} == {"asked"}
    stage.sandbox.advance("24h")
    status = stage.run("forget", "--status", "--json").document
    assert {(each["state"], each["erased"]) for each in status["lists"]} == {("confirmed", True)}
    assert all(each["asked"] < each["confirmed"] for each in status["lists"])
    assert not on_the_disk(stage.state, *hashes_of(ANNA))
    assert stage.run("forget", "--status", "--json").document["erasures"] == []


def test_twice_the_same(open_family: OpenFamily) -> None:
    """A second call sends nothing more, and says the same."""
    family, stage = filled(open_family, ANNA)
    first = stage.no("forget", "1")
    before = stage.sandbox.last_entry()
    again = stage.no("forget", "1")
    assert (first.exit, again.exit) == (0, 0)
    assert again.document["people"] == 1
    assert not [each for each in stage.sandbox.log(before) if each["op"] in ADDS | REMOVALS]
    stage.sandbox.advance("24h")
    third = stage.no("forget", "1")
    assert (third.exit, third.document["people"], third.document["lists"]) == (0, 0, [])
    stage.converge()
    stage.assert_right(without(family, stage, 1))


def test_an_unknown_key_stays_suppressed(open_family: OpenFamily) -> None:
    """Nobody is found: 0 and 0 people. Who turns up with it later is never added."""
    family, stage = filled(open_family)
    run = stage.no("object", "anna@post.example")
    assert (run.exit, run.document["people"], run.document["lists"]) == (0, 0, [])
    family.people[1] = ANNA
    family.write()
    before = stage.sandbox.last_entry()
    stage.converge()
    assert not adds_of(stage, ANNA, before)
    assert funnel(stage, "suppressed") == {1}
    stage.assert_right(without(family, stage, 1))


def test_who_said_no_stays_out_under_new_keys(open_family: OpenFamily) -> None:
    """A new address, then a new customer number with that address: what a sync has seen together stays together."""
    family, stage = filled(open_family, ANNA)
    assert stage.no("object", "anna@post.example").exit == 0
    stage.sandbox.advance("24h")
    before = stage.sandbox.last_entry()
    family.change(1, email="anna@new.example", mobile="20304091")
    stage.converge()
    family.people[77] = Somebody(77, email="anna@new.example", mobile="20304092")
    family.write()
    stage.converge()
    for each in (ANNA, family.people[1], family.people[77]):
        assert not adds_of(stage, each, before)
    stage.assert_right(without(family, stage, 1, 77))


def test_an_objection_beats_a_fresh_consent(open_family: OpenFamily) -> None:
    """A later dated yes lifts a withdrawal, and no objection, restriction or erasure; `unsuppress` lifts those."""
    family, stage = filled(open_family, ANNA, BO)
    assert stage.no("withdraw", "1").exit == 0
    assert stage.no("object", "2").exit == 0
    stage.sandbox.advance("24h")
    stage.converge()
    for customer in (1, 2):
        family.change(customer, given_at=stage.sandbox.now.isoformat())
    stage.sandbox.advance("24h")
    before = stage.sandbox.last_entry()
    stage.converge()
    assert adds_of(stage, ANNA, before)
    assert not adds_of(stage, BO, before)
    stage.assert_right(without(family, stage, 2))
    run = stage.run("unsuppress", "-", "--yes", "--json", "--reason", "a mix-up, case 12", stdin="2")
    assert (run.exit, run.document["keys"]) == (0, 1), run
    stage.converge()
    stage.assert_right()
    assert adds_of(stage, BO, before)


def test_who_withdraws_again_is_out_again(open_family: OpenFamily) -> None:
    """A second withdrawal counts from its own day, although the first one was lifted."""
    family, stage = filled(open_family, ANNA)
    assert stage.no("withdraw", "1").exit == 0
    stage.sandbox.advance("24h")
    family.change(1, given_at=stage.sandbox.now.isoformat())
    stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right()
    assert stage.no("withdraw", "1").exit == 0
    stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right(without(family, stage, 1))


POINTS: Final = ["suppressed", "leavers_noted", "outbox_written", "intent_recorded", "sent", "outcome_recorded"]
ENDS: Final = [(point, goes_on) for point in POINTS for goes_on in ("sync", "status")]


@pytest.mark.parametrize(("point", "goes_on"), ENDS if LONG else [("suppressed", "sync"), ("sent", "status")])
def test_killed_at_any_moment(open_family: OpenFamily, point: str, goes_on: str) -> None:
    """Whoever no source knows any more is off every list and out of our files all the same, after the next run."""
    family, stage = filled(open_family, ANNA)
    del family.people[1]
    family.write()
    run = stage.no("forget", "anna@post.example", CONSENTRIC_KILL=f"{point}:1")
    assert run.exit == -signal.SIGKILL, run
    stage.sandbox.advance("24h")
    for _ in range(2):
        done = stage.sync() if goes_on == "sync" else stage.run("forget", "--status", "--json")
        assert done.exit == 0, done
        stage.sandbox.advance("24h")
    assert not lists_with(stage, *keys_of(ANNA))
    last = stage.run("forget", "--status", "--json").document
    assert [each["state"] for each in last["lists"]] in ([], ["confirmed", "confirmed"])
    assert not on_the_disk(stage.state, *hashes_of(ANNA))
    stage.converge()
    stage.assert_right()


def test_a_platform_that_fails_is_asked_again(open_family: OpenFamily) -> None:
    """The call says which list failed and ends as a sync would; the next sync removes, whatever guards say."""
    family, stage = filled(open_family, ANNA)
    stage.sandbox.break_with({"platform": "google", "kind": "permission", "times": None})
    run = stage.no("forget", "1")
    assert run.exit == 6, run
    states = {each["platform"]: each["state"] for each in run.document["lists"]}
    assert states == {"google": "failed", "meta": "asked"}
    stage.sandbox.heal()
    waiting = stage.run("forget", "--status", "--json").document
    assert {each["state"] for each in waiting["lists"]} == {"asked"}, "it went on"
    stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right(without(family, stage, 1))


def test_the_list_of_an_audience_that_left_the_file(open_family: OpenFamily) -> None:
    """Whoever says no leaves it too, at once, and by a sync after a kill."""
    family, stage = filled(open_family, ANNA, BO)
    document = stage.file.read_text()
    stage.file.write_text(document.replace("  friends:\n    name: Friends", "  chums:\n    name: Chums"))
    run = stage.no("object", "1")
    assert run.exit == 0, run
    assert {each["audience"] for each in run.document["lists"]} == {"friends"}
    del family.people[2]
    family.write()
    assert stage.no("object", "2", CONSENTRIC_KILL="leavers_noted:1").exit == -signal.SIGKILL
    stage.sandbox.advance("24h")
    assert not lists_with(stage, *keys_of(ANNA))
    assert stage.sync().exit in (0, 4)
    stage.sandbox.advance("24h")
    assert not lists_with(stage, *keys_of(ANNA), *keys_of(BO))


def test_a_hundred_people_at_once(open_few: OpenShop) -> None:
    """As many requests as for one: the lists are read once and asked once, by each kind of key."""
    stage = open_few()
    assert stage.sync().exit == 0
    stage.sandbox.advance("24h")
    judged = stage.judgement()
    people = {
        person for audience in judged.audiences.values() for one in audience.lists.values() for person in one.members
    }
    names = sorted(person.name.partition("=")[2] for person in people if person.name.startswith("customer_id="))[:100]
    assert len(names) == 100
    before = stage.sandbox.last_entry()
    run = stage.no("object", *names)
    assert run.exit == 0, run
    assert run.document["people"] >= len(names)
    requests = [each for each in stage.sandbox.log(before) if each["op"] in REMOVALS]
    concerned = len(run.document["lists"])
    assert len(requests) <= 3 * concerned
    assert not [each for each in stage.sandbox.log(before) if each["op"] in ADDS]
    stage.sandbox.advance("24h")
    plan: dict[str, Any] = stage.plan()
    lists = [one for each in plan["audiences"].values() for one in each["lists"].values()]
    assert sum(one["consent"]["suppressed"] for one in lists) >= len(names)
    assert not [one for one in lists if "suppressed" in one["removed_because"]]


def test_no_key_is_told_anywhere(open_family: OpenFamily) -> None:
    """Not in an error, not in a log line, not in the record; a bad line is named by its number and nothing is done."""
    _, stage = filled(open_family, ANNA)
    before = stage.sandbox.last_entry()
    wrong = stage.no("forget", "anna@post.example", "", "b@@post.example")
    assert wrong.exit == 64
    assert "line 3" in wrong.stderr
    typed = stage.run("forget", "anna@post.example", "--yes")
    assert typed.exit == 64
    told = stage.run("forget", "-", "--yes", "--reason", "asked by anna@post.example", stdin="1")
    assert told.exit == 64
    silent = stage.run("forget", "-", stdin="1")
    assert silent.exit == 64
    empty = stage.run("forget", "-", "--yes", stdin="\n \n")
    assert empty.exit == 64
    assert stage.run("status", "--json").document["suppressed"] == 0
    assert not [each for each in stage.sandbox.log(before) if each["op"] in REMOVALS]
    for run in stage.cli.runs:
        assert "post.example" not in run.stdout + run.stderr
    assert contacts.sha256(ANNA.email) not in "".join(run.stdout + run.stderr for run in stage.cli.runs)


def test_keys_from_a_file(open_family: OpenFamily) -> None:
    """One a line, with a byte order mark and the line ends of other systems; -f stays the audiences file."""
    family, stage = filled(open_family, ANNA, BO)
    keys = family.folder.parent / "no.txt"
    keys.write_bytes("\ufeffanna@post.example\r\n\r\n20304002\r\n".encode())
    run = stage.run(
        "restrict", "-f", "audiences.yaml", "--file", str(keys), "--yes", "--json", "--reason", "2026-11-20, case 417"
    )
    assert (run.exit, run.document["keys"], run.document["people"]) == (0, 2, 2), run
    assert stage.run("restrict", "--file", "audiences.yaml", "--yes").exit == 64
    stage.sandbox.advance("24h")
    stage.converge()
    stage.assert_right(without(family, stage, 1, 2))
