"""What every destination promises, asked of the real clients against a sandbox that was built without them."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import requests

from consentric.destinations.registry import open_inspector
from consentric.destinations.retrying import Budget
from consentric.destinations.senders import open_sender
from consentric.errors import AccessDenied, Drifted, PlatformError, QuotaExhausted, Refused, Unavailable
from consentric.model.lists import BatchState, Drift, ListRef, ListSpec, Operation, Replacement, Shape
from consentric.model.project import Destination, GoogleAccount, MetaAccount, Platform, TermsAccepted
from consentric.model.secrets import Secret
from consentric.planning.capabilities import CAPABILITIES, RebuildForm
from consentric.planning.outbox import OUTBOX
from consentric.ports import Sender, WireBatch
from fakes import HandClock

TOKEN = "EAAGcanaryTokenThatMustNotShow"
SECRET = "canaryAppSecretThatMustNotShow"
_NUMBERS = count(1)
_ACCOUNTS = count(1_000_000_001)


@dataclass(frozen=True)
class Sandbox:
    """The control API of a running sandbox."""

    google: str
    meta: str

    def ask(self, name: str, body: object = None, method: str = "POST") -> Any:
        answer = requests.request(method, f"{self.meta}/_sandbox/{name}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def held(self, list_id: str) -> list[str]:
        """The accounts on a list once everything is processed: five days on, Meta's late removals too."""
        self.ask("clock", {"advance": "120h"})
        return next(each["accounts"] for each in self.ask(f"state?list={list_id}", method="GET")["lists"])

    def arm(self, **fault: object) -> None:
        self.ask("faults", [fault])

    def log(self) -> list[dict[str, Any]]:
        return list(self.ask("log", method="GET"))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    ready = tmp_path_factory.mktemp("sandbox") / "ready.json"
    where = ["--google", "127.0.0.1:0", "--meta", "127.0.0.1:0", "--ready-file", str(ready)]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2] / "src"), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        [sys.executable, "-m", "consentric.sandbox", *where, "--switch", "match_rate=100"],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline, "the sandbox does not start"
            time.sleep(0.05)
        found = json.loads(ready.read_text())
        yield Sandbox(found["google"], found["meta"])
    finally:
        process.terminate()
        process.wait(10)


@dataclass(frozen=True)
class Peer:
    """One platform of the sandbox, and the words it uses for calls."""

    sandbox: Sandbox
    platform: Platform
    destination: Destination
    clock: HandClock
    add: str
    remove: str

    def sender(self, budget: Budget | None = None) -> Sender:
        return open_sender(self.destination, self.clock, budget)

    def spec(self, tag: str = "consentric:1f9a:vip") -> ListSpec:
        ref = ListRef("vip", self.destination.name)
        return ListSpec(ref, self.platform, self.destination.account, "Best customers", "All of them", tag, 180)

    def arm(self, kind: str, op: str, **more: object) -> None:
        self.sandbox.arm(platform=self.platform.value, kind=kind, op=op, **more)


@pytest.fixture(params=list(Platform), ids=str)
def peer(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Peer]:
    number = next(_ACCOUNTS)
    clock = HandClock()
    match request.param:
        case Platform.GOOGLE:
            terms = TermsAccepted(None, None)
            account: Destination = GoogleAccount(
                "google", str(number), login_customer_id="9998887776", terms_accepted=terms, endpoint=sandbox.google
            )
            yield Peer(sandbox, Platform.GOOGLE, account, clock, "ingest", "remove")
        case _:
            account = MetaAccount("meta", f"act_{number}", Secret(TOKEN), Secret(SECRET), endpoint=sandbox.meta)
            yield Peer(sandbox, Platform.META, account, clock, "users_add", "users_remove")
    sandbox.ask("faults", method="DELETE")


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def people(first: int, end: int) -> pa.Table:
    """Full rows of people with an e-mail and a phone; every third has no phone."""
    return pa.Table.from_pylist([person(number) for number in range(first, end)], schema=OUTBOX)


