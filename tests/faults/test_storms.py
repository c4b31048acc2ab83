"""Platforms that are down, in every way that is known of: few calls, one sentence why, and nothing lost or wrong afterwards.

What "few" means is written down in docs/decisions/0010-storms.md: what is in flight once, one call more to see whether
another list fares better, and four repetitions for a destination that is silent.
"""

from __future__ import annotations

import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

import pytest

from judge.accounts import ADDS, REMOVALS
from judge.sent import unconsented
from scenarios.harness import Run, Stage, open_stage
from scenarios.harness.family import DOCUMENT, Family, Somebody, crowd
from scenarios.harness.size import LONG

LISTS: Final = 6 if LONG else 4
"""Of each platform; in the long form, together more than may be in flight."""
IN_FLIGHT: Final = 10
MORE: Final = 1 + 4
PLATFORMS: Final = ("google", "meta")
OTHER: Final = {"google": "meta", "meta": "google"}
FAST: Final = "*2000"
"""Waits of the run pass two thousand times as fast as they would."""

STORMS: Final[dict[str, dict[str, Any]]] = {
    "429": {"kind": "http_429", "retry_after": 0},
    "429-wait-9": {"kind": "http_429", "retry_after": 9},
    "429-wait-an-hour": {"kind": "http_429", "retry_after": 3600},
    "429-as-ever": {"kind": "http_429"},
    "500": {"kind": "internal"},
    "503": {"kind": "unavailable"},
    "reset": {"kind": "reset"},
    "timeout-after-apply": {"kind": "timeout_after_apply"},
    "html-502": {"kind": "html"},
    "html-200": {"kind": "html", "status": 200},
    "html-200-after-apply": {"kind": "html", "status": 200, "applies": True},
    "empty": {"kind": "empty"},
    "truncated": {"kind": "truncated"},
}
CALM: Final = 3 * LISTS
"""Calls of a calm first run to one platform: look for each list, make it, fill it."""
ADD: Final = {"google": "ingest", "meta": "users_add"}
TOGETHER: Final = list(STORMS) if LONG else ["503"]
MIDWAY: Final = (
    [(name, platform) for name in STORMS for platform in PLATFORMS] if LONG else [("timeout-after-apply", "meta")]
)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Ends, after the test, whatever it opened."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def shop(tmp_path: Path, opened: ExitStack) -> tuple[Family, Stage]:
    """Four people a club, and a list on both platforms for every club."""
    return open_shop(tmp_path, opened, [f"club{number:02}" for number in range(LISTS)])


def open_shop(folder: Path, opened: ExitStack, clubs: list[str], members: int = 4) -> tuple[Family, Stage]:
    people = [
        Somebody(one.customer_id, one.email, one.mobile, club)
        for place, club in enumerate(clubs)
        for one in crowd(1 + place * members, members)
    ]
    family = Family(folder / "shop", *people)
    audiences = "".join(
        f"  {club}:\n    name: {club}\n    who: {{field: customers.club, is: {club}}}\n    send_to: [google, meta]\n"
        for club in clubs
    )
    head = DOCUMENT.partition("audiences:\n")[0]
    (family.folder / "audiences.yaml").write_text(f"{head}audiences:\n{audiences}", encoding="utf-8")
    return family, opened.enter_context(open_stage(family.folder))


def sync(stage: Stage) -> Run:
    """One run that does not wait as long as it says."""
    run = stage.sync(CONSENTRIC_CLOCK=f"{stage.sandbox.now.isoformat()}{FAST}")
    assert "Traceback" not in run.stderr, run
    assert run.document["exit"] == run.exit, run
    return run


def calls(stage: Stage, platform: str, since: int = 0) -> list[dict[str, Any]]:
    return [entry for entry in stage.sandbox.log(since) if entry["platform"] == platform]


def states(run: Run, platform: str) -> Counter[str]:
    lists = (one for audience in run.document["audiences"].values() for one in audience["lists"].values())
    return Counter(one["state"] for one in lists if one["platform"] == platform)


def assert_explained(run: Run, platform: str) -> None:
    """One line of stderr says why the platform was given up on, in the words of the lists that failed."""
    lists = [one for audience in run.document["audiences"].values() for one in audience["lists"].values()]
    reasons = {one["error"]["message"] for one in lists if one["platform"] == platform and one["state"] == "failed"}
    assert reasons, run
    lines = [line for line in run.stderr.splitlines() if "nothing more is sent there in this run" in line]
    assert sum(f"{platform}: " in line for line in lines) == 1, run
    assert any(reason in line for line in lines for reason in reasons), run


def assert_heals(stage: Stage, since: int = 0) -> None:
    """Clean runs converge to the judge's accounts, and nobody without consent was ever sent."""
    stage.sandbox.heal()
    stage.converge()
    stage.assert_right()
    wrong = unconsented([stage.judgement()], stage.sandbox.log(since))
    assert not wrong, wrong[:10]


