"""Google's statuses and lists as values of ours."""

from __future__ import annotations

from typing import Any

import pytest
from google.ads import datamanager_v1 as api

from consentric.destinations.google import answers
from consentric.model.lists import BatchState, Verdict

Status = api.RequestStatusPerDestination


def response(*statuses: dict[str, Any]) -> api.RetrieveRequestStatusResponse:
    return api.RetrieveRequestStatusResponse(request_status_per_destination=list(statuses))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("SUCCESS", BatchState.CONFIRMED),
        ("PARTIAL_SUCCESS", BatchState.PARTIAL),
        ("FAILED", BatchState.FAILED),
        ("PROCESSING", None),
        ("REQUEST_STATUS_UNKNOWN", None),
    ],
)
def test_a_status_is_a_verdict(name: str, state: BatchState | None) -> None:
    """What is unknown is still at work."""
    assert answers.verdict(response({"request_status": name})).state is state


def test_no_status_is_no_verdict() -> None:
    """An empty answer proves nothing."""
    assert answers.verdict(response()) == Verdict(None)


def test_reasons_are_counted_by_name() -> None:
    """The commonest first; a reason newer than this client is a number."""
    found = answers.verdict(
        response(
            {
                "request_status": "FAILED",
                "error_info": {
                    "error_counts": [
                        {"record_count": 3, "reason": "PROCESSING_ERROR_REASON_DENIED_CONSENT"},
                        {"record_count": 40, "reason": "PROCESSING_ERROR_REASON_INVALID_FORMAT"},
                        {"record_count": 1, "reason": 999},
                    ]
                },
            }
        )
    )
    assert found.reason == "INVALID_FORMAT ×40, DENIED_CONSENT ×3, reason 999 ×1"


@pytest.mark.parametrize(
    ("bucket", "rate"),
    [
        ("MATCH_RATE_RANGE_UNKNOWN", None),
        ("MATCH_RATE_RANGE_NOT_ELIGIBLE", None),
        ("MATCH_RATE_RANGE_LESS_THAN_20", (0, 20)),
        ("MATCH_RATE_RANGE_20_TO_30", (20, 30)),
        ("MATCH_RATE_RANGE_61_TO_70", (61, 70)),
        ("MATCH_RATE_RANGE_91_TO_100", (91, 100)),
    ],
)
@pytest.mark.parametrize("kind", ["composite_data", "user_data"])
def test_match_rates_are_ranges(kind: str, bucket: str, rate: tuple[int, int] | None) -> None:
    """Of the data kind that was sent."""
    status = {
        "request_status": "SUCCESS",
        "audience_members_ingestion_status": {f"{kind}_ingestion_status": {"upload_match_rate_range": bucket}},
    }
    assert answers.verdict(response(status)).match_rate == rate


def test_every_bucket_is_known() -> None:
    """A new one in the client shows here."""
    unnamed = {each for each in api.MatchRateRange.__members__.values() if each.value > 1} - set(answers._RATES)
    assert not unnamed


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([BatchState.CONFIRMED, BatchState.CONFIRMED], BatchState.CONFIRMED),
        ([BatchState.FAILED, BatchState.FAILED], BatchState.FAILED),
        ([BatchState.CONFIRMED, BatchState.FAILED], BatchState.PARTIAL),
        ([BatchState.CONFIRMED, None], None),
    ],
)
def test_several_requests_are_as_good_as_all_of_them(
    states: list[BatchState | None], expected: BatchState | None
) -> None:
    """A removal may need several requests; none may hide behind another."""
    assert answers.together([Verdict(state) for state in states]).state is expected


def test_facts_name_what_is_wrong_with_a_list() -> None:
    """Closed, read-only, or of another kind; sizes are the largest of the networks."""
    plain = api.UserList(
        id=7,
        display_name="VIPs",
        size_info={"display_network_members_count": 900, "search_network_members_count": 1000},
        ingested_user_list_info={"upload_key_types": ["CONTACT_ID"], "contact_id_info": {"match_rate_percentage": 64}},
        target_network_info={"eligible_for_display": True},
    )
    found = answers.facts(plain)
    assert (found.list_id, found.name, found.writable, found.trouble) == ("7", "VIPs", True, "")
    assert (found.size, found.match_rate, found.eligible) == (1000, (64, 64), True)
    for change, trouble in (
        ({"membership_status": "CLOSED"}, "the list is closed for new members"),
        ({"read_only": True}, "the list belongs to another account and is read-only"),
        (
            {"ingested_user_list_info": {"upload_key_types": ["USER_ID"]}},
            "the list does not take e-mails, phones and addresses",
        ),
    ):
        assert answers.facts(api.UserList(id=7, **change)).trouble == trouble
        assert not answers.facts(api.UserList(id=7, **change)).writable
