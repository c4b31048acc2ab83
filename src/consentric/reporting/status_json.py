"""The documents `status/1` and `confirm/1`: what the record and the platforms say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from consentric.model.lists import ListRef
from consentric.model.results import BatchCounts, ConfirmResult, ListStatus, StatusReport
from consentric.reporting.plan_json import Json, chain_json, head
from consentric.reporting.sync_json import failure_json

Value = TypeVar("Value")


def status_json(report: StatusReport) -> dict[str, Json]:
    return {
        **head("status/1", report.at),
        "audiences": {
            audience: {"lists": {name: _status(one, report.at) for name, one in lists.items()}}
            for audience, lists in by_audience(report.lists).items()
        },
        "age_of_last_success_s": report.age_of_last_success_s,
        "suppressed": sum(report.suppressed.values()),
        "suppressed_by": {verb.value: keys for verb, keys in report.suppressed.items()},
        "notes": list(report.notes),
        **chain_json(report.head),
    }


def confirm_json(result: ConfirmResult) -> dict[str, Json]:
    return {
        **head("confirm/1", result.at),
        "batches": _batches(result.total),
        "audiences": {
            audience: {"lists": {name: {"batches": _batches(counts)} for name, counts in lists.items()}}
            for audience, lists in by_audience(result.lists).items()
        },
        **({"error": failure_json(result.failures[0])} if result.failures else {}),
        "errors": [failure_json(each) for each in result.failures],
        **chain_json(result.head),
    }


def by_audience(lists: Mapping[ListRef, Value]) -> dict[str, dict[str, Value]]:
    """The lists under their audiences, in the order in which they come."""
    audiences: dict[str, dict[str, Value]] = {}
    for ref, value in lists.items():
        audiences.setdefault(ref.audience, {})[ref.destination] = value
    return audiences


def _status(one: ListStatus, now: datetime) -> dict[str, Json]:
    return {
        "platform_id": one.platform_id,
        "members": one.members,
        "maybe": one.maybe,
        "pending": {"adds": one.pending_adds, "removals": one.pending_removals},
        "blocked_removals": 0,
        "last_sync": None if one.last_sync is None else one.last_sync.astimezone(now.tzinfo).isoformat(),
        "platform_size": one.platform_size,
        "match_rate": None if one.match_rate is None else list(one.match_rate),
        "eligible": one.eligible,
        "stopped": one.stopped,
        "rebuild": one.rebuild,
    }


def _batches(counts: BatchCounts) -> dict[str, Json]:
    return {
        "confirmed": counts.confirmed,
        "partial": counts.partial,
        "failed": counts.failed,
        "waiting": counts.waiting,
        "unknown": counts.unknown,
    }
