"""When people were on a list, in plain Python, from everything that was ever sent to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from consentric.engine.base import Sent
from consentric.model.lists import BatchRecord, BatchState, Operation, Shape
from consentric.planning.settling import is_open

ARRIVED = (BatchState.ACCEPTED, BatchState.CONFIRMED, BatchState.PARTIAL)
Key = tuple[int, bytes]


@dataclass(slots=True)
class Stay:
    """As the record should tell it; `keys` are those that were sent."""

    first: datetime
    last: datetime
    sure: bool
    keys: set[Key]
    evidence: list[str]
    asked: datetime | None = None
    confirmed: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    batch: BatchRecord
    row: dict[str, Any]

    @property
    def keys(self) -> set[Key]:
        return {(key["kind"], key["value"]) for key in self.row["keys"]}

    @property
    def at(self) -> datetime:
        return self.batch.accepted_at or self.batch.sent_at


@dataclass(slots=True)
class _Told:
    adds: defaultdict[bytes, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    removals: list[_Row] = field(default_factory=list)
    wanted: set[tuple[int, bytes]] = field(default_factory=set)


def stays(sent: Sent, now: datetime, single: bool) -> dict[bytes, list[Stay]]:
    """By person, the oldest first. `single`: removals of one key are what counts, whole rows only repeat them."""
    told = _Told()
    for row, batch, file in _rows(sent):
        if row["op"] == Operation.OWED and row["keys"]:
            told.wanted.add((file, row["person"]))
        if batch is None or batch.state is BatchState.FAILED:
            continue
        if row["op"] == Operation.ADD:
            told.adds[row["person"]].append(_Row(batch, row))
        elif row["op"] == Operation.REMOVE and not (single and row["shape"] == Shape.FULL):
            told.removals.append(_Row(batch, row))
    return {person: _of(person, rows, told, now) for person, rows in told.adds.items()}


def _rows(sent: Sent) -> Iterator[tuple[dict[str, Any], BatchRecord | None, int]]:
    for file, rows, skipped in sent.outboxes:
        assert isinstance(rows, pa.Table)
        batches = sorted((each for each in sent.batches if each.file_id == file), key=lambda each: each.id)
        for place, row in enumerate(rows.to_pylist()):
            newest = [each for each in batches if each.first <= place < each.first + each.rows]
            yield row, newest[-1] if newest and place not in skipped else None, file


def _of(person: bytes, adds: list[_Row], told: _Told, now: datetime) -> list[Stay]:
    adds = sorted(adds, key=lambda each: each.batch.id)
    sendings = sorted({(key, each.batch.id) for each in adds for key in each.keys})
    closed = {sending: _closing(sending, told, now) for sending in sendings}
    hits = {
        each.batch.id: each
        for key, since in sendings
        for each in told.removals
        if key in each.keys and each.batch.id > since
        if (end := closed[key, since]) is None or each.batch.id <= end.batch.id
    }
    leavings = {number: each for number, each in hits.items() if (each.batch.file_id, person) not in told.wanted}
    groups: list[list[_Row]] = []
    for each in adds:
        before = groups[-1][-1].batch.id if groups else each.batch.id
        if not groups or any(before < number < each.batch.id for number in leavings):
            groups.append([])
        groups[-1].append(each)
    found = []
    for place, group in enumerate(groups):
        end = groups[place + 1][0].batch.id if place + 1 < len(groups) else None
        ends = [closed[sending] for sending in sendings if end is None or sending[1] < end]
        is_off = all(each is not None and (end is None or each.batch.id < end) for each in ends)
        last = group[-1].batch.id
        asked = [each.at for number, each in leavings.items() if number > last and (end is None or number < end)]
        rekeyed = [each.at for number, each in hits.items() if number > last]
        decided = [each.batch.decided_at or each.at for each in ends if each is not None]
        found.append(
            Stay(
                first=min(each.at for each in group),
                last=max(each.at for each in group),
                sure=any(each.batch.state in ARRIVED for each in group),
                keys={key for each in group for key in each.keys},
                evidence=_evidence(group),
                asked=min(asked) if asked else max(rekeyed) if is_off else None,
                confirmed=max(decided) if is_off else None,
            )
        )
    return found


def _closing(sending: tuple[Key, int], told: _Told, now: datetime) -> _Row | None:
    """The removal after which the key is off the list for sure."""
    key, since = sending
    own = [each for each in told.removals if key in each.keys]
    if any(is_open(each.batch, now) for each in own):
        return None
    conclusive = (
        each
        for each in own
        if each.batch.id > since and each.batch.state is BatchState.CONFIRMED and each.row["clean"]
        if not any(is_open(other.batch, now) for other in told.removals if other.batch.file_id == each.batch.file_id)
    )
    return min(conclusive, key=lambda each: each.batch.id, default=None)


def _evidence(group: list[_Row]) -> list[str]:
    newest: dict[str, int] = {}
    for each in group:
        if each.row["evidence"] is not None:
            newest[each.row["evidence"]] = each.batch.id
    return sorted(newest, key=lambda proof: newest[proof])
