"""What the ledger knows of a list, in the form in which the engine takes it."""

from __future__ import annotations

from consentric.engine.base import Sent
from consentric.ledger import FileKind, LedgerReader, ListRecord


def recollect(ledger: LedgerReader | None, record: ListRecord | None) -> Sent:
    """All that was ever sent to the list and is not known to be gone; its files are checked now and read when needed."""
    if ledger is None or record is None:
        return Sent()
    files = ledger.files(record.id)
    base = next((ledger.stream(each) for each in files if each.kind is FileKind.BASE), None)
    outboxes = [
        (each.id, ledger.stream(each), ledger.skipped(each.id)) for each in files if each.kind is FileKind.OUTBOX
    ]
    return Sent(base, outboxes, ledger.batches(record.id))
