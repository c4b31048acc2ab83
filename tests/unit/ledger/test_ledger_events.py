"""The chain of events as it lies in the ledger: checked, dropped at its old end, and of nobody in particular."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from consentric.ledger import hold_lock, inspect, open_ledger, open_reader, open_register, put_back
from consentric.ledger.backup import back_up
from consentric.ledger.opening import no_checkpoint
from consentric.model.people import Verb
from consentric.model.requests import Subject

from .nights import AT, CONFIG, FIRST_NIGHT, SECOND_NIGHT, key, person, second_night


def broken_at(state: Path) -> list[str]:
    return [each.message for each in inspect(state, None).findings if each.code == "A736"]


def raw(state: Path) -> sqlite3.Connection:
    return sqlite3.connect(state / "ledger.db")


def test_a_chain_tells_a_run_from_its_begin_to_its_end(state: Path) -> None:
    """Every request has its intent before its outcome, and the head is the newest event."""
    second_night(state)
    with open_ledger(state) as ledger:
        events = list(ledger.events())
        assert [each.head.number for each in events] == list(range(1, len(events) + 1))
        assert events[-1].head == ledger.head()
        kinds = [each.kind for each in events]
        assert kinds[:2] == ["run_began", "list_made"]
        assert kinds[-1] == "run_ended"
        asked = [each.facts["request"] for each in events if each.kind == "request_intended"]
        told = [each.facts["request"] for each in events if each.kind == "request"]
        assert asked == sorted(asked) == told
        assert list(ledger.events(since=events[-2].head.number)) == events[-1:]
    assert not broken_at(state)


def tampered(template: Path) -> Iterator[tuple[str, int, str]]:
    """Statements that each change one thing, the number that must be named, and in words what they do."""
    with closing(raw(template)) as database:
        last = database.execute("SELECT max(number) FROM events").fetchone()[0]
    for number in range(1, last + 1):
        yield f"DELETE FROM events WHERE number = {number}", number, "a row is gone"
        yield f"UPDATE events SET at = at + 1 WHERE number = {number}", number, "an instant"
        yield f"UPDATE events SET kind = kind || 's' WHERE number = {number}", number, "a kind"
        yield f"UPDATE events SET facts = facts || ' ' WHERE number = {number}", number, "a fact"
        yield f"UPDATE events SET sha256 = zeroblob(32) WHERE number = {number}", number, "a digest"
        yield f"UPDATE events SET number = 1000 WHERE number = {number}", number, "a number"
    yield "INSERT INTO events VALUES (0, 0, 'run_began', '{}', zeroblob(32))", 0, "a row before the first"
    yield (
        f"INSERT INTO events VALUES ({last + 1}, 0, 'run_began', '{{}}', zeroblob(32))",
        last + 1,
        "a row after the last",
    )
    yield "DELETE FROM event_marks WHERE name = 'head'", last, "the head is gone"
    yield "DELETE FROM event_marks WHERE name = 'start'", 1, "the start is gone"
    yield "UPDATE event_marks SET sha256 = zeroblob(32) WHERE name = 'head'", last, "another head"
    yield "UPDATE event_marks SET number = number - 1 WHERE name = 'head'", last, "an earlier head"
    yield "UPDATE event_marks SET number = number + 1 WHERE name = 'head'", last + 1, "a later head"
    yield "UPDATE event_marks SET sha256 = zeroblob(32) WHERE name = 'start'", 1, "another start"
    yield "UPDATE event_marks SET number = 1 WHERE name = 'start'", 1, "a later start"


def test_every_single_change_is_named_and_stops_no_run(state: Path) -> None:
    """Rows times columns: `state check` says the number, and the next night goes on with the break still visible."""
    ledger = (state / "ledger.db").read_bytes()
    for statement, number, what in tampered(state):
        (state / "ledger.db").write_bytes(ledger)
        with closing(raw(state)) as database, database:
            database.execute(statement)
        (found,) = broken_at(state)
        assert f"number {number}:" in found, (what, statement, found)
        with open_ledger(state) as writer:
            writer.end_run(writer.begin_run(AT + timedelta(days=1), CONFIG), 0, AT + timedelta(days=1), {}, {})
        assert broken_at(state) or what == "an earlier head", what  # every event is there, and the next mark says so


def test_an_old_end_is_dropped_and_the_rest_still_fits(state: Path) -> None:
    """The newest of what was dropped stays as a mark; a change in what is left is found as before."""
    second_night(state)
    with open_reader(state) as reader:  # type: ignore[union-attr]
        before = list(reader.events())
    later = AT + timedelta(days=30)
    with open_ledger(state) as ledger:
        ledger.end_run(ledger.begin_run(later, CONFIG, keep_events=timedelta(days=29)), 0, later, {}, {})
        assert list(ledger.events())[: len(before)] == before, "the clock of one run alone is not believed"
        ledger.end_run(ledger.begin_run(later, CONFIG, keep_events=timedelta(days=29)), 0, later, {}, {})
        kept = list(ledger.events())
    dropped = [each for each in before if each.at < later - timedelta(days=29)]
    assert dropped
    assert kept[0].head.number == dropped[-1].head.number + 1
    (told,) = [each for each in kept if each.kind == "events_dropped"]
    assert told.facts == {"up_to": dropped[-1].head.number, "events": len(dropped)}
    assert not broken_at(state)
    with closing(raw(state)) as database, database:
        database.execute("UPDATE events SET at = at + 1 WHERE number = ?", (kept[0].head.number,))
    assert f"number {kept[0].head.number}:" in broken_at(state)[0]


def test_events_are_kept_for_three_years(state: Path) -> None:
    """Unless somebody says otherwise; and one run of a clock that is decades ahead drops nothing."""
    with open_ledger(state) as ledger:
        numbers = len(list(ledger.events()))
        far = AT.replace(year=2090)
        ledger.end_run(ledger.begin_run(far, CONFIG), 0, far, {}, {})
        assert len(list(ledger.events())) == numbers + 2


def test_a_restored_record_says_where_it_came_from(state: Path, tmp_path: Path) -> None:
    """Its chain goes on from that of the backup, and names both heads."""
    back_up(state, tmp_path / "backup", AT, no_checkpoint)
    with open_reader(state) as reader:  # type: ignore[union-attr]
        old = reader.head()
    second_night(state)
    with open_reader(state) as reader:  # type: ignore[union-attr]
        newer = reader.head()
    with hold_lock(state, "restore"):
        put_back(state, tmp_path / "backup", AT, over_newer=True, key_file=None, checkpoint=no_checkpoint)
    with open_reader(state) as reader:  # type: ignore[union-attr]
        (event,) = reader.events(since=old.number)
        assert event.kind == "restored"
        assert event.facts["backup_head"] == {"number": old.number, "sha256": old.hex}
        assert event.facts["present_head"] == {"number": newer.number, "sha256": newer.hex}
    assert not broken_at(state)


def test_a_no_and_its_end_are_told_and_never_whose(state: Path) -> None:
    """Neither a key nor a digest, nor the reason that somebody typed, stands in any event."""
    subject = Subject(frozenset({b"secret-of-a-person"[:16]}), frozenset({b"sought-of-person"}))
    with open_register(state) as register:
        request = register.suppress(Verb.ERASED, [subject], "letter of Anna, case 417", AT)
    with open_ledger(state) as ledger:
        ledger.note_leavers({request: 1}, [(request, 1, person(3))])
        ledger.note_asked([1], AT)
        ledger.note_gone(1, [person(3)], [person(3)], AT)
    with open_register(state) as register:
        register.lift([subject], "a mistake", AT)
    second_night(state)
    with closing(raw(state)) as database:
        rows = database.execute("SELECT kind, facts, number FROM events").fetchall()
    told = {kind: json.loads(facts) for kind, facts, _ in rows}
    assert told["said_no"] == {"request": request, "verb": "erased", "subjects": 1}
    assert told["removals_asked"] == {"requests": [{"request": request, "list": 1}]}
    assert told["removals_confirmed"] == {"request": request, "list": 1}
    assert told["erased"] == {"request": request, "list": 1}
    assert told["lifted"]["free"] == 1
    everything = "".join(f"{kind}{facts}" for kind, facts, _ in rows).lower()
    secrets: list[Any] = [b"secret-of-a-person"[:16], b"sought-of-person"]
    secrets += [make(number) for number in (*FIRST_NIGHT, *SECOND_NIGHT) for make in (person, key)]
    for secret in secrets:
        assert secret.hex() not in everything
        assert secret.decode("latin-1").lower() not in everything
    for typed in ("letter", "anna", "417", "mistake", "form-7"):
        assert typed not in everything


@pytest.mark.parametrize("operation", ["suppress", "run"])
def test_an_event_stands_or_falls_with_what_it_tells(state: Path, operation: str) -> None:
    """A transaction that fails takes its event with it."""
    with open_ledger(state) as ledger:
        before = ledger.head()
        with pytest.raises(ValueError, match=r"no run|cannot go"):
            if operation == "run":
                ledger.end_run("no such run", 0, AT, {}, {})
            else:
                ledger.outcome(999, ledger.batches(1)[0].state if ledger.batches(1) else "accepted", AT)  # type: ignore[arg-type]
        assert ledger.head() == before