@pytest.mark.parametrize("storm", TOGETHER)
def test_platforms_that_are_down_get_few_calls(shop: tuple[Family, Stage], storm: str) -> None:
    """Down from the first call on: fewer calls than a calm run makes, exit 1, one sentence each, and everything heals."""
    _, stage = shop
    stage.sandbox.break_with({"times": None, **STORMS[storm]})
    run = sync(stage)
    assert run.exit == 1, run
    for platform in PLATFORMS:
        assert_explained(run, platform)
        assert states(run, platform) == {"failed": LISTS}
        # Nothing at all is an empty page of lists in protobuf, so that to look for a list goes well there.
        looked = LISTS if (storm, platform) == ("empty", "google") else 0
        assert 0 < len(calls(stage, platform)) <= LISTS + MORE + looked < CALM
    assert_heals(stage)


@pytest.mark.parametrize(("storm", "platform"), MIDWAY)
def test_a_platform_that_goes_down_on_the_way_gets_few_calls_more(
    shop: tuple[Family, Stage], storm: str, platform: str
) -> None:
    """The second night, with a withdrawal and a newcomer on every list: 5, for the other platform is served, and it heals."""
    family, stage = shop
    stage.converge()
    since = stage.sandbox.last_entry()
    for place in range(LISTS):
        family.change(1 + 4 * place, ads="no")
        newcomer = crowd(1000 + place, 1)[0]
        family.people[1000 + place] = Somebody(1000 + place, newcomer.email, newcomer.mobile, f"club{place:02}")
    family.write()
    # Each list is asked after, and Google's earlier requests too; then come the withdrawals.
    answered = LISTS + LISTS // 2
    stage.sandbox.break_with({"times": None, "platform": platform, "skip": answered, **STORMS[storm]})
    run = sync(stage)
    assert run.exit == 5, run
    assert_explained(run, platform)
    assert not states(run, OTHER[platform])["failed"], run
    assert len(calls(stage, platform, since)) <= answered + LISTS + MORE
    assert_heals(stage, since)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.skipif(not LONG, reason="CONSENTRIC_LONG=1 plays every storm")
def test_a_storm_that_passes_is_waited_for(shop: tuple[Family, Stage], platform: str) -> None:
    """A quota of the minute ends while requests are in flight: the run waits as told, then all go, and it ends with 0."""
    _, stage = shop
    stage.sandbox.break_with({"platform": platform, "op": ADD[platform], "kind": "http_429", "times": 2})
    run = sync(stage)
    assert run.exit == 0, run
    assert len(calls(stage, platform)) == CALM + 2
    assert_heals(stage)


@pytest.mark.skipif(not LONG, reason="CONSENTRIC_LONG=1 plays every storm")
def test_counts_that_are_wrong_are_not_believed(shop: tuple[Family, Stage]) -> None:
    """Meta takes the rows and says another number: unknown, repeated within the budget of the run, sent again tomorrow."""
    _, stage = shop
    stage.sandbox.break_with({"kind": "wrong_counts", "op": "users_add", "times": None})
    run = sync(stage)
    assert run.exit == 5, run
    assert states(run, "meta")["failed"] == LISTS
    assert len(calls(stage, "meta")) <= 1.1 * CALM + IN_FLIGHT
    assert_heals(stage)


@pytest.mark.parametrize(
    ("kind", "platform", "exit_code", "code", "more"),
    [
        ("expired_token", "google", 6, "A541", 1),
        ("expired_token", "meta", 6, "A541", 0),
        ("quota_day", "google", 5, "A510", 0),
    ]
    if LONG
    else [("expired_token", "meta", 6, "A541", 0)],
)
def test_what_no_wait_will_mend_stops_the_destination(
    shop: tuple[Family, Stage], kind: str, platform: str, exit_code: int, code: str, more: int
) -> None:
    """A login that expires or a quota of the day that ends on the way: nothing but what was in flight, and nothing is lost."""
    _, stage = shop
    answered = CALM // 2
    stage.sandbox.break_with({"platform": platform, "kind": kind, "times": None, "skip": answered})
    run = sync(stage)
    assert run.exit == exit_code, run
    assert_explained(run, platform)
    assert code in run.stdout
    assert answered < len(calls(stage, platform)) <= answered + IN_FLIGHT + more
    assert states(run, OTHER[platform])["accepted"] == LISTS
    assert_heals(stage)


