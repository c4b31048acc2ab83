"""Every guard through the whole program: it ends with 4, and nothing moves but the removal that no guard holds back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily
from scenarios.harness import Run, Stage
from scenarios.harness.family import Family, crowd

WITHDRAWS: Final = 100
Accident = Callable[[Family], None]


def edit(family: Family, old: str, new: str) -> None:
    path = family.folder / "audiences.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def limits(family: Family, guards: str) -> None:
    edit(family, "guards: {min_size: off}", f"guards: {{{guards}}}")


def many(family: Family, first: int, count: int, **cells: Any) -> None:
    for number in range(first, first + count):
        family.change(number, **cells)


def too_small(family: Family) -> None:
    limits(family, "min_size: 1000, max_removals: off")
    family.people.update({one.customer_id: one for one in crowd(900, 3)})
    family.write()


def removals(family: Family) -> None:
    many(family, 110, 25, club="")


def additions(family: Family) -> None:
    family.people.update({one.customer_id: one for one in crowd(900, 40)})
    family.write()


def vanished(family: Family) -> None:
    many(family, 110, 22, ads="maybe")


def shrunken(family: Family) -> None:
    limits(family, "min_size: off, max_removals: off")
    for number in range(125, 160):
        del family.people[number]
    family.write()


def rejected(family: Family) -> None:
    limits(family, "min_size: off, max_removals: off, max_additions: off")
    many(family, 110, 22, email="not an address")


def stale_source(family: Family) -> None:
    edit(family, "{file: customers.csv,", "{file: customers.csv, fresh_within: 1 day,")
    newcomers(family)
    age(family, "customers.csv", timedelta(days=3))


def stale_consent(family: Family) -> None:
    newcomers(family)
    age(family, "consents.csv", timedelta(days=3))


def no_terms(family: Family) -> None:
    edit(family, "terms_accepted: true, ", "")
    edit(family, "send_to: [google, meta]", "send_to: google")
    newcomers(family)


def newcomers(family: Family) -> None:
    family.people.update({one.customer_id: one for one in crowd(900, 3)})
    family.write()


def age(family: Family, name: str, by: timedelta) -> None:
    path = family.folder / name
    then = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (then, then))


ACCIDENTS: Final[dict[str, Accident]] = {
    "A601": too_small,
    "A602": removals,
    "A603": additions,
    "A604": vanished,
    "A605": shrunken,
    "A606": stale_source,
    "A607": rejected,
    "A608": stale_consent,
    "A610": no_terms,
}


def moved(stage: Stage, since: int) -> tuple[set[str], set[str]]:
    """Keys that were added, and keys that were removed."""
    log = [each for each in stage.sandbox.log(since) if each["ok"]]
    added = {key for each in log if each["op"] in ADDS for row in each["rows"] for key in row}
    gone = {key for each in log if each["op"] in REMOVALS for row in each["rows"] for key in row}
    return added, gone


def stops(run: Run) -> dict[str, str | None]:
    lists = run.document["audiences"]["friends"]["lists"]
    return {name: None if one["stopped"] is None else one["stopped"]["code"] for name, one in lists.items()}


@pytest.fixture
def night(open_family: OpenFamily) -> tuple[Family, Stage]:
    """Sixty people are on both lists, and processed."""
    family, stage = open_family(*crowd(100, 60))
    stage.converge()
    return family, stage


@pytest.mark.parametrize("code", ACCIDENTS)
def test_a_guard_holds_everything_but_a_withdrawal(night: tuple[Family, Stage], code: str) -> None:
    """Each kind of accident, with one person who withdraws on the same day."""
    family, stage = night
    gone = family.change(WITHDRAWS, withdrawn_at=stage.sandbox.now.isoformat())
    ACCIDENTS[code](family)
    since = stage.sandbox.last_entry()
    assert stage.run("plan", "--detailed-exitcode").exit == 4
    run = stage.sync()
    assert run.exit == 4, run
    assert set(stops(run).values()) - {"A620"} == {code}, run
    hers = {gone.email_key, *(gone.phone_key(platform) for platform in ("google", "meta"))}
    added, removed = moved(stage, since)
    assert added == set()
    assert removed
    assert removed <= hers


def test_a_stopped_list_tells_of_nobody_who_stays_on_it(open_family: OpenFamily) -> None:
    """Their adds are not processed yet, so that whoever leaves the rule would have to wait; the guard holds them anyway."""
    family, stage = open_family(*crowd(100, 60))
    assert stage.sync().exit == 0
    family.change(WITHDRAWS, withdrawn_at=stage.sandbox.now.isoformat())
    removals(family)
    planned = stage.run("plan", "--json").document["audiences"]["friends"]["lists"]
    run = stage.sync()
    assert run.exit == 4, run
    assert set(stops(run).values()) == {"A602"}
    for name, one in planned.items():
        assert (one["remove"], one["deferred"], one["removed_because"]) == (1, 0, {"withdrew": 1})
        assert one["stopped"]["held"]["remove"] == 25
        assert run.document["audiences"]["friends"]["lists"][name]["sent"]["removed"] == 1


def test_a_first_fill_that_was_cut_off_goes_on_by_itself(open_family: OpenFamily) -> None:
    """Most are still to be added to the few that the killed run got to; once a sync has ended well, growth is looked at."""
    family, stage = open_family(*crowd(100, 90))
    assert stage.sync(CONSENTRIC_ROWS="1", CONSENTRIC_KILL="outcome_recorded:10").exit == -signal.SIGKILL
    assert [entry for entry in stage.sandbox.log() if entry["op"] in ADDS]
    stage.converge()
    stage.assert_right()
    family.people.update({one.customer_id: one for one in crowd(900, 60)})
    family.write()
    assert set(stops(stage.run("plan", "--json")).values()) == {"A603"}


def test_a_stopped_list_goes_on_when_the_number_is_approved_in_the_file(night: tuple[Family, Stage]) -> None:
    """Only with a number that is large enough, and only on its day; the plan says when the line does nothing."""
    family, stage = night
    removals(family)
    told = stage.run("plan").stdout
    assert "--allow-removals 25" in told
    assert "approve: {removals: 25, on: 2026-11-2" in told.replace("\n", " ")
    today = f"{stage.now:%Y-%m-%d}"
    last = "approve: {removals: 24, on: TODAY}"
    edit(family, "    name: Friends\n", f"    name: Friends\n    {last}\n".replace("TODAY", today))
    assert set(stops(stage.run("plan", "--json")).values()) == {"A602"}
    edit(family, f"removals: 24, on: {today}", "removals: 25, on: 2026-01-31")
    run = stage.run("plan", "--json")
    assert set(stops(run).values()) == {"A602"}
    assert [each["code"] for each in run.document["warnings"]] == ["W340"]
    edit(family, "on: 2026-01-31", f"on: {today}")
    run = stage.sync()
    assert run.exit == 0, run
    assert [one["sent"]["removed"] for one in run.document["audiences"]["friends"]["lists"].values()] == [25, 25]
    assert [each["code"] for each in stage.plan()["warnings"]] == ["W341"]


def test_a_paused_list_takes_nobody_and_lets_go(night: tuple[Family, Stage]) -> None:
    """Nobody is added, whoever withdraws or no longer fits leaves; that is as the file says, so it ends with 0."""
    family, stage = night
    edit(family, "    name: Friends\n", "    name: Friends\n    paused: true\n")
    gone = family.change(WITHDRAWS, withdrawn_at=stage.sandbox.now.isoformat())
    family.change(110, club="")
    newcomers(family)
    since = stage.sandbox.last_entry()
    told = stage.run("plan", "--detailed-exitcode")
    assert told.exit == 2, told
    assert "PAUSED [A650]" in told.stdout
    run = stage.sync()
    assert run.exit == 0, run
    added, removed = moved(stage, since)
    assert added == set()
    assert gone.email_key in removed
    assert family.people[110].email_key in removed
    stage.sandbox.advance("24h")
    stage.run("confirm")
    quiet = stage.run("plan", "--detailed-exitcode")
    assert (quiet.exit, "paused" in quiet.stdout) == (0, True), quiet


def test_a_stopped_list_refreshes_who_stays_and_says_when_the_others_run_out(open_family: OpenFamily) -> None:
    """On Google, where people lapse after `keep_for`; at Meta nobody does."""
    family, stage = open_family(*crowd(100, 60))
    edit(family, "    name: Friends\n", "    name: Friends\n    keep_for: 30 days\n")
    stage.converge()
    removals(family)
    for _ in range(27):
        stage.sandbox.advance("24h")
    run = stage.sync()
    assert run.exit == 4, run
    google, meta = (run.document["audiences"]["friends"]["lists"][name] for name in ("google", "meta"))
    assert google["sent"]["refreshed"] == google["refresh"] == 35
    assert google["stopped"]["held"] == {"add": 0, "remove": 25, "rekey": 0}
    assert "if it stays stopped, those held back run out by 2026-12-23" in google["stopped"]["message"]
    assert "run out" not in meta["stopped"]["message"]
    many(family, 135, 25, club="")
    assert "if it stays stopped, the list runs empty by" not in stage.run("plan", "--to", "meta").stdout
    many(family, 100, 60, club="nobody")
    told = " ".join(stage.run("plan", "--to", "google").stdout.split())
    assert "if it stays stopped, the list runs empty by" in told
