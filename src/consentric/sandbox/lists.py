"""One list of either platform: its settings, its accounts, and its accepted but open requests."""

from __future__ import annotations

import enum
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consentric.sandbox.membership import Lifetime, Membership
from consentric.sandbox.request_log import LogEntry, Row


class Operation(enum.Enum):
    """What an accepted request does to a list once it is executed."""

    ADD = "add"
    REMOVE = "remove"
    REMOVE_ALL = "remove_all"
    REPLACE = "replace"

    @property
    def takes(self) -> bool:
        """Whether it can take accounts out."""
        return self is not Operation.ADD


@dataclass(slots=True, eq=False)
class OpenRequest:
    """An accepted request; it is executed at some instant between acceptance and ``due_at``.

    One that is not sealed is still being filled (a Meta replace session); it is never early.
    """

    operation: Operation
    accepted_at: datetime
    due_at: datetime
    rows: list[Row] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)
    as_of: datetime | None = None
    sealed: bool = True
    runs: int = 0
    matched_rows: int = 0


@dataclass(slots=True, eq=False)
class AudienceList:
    """A user list (Google) or custom audience (Meta)."""

    platform: str
    account: str
    id: str
    name: str
    created_at: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    lifetime: Lifetime | None = None
    members: Membership = field(default_factory=Membership)
    open: list[OpenRequest] = field(default_factory=list)
    keys: dict[str, datetime] = field(default_factory=dict)
    sizes: list[tuple[datetime, int]] = field(default_factory=list)

    def accept(self, request: OpenRequest) -> None:
        """Take a request; it is open from now on."""
        self.open.append(request)
        if request.operation in (Operation.ADD, Operation.REPLACE):
            self.seen(request.rows, request.accepted_at)

    def seen(self, rows: list[Row], at: datetime) -> None:
        """Note the keys of accepted adds: what a log would say is on the list."""
        self.keys.update((key, at) for row in rows for key in row)

    def accounts(self, now: datetime) -> list[str]:
        """The accounts held, without those whose time has run out."""
        return sorted(self.members.alive(now, self.lifetime))

    def keep_for(self, lifetime: Lifetime, now: datetime) -> None:
        """Whose time has run out by now does not come back, however long the list keeps people from now on."""
        self.members.drop_lapsed(now, self.lifetime)
        self.lifetime = lifetime

    def size_at(self, moment: datetime) -> int:
        """How many accounts were held at a past moment: sizes are reported late."""
        place = bisect_right(self.sizes, moment, key=lambda seen: seen[0])
        return self.sizes[place - 1][1] if place else 0