@pytest.mark.skipif(not LONG, reason="CONSENTRIC_LONG=1 plays every storm")
def test_a_login_of_google_that_expires_is_renewed_and_nobody_notices(shop: tuple[Family, Stage]) -> None:
    """One refresh, and the run goes on to its end."""
    _, stage = shop
    stage.sandbox.break_with({"platform": "google", "kind": "expired_token", "skip": CALM // 2})
    run = sync(stage)
    assert run.exit == 0, run
    assert len(calls(stage, "google")) == CALM + 1
    assert_heals(stage)


@pytest.mark.skipif(not LONG, reason="CONSENTRIC_LONG=1 plays every storm")
@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_list_that_is_refused_or_silent_leaves_the_others(shop: tuple[Family, Stage], platform: str) -> None:
    """A flagged list, and one to which no request is ever answered: both fail alone, and the rest of the platform is served."""
    family, stage = shop
    flagged, silent = family.people[1].email_key, family.people[5].email_key
    stage.sandbox.break_with(
        {"platform": platform, "op": ADD[platform], "kind": "flagged", "keys": [flagged], "times": None},
        {"platform": platform, "op": ADD[platform], "kind": "internal", "keys": [silent], "times": None},
    )
    run = sync(stage)
    assert run.exit == 5, run
    assert states(run, platform) == {"failed": 2, "accepted": LISTS - 2}, run
    assert_heals(stage)


@pytest.mark.parametrize("platform", PLATFORMS if LONG else ["google"])
def test_rows_that_poison_a_request_are_found_and_set_aside(tmp_path: Path, opened: ExitStack, platform: str) -> None:
    """Two of sixty-four people: within 28 requests each they are counted as unusable, everybody else is on the list, exit 0.

    The next night, when only they are left, the list does not fail for them either; once the platform takes them, they come.
    """
    family, stage = open_shop(tmp_path, opened, ["guests"], 64)
    poison = [family.people[number].email_key for number in (17, 48)]
    stage.sandbox.break_with(
        {"platform": platform, "op": ADD[platform], "kind": "refuse_rows", "keys": poison, "times": None}
    )
    for most in (2 * 28, 28):
        since = stage.sandbox.last_entry()
        run = sync(stage)
        assert run.exit == 0, run
        one = run.document["audiences"]["guests"]["lists"][platform]
        assert one["sent"]["rejected"] == len(poison), run
        adds = [entry for entry in calls(stage, platform, since) if entry["op"] in ADDS]
        assert len(adds) <= most
        carried = Counter(key for entry in adds if entry["ok"] for row in entry["rows"] for key in row)
        assert not set(poison) & set(carried)
        assert set(carried.values()) <= {1}
        stage.sandbox.advance("24h")
    assert_heals(stage)


@pytest.mark.skipif(not LONG, reason="CONSENTRIC_LONG=1 plays every storm")
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_request_that_is_refused_in_all_its_parts_is_given_up(
    tmp_path: Path, opened: ExitStack, platform: str
) -> None:
    """It is not a matter of rows: fifteen requests and not hundreds, exit 5, and a sentence that says so."""
    _, stage = open_shop(tmp_path, opened, ["guests"], 64)
    stage.sandbox.break_with({"platform": platform, "op": ADD[platform], "kind": "refuse_rows", "times": None})
    run = sync(stage)
    assert run.exit == 5, run
    assert "every part of it that was tried" in run.stderr, run
    assert len([entry for entry in calls(stage, platform) if entry["op"] in ADDS]) == 15
    assert_heals(stage)


@pytest.mark.skipif(not LONG, reason="CONSENTRIC_LONG=1 plays every storm")
def test_a_removal_that_poisons_its_request_is_told_and_the_others_go(tmp_path: Path, opened: ExitStack) -> None:
    """Five withdraw, one of them cannot be removed: the other four are, and the run does not end as if all were well."""
    family, stage = open_shop(tmp_path, opened, ["guests"], 64)
    stage.converge()
    since = stage.sandbox.last_entry()
    for number in (3, 9, 17, 30, 48):
        family.change(number, ads="no")
    poison = family.people[17].email_key
    stage.sandbox.break_with({"op": "remove", "kind": "refuse_rows", "keys": [poison], "times": None})
    run = sync(stage)
    assert run.exit == 5, run
    removed = {
        key
        for entry in calls(stage, "google", since)
        if entry["op"] in REMOVALS and entry["ok"]
        for row in entry["rows"]
        for key in row
    }
    assert {family.people[number].email_key for number in (3, 9, 30, 48)} <= removed
    assert poison not in removed
    assert_heals(stage, since)


def test_a_kill_leaves_no_more_than_what_was_in_flight(shop: tuple[Family, Stage]) -> None:
    """Killed while several requests are on their way: at most ten of the run and one of each Meta list have no answer."""
    _, stage = shop
    run = stage.sync(CONSENTRIC_KILL="sent:5")
    assert run.exit == -signal.SIGKILL, run
    with closing(sqlite3.connect(stage.state / "ledger.db")) as ledger:
        open_ones = Counter(
            row[0] for row in ledger.execute("SELECT list_id FROM batches WHERE state = 'intent'").fetchall()
        )
    assert 1 <= open_ones.total() <= IN_FLIGHT
    assert max(open_ones.values()) == 1
    assert_heals(stage)