def person(number: int) -> dict[str, Any]:
    keys = [{"kind": 1, "value": digest(f"{number}@example.com")}]
    keys += [{"kind": 2, "value": digest(f"+4520{number:06}")}] if number % 3 else []
    return {
        "op": 1,
        "shape": 0,
        "why": "new",
        "person": digest(str(number))[:16],
        "fp": digest(str(number))[16:],
        "keys": keys,
        "riders": [digest("ann"), b"", digest("2100"), digest("dk")],
        "clean": True,
        "evidence": "7",
    }


def batch(list_id: str, rows: pa.Table, operation: Operation = Operation.ADD) -> WireBatch:
    return WireBatch(list_id, operation, Shape.FULL, rows, next(_NUMBERS))


def test_a_list_is_found_by_its_tag_and_by_nothing_else(peer: Peer) -> None:
    """Identity is our tag: not the name, and not a tag that merely begins like it."""
    sender = peer.sender()
    assert sender.find(peer.spec().tag) is None
    made = sender.create(peer.spec())
    sender.create(replace(peer.spec("consentric:1f9a:vip2"), name="Others"))
    assert sender.find("consentric:1f9a:vip") == made
    assert sender.find("consentric:1f9a:vi") is None
    assert sender.find("f9a:vip") is None


def test_a_list_is_found_among_many(peer: Peer) -> None:
    """Pages are followed to the last."""
    sender = peer.sender()
    made = [
        sender.create(replace(peer.spec(f"consentric:1f9a:list{number}"), name=f"List {number}"))
        for number in range(45)
    ]
    assert sender.find("consentric:1f9a:list0") == made[0]
    assert sender.find("consentric:1f9a:list44") == made[44]


def test_facts_say_what_the_platform_says(peer: Peer) -> None:
    """Name, existence and size; a list that is not there is a fact and no error."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    sender.send(batch(made, people(0, 300)))
    peer.sandbox.ask("clock", {"advance": "72h"})
    facts = sender.facts(made)
    assert (facts.name, facts.exists, facts.writable, facts.trouble) == ("Best customers", True, True, "")
    assert facts.size is not None and facts.size >= 200
    assert facts.eligible is True
    gone = sender.facts("424242")
    assert (gone.exists, gone.writable) == (False, False)


DRIFTS = {
    "deleted": (Drift.MISSING, Drift.MISSING),
    "closed": (Drift.CLOSED, None),
    "locked": (None, Drift.LOCKED),
    "fading": (None, Drift.FADING),
}


@pytest.mark.parametrize("change", DRIFTS)
def test_facts_say_how_a_list_is_not_as_it_was_left(peer: Peer, change: str) -> None:
    """By name of the trouble. A list that Google has locked does not say so: the first request shows it."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    assert sender.facts(made).drift is None
    if (change, peer.platform) == ("closed", Platform.META):
        pytest.skip("Meta has no closed lists")
    peer.sandbox.ask("lists", {"id": made, change: True})
    assert sender.facts(made).drift is DRIFTS[change][peer.platform is Platform.META]


@pytest.mark.parametrize(("change", "code"), [("deleted", "A522"), ("locked", "A524")])
def test_what_is_sent_to_a_list_that_drifted_is_the_owners_affair(peer: Peer, change: str, code: str) -> None:
    """Exit code 4, no retry, nothing applied: adds, removals and a new name."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.sandbox.ask("lists", {"id": made, change: True})
    for call in (
        lambda: sender.send(batch(made, people(0, 3))),
        lambda: sender.send(batch(made, people(0, 3), Operation.REMOVE)),
        lambda: sender.rename(made, peer.spec()),
    ):
        with pytest.raises(Drifted) as caught:
            call()
        assert (caught.value.code, caught.value.exit_code, caught.value.may_have_arrived) == (code, 4, False)
    assert peer.clock.slept == []


def test_a_new_name_keeps_the_list_and_its_tag(peer: Peer) -> None:
    """Name and description change, twice is once, and the list is still found by its tag."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    spec = replace(peer.spec(), name="Best of all", description="Only the best")
    sender.rename(made, spec)
    peer.arm("timeout_after_apply", "update_list")
    sender.rename(made, spec)
    assert sender.facts(made).name == "Best of all"
    assert sender.find(peer.spec().tag) == made
    (shown,) = (each for each in peer.sandbox.ask(f"state?list={made}", method="GET")["lists"])
    assert shown["description"].startswith("Only the best")


