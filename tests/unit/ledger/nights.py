"""Small nights to write into a ledger: who is on a list, what one run sends, and what is folded afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from consentric.ledger import FileRecord, Ledger, ListRecord, open_ledger
from consentric.ledger.opening import no_checkpoint
from consentric.model.lists import BatchState, ListRef, ListSpec, Operation, Shape
from consentric.model.project import Platform
from consentric.model.results import ListResult, ListState
from consentric.planning.outbox import BASE, OUTBOX
from consentric.ports import Checkpoint

AT = datetime(2026, 11, 24, 5, 30, 0, 123456, tzinfo=UTC)
CONFIG = "c0" * 32
SPEC = ListSpec(ListRef("vip", "google"), Platform.GOOGLE, "1234567890", "VIP", "", "consentric:ab12:vip", 180)
FIRST_NIGHT = range(60)
SECOND_NIGHT = range(40, 100)


def person(number: int) -> bytes:
    """A digest that nobody confuses with anything else in a file."""
    return hashlib.sha256(f"person {number}".encode()).digest()[:16]


def key(number: int) -> bytes:
    return hashlib.sha256(f"key {number}".encode()).digest()


def _who(number: int) -> dict[str, object]:
    keys = [{"kind": 1, "value": key(number)}]
    return {"person": person(number), "fp": person(number), "keys": keys, "riders": [b"DK"], "evidence": "form-7"}


def outbox_rows(numbers: Iterable[int]) -> pa.Table:
    rows = [{**_who(number), "op": 1, "shape": 0, "why": "new", "clean": True} for number in numbers]
    return pa.Table.from_pylist(rows, OUTBOX)


def base_rows(numbers: Iterable[int]) -> pa.Table:
    return pa.Table.from_pylist([{**_who(number), "added_at": AT, "owed": False} for number in numbers], BASE)


def send(ledger: Ledger, outbox: FileRecord, first: int, rows: int, state: BatchState, at: datetime) -> int:
    """One request, from intent to its outcome; its number."""
    batch = ledger.intend(
        outbox.list_id, outbox.id, Operation.ADD, Shape.FULL, first=first, rows=rows, people=rows, at=at
    )
    if state is not BatchState.INTENT:
        ledger.outcome(batch.id, state, at, handle=f"handle-{batch.id}")
    return batch.id


def begin(ledger: Ledger, at: datetime = AT) -> tuple[str, ListRecord]:
    return ledger.begin_run(at, CONFIG), ledger.ensure_list(SPEC, at)


def first_night(state: Path) -> None:
    """A list with a base of FIRST_NIGHT, cleanly closed."""
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        outbox = ledger.write_outbox(members.id, run, [outbox_rows(FIRST_NIGHT)])
        send(ledger, outbox, 0, outbox.rows, BatchState.CONFIRMED, AT)
        ledger.fold(members.id, run, [base_rows(FIRST_NIGHT)])
        ledger.end_run(run, 0, AT, {"orders": 100}, {members.id: ListResult(members.ref, ListState.CONFIRMED)})


def second_night(
    state: Path, *, checkpoint: Checkpoint = no_checkpoint, acknowledge: Callable[[str], object] = no_checkpoint
) -> None:
    """The whole life of an outbox. What `acknowledge` was told of must never be forgotten again."""
    at = AT + timedelta(days=1)
    with open_ledger(state, checkpoint=checkpoint) as ledger:
        ledger.abandon_intents(at)
        run, members = begin(ledger, at)
        acknowledge(f"run {run}")
        outbox = ledger.write_outbox(members.id, run, [outbox_rows(SECOND_NIGHT)])
        acknowledge(f"outbox {outbox.name}")
        for first in (0, 30):
            batch = send(ledger, outbox, first, 30, BatchState.INTENT, at)
            acknowledge(f"intent {batch}")
            ledger.outcome(batch, BatchState.CONFIRMED, at, handle=f"handle-{batch}")
            acknowledge(f"confirmed {batch}")
        ledger.skip(outbox.id, [7], "withdrew")
        base = ledger.fold(members.id, run, [base_rows(SECOND_NIGHT)])
        acknowledge(f"folded {base.name}")
        ledger.end_run(run, 0, at, {"orders": 120}, {members.id: ListResult(members.ref, ListState.CONFIRMED)})
        acknowledge(f"ended {run}")


def on_the_disk(state: Path, needle: bytes) -> list[str]:
    """Names of files of a state folder in whose bytes the needle lies."""
    return sorted(each.name for each in state.rglob("*") if each.is_file() and needle in each.read_bytes())
