"""UserListService, and the same lists through GAQL with the real google-ads client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.ads import datamanager_v1 as dm
from google.ads.googleads.client import GoogleAdsClient
from google.ads.googleads.errors import GoogleAdsException
from google.ads.googleads.interceptors import ExceptionInterceptor, MetadataInterceptor
from google.ads.googleads.v26.services.services.google_ads_service import GoogleAdsServiceClient
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials

from .conftest import ACCOUNT, PARENT, Google, Running


def found(google: Google, **request: Any) -> list[str]:
    """The display names that a listing gives, over all pages."""
    pages = google.lists.list_user_lists(
        dm.ListUserListsRequest(parent=PARENT, **request),
        timeout=10,
        metadata=[("login-account", "accountTypes/GOOGLE_ADS/accounts/9876543210")],
    )
    return [one.display_name for one in pages]


def test_names_are_unique_in_an_account(google: Google) -> None:
    """There is no idempotency key: a repeated name is refused, with its reason."""
    google.create("unique")
    with pytest.raises(exceptions.AlreadyExists) as caught:
        google.create("unique")
    assert caught.value.reason == "DISPLAY_NAME_ALREADY_USED"


def test_lists_are_found_by_filter(google: Google) -> None:
    """By name, integration code and id; a wrong filter is refused."""
    first = google.create('said "so"', integration_code="code-1")
    google.create("other", integration_code="code-2")
    assert found(google, filter='display_name = "said \\"so\\""') == ['said "so"']
    assert found(google, filter='integration_code = "code-2"') == ["other"]
    assert found(google, filter=f'id = {first} AND integration_code = "code-1"') == ['said "so"']
    assert found(google, filter='IN(display_name, "other", "no")') == ["other"]
    for wrong in ('size = "1"', "display_name =", 'display_name ~ "x"', 'AND id = "1"'):
        with pytest.raises(exceptions.InvalidArgument) as caught:
            found(google, filter=wrong)
        assert caught.value.reason == "INVALID_FILTER"


def test_listing_pages(google: Google) -> None:
    """Every list comes once, however small the pages."""
    names = [f"page {number}" for number in range(7)]
    for name in names:
        google.create(name)
    assert found(google, filter='display_name : "page "', page_size=3) == names


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"display_name": " "}, "REQUIRED_FIELD_MISSING"),
        ({"membership_duration": timedelta(hours=30)}, "INVALID_ARGUMENT"),
        ({"membership_duration": timedelta(days=541)}, "MEMBERSHIP_DURATION_TOO_LONG"),
        ({"ingested_user_list_info": {}}, "REQUIRED_FIELD_MISSING"),
        (
            {"ingested_user_list_info": {"upload_key_types": [4]}},
            "UNSUPPORTED_USER_LIST_UPLOAD_KEY_TYPES",
        ),
        (
            {"ingested_user_list_info": {"upload_key_types": [2]}},
            "REQUIRED_FIELD_MISSING",
        ),
    ],
)
def test_what_a_list_must_be(google: Google, fields: dict[str, Any], reason: str) -> None:
    """Required and impossible fields of a new list."""
    given = {
        "display_name": f"must {reason}",
        "ingested_user_list_info": {"upload_key_types": [1]},
        **fields,
    }
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.lists.create_user_list(parent=PARENT, user_list=dm.UserList(given), timeout=10)
    assert caught.value.reason == reason


def test_update_and_delete(google: Google) -> None:
    """Masked fields change, immutable ones do not, deleted lists are gone."""
    name = f"{PARENT}/userLists/{google.create('before')}"
    after = dm.UserList(name=name, display_name="after", description="d")
    changed = google.lists.update_user_list(user_list=after, update_mask={"paths": ["display_name"]}, timeout=10)
    assert (changed.display_name, changed.description) == ("after", "")
    with pytest.raises(exceptions.InvalidArgument) as caught:
        google.lists.update_user_list(
            user_list=dm.UserList(name=name),
            update_mask={"paths": ["ingested_user_list_info.upload_key_types"]},
            timeout=10,
        )
    assert caught.value.reason == "IMMUTABLE_FIELD_FOR_UPDATE"
    google.lists.delete_user_list(name=name, timeout=10)
    with pytest.raises(exceptions.NotFound):
        google.lists.get_user_list(name=name, timeout=10)


def ads_client(address: str) -> Any:
    """The real google-ads service client, built as get_service() does, on an insecure channel."""
    client = GoogleAdsClient(credentials=AnonymousCredentials(), version="v26", use_proto_plus=True)
    channel = grpc.intercept_channel(
        grpc.insecure_channel(address),
        MetadataInterceptor(client.developer_token, client.login_customer_id),
        ExceptionInterceptor("v26", use_proto_plus=True),
    )
    transport = GoogleAdsServiceClient.get_transport_class("grpc")
    return GoogleAdsServiceClient(transport=transport(channel=channel))


def test_gaql_reads_the_same_lists(sandbox: Running, google: Google) -> None:
    """Search and SearchStream of the Google Ads API give the account's lists."""
    list_id = google.create("by gaql", integration_code="gaql", membership_duration=timedelta(days=30))
    service = ads_client(sandbox.google)
    fields = "user_list.id, user_list.name, user_list.membership_life_span, user_list.type"
    query = f"SELECT {fields} FROM user_list WHERE user_list.integration_code = 'gaql'"
    (row,) = service.search(customer_id=ACCOUNT, query=query)
    assert (str(row.user_list.id), row.user_list.name) == (list_id, "by gaql")
    assert (row.user_list.membership_life_span, row.user_list.type_.name) == (30, "CRM_BASED")
    assert row.user_list.integration_code == ""
    streamed = [
        one.user_list.name for batch in service.search_stream(customer_id=ACCOUNT, query=query) for one in batch.results
    ]
    assert streamed == ["by gaql"]


def test_gaql_refuses_as_google_ads_does(sandbox: Running) -> None:
    """A wrong query and a missing token raise GoogleAdsException with their error codes."""
    service = ads_client(sandbox.google)
    with pytest.raises(GoogleAdsException) as caught:
        service.search(customer_id=ACCOUNT, query="SELECT user_list.nonsense FROM user_list")
    (error,) = caught.value.failure.errors
    assert error.error_code.query_error.name == "UNRECOGNIZED_FIELD"
    sandbox.switch(ads_token_required="on")
    with pytest.raises(GoogleAdsException) as caught:
        service.search(customer_id=ACCOUNT, query="SELECT user_list.id FROM user_list")
    (error,) = caught.value.failure.errors
    assert error.error_code.request_error.name == "DEVELOPER_TOKEN_PARAMETER_MISSING"