def test_how_long_a_list_keeps_people(peer: Peer) -> None:
    """Google says it and changes it, twice is once, and the name stays; Meta keeps everybody and is never asked."""
    sender = peer.sender()
    made = sender.create(replace(peer.spec(), keep_for_days=90))
    if peer.platform is Platform.META:
        assert sender.facts(made).keep_for_days is None
        with pytest.raises(ValueError, match="keeps everybody"):
            sender.keep_for(made, 30)
        return
    assert sender.facts(made).keep_for_days == 90
    peer.arm("timeout_after_apply", "update_list")
    sender.keep_for(made, 30)
    sender.keep_for(made, 30)
    assert (sender.facts(made).keep_for_days, sender.facts(made).name) == (30, peer.spec().name)
    with pytest.raises(Refused):
        sender.keep_for(made, 541)


def test_a_name_that_is_taken(peer: Peer) -> None:
    """Lists are counted by exact name, whoever made them. Google refuses a second one; at Meta names are free."""
    sender = peer.sender()
    assert sender.namesakes("Best customers") == 0
    account = peer.destination.account
    peer.sandbox.ask("lists", {"make": {"platform": peer.platform.value, "account": account, "name": "Best customers"}})
    assert sender.namesakes("Best customers") == 1
    assert sender.namesakes("best customers") == 0
    if peer.platform is Platform.META:
        sender.create(peer.spec())
        assert sender.namesakes("Best customers") == 2
        return
    for call in (
        lambda: sender.create(peer.spec()),
        lambda: sender.rename(sender.create(replace(peer.spec(), name="Other")), peer.spec()),
    ):
        with pytest.raises(Drifted) as caught:
            call()
        assert (caught.value.code, caught.value.exit_code) == ("A523", 4)


def test_a_deleted_list_is_gone_also_when_the_answer_was_lost(peer: Peer) -> None:
    """Deleting again what is gone already is no failure."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm("timeout_after_apply", "delete_list")
    sender.delete(made)
    assert not sender.facts(made).exists
    assert sender.find(peer.spec().tag) is None
    sender.delete(made)


def test_the_ads_that_use_a_list_are_named(peer: Peer) -> None:
    """By the platform's own numbers; a list that none uses has none."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    assert sender.uses(made) == ()
    peer.sandbox.ask(
        "lists", {"id": made, "ads": ["11", "ad_group:12"] if peer.platform is Platform.GOOGLE else ["77"]}
    )
    assert sender.uses(made) == (("campaign 11", "ad group 12") if peer.platform is Platform.GOOGLE else ("ad 77",))


def test_what_is_added_is_there_and_what_is_removed_is_gone(peer: Peer) -> None:
    """The whole way: rows to wire to the accounts that the platform holds."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    receipt = sender.send(batch(made, people(0, 100)))
    assert (receipt.received, receipt.invalid) == (100, 0)
    assert receipt.handle
    everybody = set(peer.sandbox.held(made))
    sender.send(batch(made, people(0, 40), Operation.REMOVE))
    remaining = set(peer.sandbox.held(made))
    assert remaining < everybody
    sender.send(batch(made, people(40, 100), Operation.REMOVE))
    assert peer.sandbox.held(made) == []


def test_a_list_that_is_filled_anew_holds_nobody_else(peer: Peer) -> None:
    """The rest leaves at the end, and the list does not run empty on the way."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    sender.send(batch(made, people(0, 100)))
    before = peer.sandbox.held(made)
    began = datetime.fromisoformat(peer.sandbox.ask("clock", method="GET")["clock"])
    replacing = CAPABILITIES[peer.platform].rebuild is RebuildForm.REPLACE
    for seq, (first, end) in enumerate([(40, 70), (70, 100), (100, 120)], start=1):
        place = Replacement(77, seq, last=seq == 3, before=first - 40, total=80)
        part = batch(made, people(first, end))
        receipt = sender.send(replace(part, replacement=place) if replacing else part)
        assert (receipt.received, receipt.invalid) == (end - first, 0)
    if not replacing:
        assert sender.server_time(made) is not None
        sender.remove_rest(made, began)
    after = set(peer.sandbox.held(made))
    other = sender.create(replace(peer.spec("consentric:1f9a:other"), name="Others"))
    sender.send(batch(other, people(40, 120)))
    assert after == set(peer.sandbox.held(other))
    assert set(before) - after, "those of before are gone"


