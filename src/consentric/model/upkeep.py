"""What came of looking at a state folder, of backing it up and of putting it back, for people and machines to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from consentric.model.events import Event, Head


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: an error (`A…`) or something to know (`W…`). Never a customer's value."""

    code: str
    message: str
    hint: str = ""

    @property
    def is_error(self) -> bool:
        return self.code.startswith("A")


@dataclass(frozen=True, slots=True)
class StateCheck:
    """What was looked at, and what was found; None where the ledger could not be read."""

    at: datetime
    state: Path
    findings: tuple[Finding, ...]
    ledger_version: int | None = None
    install_id: str | None = None
    key_id: str | None = None
    lists: int = 0
    files: int = 0
    rows: int = 0
    bytes: int = 0
    head: Head | None = None

    @property
    def sound(self) -> bool:
        return not any(each.is_error for each in self.findings)


@dataclass(frozen=True, slots=True)
class StateEvents:
    """Events of the chain, the oldest first, and its head."""

    at: datetime
    state: Path
    events: tuple[Event, ...]
    head: Head | None


@dataclass(frozen=True, slots=True)
class StateBackup:
    """A whole backup, on the disk under its name; `key_id` names the key that it needs and does not hold."""

    at: datetime
    path: Path
    install_id: str
    key_id: str
    ledger_version: int
    lists: int
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StateClock:
    """The clock beside the newest instant on record; `behind`: clearly before it. `changed` instants were brought down."""

    at: datetime
    state: Path
    newest: datetime | None
    behind: bool
    changed: int | None = None


class Present(StrEnum):
    """What a restore found in its place. DAMAGED: what it knew may be lost."""

    NONE = "none"
    SOUND = "sound"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class StateRestore:
    """A backup that is the record now. `kept_suppressions` of the present ledger were not in the backup."""

    at: datetime
    state: Path
    backup_at: datetime
    present: Present
    lists: int
    files: int
    kept_suppressions: int
    kept_lists: int


StateAnswer = StateCheck | StateBackup | StateRestore | StateClock | StateEvents
"""What a command of `state` has to tell."""
