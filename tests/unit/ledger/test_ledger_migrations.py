"""A ledger of an earlier shape."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from consentric.ledger import open_ledger
from consentric.ledger.schema import migrations
from consentric.model.people import Verb


def test_suppressions_of_an_earlier_shape_hold(tmp_path: Path) -> None:
    """Whoever was suppressed before stays so, and is told by what was on record of why; no byte of the old table is left."""
    with open_ledger(tmp_path):
        pass
    database = tmp_path / "ledger.db"
    with sqlite3.connect(database) as old:
        mark = old.execute("SELECT * FROM identity").fetchone()[:4]
    old.close()
    database.unlink()
    with sqlite3.connect(database) as old:
        old.executescript(migrations()[0])
        old.execute("INSERT INTO identity VALUES (?, ?, ?, ?)", mark)
        rows = [(b"e" * 16, "erased", 5), (b"o" * 32, "a letter", 3)]
        old.executemany("INSERT INTO suppressions VALUES (?, ?, ?)", rows)
        old.execute("PRAGMA user_version = 1")
    old.close()
    database.chmod(0o600)
    with open_ledger(tmp_path) as ledger:
        found = {each.digest: each.verb for each in ledger.suppressions()}
        assert found == {b"e" * 16: Verb.ERASED, b"o" * 32: Verb.OBJECTED}
        assert [each.reason for each in ledger.requests(Verb.OBJECTED)] == ["a letter"]
        assert not ledger.pending().requests
