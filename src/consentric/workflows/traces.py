"""Whose erasure is done: off the list as far as the platform says, and no byte left in any file of ours."""

from __future__ import annotations

from consentric.engine.leaving import among
from consentric.ledger import Ledger, LedgerReader, ListRecord
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
            on_it = among(CAPABILITIES[each.platform], each.keep_for_days, sent, now, leavers)
            record.note_gone(each.id, leavers - on_it, leavers - on_it - _in_files(record, each), now)


def _in_files(record: LedgerReader, each: ListRecord) -> frozenset[bytes]:
    """Everybody of whom a key stands in a file of the list."""
    found: set[bytes] = set()
    for file in record.files(each.id):
        rows = record.read(file).select(["person", "keys"]).to_pydict()
        found |= {person for person, keys in zip(rows["person"], rows["keys"], strict=True) if keys}
    return frozenset(found)
