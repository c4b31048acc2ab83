"""The record of disclosures against what the platforms really received: nothing that was sent is ever missing from it."""

from __future__ import annotations

import shutil
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from consentric.engine.leaving import sent_digest
from consentric.ledger import open_reader
from consentric.model.disclosures import Disclosure
from consentric.model.lists import KeyType
from consentric.workflows.disclosures import disclosures
from judge.accounts import ADDS, REMOVALS
from scenarios.conftest import OpenFamily
from scenarios.harness import Stage
from scenarios.harness.family import Family, Somebody, crowd
from scenarios.harness.size import LONG

ANNA: Final = Somebody(1, email="anna@post.example", mobile="20304001")
BO: Final = Somebody(2, email="bo@post.example", mobile="20304002")
CARA: Final = Somebody(3, email="cara@post.example", mobile="20304003")
DAN: Final = Somebody(4, email="dan@post.example", mobile="20304004")
EVE: Final = Somebody(5, email="eve@post.example", mobile="20304005")
FAY: Final = Somebody(6, email="fay@post.example", mobile="20304006")
NEW_PHONE: Final = "20304033"
KEPT: Final = (ANNA, BO, CARA, DAN)
NEAR: Final = timedelta(minutes=5)
KINDS: Final = {"email": KeyType.EMAIL, "phone": KeyType.PHONE}


def keys_of(*people: Somebody) -> set[str]:
    found = {one.email_key for one in people}
    return found | {one.phone_key(platform) for one in people for platform in ("google", "meta")}


def digests_of(keys: set[str], state: Path) -> frozenset[bytes]:
    """Keyed digests of keys as the platforms got them."""
    record = open_reader(state)
    assert record is not None
    with record:
        secret = record.keys().suppression
    pairs = [key.partition(":")[::2] for key in sorted(keys)]
    return frozenset(
        sent_digest(KINDS[kind], pa.array([bytes.fromhex(value)]), secret)[0].as_py() for kind, value in pairs
    )


def told(stage: Stage, keys: set[str], state: Path | None = None) -> list[Disclosure]:
    """What the record says of whoever was sent by any of these keys."""
    digests = digests_of(keys, state or stage.state)
    record = open_reader(state or stage.state)
    assert record is not None
    with record:
        return list(disclosures(record, frozenset(), digests, stage.sandbox.now))


def times(stage: Stage, platform: str, keys: set[str], ops: frozenset[str]) -> list[datetime]:
    """When the platform received any of these keys; also what it answered with an error after it was applied."""
    return [
        datetime.fromisoformat(entry["at"])
        for entry in stage.sandbox.log()
        if entry["platform"] == platform and entry["op"] in ops and (entry["ok"] or entry["applied"])
        if any(keys & set(row) for row in entry["rows"])
    ]


def near(instant: datetime, others: list[datetime]) -> bool:
    return any(abs(instant - each) <= NEAR for each in others)


def assert_told(stage: Stage, *people: Somebody) -> dict[tuple[str, int], list[Disclosure]]:
    """Every add lies in a stay, every stay begins and ends with requests, and who is on a list has not left it."""
    found = {}
    for one in people:
        keys = keys_of(one, *([Somebody(3, CARA.email, NEW_PHONE)] if one is CARA else []))
        record = told(stage, keys)
        for platform in ("google", "meta"):
            own = [each for each in record if each.platform == platform]
            added, removed = (times(stage, platform, keys, ops) for ops in (ADDS, REMOVALS))
            for at in added:
                assert any(each.first_sent - NEAR <= at <= each.last_sent + NEAR for each in own), (one, platform, at)
            for each in own:
                assert each.first_is_known
                assert each.certain
                assert near(each.first_sent, added)
                assert near(each.last_sent, added)
                assert each.removal_asked is None or near(each.removal_asked, removed)
                assert each.removal_confirmed is None or each.removal_confirmed >= (each.removal_asked or stage.now)
                assert (each.hashed, each.in_clear) == (("email", "phone"), ())
                assert each.evidence == ("form-1 of 2026-06-01",)
            there = any(
                set(one_list["keys"]) & keys for one_list in stage.sandbox.lists() if one_list["platform"] == platform
            )
            assert there == any(each.removal_confirmed is None for each in own), (one, platform)
            found[platform, one.customer_id] = own
    return found


def night(stage: Stage, **variables: str) -> None:
    run = stage.sync(**variables)
    assert run.exit in (0, 5), run
    stage.sandbox.advance("24h")


def a_history(open_family: OpenFamily) -> tuple[Family, Stage]:
    """Three weeks of a small shop: people leave, come back, change, withdraw, and Google answers once too late."""
    family, stage = open_family(*KEPT, EVE, FAY, *crowd(100, 4))
    night(stage)
    family.change(2, club="")
    family.change(6, club="")
    family.change(3, mobile=NEW_PHONE)
    stage.sandbox.break_with({"platform": "google", "op": "ingest", "kind": "timeout_after_apply", "times": 6})
    night(stage)
    stage.sandbox.heal()
    for _ in range(3):
        night(stage)
    family.change(2, club="member")
    family.change(4, ads="no")
    for _ in range(4):
        night(stage)
    return family, stage


