"""Which shape the database has: numbered migrations, all that are missing in one transaction with their number."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from consentric.errors import StateError
from consentric.ledger.database import Database

PACKAGE: Final = "consentric.ledger"
NAME: Final = re.compile(r"(\d{4})_\w+\.sql$")


def migrations() -> tuple[str, ...]:
    """The statements of 0001, 0002, … in order, without a gap."""
    found = sorted((entry.name, entry) for entry in (files(PACKAGE) / "migrations").iterdir() if NAME.match(entry.name))
    numbers = [int(name[:4]) for name, _ in found]
    if not found or numbers != list(range(1, len(found) + 1)):
        raise RuntimeError(f"the migrations of {PACKAGE} must count 0001, 0002, …; this package has {numbers}")
    return tuple(entry.read_text(encoding="utf-8") for _, entry in found)


def version(database: Database) -> int:
    """How many migrations the database has seen; 0 for an empty one."""
    return int(database.value("PRAGMA user_version"))


def migrate(database: Database, path: Path) -> None:
    """Brings the database to the newest shape; one from the future is left as it is."""
    steps = migrations()
    before = version(database)
    _refuse_newer(before, len(steps), path)
    with database.transaction():
        for statements in steps[before:]:
            for statement in _statements(statements):
                database.write(statement)
        database.write(f"PRAGMA user_version = {len(steps)}")


def refuse_other_version(database: Database, path: Path) -> None:
    """A reader cannot migrate, so it wants exactly the shape that it knows."""
    found, known = version(database), len(migrations())
    _refuse_newer(found, known, path)
    if found < known:
        raise StateError(
            "A707",
            f"{path} was written by an older consentric (version {found} of the ledger, this one reads {known})",
            hint="run `consentric sync` once with this version: it brings the ledger up to date",
        )


def _refuse_newer(found: int, known: int, path: Path) -> None:
    if found > known:
        raise StateError(
            "A707",
            f"{path} was written by a newer consentric (version {found} of the ledger, this one knows {known})",
            hint="install the newer version again, or put back a backup of this one with `consentric state restore BACKUP`; "
            "nothing was changed",
        )


def _statements(script: str) -> Iterator[str]:
    """One statement after the other; each ends with its line."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
