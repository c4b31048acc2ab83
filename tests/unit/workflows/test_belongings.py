"""Whose list is this: what the record has, as the file sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from consentric.errors import ConfigError
from consentric.ledger import ListRecord, open_ledger
from consentric.model.conditions import All
from consentric.model.lists import ListRef, ListSpec
from consentric.model.project import (
    Audience,
    ConsentRules,
    GoogleAccount,
    Guards,
    Identifiers,
    MetaAccount,
    Platform,
    Project,
    Proof,
)
from consentric.model.time import Duration, Unit
from consentric.workflows import belongings

AT = datetime(2026, 11, 23, tzinfo=UTC)
GOOGLE = GoogleAccount("google", "1234567890")
META = MetaAccount("meta", "act_1001")


def project(*audiences: Audience, destinations: tuple[GoogleAccount | MetaAccount, ...] = (GOOGLE, META)) -> Project:
    consent = ConsentRules("log", (), "at", None, None, Proof(), {}, Duration(2, Unit.DAY))
    return Project(
        path=Path("audiences.yaml"),
        root=Path(),
        config_sha256="00",
        timezone=ZoneInfo("UTC"),
        currency=None,
        sources={},
        identifiers=Identifiers(),
        consent=consent,
        destinations={each.name: each for each in destinations},
        privacy=None,
        guards=Guards(),
        audiences={each.key: each for each in audiences},
    )


def audience(key: str, *send_to: str, renamed_from: str | None = None) -> Audience:
    return Audience(key, key, All(()), send_to=send_to or ("google",), renamed_from=renamed_from)


def recorded(folder: Path, lists: Mapping[tuple[str, str], str | None]) -> tuple[ListRecord, ...]:
    """Lists by audience and destination, with the platform's id if they are there."""
    accounts = {
        "google": (Platform.GOOGLE, "1234567890"),
        "meta": (Platform.META, "act_1001"),
        "old": (Platform.META, "act_7"),
    }
    with open_ledger(folder / "state") as ledger:
        for (key, name), platform_id in lists.items():
            spec = ListSpec(ListRef(key, name), *accounts[name], key, "", f"consentric:1:{key}", 180)
            made = ledger.ensure_list(spec, AT)
            if platform_id is not None:
                ledger.record_platform_id(made.id, platform_id, AT)
        return ledger.lists()


def seen(folder: Path, of: Project) -> list[tuple[str, str | None]]:
    with open_ledger(folder / "state") as ledger:
        return [(str(each.ref), each.platform_id) for each in belongings.records(ledger, of)]


def moved(folder: Path, of: Project) -> list[tuple[str, str | None]]:
    """As the ledger has it after it moved what is to be moved."""
    with open_ledger(folder / "state") as ledger:
        for new, old in belongings.renames(ledger.lists(), of).items():
            ledger.rename_audience(old, new)
        assert not belongings.renames(ledger.lists(), of), "once is enough"
        return [(str(each.ref), each.platform_id) for each in ledger.lists()]


CASES: Mapping[str, Mapping[tuple[str, str], str | None]] = {
    "a list": {("a", "google"): "1"},
    "in two accounts": {("a", "google"): "1", ("a", "meta"): "2"},
    "in an account that left the file": {("a", "old"): "1"},
    "not made yet": {("a", "google"): None},
    "the new key has a record and no list": {("a", "google"): "1", ("b", "google"): None},
    "neither has a list": {("a", "google"): None, ("b", "google"): None},
    "moved already": {("b", "google"): "1"},
    "moved, and the place of the old key was taken": {("a", "google"): None, ("b", "google"): "1"},
    "half moved": {("a", "meta"): "2", ("b", "google"): "1"},
    "beside others": {("a", "google"): "1", ("c", "google"): "3"},
}


@pytest.mark.parametrize("lists", CASES.values(), ids=CASES)
def test_plan_sees_what_sync_will_do(tmp_path: Path, lists: Mapping[tuple[str, str], str | None]) -> None:
    """The lists under their new keys are the same before the record is moved and after it."""
    recorded(tmp_path, lists)
    file = project(audience("b", "google", "meta", renamed_from="a"), audience("c"))
    before = seen(tmp_path, file)
    assert moved(tmp_path, file) == before
    assert seen(tmp_path, file) == before
    for (key, name), platform_id in lists.items():
        if platform_id is not None:
            assert (f"{'b' if key == 'a' else key} → {name}", platform_id) in before


@pytest.mark.parametrize(
    ("lists", "code"),
    [
        ({("x", "google"): "1"}, "A233"),
        ({("a", "google"): "1", ("b", "google"): "2"}, "A234"),
    ],
)
def test_a_rename_that_cannot_be_meant(tmp_path: Path, lists: Mapping[tuple[str, str], str | None], code: str) -> None:
    """Unknown, or two lists in one account: an error of the file that names its place."""
    found = recorded(tmp_path, lists)
    with pytest.raises(ConfigError) as caught:
        belongings.renames(found, project(audience("b", renamed_from="a")))
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.path) == (code, "audiences.b.renamed_from")
    assert diagnostic.hint


def test_without_a_record_nothing_is_renamed(tmp_path: Path) -> None:
    """A first run, or a building block, which has no list."""
    assert belongings.renames((), project(audience("b", renamed_from="a"))) == {}
    found = recorded(tmp_path, {("x", "google"): "1"})
    block = replace(audience("b", renamed_from="a"), send_to=())
    assert belongings.renames(found, project(block)) == {}


def test_what_the_file_does_not_want(tmp_path: Path) -> None:
    """Lists of audiences that left, and of destinations that left `send_to`; not what was never made."""
    lists = {("a", "google"): "1", ("a", "meta"): "2", ("b", "google"): "3", ("c", "google"): None, ("a", "old"): "4"}
    found = recorded(tmp_path, lists)
    unwanted = belongings.unwanted(found, project(audience("a", "google")))
    assert [(each.platform_id, where.name) for each, where in unwanted] == [("2", "meta"), ("3", "google")]


def test_what_nobody_can_reach(tmp_path: Path) -> None:
    """Lists in accounts without a destination; an account whose variable is not set is not known to be another one."""
    found = recorded(tmp_path, {("a", "google"): "1", ("a", "old"): "4"})
    assert [each.platform_id for each in belongings.out_of_reach(found, project(audience("a")))] == ["4"]
    unset = (GOOGLE, MetaAccount("meta", "${META_AD_ACCOUNT}"))
    assert list(belongings.out_of_reach(found, project(audience("a"), destinations=unset))) == []
