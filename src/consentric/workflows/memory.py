"""What the ledger knows of a list, in the form in which the engine takes it."""

from __future__ import annotations

from datetime import datetime

from consentric.engine.base import Sent
from consentric.ledger import FileKind, LedgerReader, ListRecord
from consentric.model.plan import Rebuilding
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.rebuild import begun, horizon


def everything(ledger: LedgerReader, record: ListRecord) -> Sent:
    """All that the files of the list hold, void or not; they are checked from now on and read when needed."""
    files, batches = ledger.files(record.id), ledger.batches(record.id)
    base = next((ledger.stream(each) for each in files if each.kind is FileKind.BASE), None)
    outboxes = [
        (each.id, ledger.stream(each), ledger.skipped(each.id)) for each in files if each.kind is FileKind.OUTBOX
    ]
    return Sent(base, outboxes, batches)


def recollect(ledger: LedgerReader | None, record: ListRecord | None) -> Sent:
    """All that was ever sent to the list and is not known to be gone: nothing older than a rebuild that is done.

    Its files are checked from now on and read when needed.
    """
    if ledger is None or record is None:
        return Sent()
    return valid(everything(ledger, record), record)


def valid(sent: Sent, record: ListRecord) -> Sent:
    """The same value where no rebuild is done."""
    void = horizon(record.rebuild_seq, sent.batches)
    if void is None:
        return sent
    return Sent(None, sent.outboxes, [each for each in sent.batches if each.id > void])


def rebuilding(ledger: LedgerReader, record: ListRecord, now: datetime) -> Rebuilding | None:
    """How far a list is that is to be filled anew; None for every other one."""
    if record.rebuild is None or record.platform_id is None:
        return None
    batches = ledger.batches(record.id)
    if horizon(record.rebuild_seq, batches) is not None:
        return None
    form, last_add = CAPABILITIES[record.platform].rebuild, ledger.last_add_at(record.id)
    return begun(record.rebuild, record.rebuild_seq, batches, last_add, form, now)
