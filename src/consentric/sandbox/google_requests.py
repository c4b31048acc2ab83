"""The accepted requests of the Data Manager API and what RetrieveRequestStatus says of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from google.ads.datamanager_v1 import types

from consentric.sandbox.lists import AudienceList, OpenRequest, Operation

_Status: Final[Any] = types.RequestStatusPerDestination
_State: Final[Any] = types.RequestStatusPerDestination.RequestStatus
_DENIED: Final = types.ProcessingErrorReason.PROCESSING_ERROR_REASON_DENIED_CONSENT
_UNKNOWN: Final = types.ProcessingErrorReason.PROCESSING_ERROR_REASON_UNKNOWN_CONSENT
INTERNAL: Final = types.ProcessingErrorReason.PROCESSING_ERROR_REASON_INTERNAL_ERROR
CONSENT_ERRORS: Final = {"DENIED": _DENIED, "MISSING": _UNKNOWN}


@dataclass(slots=True)
class Part:
    """What one request asked of one destination."""

    destination: Any
    audience: AudienceList
    request: OpenRequest
    data_kind: str = "nothing"
    sent: int = 0
    types: Counter[str] = field(default_factory=Counter)
    failed: Counter[Any] = field(default_factory=Counter)
    fails: bool = False


@dataclass(frozen=True, slots=True)
class GoogleRequest:
    """One accepted request; its status can be asked for by its id."""

    id: str
    accepted_at: datetime
    parts: tuple[Part, ...]


def status_of(part: Part, now: datetime) -> Any:
    """PROCESSING until it is due, then what became of it; counts are of what was sent."""
    status = _Status(destination=part.destination)
    if now < part.request.due_at:
        status.request_status = _State.PROCESSING
        return status
    failed = sum(part.failed.values())
    if part.fails or (failed and failed >= part.sent):
        status.request_status = _State.FAILED
    elif failed:
        status.request_status = _State.PARTIAL_SUCCESS
    else:
        status.request_status = _State.SUCCESS
    status.error_info = types.ErrorInfo(
        error_counts=[types.ErrorCount(record_count=count, reason=reason) for reason, count in part.failed.items()]
    )
    _count(status, part)
    return status


def _count(status: Any, part: Part) -> None:
    composite = part.data_kind == "composite_data"
    field_name = "composite_data" if composite else "user_data"
    counts: dict[str, Any] = {"record_count": part.sent}
    if composite:
        counts["data_type_counts"] = [
            _Status.DataTypeCount(type_=_Status.DataType[name], count=count) for name, count in part.types.items()
        ]
    else:
        counts["user_identifier_count"] = sum(part.types.values())
    match part.request.operation:
        case Operation.ADD:
            counts["upload_match_rate_range"] = _match_rate(part)
            status.audience_members_ingestion_status = _Status.IngestAudienceMembersStatus(
                {f"{field_name}_ingestion_status": counts}
            )
        case Operation.REMOVE:
            status.audience_members_removal_status = _Status.RemoveAudienceMembersStatus(
                {f"{field_name}_removal_status": counts}
            )
        case _:
            status.remove_all_audience_members_status = _Status.RemoveAllAudienceMembersStatus()


def _match_rate(part: Part) -> int:
    """MatchRateRange: 1 not eligible, 2 below 20 %, 3 from 20 %, 4 from 31 % … 10 from 91 %."""
    if not part.sent or part.fails:
        return 1
    percent = part.request.matched_rows * 100 / part.sent
    if percent < 20:
        return 2
    return 3 if percent <= 30 else min(10, int((percent - 0.001) // 10) + 1)
