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


def test_requests_and_files_of_an_earlier_shape_are_kept(tmp_path: Path) -> None:
    """With what refers to them, and the numbers that must not be used again; a past file is possible from then on."""
    with open_ledger(tmp_path):
        pass
    database = tmp_path / "ledger.db"
    with sqlite3.connect(database) as old:
        mark = old.execute("SELECT install_id, key_id, key_check FROM identity").fetchone()
    old.close()
    database.unlink()
    with sqlite3.connect(database) as old:
        old.execute("PRAGMA foreign_keys = ON")
        for script in migrations()[:6]:
            old.executescript(script)
        old.execute("INSERT INTO identity (only_row, install_id, key_id, key_check) VALUES (1, ?, ?, ?)", mark)
        old.execute(
            "INSERT INTO runs (id, operation, config_sha256, host, pid, started_at) VALUES ('r', 'sync', '', 'h', 1, 1)"
        )
        old.execute(
            "INSERT INTO lists (audience, destination, platform, account, tag, name, keep_for_days, created_at)"
            " VALUES ('vip', 'google', 'google', '1', 't', 'VIP', 180, 1)"
        )
        old.execute(
            "INSERT INTO files (list_id, run, kind, name, rows, bytes, sha256) VALUES (1, 1, 'outbox', 'o', 9, 4, ?)",
            ["a" * 64],
        )
        old.execute(
            "INSERT INTO batches (list_id, run, file_id, operation, shape, first, rows, people, state, sent_at, doubtful)"
            " VALUES (1, 1, 1, 1, 0, 0, 9, 9, 'unknown', 5, 1)"
        )
        old.execute("INSERT INTO skipped_rows VALUES (1, 2, 'gate')")
        old.execute("UPDATE sqlite_sequence SET seq = 1000001 WHERE name = 'batches'")
        old.execute("PRAGMA user_version = 6")
    old.close()
    database.chmod(0o600)
    (tmp_path / "lists" / "o").write_bytes(b"rows")
    with open_ledger(tmp_path) as ledger:
        (file,) = ledger.files(1)
        assert (file.name, file.rows, file.oldest) == ("o", 9, None)
        (batch,) = ledger.batches(1)
        assert (batch.id, batch.file_id, batch.doubtful) == (1, file.id, True)
        assert ledger.skipped(file.id) == {2}
        assert ledger.past(1) is None
    with sqlite3.connect(database) as now:
        assert now.execute("SELECT seq FROM sqlite_sequence WHERE name = 'batches'").fetchone() == (1000001,)
        assert not now.execute("PRAGMA foreign_key_check").fetchall()
    now.close()
