"""Outbox rows and questions as Data Manager requests. No I/O; raw protobuf, as proto-plus costs ten times as much;
members from columns (members.py).

Public pages: developers.google.com/data-manager/api/devguides/audiences/google-ads/customer-match/upload-data
(compositeData, all identifiers of a person in one member), …/customer-match/create-audience, …/concepts/destinations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict

import numpy as np
import pyarrow as pa
from google.ads import datamanager_v1 as api
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from consentric.destinations.google import members
from consentric.destinations.rows import MOST_ROWS, keys
from consentric.model.lists import ListSpec
from consentric.model.project import GoogleAccount

_INGEST: Final = api.IngestAudienceMembersRequest.pb()
_REMOVE: Final = api.RemoveAudienceMembersRequest.pb()
_REMOVE_ALL: Final = api.RemoveAllAudienceMembersRequest.pb()
_GOOGLE_ADS: Final = api.ProductAccount.AccountType.GOOGLE_ADS
_HEX: Final = api.Encoding.HEX
_GRANTED: Final = api.ConsentStatus.CONSENT_GRANTED
_TERMS_ACCEPTED: Final = api.TermsOfServiceStatus.ACCEPTED
_SECONDS_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class MemberRequest:
    """A request, and for each of its members the row that it came from."""

    request: Any
    rows: Sequence[int]


def ingest(account: GoogleAccount, list_id: str, rows: pa.Table | pa.RecordBatch) -> MemberRequest:
    """One member a row, with all its keys together. Only people with both consents ever get here: both are GRANTED."""
    request = _INGEST(encoding=_HEX)
    request.consent.ad_user_data = _GRANTED
    request.consent.ad_personalization = _GRANTED
    if account.terms_accepted is not None:
        request.terms_of_service.customer_match_terms_of_service_status = _TERMS_ACCEPTED
    _address(request, account, list_id)
    found = keys(rows)
    return MemberRequest(_with_members(request, members.together(found)), found.rows[found.firsts].tolist())


def removals(account: GoogleAccount, list_id: str, rows: pa.Table | pa.RecordBatch) -> Iterator[MemberRequest]:
    """One member a key, at most 10,000 a request: what a member of several keys removes is not documented."""
    found = keys(rows)
    for first in range(0, len(found.rows), MOST_ROWS):
        part = found.take(np.arange(first, min(first + MOST_ROWS, len(found.rows))))
        request = _REMOVE(encoding=_HEX)
        _address(request, account, list_id)
        yield MemberRequest(_with_members(request, members.apart(part)), part.rows.tolist())


def remove_rest(account: GoogleAccount, list_id: str, before: datetime) -> Any:
    """A raw RemoveAllAudienceMembersRequest for those who were last added before an instant."""
    request = _REMOVE_ALL()
    _address(request, account, list_id)
    request.remove_as_of_time.FromDatetime(before)
    return request


def _address(request: Any, account: GoogleAccount, list_id: str) -> None:
    destination = request.destinations.add(reference=members.REFERENCE, product_destination_id=list_id)
    destination.operating_account.account_type = _GOOGLE_ADS
    destination.operating_account.account_id = account.customer_id
    if account.login_customer_id:
        destination.login_account.account_type = _GOOGLE_ADS
        destination.login_account.account_id = account.login_customer_id


def _with_members(request: Any, written: memoryview) -> Any:
    """The request with members, of which the bytes are ready."""
    try:
        return type(request).FromString(request.SerializeToString() + written)
    except DecodeError:
        raise ValueError("the region or postcode of an address is no text") from None


class CallOptions(TypedDict):
    """How a list call is made; retries are off, they belong to one layer above."""

    retry: None
    timeout: float
    metadata: tuple[tuple[str, str], ...]


def access_path(account: GoogleAccount) -> tuple[tuple[str, str], ...]:
    """Headers of list calls: through which manager account we come (member calls say it in the destination)."""
    if not account.login_customer_id:
        return ()
    return (("login-account", f"accountTypes/GOOGLE_ADS/accounts/{account.login_customer_id}"),)


def create(account: GoogleAccount, spec: ListSpec) -> api.CreateUserListRequest:
    """A contact list that carries our tag as its integration code."""
    return api.CreateUserListRequest(
        parent=_parent(account),
        user_list={
            "display_name": spec.name,
            "description": spec.description or spec.name,
            "integration_code": spec.tag,
            "membership_status": api.UserList.MembershipStatus.OPEN,
            "membership_duration": {"seconds": spec.keep_for_days * _SECONDS_A_DAY},
            "ingested_user_list_info": {
                "upload_key_types": [api.IngestedUserListInfo.UploadKeyType.CONTACT_ID],
                "contact_id_info": {"data_source_type": api.DataSourceType.DATA_SOURCE_TYPE_FIRST_PARTY},
            },
        },
    )


def rename(account: GoogleAccount, list_id: str, spec: ListSpec) -> api.UpdateUserListRequest:
    """Name and description as the file has them now; the tag stays as it is."""
    return api.UpdateUserListRequest(
        user_list={
            "name": f"{_parent(account)}/userLists/{list_id}",
            "display_name": spec.name,
            "description": spec.description or spec.name,
        },
        update_mask={"paths": ["display_name", "description"]},
    )


def keep_for(account: GoogleAccount, list_id: str, days: int) -> api.UpdateUserListRequest:
    """The membership duration alone, in whole days; it counts from a member's newest addition."""
    return api.UpdateUserListRequest(
        user_list={
            "name": f"{_parent(account)}/userLists/{list_id}",
            "membership_duration": {"seconds": days * _SECONDS_A_DAY},
        },
        update_mask={"paths": ["membership_duration"]},
    )