def test_adding_twice_is_adding_once(peer: Peer) -> None:
    """A request may be repeated: the list is a set."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    once = batch(made, people(0, 50))
    sender.send(once)
    before = peer.sandbox.held(made)
    sender.send(once)
    assert peer.sandbox.held(made) == before


def test_a_verdict_comes_with_time_or_never(peer: Peer) -> None:
    """At work at first; Google then confirms, Meta never reports on a request."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    added = sender.send(batch(made, people(0, 200)))
    removed = sender.send(batch(made, people(0, 20), Operation.REMOVE))
    assert sender.verdict(added.handle).state is None
    peer.sandbox.ask("clock", {"advance": "72h"})
    expected = BatchState.CONFIRMED if peer.platform is Platform.GOOGLE else None
    inspector = open_inspector(peer.destination, peer.clock)
    assert inspector.verdict(added.handle).state is expected
    assert inspector.verdict(removed.handle).state is expected


def test_a_timeout_after_the_platform_applied_is_repeated_without_harm(peer: Peer) -> None:
    """The answer is lost, the work was done: the second try ends at the same list."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm("timeout_after_apply", peer.add)
    assert sender.send(batch(made, people(0, 30))).doubtful
    expected = set(peer.sandbox.held(made))
    peer.arm("timeout_after_apply", peer.remove)
    assert sender.send(batch(made, people(0, 30), Operation.REMOVE)).doubtful
    assert not sender.send(batch(made, people(0, 30), Operation.REMOVE)).doubtful
    assert expected and peer.sandbox.held(made) == []
    assert len(peer.clock.slept) == 2


@pytest.mark.parametrize("kind", ["timeout_after_apply", "reset", "unavailable", "html", "empty", "internal"])
def test_a_creation_of_unknown_outcome_is_never_repeated(peer: Peer, kind: str) -> None:
    """It is said to be unknown, and looking by tag shows whether the list is there; never are there two."""
    sender = peer.sender()
    peer.arm(kind, "create_list")
    with pytest.raises(Unavailable) as caught:
        sender.create(peer.spec())
    assert caught.value.applied_unknown
    assert peer.clock.slept == []
    found = sender.find(peer.spec().tag) or sender.create(peer.spec())
    assert sender.find(peer.spec().tag) == found
    mine = [each for each in peer.sandbox.ask("state", method="GET")["lists"] if each["account"] in _names(peer)]
    assert len(mine) == 1


def _names(peer: Peer) -> set[str]:
    return {peer.destination.account}


@pytest.mark.parametrize("kind", ["unavailable", "internal", "reset", "html", "empty", "timeout_after_apply"])
@pytest.mark.parametrize("op", ["add", "remove", "list_lists", "get_list"])
def test_what_passes_is_tried_again(peer: Peer, kind: str, op: str) -> None:
    """One failure of any passing kind costs one pause and nothing else."""
    if op == "list_lists" and kind == "empty" and peer.platform is Platform.GOOGLE:
        pytest.skip("an empty page is a page in protobuf")
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm(kind, {"add": peer.add, "remove": peer.remove}.get(op, op))
    match op:
        case "add":
            sender.send(batch(made, people(0, 9)))
        case "remove":
            sender.send(batch(made, people(0, 9), Operation.REMOVE))
        case "list_lists":
            assert sender.find(peer.spec().tag) == made
        case _:
            assert sender.facts(made).exists
    assert len(peer.clock.slept) == 1


def test_a_platform_that_is_down_is_given_up_on(peer: Peer) -> None:
    """Five tries, then the last error; afterwards the budget is used up and the next call fails at once."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm("unavailable", peer.add, times=50)
    for tries in (5, 1, 1):
        before = len(peer.sandbox.log())
        with pytest.raises(Unavailable):
            sender.send(batch(made, people(0, 3)))
        assert len(peer.sandbox.log()) - before == tries


