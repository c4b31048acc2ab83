"""The documents `withdraw/1`, `object/1`, `restrict/1`, `forget/1` and `unsuppress/1`. They hold counts, never a key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final

from consentric.model.people import Verb
from consentric.model.requests import Erasures, Lifted, ListRemoval, Request, RequestResult, Stage
from consentric.reporting.plan_json import Json, head
from consentric.reporting.sync_json import failure_json

COMMANDS: Final = {
    Verb.WITHDREW: "withdraw",
    Verb.OBJECTED: "object",
    Verb.RESTRICTED: "restrict",
    Verb.ERASED: "forget",
}
NOT_PROMISED: Final = (
    "that a platform really carries out what it accepted: Google reports on requests, Meta does not, and there a request "
    "counts as carried out 23 hours after it was accepted",
    "that what a platform derived from a list disappears with the person: lookalike audiences, statistics, models",
    "that your own systems, exports, and backups of the state folder forget the person",
    "that keyed digests disappear: they stay, so that the person is never added again",
)


def request_json(result: RequestResult) -> dict[str, Json]:
    """What one call did."""
    request, zone = result.request, result.at.tzinfo
    start = head(f"{COMMANDS[request.verb]}/1", result.at, result.config_sha256)
    certificate = _erasure(request, zone, result.run_id) if request.verb is Verb.ERASED else _common(request, zone)
    error: dict[str, Json] = {} if result.failure is None else {"error": failure_json(result.failure)}
    return {**start, "run_id": result.run_id, "exit": result.exit_code, "keys": request.keys, **certificate, **error}


def erasures_json(found: Erasures) -> dict[str, Json]:
    """Every erasure under way: together at the top, and one by one."""
    zone = found.at.tzinfo
    return {
        **head("forget/1", found.at, found.config_sha256),
        "certificate": None,
        "people": sum(each.people or 0 for each in found.requests),
        "lists": _lists((one for each in found.requests for one in each.lists), zone),
        "not_promised": list(NOT_PROMISED),
        "erasures": [{"keys": each.keys, **_erasure(each, zone, None)} for each in found.requests],
        "notes": list(found.notes),
    }


def lifted_json(lifted: Lifted) -> dict[str, Json]:
    start = head("unsuppress/1", lifted.at, lifted.config_sha256)
    return {**start, "keys": lifted.keys, "still_suppressed": lifted.bound, "unknown": lifted.unknown}


def _common(request: Request, zone: tzinfo | None) -> dict[str, Json]:
    return {"people": request.people, "lists": _lists(request.lists, zone)}


def _erasure(request: Request, zone: tzinfo | None, run_id: str | None) -> dict[str, Json]:
    certificate: dict[str, Json] = {
        "request": request.id,
        "run_id": run_id,
        "asked_for": _instant(request.at, zone),
        "reason": request.reason,
        "complete": not request.under_way,
    }
    return {"certificate": certificate, **_common(request, zone), "not_promised": list(NOT_PROMISED)}


def _lists(lists: Iterable[ListRemoval], zone: tzinfo | None) -> list[Json]:
    return [_list(each, zone) for each in lists]


def _list(one: ListRemoval, zone: tzinfo | None) -> dict[str, Json]:
    """`confirmed` speaks of the platform, `erased` of our own files."""
    erased = one.stage is Stage.ERASED
    error: dict[str, Json] = {} if one.failure is None else {"error": failure_json(one.failure)}
    return {
        "platform": one.platform.value,
        "account": one.account,
        "list_id": one.list_id,
        "audience": one.ref.audience,
        "people": one.people,
        "asked": _instant(one.asked, zone),
        "state": Stage.CONFIRMED.value if erased else one.stage.value,
        "confirmed": _instant(one.confirmed, zone),
        "erased": erased,
        **error,
    }


def _instant(at: datetime | None, zone: tzinfo | None) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()
