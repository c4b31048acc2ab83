"""What arrived and what became of it, in order: the material a judge works with.

Rows are kept as key strings, also of refused requests: a refused upload has left the house all
the same. Cells that are not hashes never get here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from consentric.sandbox.clock import iso

Row: TypeAlias = tuple[str, ...]

_LOGGER: Final = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class LogEntry:
    """One request to one list (a Google request to three lists makes three entries)."""

    platform: str
    op: str
    account: str = ""
    list_id: str = ""
    rows: list[Row] = field(default_factory=list)
    ok: bool = False
    code: str | None = None
    applied: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    n: int = 0
    at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry as the control API shows it."""
        return {
            "n": self.n,
            "at": iso(self.at) if self.at else None,
            "platform": self.platform,
            "op": self.op,
            "account": self.account,
            "list_id": self.list_id,
            "rows": self.rows,
            "ok": self.ok,
            "code": self.code,
            "applied": self.applied,
            "consent": None,
            "session": None,
            **self.extra,
        }


class RequestLog:
    """All entries since the start; numbers begin at 1."""

    def __init__(self) -> None:
        self._entries: list[LogEntry] = []

    def append(self, entry: LogEntry, at: datetime, *, rows_too: bool) -> None:
        """Number an entry and keep it."""
        entry.n, entry.at = len(self._entries) + 1, at
        rows = len(entry.rows)
        if not rows_too:
            entry.rows = []
            entry.extra.pop("riders", None)
        self._entries.append(entry)
        outcome = "ok" if entry.ok else "refused"
        _LOGGER.info(
            "%d %s %s %s list=%s rows=%d %s %s",
            *(entry.n, entry.platform, entry.op, entry.account, entry.list_id, rows),
            *(outcome, entry.code or ""),
        )

    def since(self, number: int) -> list[dict[str, Any]]:
        """Entries with a number greater than this."""
        return [entry.as_json() for entry in self._entries[max(number, 0) :]]
