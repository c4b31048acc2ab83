"""What the ledger hands out, as frozen values, and how it writes an instant. Nothing here reads or writes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from consentric.model.lifespan import Lifespan
from consentric.model.lists import Drift, ListRef, RebuildReason
from consentric.model.project import Platform

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FileKind(StrEnum):
    """BASE: who was on the list when it was last folded. OUTBOX: what one run sent there since. PAST: who was sent before."""

    BASE = "base"
    OUTBOX = "outbox"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One membership file as it was registered; `sha256` is the hex digest of its bytes.

    `oldest`: the end of the stay in a past file that ended first.
    """

    id: int
    list_id: int
    kind: FileKind
    name: str
    rows: int
    sha256: str
    bytes: int
    run_id: str
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListRecord:
    """One list of one account, for ever: it stays when its audience leaves the file or moves to another account.

    So two records can have the same `ref`; `id` tells them apart. `last_sync` is the end of the last run that brought
    the list to its wanted state, `stopped` why the last run held it back. Sizes and rates are what the platform says.
    `rebuild` why the list is to be filled anew; once that began, `rebuild_seq` is the newest request before it and
    `rebuild_at` the instant of which the rest leaves.
    `told_name` and `told_description` are what the platform has from us (None: not known), `seen_name` is what the list is
    called there. `left_at`: since when the file does not want it. `told_days`, `asked_days` and `seen_days`: after how many
    days the platform drops somebody, as we last set it, as we asked it to without knowing the answer, as it last said.
    """

    id: int
    ref: ListRef
    platform: Platform
    account: str
    tag: str
    platform_id: str | None
    name: str
    keep_for_days: int
    created_at: datetime
    last_sync: datetime | None
    stopped: str | None
    size: int | None
    match_rate: tuple[int, int] | None
    eligible: bool | None
    rebuild: RebuildReason | None = None
    rebuild_seq: int | None = None
    rebuild_at: datetime | None = None
    told_name: str | None = None
    told_description: str | None = None
    seen_name: str | None = None
    drift: Drift | None = None
    left_at: datetime | None = None
    deletion_asked_at: datetime | None = None
    deleted_at: datetime | None = None
    told_days: int | None = None
    asked_days: int | None = None
    seen_days: int | None = None
    fewer_days: int | None = None
    fewer_until: datetime | None = None

    @property
    def lifespan(self) -> Lifespan:
        """The fewest days that may be in force; where nobody knows any, those that the file had."""
        known = [each for each in (self.told_days, self.asked_days, self.seen_days) if each is not None]
        return Lifespan(min(known, default=self.keep_for_days), self.keep_for_days, self.fewer_days, self.fewer_until)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC; a naive instant is refused, for nobody knows when it was."""
    if instant.tzinfo is None:
        raise ValueError("an instant of the ledger needs a time zone")
    return (instant - EPOCH) // timedelta(microseconds=1)


def to_instant(micros: int) -> datetime:
    """The instant in UTC, to the microsecond."""
    return EPOCH + timedelta(microseconds=micros)


def to_instant_or_none(micros: int | None) -> datetime | None:
    """The same for what may not have happened yet."""
    return None if micros is None else to_instant(micros)