def test_the_record_is_what_the_platforms_received(open_family: OpenFamily, tmp_path: Path) -> None:
    """Person by person and list by list, after folds; a backup tells the same; nobody is found who was never sent."""
    _, stage = a_history(open_family)
    found = assert_told(stage, *KEPT, EVE, FAY)
    for platform in ("google", "meta"):
        stays = {number: len(found[platform, number]) for number in range(1, 7)}
        assert stays == {1: 1, 2: 2, 3: 1, 4: 1, 5: 1, 6: 1}
        assert found[platform, 1][0].removal_asked is None
        assert found[platform, 2][0].removal_confirmed is not None
        assert found[platform, 2][1].removal_asked is None
        assert found[platform, 4][0].removal_confirmed is not None
    old_phone = {CARA.phone_key("google"), CARA.phone_key("meta")}
    assert told(stage, old_phone) == [*found["google", 3], *found["meta", 3]]
    assert told(stage, keys_of(Somebody(9, "nobody@post.example", "20304099"))) == []

    names = [each.name for each in (stage.state / "lists").iterdir()]
    assert sum("-past-" in each for each in names) == 2
    assert stage.run("state", "check").exit == 0
    assert stage.run("state", "backup", str(tmp_path / "copy")).exit == 0
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(stage.state / "key", other / "key")
    assert stage.run("--state", str(other), "state", "restore", str(tmp_path / "copy")).exit == 0
    assert told(stage, keys_of(*KEPT), other) == told(stage, keys_of(*KEPT))


def holding(state: Path, digests: frozenset[bytes]) -> list[str]:
    """Membership files that hold any of these digests, read to the last column."""
    import pyarrow.parquet as pq

    found = []
    for path in sorted((state / "lists").iterdir()):
        cells = {cell for row in pq.read_table(path).to_pylist() for cell in _cells(row)}
        if cells & digests:
            found.append(path.name)
    return found


def _cells(cell: Any) -> list[Any]:
    if isinstance(cell, dict):
        return [each for one in cell.values() for each in _cells(one)]
    return [each for one in cell for each in _cells(one)] if isinstance(cell, list) else [cell]


@pytest.mark.parametrize("kill", ["", "past_registered:1", *(("past_written:1", "leavers_noted:1") if LONG else ())])
def test_who_is_erased_is_in_no_record(open_family: OpenFamily, kill: str) -> None:
    """Neither Eve, who is on the lists, nor Fay, who left long ago and is known by nobody; Dan withdrew, and is kept."""
    family, stage = a_history(open_family)
    before = {one.customer_id: told(stage, keys_of(one)) for one in KEPT}
    del family.people[6]
    family.write()
    digests = digests_of(keys_of(EVE, FAY), stage.state)
    assert holding(stage.state, digests)
    names = frozenset(each.person for each in told(stage, keys_of(EVE, FAY)))
    run = stage.no("forget", EVE.email, FAY.email, **({"CONSENTRIC_KILL": kill} if kill else {}))
    assert run.exit == (-signal.SIGKILL if kill else 0), run
    if not kill:
        assert not holding(stage.state, digests_of(keys_of(FAY), stage.state)), "off every list, so at once"
        assert told(stage, keys_of(EVE)), "until it is settled"
    for _ in range(3):
        stage.sandbox.advance("24h")
        night(stage)
    assert stage.run("forget", "--status", "--json").document["erasures"] == []
    assert told(stage, keys_of(EVE, FAY)) == []
    assert not holding(stage.state, digests | names)
    assert {one.customer_id: told(stage, keys_of(one)) for one in KEPT} == before
    assert_told(stage, *KEPT)


@pytest.mark.parametrize("point", ["fold_registered", *(("fold_written",) if LONG else ())])
def test_nothing_is_lost_when_a_fold_is_killed(open_family: OpenFamily, point: str) -> None:
    """The record is that of before or of after; never is a stay missing or told twice."""
    family, stage = open_family(*KEPT, *crowd(100, 4))
    night(stage)
    family.change(2, club="")
    family.change(3, mobile=NEW_PHONE)
    night(stage)
    died = 0
    for number in (1, 2, 1, 1):
        run = stage.sync(CONSENTRIC_KILL=f"{point}:{number}")
        assert run.exit in (0, -signal.SIGKILL), run
        died += run.exit != 0
        assert_told(stage, ANNA, CARA, DAN)
        stage.sandbox.advance("24h")
    assert died > 1
    night(stage)
    found = assert_told(stage, *KEPT)
    assert {len(stays) for stays in found.values()} == {1}


def test_a_deleted_list_is_still_told_of(open_family: OpenFamily) -> None:
    """Its members were sent, and left when it was deleted: by `prune`, or by somebody by hand."""
    _, stage = open_family(*KEPT, *crowd(100, 4))
    night(stage)
    document = stage.file.read_text()
    stage.file.write_text(document.replace("    send_to: [google, meta]", "    send_to: [google]"))
    night(stage)
    assert stage.run("prune", "--yes").exit == 0
    (google, meta) = told(stage, keys_of(ANNA))
    assert (google.platform, google.removal_asked, google.removal_confirmed) == ("google", None, None)
    assert meta.removal_asked is not None
    assert meta.removal_confirmed is not None
    assert stage.run("state", "check").exit == 0


def test_what_is_older_than_the_file_keeps_it_is_dropped(open_family: OpenFamily) -> None:
    """Somebody who left is told of for so long, and then no more; who is on the list is told of however long."""
    family, stage = open_family(*KEPT, *crowd(100, 4))
    stage.file.write_text(stage.file.read_text() + "ledger: {keep_for: 30 days}\n")
    night(stage)
    family.change(2, club="")
    for _ in range(4):
        night(stage)
    assert len(told(stage, keys_of(BO))) == 2
    stage.sandbox.advance("672h")
    assert stage.run("confirm").exit == 0
    assert told(stage, keys_of(BO)) == []
    assert not holding(stage.state, digests_of(keys_of(BO), stage.state))
    assert len(told(stage, keys_of(ANNA))) == 2
