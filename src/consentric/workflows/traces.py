"""Whose erasure is done: off the list as far as the platform says, and no byte left in any file of ours."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine.leaving import among
from consentric.engine.stays import among_past
from consentric.ledger import FileKind, Ledger, LedgerReader, ListRecord
from consentric.planning.capabilities import CAPABILITIES
from consentric.workflows.memory import recollect
from consentric.workflows.opening import Shell


def settle(shell: Shell, record: Ledger) -> None:
    """After requests were confirmed and lists folded: whose removal is done, and of whom no file holds a byte."""
    for each in record.lists():
        leavers = record.leavers(each.id)
        if leavers:
            sent = recollect(record, each)
            now = shell.clock.now()
            on_it = among(CAPABILITIES[each.platform], each.lifespan, sent, now, leavers)
            off = leavers - on_it
            record.note_gone(each.id, off, off - _in_files(record, each, off), now)


def _in_files(record: LedgerReader, each: ListRecord, people: frozenset[bytes]) -> frozenset[bytes]:
    """Of whom of these a key stands in a file of the list."""
    found: set[bytes] = set()
    wanted = pc.field("person").isin(pa.array(sorted(people), pa.binary()))
    for file in record.files(each.id):
        if file.kind is FileKind.PAST:
            found |= among_past(record.stream(file), people)
            continue
        for rows in record.stream(file).batches(["person", "keys"], wanted):
            held = rows.filter(pc.greater(pc.list_value_length(rows.column("keys")), 0))
            found.update(held.column("person").to_pylist())
    return frozenset(found)
