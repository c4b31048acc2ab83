"""Rows to Data Manager requests, to the byte."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]

from consentric.destinations.google import wire
from consentric.model.lists import ListRef, ListSpec
from consentric.model.project import GoogleAccount, Platform, TermsAccepted

from .rows_of_people import ANN, BOB, HOME, MOBILE, row, table

ACCOUNT = GoogleAccount("google", "1234567890", "9998887776", TermsAccepted(None, None))
SPEC = ListSpec(ListRef("vip", "google"), Platform.GOOGLE, "1234567890", "VIPs", "Our best", "consentric:1:vip", 180)
WHERE = {
    "reference": "list",
    "operatingAccount": {"accountId": "1234567890", "accountType": "GOOGLE_ADS"},
    "loginAccount": {"accountId": "9998887776", "accountType": "GOOGLE_ADS"},
    "productDestinationId": "77",
}


def member(*identifiers: dict[str, object]) -> dict[str, object]:
    return {"destinationReferences": ["list"], "compositeData": {"userData": {"userIdentifiers": list(identifiers)}}}


def test_an_ingest_carries_all_keys_of_a_person_together() -> None:
    """One member a row; both consents granted; hex; terms as the user stated them."""
    rows = table(row((3, HOME), (1, ANN), (2, MOBILE), (1, BOB)), row((1, BOB)))
    sent = wire.ingest(ACCOUNT, "77", rows)
    address = {
        "givenName": "04" * 32,
        "familyName": "05" * 32,
        "regionCode": "DK",
        "postalCode": "2100",
    }
    assert MessageToDict(sent.request) == {
        "destinations": [WHERE],
        "audienceMembers": [
            member(
                {"address": address},
                {"emailAddress": "01" * 32},
                {"phoneNumber": "03" * 32},
                {"emailAddress": "02" * 32},
            ),
            member({"emailAddress": "02" * 32}),
        ],
        "consent": {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"},
        "encoding": "HEX",
        "termsOfService": {"customerMatchTermsOfServiceStatus": "ACCEPTED"},
    }
    assert list(sent.rows) == [0, 1]


def test_a_removal_has_one_member_a_key_and_no_consent() -> None:
    """What a member of several keys removes is not documented, so there is none."""
    (sent,) = wire.removals(ACCOUNT, "77", table(row((1, ANN), (2, MOBILE)), row((1, BOB))))
    assert MessageToDict(sent.request) == {
        "destinations": [WHERE],
        "audienceMembers": [
            member({"emailAddress": "01" * 32}),
            member({"phoneNumber": "03" * 32}),
            member({"emailAddress": "02" * 32}),
        ],
        "encoding": "HEX",
    }
    assert list(sent.rows) == [0, 0, 1]


def test_those_of_before_an_instant_are_removed_without_naming_anybody() -> None:
    """Only the list and the instant go out."""
    request = wire.remove_rest(ACCOUNT, "77", datetime(2026, 11, 24, 5, 25, tzinfo=UTC))
    assert MessageToDict(request) == {"destinations": [WHERE], "removeAsOfTime": "2026-11-24T05:25:00Z"}


def test_removals_of_many_keys_are_several_requests() -> None:
    """Never more than 10,000 members; each knows the rows it came from."""
    parts = list(wire.removals(ACCOUNT, "77", table(*[row((1, ANN), (2, MOBILE), (3, HOME))] * 4_000)))
    assert [len(part.request.audience_members) for part in parts] == [10_000, 2_000]
    assert [list(part.rows)[:1] for part in parts] == [[0], [3_333]]


def test_without_a_manager_and_without_terms_neither_is_claimed() -> None:
    """Terms are the user's own statement; Google then says what is missing."""
    plain = GoogleAccount("google", "1234567890")
    sent = MessageToDict(wire.ingest(plain, "77", table(row((1, ANN)))).request)
    assert "termsOfService" not in sent
    assert "loginAccount" not in sent["destinations"][0]
    assert wire.access_path(plain) == ()
    assert wire.access_path(ACCOUNT) == (("login-account", "accountTypes/GOOGLE_ADS/accounts/9998887776"),)


def test_a_list_is_created_with_our_tag() -> None:
    """Contact keys, first-party, whole days."""
    sent = wire.create(ACCOUNT, SPEC)
    assert MessageToDict(type(sent).pb(sent)) == {
        "parent": "accountTypes/GOOGLE_ADS/accounts/1234567890",
        "userList": {
            "displayName": "VIPs",
            "description": "Our best",
            "integrationCode": "consentric:1:vip",
            "membershipStatus": "OPEN",
            "membershipDuration": "15552000s",
            "ingestedUserListInfo": {
                "uploadKeyTypes": ["CONTACT_ID"],
                "contactIdInfo": {"dataSourceType": "DATA_SOURCE_TYPE_FIRST_PARTY"},
            },
        },
    }


def test_queries_quote_what_they_are_given() -> None:
    """No text ends its literal early, and ids are numbers."""
    assert wire.find(ACCOUNT, 'a" OR "b').filter == 'integration_code = "a\\" OR \\"b"'
    assert wire.quoted("back\\slash") == '"back\\\\slash"'
    assert wire.lists_query(["1", "22"]).endswith("FROM user_list WHERE user_list.id IN (1, 22)")
    with pytest.raises(ValueError, match="invalid literal"):
        wire.lists_query(["1) OR (2"])
    with pytest.raises(ValueError, match="control characters"):
        wire.quoted("a\nb")


@pytest.mark.parametrize("value", [b"", b"ann@example.com", b"x" * 31, b"x" * 33, b"ab" * 32])
@pytest.mark.parametrize("kind", [1, 2])
def test_what_is_not_a_digest_is_not_sent(kind: int, value: bytes) -> None:
    """And the error does not show it."""
    for build in (wire.ingest, lambda *given: list(wire.removals(*given))):
        with pytest.raises(ValueError, match="not made of SHA-256 digests") as caught:
            build(ACCOUNT, "77", table(row((kind, value))))
        assert value.decode() not in str(caught.value) or not value


def test_an_address_needs_all_its_parts() -> None:
    """Two digests, a region and a postcode; other kinds of key are unknown to Google lists."""
    with pytest.raises(ValueError, match="SHA-256"):
        wire.ingest(ACCOUNT, "77", table(row((3, HOME[:66]))))
    with pytest.raises(ValueError, match="of a kind"):
        wire.ingest(ACCOUNT, "77", table(row((9, ANN))))


def test_slices_and_batches_build_the_same() -> None:
    """However the rows come out of Parquet: as a slice, in chunks, as one record batch."""
    rows = table(*(row((1, bytes([number]) * 32), (2, MOBILE)) for number in range(1, 9)))
    part = rows.slice(2, 5)
    expected = wire.ingest(ACCOUNT, "77", table(*part.to_pylist())).request
    chunked = pa.concat_tables([rows.slice(2, 3), rows.slice(5, 2)])
    assert chunked.column("keys").num_chunks > 1
    for each in (part, chunked, part.combine_chunks().to_batches()[0]):
        assert wire.ingest(ACCOUNT, "77", each).request == expected


@pytest.mark.parametrize("platform", ["google", "meta"])
@pytest.mark.parametrize("module", ["wire", "answers", "problems"])
def test_wire_formats_import_no_transport(platform: str, module: str) -> None:
    """They can be read, tested and measured without a connection."""
    path = Path(wire.__file__).parents[1] / platform / f"{module}.py"
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    assert not [each for each in names if each.split(".")[0] in {"grpc", "requests", "urllib3", "facebook_business"}]