def delete(account: GoogleAccount, list_id: str) -> api.DeleteUserListRequest:
    return api.DeleteUserListRequest(name=f"{_parent(account)}/userLists/{list_id}")


def namesakes(account: GoogleAccount, name: str) -> api.ListUserListsRequest:
    """Lists of exactly this name, for messages only: lists are never taken over by name."""
    return api.ListUserListsRequest(parent=_parent(account), page_size=1000, filter=f"display_name = {quoted(name)}")


def find(account: GoogleAccount, tag: str) -> api.ListUserListsRequest:
    """Lists whose integration code is our tag."""
    return api.ListUserListsRequest(parent=_parent(account), page_size=1000, filter=f"integration_code = {quoted(tag)}")


def facts(account: GoogleAccount, list_id: str) -> api.GetUserListRequest:
    return api.GetUserListRequest(name=f"{_parent(account)}/userLists/{list_id}")


def status(request_id: str) -> api.RetrieveRequestStatusRequest:
    return api.RetrieveRequestStatusRequest(request_id=request_id)


def lists_query(list_ids: Sequence[str] = ()) -> str:
    """GAQL for the lists of an account; the numbers of Google's own report, not of an upload."""
    where = f" WHERE user_list.id IN ({', '.join(str(int(each)) for each in list_ids)})" if list_ids else ""
    return f"SELECT {', '.join(_LIST_FIELDS)} FROM user_list{where}"


def list_by_name_query(name: str) -> str:
    return f"SELECT {', '.join(_LIST_FIELDS)} FROM user_list WHERE user_list.name = {quoted(name)}"


def uses_queries(account: GoogleAccount, list_id: str) -> Mapping[str, str]:
    """GAQL for what uses a list, by the kind of its user."""
    resource = f"customers/{account.customer_id}/userLists/{int(list_id)}"
    return {
        owner: f"SELECT {owner}.id FROM {owner}_criterion WHERE {owner}_criterion.user_list.user_list = '{resource}' "
        f"AND {owner}_criterion.status != 'REMOVED'"
        for owner in ("campaign", "ad_group")
    }


_LIST_FIELDS: Final = (
    "user_list.id",
    "user_list.name",
    "user_list.size_for_display",
    "user_list.size_for_search",
    "user_list.eligible_for_display",
    "user_list.membership_status",
    "user_list.read_only",
)


def quoted(text: str) -> str:
    """A string literal for GAQL and for list filters (AIP-160): nothing in it can end the literal early."""
    if not text.isprintable():
        raise ValueError("control characters have no place in a query")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _parent(account: GoogleAccount) -> str:
    return f"accountTypes/GOOGLE_ADS/accounts/{account.customer_id}"
