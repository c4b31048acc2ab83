"""IngestionService, through the official client."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from google.ads import datamanager_v1 as dm
from google.api_core import exceptions
from google.rpc import error_details_pb2

from .conftest import NO_RETRY, Google, Running, destination, member, sha

State = dm.RequestStatusPerDestination.RequestStatus


def paths(error: exceptions.GoogleAPICallError) -> list[str]:
    """The field paths that an error blames."""
    return [
        one.field
        for detail in error.details
        if isinstance(detail, error_details_pb2.BadRequest)
        for one in detail.field_violations
    ]


def with_address(**changes: str) -> dm.AudienceMember:
    """A member known by an address only."""
    parts = {
        "given_name": sha("anna"),
        "family_name": sha("a"),
        "region_code": "DE",
        "postal_code": "10115",
    }
    identifier = dm.UserIdentifier(address=dm.AddressInfo({**parts, **changes}))
    return dm.AudienceMember(user_data=dm.UserData(user_identifiers=[identifier]))


def raw(value: str) -> dm.AudienceMember:
    """A member with an e-mail exactly as given."""
    identifier = dm.UserIdentifier(email_address=value)
    data = dm.CompositeData(user_data=dm.UserData(user_identifiers=[identifier]))
    return dm.AudienceMember(composite_data=data)


def test_members_arrive_when_the_request_is_processed(sandbox: Running, google: Google) -> None:
    """An ingest is PROCESSING and invisible until it is due, then SUCCESS with its counts."""
    sandbox.graph("google", anna=["a1"], bert=["b1", "b2"], carl=[])
    audience = google.create("arrive")
    request_id = google.ingest(audience, ["anna"], ["bert"], ["carl"])
    assert google.status(request_id)[0].request_status == State.PROCESSING
    assert sandbox.accounts(audience) == []
    assert sandbox.truth(audience)["pending"] == 1
    sandbox.advance("2h")
    (status,) = google.status(request_id)
    counts = status.audience_members_ingestion_status.composite_data_ingestion_status
    assert status.request_status == State.SUCCESS
    assert counts.record_count == 3
    assert counts.upload_match_rate_range == dm.MatchRateRange.MATCH_RATE_RANGE_61_TO_70
    assert sandbox.accounts(audience) == ["a1", "b1", "b2"]
    assert sandbox.truth(audience)["keys"] == sorted(f"email:{sha(n)}" for n in ("anna", "bert", "carl"))


@pytest.mark.parametrize(
    ("bad", "path", "reason"),
    [
        (raw("anna@example.com"), ".email_address", "INVALID_HEX_ENCODING"),
        (raw("ab" * 20), ".email_address", "INVALID_SHA256_FORMAT"),
        (raw(""), ".email_address", "REQUIRED_FIELD_MISSING"),
        (dm.AudienceMember(), "", "INVALID_AUDIENCE_MEMBER"),
    ],
)
def test_one_bad_member_fails_the_whole_request(
    sandbox: Running, google: Google, bad: Any, path: str, reason: str
) -> None:
    """Nothing of the request is processed, and the error names the member by its index."""
    audience = google.create(f"bad {reason} {path}")
    good = [member(str(number)) for number in range(37)]
    kinds = {"audience_members": [*good, bad]}
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.ingest(audience, **kinds)
    if path:
        assert caught.value.reason == reason
        field = "composite_data.user_data.user_identifiers[0]"
        assert paths(caught.value) == [f"audience_members[37].{field}{path}"]
    else:
        assert caught.value.reason == "MULTIPLE_DATA_TYPES_NOT_ALLOWED"
    assert "anna" not in str(caught.value)
    assert sandbox.truth(audience)["pending"] == 0
    refused = sandbox.log("ingest")[-1]
    assert (refused["ok"], len(refused["rows"])) == (False, 38)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"region_code": "de"}, "INVALID_REGION_CODE"),
        ({"region_code": "DEU"}, "INVALID_REGION_CODE"),
        ({"region_code": ""}, "REQUIRED_FIELD_MISSING"),
        ({"postal_code": ""}, "REQUIRED_FIELD_MISSING"),
        ({"postal_code": " 10115"}, "INVALID_POSTAL_CODE"),
        ({"given_name": ""}, "REQUIRED_FIELD_MISSING"),
        ({"family_name": "Muster"}, "INVALID_HEX_ENCODING"),
    ],
)
def test_an_address_is_whole_or_refused(google: Google, changes: dict[str, str], reason: str) -> None:
    """All four parts are needed, in the form that the reference asks for."""
    audience = google.create(f"address {changes}")
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.ingest(audience, audience_members=[with_address(**changes)])
    assert caught.value.reason == reason
    assert next(iter(changes)) in paths(caught.value)[0]


def test_every_form_of_a_key_is_one_key(sandbox: Running, google: Google) -> None:
    """Upper-case hex and base64 of a hash are the same key, and an address is one key."""
    audience = google.create("forms")
    google.ingest(audience, audience_members=[raw(sha("anna").upper()), with_address_composite()])
    text = base64.b64encode(bytes.fromhex(sha("anna"))).decode()
    google.ingest(audience, audience_members=[raw(text)], encoding=dm.Encoding.BASE64)
    address = f"address:{sha('anna')}|{sha('a')}|DE|10115"
    assert sandbox.truth(audience)["keys"] == [address, f"email:{sha('anna')}"]


def with_address_composite() -> dm.AudienceMember:
    """The address as composite data, since a request carries one kind of data."""
    data = dm.CompositeData(user_data=with_address().user_data)
    return dm.AudienceMember(composite_data=data)


def changed(name: str, value: Any) -> Callable[[str], dict[str, Any]]:
    """Changes that do not depend on the list."""
    return lambda _: {name: value}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (changed("encoding", 0), "REQUIRED_FIELD_MISSING"),
        (changed("terms_of_service", None), "TERMS_AND_CONDITIONS_NOT_SIGNED"),
        (changed("audience_members", []), "REQUIRED_FIELD_MISSING"),
        (changed("audience_members", [member("x")] * 10_001), "TOO_MANY_AUDIENCE_MEMBERS"),
        (changed("audience_members", [member(*"abcdefghijk")]), "TOO_MANY_USER_IDENTIFIERS"),
        (changed("audience_members", [member()]), "NO_IDENTIFIERS_PROVIDED"),
        (changed("destinations", []), "REQUIRED_FIELD_MISSING"),
        (changed("destinations", [destination("99")]), "INVALID_USER_LIST_ID"),
        (lambda one: {"destinations": [destination(one)] * 11}, "TOO_MANY_DESTINATIONS"),
        (
            lambda one: {"destinations": [destination(one, reference="r")] * 2},
            "DUPLICATE_DESTINATION_REFERENCE",
        ),
        (
            lambda _: {"audience_members": [member("x", destination_references=["no"])]},
            "INVALID_DESTINATION",
        ),
    ],
)
def test_limits_and_required_fields(google: Google, changes: Callable[[str], dict[str, Any]], reason: str) -> None:
    """Each documented limit has its documented reason."""
    audience = google.create(f"limits {reason} {id(changes)}")
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.ingest(audience, ["anna"], **changes(audience))
    assert caught.value.reason == reason


def test_members_without_consent_never_arrive(sandbox: Running, google: Google) -> None:
    """Denied and missing consents are counted in the status; member consent wins."""
    sandbox.graph("google", yes=["y"], no=["n"], unknown=["u"])
    audience = google.create("consent")
    members = [
        member("yes"),
        member("no", consent={"ad_user_data": 1, "ad_personalization": 2}),
        member("unknown", consent={"ad_user_data": 1}),
    ]
    request_id = google.ingest(audience, audience_members=members)
    sandbox.advance("2h")
    (status,) = google.status(request_id)
    assert status.request_status == State.PARTIAL_SUCCESS
    reasons = {one.reason.name.rpartition("REASON_")[2] for one in status.error_info.error_counts}
    assert reasons == {"DENIED_CONSENT", "UNKNOWN_CONSENT"}
    assert sandbox.accounts(audience) == ["y"]
    consent = sandbox.log("ingest")[-1]["consent"]
    assert consent == {"GRANTED": 1, "DENIED": 1, "MISSING": 1}


def test_validate_only_changes_nothing(sandbox: Running, google: Google) -> None:
    """The same checks are made, nothing is accepted, and there is no status to ask for."""
    audience = google.create("validate")
    request_id = google.ingest(audience, ["anna"], validate_only=True)
    assert sandbox.truth(audience)["pending"] == 0
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.status(request_id)
    assert caught.value.reason == "INVALID_REQUEST_ID"


def test_a_status_is_kept_for_fifty_days(sandbox: Running, google: Google) -> None:
    """After that the request is too old."""
    request_id = google.ingest(google.create("old"), ["anna"])
    sandbox.advance("51d")
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.status(request_id)
    assert caught.value.reason == "REQUEST_TOO_OLD"


def test_references_send_members_to_some_lists(sandbox: Running, google: Google) -> None:
    """A reference means its destination; whether none means all or nothing is a switch."""
    sandbox.graph("google", both=["both"], one=["one"])
    for position, expected in (("all", ["both", "one"]), ("none", ["one"])):
        sandbox.switch(omitted_references=position)
        first, second = (google.create(f"{position} {number}") for number in (1, 2))
        destinations = [destination(first, reference="1"), destination(second, reference="2")]
        members = [member("both"), member("one", destination_references=["2"])]
        request_id = google.ingest("", destinations=destinations, audience_members=members)
        sandbox.advance("2h")
        assert len(google.status(request_id)) == 2
        assert sandbox.accounts(first) == [name for name in expected if name == "both"]
        assert sandbox.accounts(second) == expected


def test_remove_all_spares_those_added_since(sandbox: Running, google: Google) -> None:
    """Only members last added before the instant leave; a future instant is refused."""
    sandbox.graph("google", old=["old"], new=["new"], renewed=["renewed"])
    audience = google.create("rebuild")
    google.ingest(audience, ["old"], ["renewed"])
    sandbox.advance("3h")
    moment = sandbox.control("clock")["clock"]
    google.ingest(audience, ["new"], ["renewed"])
    sandbox.advance("3h")
    remove_all = {"destinations": [destination(audience)], "remove_as_of_time": moment}
    google.ingestion.remove_all_audience_members(remove_all, timeout=10)
    sandbox.advance("3h")
    assert sandbox.accounts(audience) == ["new", "renewed"]
    future = {**remove_all, "remove_as_of_time": "2099-01-01T00:00:00Z"}
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.ingestion.remove_all_audience_members(future, timeout=10)
    assert caught.value.reason == "INVALID_REMOVE_AS_OF_TIME"


def test_members_expire_after_their_last_add(sandbox: Running, google: Google) -> None:
    """membership_duration counts from the most recent addition."""
    sandbox.graph("google", once=["once"], again=["again"])
    audience = google.create("expiry", membership_duration=timedelta(days=10))
    google.ingest(audience, ["once"], ["again"])
    sandbox.advance("6d")
    google.ingest(audience, ["again"])
    sandbox.advance("5d")
    assert sandbox.accounts(audience) == ["again"]


def test_closed_lists_take_nobody(sandbox: Running, google: Google) -> None:
    """An ingest into a closed list fails or vanishes, as the switch says."""
    sandbox.graph("google", anna=["a"])
    audience = google.create("closed", membership_status=dm.UserList.MembershipStatus.CLOSED)
    with pytest.raises(exceptions.InvalidArgument):
        google.ingest(audience, ["anna"])
    sandbox.switch(closed_list_adds="vanish")
    request_id = google.ingest(audience, ["anna"])
    sandbox.advance("2h")
    assert google.status(request_id)[0].request_status == State.SUCCESS
    assert sandbox.accounts(audience) == []


def test_quotas_name_their_limit(sandbox: Running, google: Google) -> None:
    """The 301st request of a minute is refused with the quota_limit of the minute."""
    ask = dm.RetrieveRequestStatusRequest(request_id="nobody")
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        for _ in range(301):
            with pytest.raises(exceptions.InvalidArgument):
                google.ingestion.retrieve_request_status(ask, timeout=10, retry=NO_RETRY)
    assert caught.value.metadata["quota_limit"] == "IngestionReadRequestsPerMinutePerProject"
    sandbox.switch(quotas="off")
    with pytest.raises(exceptions.InvalidArgument):
        google.ingestion.retrieve_request_status(ask, timeout=10, retry=NO_RETRY)
