"""What one day's changes do: one person in, one out, one with another phone, whatever the platforms really are like.

One story is played for each position of the switches; every test looks at another part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from judge.accounts import ADDS, REMOVALS, Deviation
from scenarios.harness import Run, Stage, open_stage
from scenarios.harness.family import Family, Somebody, crowd
from scenarios.harness.size import POSITIONS, label
from scenarios.harness.stage import total

PLATFORMS: Final = ("google", "meta")

ANNA: Final = Somebody(1, email="anna@post.example", mobile="20304001")  # withdraws
DORA: Final = Somebody(2, email="dora@post.example", mobile="20304002")  # withdraws minutes after the first upload
CARL: Final = Somebody(3, email="carl@post.example", mobile="20304003")  # gets another phone
EVA: Final = Somebody(4, email="eva@post.example", mobile="20304004")  # shares a phone with Finn, and withdraws
FINN: Final = Somebody(5, email="finn@post.example", mobile="+45 20304004")
GERD: Final = Somebody(6, email="gerd@post.example", mobile="20304006")  # gives up a number, which Hans gets
HANS: Final = Somebody(7, email="hans@post.example", mobile="20304007")
IDA: Final = Somebody(8, email="ida@post.example", mobile="20304008", club="")  # joins the club

REACHED: Final = {
    ANNA: (["anna"], ["anna", "anna-work"]),
    DORA: (["dora"], ["dora"]),
    CARL: (["carl"], ["carl", "old-phone"]),
    EVA: (["eva"], ["home", "landline"]),
    FINN: (["finn", "home"], ["home", "landline"]),
    GERD: (["gerd"], ["moved"]),
    HANS: (["hans"], ["given-up"]),
    IDA: (["ida"], ["ida"]),
    Somebody(3, mobile="20304033"): ([], ["new-phone"]),
}
"""The accounts of each e-mail and phone, on both platforms."""

Rows = list[tuple[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Moment:
    """What the sandbox knew at a point of the story, and what it got since the point before."""

    accounts: dict[str, set[str]]
    added: Rows
    removed: Rows
    wrong: list[Deviation]
    run: Run

    def on(self, *accounts: str) -> dict[str, set[str]]:
        """Which of these accounts each platform holds."""
        return {platform: held & set(accounts) for platform, held in self.accounts.items()}

    def sent(self, *keys: str) -> Rows:
        """Added rows with any of these keys."""
        return [(platform, row) for platform, row in self.added if row & set(keys)]


@dataclass(slots=True)
class Story:
    """The moments by name."""

    first: Moment
    withdrawn: Moment
    changed: Moment
    quiet: Moment


def both(*accounts: str) -> dict[str, set[str]]:
    return {platform: set(accounts) for platform in PLATFORMS}


STORIES: Final = [pytest.param(each, id=label(each), marks=pytest.mark.xdist_group(label(each))) for each in POSITIONS]
"""With `-n 2 --dist loadgroup` every story is played once, by one worker."""


_PLAYED: dict[str, Story] = {}


@pytest.fixture(params=STORIES)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Played once; pytest itself would end and begin a fixture again whenever a worker waits for its next test."""
    name = label(request.param)
    if name not in _PLAYED:
        _PLAYED[name] = _play(tmp_path_factory.mktemp("story") / "family", request.param)
    return _PLAYED[name]


