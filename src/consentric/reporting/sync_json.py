"""The document `sync/1`: the plan's document, and in each list what became of it."""

from __future__ import annotations

from consentric.model.results import Failure, ListResult, SyncResult
from consentric.reporting.plan_json import Json, chain_json, head, plan_body


def sync_json(result: SyncResult) -> dict[str, Json]:
    """`error` stands at the top and in each list that failed, and only there."""
    body = plan_body(result.plan, lambda one: _outcome(result.lists.get(one.ref)))
    start = head("sync/1", result.plan.at, result.plan.config_sha256)
    return {
        **start,
        "run_id": result.run_id,
        "exit": result.exit_code,
        **body,
        **chain_json(result.head),
        **_error(result.failure),
    }


def failure_json(failure: Failure) -> dict[str, Json]:
    """An error as every document tells it."""
    return {"code": failure.code, "message": failure.message, "hint": failure.hint}


def _outcome(one: ListResult | None) -> dict[str, Json]:
    if one is None:
        return {}
    sent: dict[str, Json] = {
        "added": one.added,
        "refreshed": one.refreshed,
        "removed": one.removed,
        "rekeyed": one.rekeyed,
        "rejected": one.rejected,
    }
    return {"sent": sent, "state": one.state.value, **_error(one.failure)}


def _error(failure: Failure | None) -> dict[str, Json]:
    return {} if failure is None else {"error": failure_json(failure)}
