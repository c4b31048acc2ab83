"""The record of what was sent, to which list, in which request, and what became of it.

SQLite says what is true; Parquet files hold who is meant. Whoever plans gets a LedgerReader and cannot write.
It knows lists, batches and digests; it knows no identifier in clear, no platform and no rule.
"""

from __future__ import annotations

from consentric.ledger.backup import back_up
from consentric.ledger.events import note
from consentric.ledger.inspection import inspect
from consentric.ledger.keys import Keys, passing_keys
from consentric.ledger.lock import hold_lock
from consentric.ledger.opening import open_ledger, open_reader, open_register
from consentric.ledger.reader import LedgerReader
from consentric.ledger.records import FileKind, FileRecord, ListRecord
from consentric.ledger.register import Register
from consentric.ledger.restore import put_back
from consentric.ledger.scratch import scratch
from consentric.ledger.writer import Ledger

__all__ = [
    "FileKind",
    "FileRecord",
    "Keys",
    "Ledger",
    "LedgerReader",
    "ListRecord",
    "Register",
    "back_up",
    "hold_lock",
    "inspect",
    "note",
    "open_ledger",
    "open_reader",
    "open_register",
    "passing_keys",
    "put_back",
    "scratch",
]