def _play(folder: Path, switches: dict[str, str]) -> Story:
    """First fill, with Dora's withdrawal; Anna's withdrawal and one sync; everybody else's changes; a day without any."""
    everybody = (ANNA, DORA, CARL, EVA, FINN, GERD, HANS, IDA, *crowd(100, 40))
    family = Family(folder, *everybody)
    with open_stage(family.folder, switches=switches) as stage:
        for platform in PLATFORMS:
            for somebody, (by_email, by_phone) in REACHED.items():
                stage.sandbox.connect(platform, {somebody.email_key: by_email, somebody.phone_key(platform): by_phone})

        run = stage.sync()
        assert run.exit == 0, run
        family.change(DORA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
        stage.converge()
        first = moment(stage, 0, run)

        family.change(ANNA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
        before = stage.sandbox.last_entry()
        run = stage.sync()
        stage.sandbox.advance("24h")
        withdrawn = moment(stage, before, run)

        family.change(CARL.customer_id, mobile="20304033")
        family.change(EVA.customer_id, withdrawn_at=stage.sandbox.now.isoformat())
        family.change(GERD.customer_id, mobile="")
        family.change(HANS.customer_id, mobile=GERD.mobile)
        family.change(IDA.customer_id, club="member")
        before = stage.sandbox.last_entry()
        run = stage.sync()
        assert run.exit == 0, run
        stage.sandbox.advance("24h")
        stage.converge()
        changed = moment(stage, before, run)

        before = stage.sandbox.last_entry()
        return Story(first, withdrawn, changed, moment(stage, before, stage.sync()))


def moment(stage: Stage, since: int, run: Run) -> Moment:
    log = stage.sandbox.log(since)
    accounts = {each["platform"]: set(each["accounts"]) for each in stage.sandbox.lists()}
    return Moment(accounts, rows(log, ADDS), rows(log, REMOVALS), stage.deviations(), run)


def rows(log: list[dict[str, Any]], operations: frozenset[str]) -> Rows:
    """The rows of accepted requests."""
    return [
        (entry["platform"], frozenset(row))
        for entry in log
        if entry["op"] in operations and entry["ok"]
        for row in entry["rows"]
    ]


def test_the_lists_are_the_judges_all_the_time(story: Story) -> None:
    """After the first fill, after the withdrawal and after all other changes no list holds anybody too many or too few."""
    assert story.first.wrong == []
    assert story.withdrawn.wrong == []
    assert story.changed.wrong == []


def test_who_withdraws_while_the_add_is_open_is_gone(story: Story) -> None:
    """A withdrawal minutes after the upload overtakes it on no platform, in whatever order requests are executed."""
    assert story.first.on("dora") == both()


def test_who_withdraws_is_gone_after_one_sync(story: Story) -> None:
    """One sync and a night of processing: no account of hers is on any list, and she is not sent again."""
    assert story.first.on("anna", "anna-work") == both("anna", "anna-work")
    assert story.withdrawn.run.exit == 0, story.withdrawn.run
    assert story.withdrawn.on("anna", "anna-work") == both()
    phones = [ANNA.phone_key(platform) for platform in PLATFORMS]
    for later in (story.withdrawn, story.changed, story.quiet):
        assert later.sent(ANNA.email_key, *phones) == []


def test_a_changed_phone_leaves_its_owner_on_the_list(story: Story) -> None:
    """The old number's own account goes; his account stays or comes back, although the old number reaches it too."""
    assert story.first.on("carl", "old-phone") == both("carl", "old-phone")
    assert story.changed.on("carl", "old-phone", "new-phone") == both("carl", "new-phone")


def test_of_a_couple_with_one_phone_one_withdraws(story: Story) -> None:
    """The shared phone is sent for neither any more; the other stays by e-mail, with the account that both could reach."""
    couple = ("eva", "finn", "home", "landline")
    assert story.first.on(*couple) == both(*couple)
    assert story.changed.on(*couple) == both("finn", "home")
    assert story.changed.sent(*(EVA.phone_key(platform) for platform in PLATFORMS)) == []


def test_a_recycled_number_stays_with_its_new_owner(story: Story) -> None:
    """Gerd gives up a number and Hans gets it on the same day: nobody loses an account that is theirs."""
    assert story.first.on("gerd", "hans", "moved", "given-up") == both("gerd", "hans", "moved", "given-up")
    assert story.changed.on("gerd", "hans", "moved", "given-up") == both("gerd", "hans", "moved")


def test_one_new_member_is_one_row(story: Story) -> None:
    """Ida joins the club: sent once on each platform, in one row with both keys."""
    rows_of_ida = story.changed.sent(IDA.email_key)
    wanted = [(platform, frozenset({IDA.email_key, IDA.phone_key(platform)})) for platform in PLATFORMS]
    assert sorted(rows_of_ida, key=lambda row: row[0]) == wanted


def test_who_has_nothing_to_do_with_it_is_not_touched(story: Story) -> None:
    """No key of the forty guests moves after the first fill."""
    guests = {guest.email_key for guest in crowd(100, 40)}
    for later in (story.withdrawn, story.changed, story.quiet):
        assert [row for _, row in later.added + later.removed if row & guests] == []


def test_a_day_without_changes_sends_nobody(story: Story) -> None:
    """Once plan owes nothing, the next sync moves no member and says so."""
    assert story.quiet.run.exit == 0, story.quiet.run
    assert story.quiet.added == story.quiet.removed == []
    assert total(story.quiet.run.document, "sent", "added") == total(story.quiet.run.document, "sent", "removed") == 0