def test_a_minute_is_waited_for_as_long_as_the_platform_says(peer: Peer) -> None:
    """Google's minute; Meta's minutes to regain access (seven here), not seconds."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm("http_429", peer.add)
    sender.send(batch(made, people(0, 3)))
    asked = 60 if peer.platform is Platform.GOOGLE else 420
    assert len(peer.clock.slept) == 1
    assert asked <= peer.clock.slept[0] <= asked + 2


EXPECTED = [
    ("quota_day", Platform.GOOGLE, QuotaExhausted, "A510", "quota of the day"),
    ("quota_day", Platform.META, Unavailable, "A504", "rate limit"),
    ("expired_token", Platform.GOOGLE, AccessDenied, "A541", "gcloud auth"),
    ("expired_token", Platform.META, AccessDenied, "A541", "system-users"),
    ("terms", Platform.GOOGLE, AccessDenied, "A543", "terms"),
    ("terms", Platform.META, AccessDenied, "A543", "customaudiences/tos/?act="),
    ("permission", Platform.GOOGLE, AccessDenied, "A542", "accountaccess"),
    ("permission", Platform.META, AccessDenied, "A542", "ads_management"),
    ("flagged", Platform.GOOGLE, Refused, "A524", "locked"),
    ("flagged", Platform.META, Refused, "A524", "flagged"),
]


@pytest.mark.parametrize(("kind", "platform", "error", "code", "says"), EXPECTED)
def test_a_refusal_says_what_to_do(
    peer: Peer, kind: str, platform: Platform, error: type[PlatformError], code: str, says: str
) -> None:
    """Each has its class, its code, a sentence, and is never tried again."""
    if peer.platform is not platform:
        pytest.skip("the other platform's row")
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm(kind, peer.add, times=20)
    with pytest.raises(error) as caught:
        sender.send(batch(made, people(0, 3)))
    assert caught.value.code == code
    assert says in f"{caught.value.message} {caught.value.hint}"
    if error is not Unavailable:
        assert sum(peer.clock.slept) == 0


def test_no_error_log_or_address_holds_a_key_or_a_secret(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    """Every kind of failure, with all loggers at DEBUG: no hash, no token, no app secret anywhere."""
    caplog.set_level(logging.DEBUG)
    sender = peer.sender()
    made = sender.create(peer.spec())
    rows = people(0, 50)
    told = ""
    for kind in peer.sandbox.ask("faults", method="GET")["kinds"]:
        if peer.platform.value not in peer.sandbox.ask("faults", method="GET")["kinds"][kind]:
            continue
        for operation, op in ((Operation.ADD, peer.add), (Operation.REMOVE, peer.remove)):
            peer.arm(kind, op, times=9)
            try:
                sender.send(batch(made, rows, operation))
            except PlatformError as error:
                told += "".join(traceback.format_exception(error)) + repr(error) + error.hint + str(vars(error))
                assert error.__context__ is None and error.__cause__ is None
            peer.sandbox.ask("faults", method="DELETE")
    told += caplog.text + repr(sender) + repr(vars(sender)) + repr(peer.destination)
    assert "A5" in told
    forbidden = [TOKEN, SECRET, *(digest(f"{number}@example.com").hex() for number in range(50))]
    assert not [each for each in forbidden if each in told]
    for entry in peer.sandbox.log():
        assert not entry.get("token_in_url") and not entry.get("payload_in_url")


def test_google_names_the_rows_that_it_cannot_read(peer: Peer) -> None:
    """Positions in the batch, for additions and for removals of several keys a row; the rest is not lost with them."""
    if peer.platform is Platform.META:
        pytest.skip("Meta only counts invalid rows")
    sender = peer.sender()
    made = sender.create(peer.spec())
    rows = [person(number) for number in range(1, 9)]
    for number in (2, 5):
        rows[number]["keys"].append({"kind": 3, "value": digest("ann") + digest("bee") + b"??" + b"2100"})
    table = pa.Table.from_pylist(rows, schema=OUTBOX)
    for operation in (Operation.ADD, Operation.REMOVE):
        with pytest.raises(Refused) as caught:
            sender.send(batch(made, table, operation))
        assert (caught.value.code, set(caught.value.bad_rows)) == ("A520", {2, 5})
    assert peer.sandbox.held(made) == []


def test_a_removal_of_more_keys_than_a_request_holds_is_whole(peer: Peer) -> None:
    """Ten thousand rows of two keys: Google takes them in two requests, and one handle stands for both."""
    sender = peer.sender()
    made = sender.create(peer.spec())
    rows = people(1, 10_001)
    sender.send(batch(made, rows))
    assert peer.sandbox.held(made)
    receipt = sender.send(batch(made, rows, Operation.REMOVE))
    assert receipt.received == 10_000
    assert peer.sandbox.held(made) == []
    if peer.platform is Platform.GOOGLE:
        assert sender.verdict(receipt.handle).state is BatchState.CONFIRMED


def test_a_failure_that_comes_later_has_its_reason(peer: Peer) -> None:
    """Accepted at once, failed hours after: the verdict says so."""
    if peer.platform is Platform.META:
        pytest.skip("Meta reports nothing on a request")
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm("fail_later", peer.add)
    failed = sender.send(batch(made, people(0, 9)))
    peer.arm("partial_later", peer.add)
    partly = sender.send(batch(made, people(10, 40)))
    peer.sandbox.ask("clock", {"advance": "72h"})
    assert sender.verdict(failed.handle).state is BatchState.FAILED
    assert sender.verdict(failed.handle).reason
    assert sender.verdict(partly.handle).state is BatchState.PARTIAL


def test_a_request_that_google_forgot_is_unknown(peer: Peer) -> None:
    """Neither confirmed nor failed, and no error: there is nobody left to ask."""
    if peer.platform is Platform.META:
        pytest.skip("Meta reports nothing on a request")
    assert peer.sender().verdict("no-such-request").state is BatchState.UNKNOWN


def test_a_removal_that_meta_refuses_for_size_is_told(peer: Peer) -> None:
    """The people are still on the list: it has a code of its own and is not repeated."""
    if peer.platform is Platform.GOOGLE:
        pytest.skip("Google has no such rule")
    sender = peer.sender()
    made = sender.create(peer.spec())
    peer.arm("low_size", peer.remove)
    with pytest.raises(Refused) as caught:
        sender.send(batch(made, people(0, 9), Operation.REMOVE))
    assert caught.value.code == "A525"


def test_meta_removes_by_one_kind_of_key(peer: Peer) -> None:
    """E-mails and phones in requests of their own, as planning cuts them."""
    if peer.platform is Platform.GOOGLE:
        pytest.skip("Google takes one form")
    sender = peer.sender()
    made = sender.create(peer.spec())
    sender.send(batch(made, people(1, 60)))
    for kind, shape in ((1, Shape.EMAIL), (2, Shape.PHONE)):
        rows = [
            person(number) | {"keys": [each], "riders": None}
            for number in range(1, 60)
            for each in person(number)["keys"]
            if each["kind"] == kind
        ]
        table = pa.Table.from_pylist(rows, schema=OUTBOX)
        receipt = sender.send(WireBatch(made, Operation.REMOVE, shape, table, next(_NUMBERS)))
        assert receipt.received == len(rows)
    assert peer.sandbox.held(made) == []


def test_one_client_serves_several_threads(peer: Peer) -> None:
    """Ten requests at once through one client; all arrive, each with an id of its own."""
    sender = peer.sender()
    lists = [
        sender.create(replace(peer.spec(f"consentric:1f9a:thread{number}"), name=f"Thread {number}"))
        for number in range(10)
    ]
    with ThreadPoolExecutor(10) as pool:
        receipts = list(pool.map(lambda made: sender.send(batch(made, people(0, 200))), lists))
    assert len({receipt.handle for receipt in receipts}) == 10
    assert all(peer.sandbox.held(made) for made in lists)
