"""What everybody may rely on of the record, seen by the one who writes it and by a reader beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest

from consentric.ledger import (
    FileKind,
    FileRecord,
    Ledger,
    LedgerReader,
    ListRecord,
    hold_lock,
    open_ledger,
    open_reader,
    open_register,
)
from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchRecord, BatchState, Drift, ListFacts, ListRef, ListSpec, Operation, Shape
from consentric.model.people import Verb
from consentric.model.project import Platform
from consentric.model.requests import Stage, Subject
from consentric.model.results import Failure, ListResult, ListState
from consentric.planning.outbox import BASE, OUTBOX

AT = datetime(2026, 11, 24, 5, 30, 0, 1, tzinfo=UTC)
LATER = AT + timedelta(days=1)
VIP = ListSpec(ListRef("vip", "google"), Platform.GOOGLE, "123", "VIP", "Our best", "tag-1", 180)
FINAL = (BatchState.CONFIRMED, BatchState.PARTIAL, BatchState.FAILED)

Look = Callable[[], LedgerReader]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "state") as opened:
        yield opened


@pytest.fixture(params=["writer", "reader"])
def look(request: pytest.FixtureRequest, ledger: Ledger, tmp_path: Path) -> Iterator[Look]:
    """Who looks at the record: the writer itself, or a reader that is opened after the write."""
    opened: list[LedgerReader] = []

    def fresh() -> LedgerReader:
        if request.param == "writer":
            return ledger
        reader = open_reader(tmp_path / "state")
        assert reader is not None
        opened.append(reader)
        return reader

    yield fresh
    for reader in opened:
        reader.close()


def outbox_rows(count: int, first: int = 0) -> pa.Table:
    keys = [{"kind": 1, "value": bytes(32)}]
    row = {
        "op": 1,
        "shape": 0,
        "why": "new",
        "fp": None,
        "keys": keys,
        "riders": [b""],
        "clean": True,
        "evidence": None,
    }
    return pa.Table.from_pylist(
        [{**row, "person": number.to_bytes(16)} for number in range(first, first + count)], OUTBOX
    )


def begun(ledger: Ledger, rows: int = 10) -> tuple[str, ListRecord, FileRecord]:
    run = ledger.begin_run(AT, "ab" * 32)
    members = ledger.ensure_list(VIP, AT)
    return run, members, ledger.write_outbox(members.id, run, [outbox_rows(rows)])


def intend(ledger: Ledger, file: FileRecord, first: int = 0, rows: int = 5) -> BatchRecord:
    return ledger.intend(file.list_id, file.id, Operation.ADD, Shape.FULL, first=first, rows=rows, people=rows, at=AT)


def test_a_new_ledger_is_empty(look: Look) -> None:
    """Nothing was sent, nobody is suppressed, no run was there; only the public name of the installation is."""
    reader = look()
    assert (reader.lists(), reader.suppressions(), dict(reader.source_rows())) == ((), frozenset(), {})
    assert (reader.last_success(), reader.last_run_at(), reader.list_results(1)) == (None, None, None)
    assert len(reader.install_id) == 16


def test_a_list_keeps_its_id(ledger: Ledger, look: Look) -> None:
    """A new name, lifetime or destination name is noted; id, tag and birthday stay."""
    first = ledger.ensure_list(VIP, AT)
    renamed = replace(VIP, ref=ListRef("vip", "shop"), name="VIPs", tag="tag-2", keep_for_days=90)
    again = ledger.ensure_list(renamed, LATER)
    assert again == replace(first, ref=ListRef("vip", "shop"), name="VIPs", keep_for_days=90)
    assert look().lists() == (again,)


def test_another_account_is_another_list(ledger: Ledger, look: Look) -> None:
    """An audience that moves to another account leaves its old list on record, to be emptied."""
    old = ledger.ensure_list(VIP, AT)
    new = ledger.ensure_list(replace(VIP, account="456"), AT)
    assert old.id != new.id
    assert look().lists() == (old, new)


def test_what_the_platform_says(ledger: Ledger, look: Look) -> None:
    """Id, size, rate and eligibility as last told; silence forgets the old figures, not the id."""
    members = ledger.ensure_list(VIP, AT)
    ledger.record_platform_id(members.id, "987", AT)
    ledger.record_facts(members.id, ListFacts("987", "VIP", size=1_000, match_rate=(40, 50), eligible=False), AT)
    (told,) = look().lists()
    assert (told.platform_id, told.size, told.match_rate, told.eligible) == ("987", 1_000, (40, 50), False)
    ledger.record_facts(members.id, ListFacts("987", "VIP"), LATER)
    (silent,) = look().lists()
    assert (silent.platform_id, silent.size, silent.match_rate, silent.eligible) == ("987", None, None, None)


def test_how_a_list_drifted(ledger: Ledger, look: Look) -> None:
    """As last seen: its name there, its trouble; both are forgotten when the platform says that all is well."""
    members = ledger.ensure_list(VIP, AT)
    ledger.record_platform_id(members.id, "987", AT)
    ledger.record_told(members.id, VIP)
    ledger.record_facts(members.id, ListFacts("987", "Other name", drift=Drift.LOCKED), AT)
    (seen,) = look().lists()
    assert (seen.told_name, seen.told_description, seen.seen_name) == (VIP.name, VIP.description, "Other name")
    assert seen.drift is Drift.LOCKED
    ledger.record_facts(members.id, ListFacts("987", VIP.name), LATER)
    assert look().lists()[0].drift is None
    ledger.record_told(members.id, replace(VIP, name="VIPs"))
    assert (look().lists()[0].told_name, look().lists()[0].seen_name) == ("VIPs", "VIPs")


def test_how_long_a_list_keeps_people(ledger: Ledger, look: Look) -> None:
    """Asked for, set, and seen: the fewest count until it is known, and for those who were there before for good."""
    members = ledger.ensure_list(VIP, AT)

    def lifespan() -> Lifespan:
        (record,) = look().lists()
        return record.lifespan

    assert lifespan() == Lifespan.of(VIP.keep_for_days)
    ledger.record_platform_id(members.id, "987", AT)
    ledger.record_keep_for(members.id, 180, AT)
    ledger.ask_keep_for(members.id, 30)
    assert lifespan().days == 30
    ledger.record_facts(members.id, ListFacts("987", VIP.name, keep_for_days=180), AT)
    assert lifespan().days == 30, "the request that asked for fewer may still arrive"
    ledger.record_facts(members.id, ListFacts("987", VIP.name, keep_for_days=30), AT)
    assert (look().lists()[0].told_days, look().lists()[0].asked_days) == (30, None)
    ledger.record_keep_for(members.id, 90, LATER)
    assert (lifespan().days, lifespan().earlier) == (90, (30, LATER))
    ledger.record_platform_id(members.id, "988", LATER)
    assert lifespan() == Lifespan.of(VIP.keep_for_days), "another list says nothing of the one before"


def test_since_when_a_list_is_not_wanted(ledger: Ledger, look: Look) -> None:
    """The first instant stays; being wanted again wipes it out, and a deletion that was asked for too."""
    members = ledger.ensure_list(VIP, AT)
    ledger.mark_left(members.id, AT)
    ledger.mark_left(members.id, LATER)
    ledger.ask_deletion(members.id, LATER)
    assert (look().lists()[0].left_at, look().lists()[0].deletion_asked_at) == (AT, LATER)
    ledger.mark_wanted(members.id)
    assert (look().lists()[0].left_at, look().lists()[0].deletion_asked_at) == (None, None)


def test_a_list_moves_to_another_key(ledger: Ledger, look: Look) -> None:
    """With its id, tag, platform id, files and requests; in every account, and twice is once."""
    _run, members, file = begun(ledger)
    ledger.record_platform_id(members.id, "987", AT)
    batch = intend(ledger, file)
    ledger.outcome(batch.id, BatchState.ACCEPTED, AT, handle="h")
    other = ledger.ensure_list(replace(VIP, account="456"), AT)
    assert ledger.rename_audience("vip", "best") == 2
    assert ledger.rename_audience("vip", "best") == 0
    moved, also = look().lists()
    assert (moved.id, moved.tag, moved.platform_id, moved.ref.audience) == (members.id, members.tag, "987", "best")
    assert (also.id, also.ref.audience) == (other.id, "best")
    assert look().files(members.id) == (file,)
    assert [each.state for each in look().batches(members.id)] == [BatchState.ACCEPTED]
    assert ledger.ensure_list(replace(VIP, ref=ListRef("best", "google")), LATER).id == members.id


def test_a_key_that_has_a_list_is_not_taken(ledger: Ledger, look: Look) -> None:
    """A record without a list gives way to one that has one, and never the other way round."""
    old = ledger.ensure_list(VIP, AT)
    new = ledger.ensure_list(replace(VIP, ref=ListRef("best", "google"), tag="tag-best"), AT)
    assert ledger.rename_audience("vip", "best") == 0
    ledger.record_platform_id(old.id, "987", AT)
    assert ledger.rename_audience("vip", "best") == 1
    assert {each.id: each.ref.audience for each in look().lists()} == {old.id: "best", new.id: "vip"}
    assert ledger.rename_audience("vip", "best") == 0
    ledger.record_platform_id(new.id, "988", AT)
    assert ledger.rename_audience("vip", "best") == 0


def test_no_two_lists_of_an_account_have_one_tag(ledger: Ledger) -> None:
    """A new list under a key whose list moved away gets a number at the end of its tag; other accounts do not matter."""
    ledger.ensure_list(VIP, AT)
    ledger.rename_audience("vip", "best")
    again = ledger.ensure_list(VIP, AT)
    assert again.tag == f"{VIP.tag}:2"
    assert ledger.ensure_list(VIP, LATER).tag == again.tag
    assert ledger.ensure_list(replace(VIP, account="456"), AT).tag == VIP.tag


def test_a_deleted_list_has_nobody_on_it(ledger: Ledger, look: Look) -> None:
    """Its files go, its requests are history, its record stays and says when; a new list begins from nothing."""
    run, members, file = begun(ledger)
    ledger.record_platform_id(members.id, "987", AT)
    ledger.outcome(intend(ledger, file).id, BatchState.ACCEPTED, AT, handle="h")
    path = ledger._folder.lists / file.name
    assert path.exists()
    ledger.ask_deletion(members.id, AT)
    ledger.record_deleted(members.id, run, LATER, [])
    (gone,) = look().lists()
    assert (gone.id, gone.platform_id, gone.deleted_at, gone.deletion_asked_at) == (members.id, None, LATER, None)
    assert (look().files(members.id), look().batches(members.id)) == ((), ())
    assert not path.exists()
    ledger.record_platform_id(members.id, "1001", LATER)
    assert (look().lists()[0].platform_id, look().lists()[0].deleted_at) == ("1001", None)


def test_a_match_rate_told_of_a_request(ledger: Ledger, look: Look) -> None:
    """Where the list has no rate of its own, that of its newest request counts."""
    _, _, file = begun(ledger)
    for rate in ((10, 20), (30, 40)):
        ledger.outcome(intend(ledger, file).id, BatchState.CONFIRMED, AT, match_rate=rate)
    assert look().lists()[0].match_rate == (30, 40)


def test_an_outbox_gives_back_its_rows(ledger: Ledger, look: Look) -> None:
    """Tables of any number and size come back as one, whole or by range, also across row groups."""
    run, members, _ = begun(ledger)
    tables = [outbox_rows(70_000), outbox_rows(0), outbox_rows(5, first=70_000)]
    file = ledger.write_outbox(members.id, run, tables)
    whole = pa.concat_tables(tables)
    reader = look()
    assert reader.files(members.id)[-1] == file
    assert (file.kind, file.rows, file.run_id) == (FileKind.OUTBOX, 70_005, run)
    assert reader.read(file).equals(whole)
    for first, rows in ((0, 1), (65_535, 2), (69_998, 7), (65_536, 1), (70_005, 0)):
        assert reader.read(file, first=first, rows=rows).equals(whole.slice(first, rows))


def test_an_outbox_without_rows(ledger: Ledger, look: Look) -> None:
    """Nothing to send is a file like any other."""
    run, members, _ = begun(ledger)
    file = ledger.write_outbox(members.id, run, [])
    assert look().read(file).equals(OUTBOX.empty_table())


def test_rows_of_another_shape_are_refused(ledger: Ledger) -> None:
    """A blank where the schema has none, or another column, leaves no file."""
    run, members, file = begun(ledger)
    blank = outbox_rows(1).set_column(3, "person", pa.array([None], pa.binary()))
    for table in (blank, outbox_rows(1).drop_columns(["why"])):
        with pytest.raises(ValueError, match=r"Target schema|non-nullable"):
            ledger.write_outbox(members.id, run, [table])
    assert ledger.files(members.id) == (file,)


def test_a_request_from_intent_to_verdict(ledger: Ledger, look: Look) -> None:
    """Every step is on record when the call returns; the handle and the instant of acceptance stay."""
    _, members, file = begun(ledger)
    intent = intend(ledger, file)
    assert look().batches(members.id) == (intent,)
    assert (intent.state, intent.handle, intent.sent_at, intent.accepted_at) == (BatchState.INTENT, None, AT, None)
    ledger.outcome(intent.id, BatchState.ACCEPTED, LATER, handle="request-1")
    accepted = replace(intent, state=BatchState.ACCEPTED, handle="request-1", accepted_at=LATER, decided_at=LATER)
    assert look().batches(members.id) == (accepted,)
    ledger.outcome(intent.id, BatchState.CONFIRMED, LATER + timedelta(hours=1))
    assert look().batches(members.id) == (
        replace(accepted, state=BatchState.CONFIRMED, decided_at=LATER + timedelta(hours=1)),
    )


def test_a_doubt_of_a_request_stays(ledger: Ledger, look: Look) -> None:
    """That an earlier attempt may be carried out too is not forgotten with the next outcome."""
    _, members, file = begun(ledger)
    intent = intend(ledger, file)
    ledger.outcome(intent.id, BatchState.ACCEPTED, LATER, handle="request-1", doubtful=True)
    ledger.outcome(intent.id, BatchState.CONFIRMED, LATER)
    assert [each.doubtful for each in look().batches(members.id)] == [True]


@pytest.mark.parametrize(("before", "after"), [pair for pair in product(FINAL, BatchState) if pair[0] != pair[1]])
def test_a_final_verdict_stays(ledger: Ledger, before: BatchState, after: BatchState) -> None:
    """What is confirmed, partial or failed is never anything else again; to say it twice is fine."""
    _, members, file = begun(ledger)
    batch = intend(ledger, file)
    ledger.outcome(batch.id, before, AT)
    ledger.outcome(batch.id, before, AT)
    with pytest.raises(ValueError, match="cannot go from"):
        ledger.outcome(batch.id, after, AT)
    assert ledger.batches(members.id)[0].state is before


@pytest.mark.parametrize(("first", "rows"), [(0, 11), (10, 1), (-1, 2), (0, 0)])
def test_a_request_beyond_its_outbox(ledger: Ledger, first: int, rows: int) -> None:
    """A batch names rows that its outbox has."""
    _, members, file = begun(ledger)
    with pytest.raises(ValueError, match="are not rows"):
        intend(ledger, file, first, rows)
    assert ledger.batches(members.id) == ()


def test_intents_of_dead_runs_become_unknown(ledger: Ledger, look: Look) -> None:
    """Only what a run left behind: the intents of the run at work stay intents."""
    _, members, file = begun(ledger)
    left = intend(ledger, file)
    run = ledger.begin_run(LATER, "ab" * 32)
    mine = intend(ledger, ledger.write_outbox(members.id, run, [outbox_rows(10)]))
    assert ledger.abandon_intents(LATER) == 1
    assert [each.state for each in look().batches(members.id)] == [BatchState.UNKNOWN, BatchState.INTENT]
    ledger.outcome(left.id, BatchState.ACCEPTED, LATER, handle="found again")
    assert look().batches(members.id)[1] == mine


def test_what_a_clock_that_was_behind_wrote_is_lifted(ledger: Ledger, look: Look) -> None:
    """A request and a no count as of the next run whose clock is right, not as of days before they happened."""
    ledger.end_run(ledger.begin_run(AT, "ab" * 32), 0, AT, {}, {})
    wrong, right = AT - timedelta(days=5), AT + timedelta(hours=1)
    run = ledger.begin_run(wrong, "ab" * 32)
    members = ledger.ensure_list(VIP, wrong)
    file = ledger.write_outbox(members.id, run, [outbox_rows(10)])
    sent = ledger.intend(members.id, file.id, Operation.REMOVE, Shape.FULL, first=0, rows=5, people=5, at=wrong)
    ledger.outcome(sent.id, BatchState.ACCEPTED, wrong, handle="h")
    ledger.suppress(Verb.WITHDREW, [Subject(frozenset({b"a" * 16}))], "", wrong)
    ledger.end_run(run, 4, wrong, {}, {})
    assert look().newest_instant() == AT
    ledger.begin_run(right, "ab" * 32)
    (batch,) = look().batches(members.id)
    assert (batch.sent_at, batch.accepted_at) == (right, right)
    assert {each.at for each in look().suppressions()} == {right}


def test_some_minutes_lift_nothing(ledger: Ledger, look: Look) -> None:
    """NTP stepped the clock: what was written stays as it was."""
    ledger.end_run(ledger.begin_run(AT, "ab" * 32), 0, AT, {}, {})
    ledger.suppress(Verb.WITHDREW, [Subject(frozenset({b"a" * 16}))], "", AT - timedelta(minutes=15))
    ledger.begin_run(LATER, "ab" * 32)
    assert {each.at for each in look().suppressions()} == {AT - timedelta(minutes=15)}


def test_what_a_clock_that_was_ahead_wrote_is_brought_down(ledger: Ledger, look: Look) -> None:
    """Every instant, once somebody says that the clock is right; twice is once."""
    _, members, file = begun(ledger)
    ahead = AT + timedelta(days=900)
    ledger.outcome(intend(ledger, file).id, BatchState.ACCEPTED, ahead, handle="h")
    ledger.suppress(Verb.ERASED, [Subject(frozenset({b"a" * 16}))], "", ahead)
    assert look().newest_instant() == ahead
    assert ledger.believe_clock(LATER) > 0
    (batch,) = look().batches(members.id)
    assert (batch.accepted_at, look().newest_instant()) == (LATER, LATER)
    assert {each.at for each in look().suppressions()} == {LATER}
    assert ledger.believe_clock(LATER) == 0


def test_skipped_rows(ledger: Ledger, look: Look) -> None:
    """Rows are skipped once, whoever says it again."""
    _, _, file = begun(ledger)
    ledger.skip(file.id, [3, 1], "withdrew")
    ledger.skip(file.id, [3], "refused by the platform")
    assert look().skipped(file.id) == {1, 3}
    assert look().skipped(file.id + 1) == frozenset()


def test_a_fold_replaces_all_files(ledger: Ledger, look: Look) -> None:
    """One base is left; its batches are history, and their numbers are never used again."""
    run, members, file = begun(ledger)
    last = intend(ledger, file)
    with pytest.raises(ValueError, match="on its way"):
        ledger.fold(members.id, run, [])
    ledger.outcome(last.id, BatchState.CONFIRMED, AT)
    ledger.fold(members.id, run, [BASE.empty_table()])
    base = ledger.fold(members.id, run, [BASE.empty_table()])
    reader = look()
    assert reader.files(members.id) == (base,)
    assert (base.kind, base.rows) == (FileKind.BASE, 0)
    assert reader.batches(members.id) == ()
    assert reader.skipped(file.id) == frozenset()
    assert intend(ledger, ledger.write_outbox(members.id, run, [outbox_rows(10)])).id == last.id + 1
    assert [each.kind for each in ledger.files(members.id)] == [FileKind.BASE, FileKind.OUTBOX]


def digests_of(reader: LedgerReader) -> set[bytes]:
    return {each.digest for each in reader.suppressions()}


def test_suppressions(ledger: Ledger, look: Look) -> None:
    """Digests stay until they are taken back, and are seen at once; a second no renews the first."""
    one, two = Subject(frozenset({b"1" * 16, b"3" * 16})), Subject(frozenset({b"2" * 32}))
    ledger.suppress(Verb.ERASED, [one, two, one], "letter", AT)
    assert digests_of(look()) == {b"1" * 16, b"2" * 32, b"3" * 16}
    ledger.suppress(Verb.ERASED, [one], "again", LATER)
    ledger.suppress(Verb.WITHDREW, [one], "form", LATER)
    assert look().suppressed_keys() == {Verb.WITHDREW: 1, Verb.ERASED: 2}
    assert {each.at for each in look().suppressions() if each.digest == b"1" * 16} == {LATER}
    assert ledger.lift([two], "a mistake", LATER) == {"free": 1, "bound": 0, "unknown": 0}
    assert digests_of(look()) == {b"1" * 16, b"3" * 16}
    assert ledger.lift([two], "a mistake", LATER) == {"free": 0, "bound": 0, "unknown": 1}


def test_what_was_found_goes_with_the_key_that_was_given(ledger: Ledger, look: Look) -> None:
    """A person who said no with an address is not free because somebody takes back a number that was found."""
    address, number = Subject(frozenset({b"a" * 16})), Subject(frozenset({b"n" * 16}))
    ledger.suppress(Verb.OBJECTED, [address], "letter", AT)
    ledger.derive([(b"a" * 16, b"n" * 16), (b"unknown", b"x" * 16)])
    assert digests_of(look()) == {b"a" * 16, b"n" * 16}
    assert ledger.lift([number], "a mistake", LATER) == {"free": 0, "bound": 1, "unknown": 0}
    assert digests_of(look()) == {b"a" * 16, b"n" * 16}
    assert ledger.lift([address], "a mistake", LATER) == {"free": 1, "bound": 0, "unknown": 0}
    assert look().suppressions() == frozenset()


def test_an_erasure_ends_with_the_last_byte(ledger: Ledger, look: Look) -> None:
    """Waiting, asked, confirmed, and under way until no file holds the person any more."""
    _, members, _ = begun(ledger)
    person = b"p" * 16
    number = ledger.suppress(Verb.ERASED, [Subject(frozenset({person}), frozenset({b"s" * 16}))], "letter", AT)
    pending = look().pending()
    assert (set(pending.digests), set(pending.sought)) == ({person}, {b"s" * 16})
    assert look().requests(Verb.ERASED)[0].under_way
    ledger.found(pending.requests, [(next(iter(pending.requests)), person)])
    ledger.note_leavers({number: 1}, [(number, members.id, person)])
    assert look().pending().requests == {}
    stages = [look().requests(Verb.ERASED)[0].lists[0].stage]
    ledger.note_asked([members.id], AT)
    stages.append(look().requests(Verb.ERASED)[0].lists[0].stage)
    ledger.note_gone(members.id, [person], [], LATER)
    stages.append(look().requests(Verb.ERASED)[0].lists[0].stage)
    assert look().leavers(members.id) == {person}
    ledger.note_gone(members.id, [person], [person], LATER)
    stages.append(look().requests(Verb.ERASED)[0].lists[0].stage)
    assert stages == [Stage.WAITING, Stage.ASKED, Stage.CONFIRMED, Stage.ERASED]
    assert not look().requests(Verb.ERASED)[0].under_way


def test_suppressing_needs_no_lock(tmp_path: Path) -> None:
    """Beside a run that holds the lock and has the ledger open, and where nothing was ever recorded."""
    state = tmp_path / "shop"
    with open_register(state) as register:
        register.suppress(Verb.WITHDREW, [Subject(frozenset({b"1" * 16}))], "", AT)
    with hold_lock(state, "sync"), open_ledger(state) as writer:
        assert len(writer.suppressions()) == 1
        with open_register(state) as register:
            register.suppress(Verb.WITHDREW, [Subject(frozenset({b"2" * 16}))], "", AT)
        assert len(writer.suppressions()) == 2


def test_how_runs_ended(ledger: Ledger, look: Look) -> None:
    """Success is a sync that ended with 0; sources are measured against that one, not against a stopped run."""
    members = ledger.ensure_list(VIP, AT)
    good = ledger.begin_run(AT, "ab" * 32)
    ledger.end_run(good, 0, AT, {"orders": 100}, {members.id: ListResult(VIP.ref, ListState.ACCEPTED, added=7)})
    assert ledger.list_results(members.id) == ListResult(VIP.ref, ListState.ACCEPTED, added=7)
    stop = ListResult(VIP.ref, ListState.STOPPED, failure=Failure("A602", "would remove 93%", "look at it", 4))
    bad = ledger.begin_run(LATER, "ab" * 32)
    ledger.end_run(bad, 4, LATER, {"orders": 1}, {members.id: stop})
    ledger.end_run(ledger.begin_run(LATER, "ab" * 32, "confirm"), 0, LATER, {}, {})
    reader = look()
    assert (reader.last_success(), reader.last_run_at()) == (AT, LATER)
    assert dict(reader.source_rows()) == {"orders": 100}
    assert reader.list_results(members.id) == stop
    assert (reader.lists()[0].last_sync, reader.lists()[0].stopped) == (AT, "would remove 93%")


def test_a_run_that_died_is_no_success(ledger: Ledger, look: Look) -> None:
    """It is the last run, and nothing more."""
    ledger.begin_run(AT, "ab" * 32)
    assert (look().last_run_at(), look().last_success()) == (AT, None)


def test_instants_are_kept_to_the_microsecond_in_utc(ledger: Ledger, look: Look) -> None:
    """Another zone is the same instant; without a zone it is none."""
    copenhagen = AT.astimezone(timezone(timedelta(hours=1)))
    assert ledger.begin_run(copenhagen, "ab" * 32).startswith("20261124T053000Z-")
    assert look().last_run_at() == AT
    assert str(look().last_run_at()) == "2026-11-24 05:30:00.000001+00:00"
    with pytest.raises(ValueError, match="time zone"):
        ledger.begin_run(AT.replace(tzinfo=None), "ab" * 32)


def test_many_threads_send_at_once(ledger: Ledger) -> None:
    """Ten threads record their requests in one ledger; each has numbers of its own and none is lost."""
    _, members, file = begun(ledger, rows=100)

    def deliver(first: int) -> None:
        for row in range(first, first + 10):
            batch = intend(ledger, file, row, 1)
            ledger.outcome(batch.id, BatchState.ACCEPTED, AT, handle=f"of row {row}")

    threads = [threading.Thread(target=deliver, args=(first,)) for first in range(0, 100, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batches = ledger.batches(members.id)
    assert len({batch.id for batch in batches}) == 100
    assert {batch.handle for batch in batches} == {f"of row {row}" for row in range(100)}
    assert all(batch.handle == f"of row {batch.first}" for batch in batches)


def test_whoever_only_reads_cannot_write() -> None:
    """The reader's type has no method that changes anything."""
    written = {name for name in vars(Ledger) if not name.startswith("_")} - {"close"}
    assert "intend" in written
    assert not [name for name in written if hasattr(LedgerReader, name)]
