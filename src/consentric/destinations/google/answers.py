"""What Google answers, as values of ours. No I/O. Counts in a status are of what was sent, never of who matched.

Public pages: developers.google.com/data-manager/api/devguides/diagnostics, …/reference/rest (UserList, MatchRateRange).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from google.ads import datamanager_v1 as api

from consentric.model.lists import BatchState, Drift, ListFacts, Verdict

_State: Final = api.RequestStatusPerDestination.RequestStatus
_Range: Final = api.MatchRateRange
# By number: enums are read raw, because one that is newer than this client must not cost a warning on the screen.
_STATES: Final[Mapping[int, BatchState]] = {
    _State.SUCCESS: BatchState.CONFIRMED,
    _State.PARTIAL_SUCCESS: BatchState.PARTIAL,
    _State.FAILED: BatchState.FAILED,
}
_RATES: Final[Mapping[int, tuple[int, int]]] = {
    _Range.MATCH_RATE_RANGE_LESS_THAN_20: (0, 20),
    _Range.MATCH_RATE_RANGE_20_TO_30: (20, 30),
    _Range.MATCH_RATE_RANGE_31_TO_40: (31, 40),
    _Range.MATCH_RATE_RANGE_41_TO_50: (41, 50),
    _Range.MATCH_RATE_RANGE_51_TO_60: (51, 60),
    _Range.MATCH_RATE_RANGE_61_TO_70: (61, 70),
    _Range.MATCH_RATE_RANGE_71_TO_80: (71, 80),
    _Range.MATCH_RATE_RANGE_81_TO_90: (81, 90),
    _Range.MATCH_RATE_RANGE_91_TO_100: (91, 100),
}
FORGOTTEN: Final = Verdict(BatchState.UNKNOWN, reason="Google no longer knows this request")


def verdict(response: api.RetrieveRequestStatusResponse) -> Verdict:
    """One request to one list. An empty or unknown status is "still at work": it is asked again, never believed."""
    raw = api.RetrieveRequestStatusResponse.pb(response)
    return together([_of_destination(each) for each in raw.request_status_per_destination])


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """Several requests that stand for one batch: at work while one is, and only as good as all of them."""
    states = {each.state for each in verdicts}
    if not states or None in states:
        return Verdict(None)
    state = states.pop() if len(states) == 1 else BatchState.PARTIAL
    reasons = dict.fromkeys(each.reason for each in verdicts if each.reason)
    return Verdict(state, "; ".join(reasons), _widest(each.match_rate for each in verdicts))


def _of_destination(status: Any) -> Verdict:
    state = _STATES.get(status.request_status)
    return Verdict(state, _reason(status.error_info), _match_rate(status)) if state else Verdict(None)


def _reason(info: Any) -> str:
    """DENIED_CONSENT ×3 for three records of PROCESSING_ERROR_REASON_DENIED_CONSENT; the commonest first."""
    counts: Counter[str] = Counter()
    for each in info.error_counts:
        counts[_short(each.reason)] += each.record_count
    return ", ".join(f"{name} ×{count}" for name, count in counts.most_common())


def _short(reason: int) -> str:
    try:
        name: str = api.ProcessingErrorReason(reason).name
    except ValueError:
        return f"reason {reason}"
    return name.removeprefix("PROCESSING_ERROR_").removeprefix("REASON_")


def _match_rate(status: Any) -> tuple[int, int] | None:
    ingested = status.audience_members_ingestion_status
    composite = ingested.composite_data_ingestion_status.upload_match_rate_range
    return _RATES.get(composite) or _RATES.get(ingested.user_data_ingestion_status.upload_match_rate_range)


def _widest(rates: Iterable[tuple[int, int] | None]) -> tuple[int, int] | None:
    known = [rate for rate in rates if rate]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


def facts(user_list: api.UserList) -> ListFacts:
    rate = user_list.ingested_user_list_info.contact_id_info.match_rate_percentage
    drift = _drift(user_list)
    sizes = user_list.size_info
    return ListFacts(
        list_id=str(user_list.id),
        name=user_list.display_name,
        writable=drift is None,
        trouble=_TROUBLES[drift] if drift else "",
        size=max(sizes.display_network_members_count, sizes.search_network_members_count, sizes.youtube_members_count),
        match_rate=(rate, rate) if rate else None,
        eligible=user_list.target_network_info.eligible_for_display,
        drift=drift,
        keep_for_days=_days(api.UserList.pb(user_list)),
    )


def _days(user_list: Any) -> int | None:
    """The membership duration; a list that shows none says nothing."""
    days = user_list.membership_duration.seconds // 86_400
    return days if days > 0 else None


_TROUBLES: Final[Mapping[Drift, str]] = {
    Drift.OTHER_TYPE: "the list does not take e-mails, phones and addresses",
    Drift.FOREIGN: "the list belongs to another account and is read-only",
    Drift.CLOSED: "the list is closed for new members",
}


def _drift(user_list: api.UserList) -> Drift | None:
    """A list that Google has locked does not say so: the first request to it is refused (SENSITIVE_USER_LIST_IMMUTABLE)."""
    key_types = user_list.ingested_user_list_info.upload_key_types
    if key_types and api.IngestedUserListInfo.UploadKeyType.CONTACT_ID not in key_types:
        return Drift.OTHER_TYPE
    if user_list.read_only:
        return Drift.FOREIGN
    if user_list.membership_status == api.UserList.MembershipStatus.CLOSED:
        return Drift.CLOSED
    return None


def missing(list_id: str) -> ListFacts:
    trouble = "the list is not there, or no access to it"
    return ListFacts(list_id, "", exists=False, writable=False, trouble=trouble, drift=Drift.MISSING)
