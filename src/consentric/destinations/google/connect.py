"""Channels to Google: to the pinned hosts over TLS with the machine's credentials, or in plain to this machine.

Public pages: developers.google.com/data-manager/api/devguides/quickstart/set-up-access (credentials and scope).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote

import google.auth
import grpc
from google.ads import datamanager_v1 as api
from google.api_core.exceptions import GoogleAPICallError
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, TransportError
from google.rpc import error_details_pb2

from consentric.destinations.base import hush, this_machine
from consentric.destinations.google.problems import NO_CREDENTIALS, Failure, problem
from consentric.model.project import GoogleAccount

T = TypeVar("T")

HOST: Final = "datamanager.googleapis.com:443"
SCOPE: Final = "https://www.googleapis.com/auth/datamanager"
_LOGGERS: Final = ("google.ads", "google.api_core", "google.auth", "grpc")
# Retries belong to retrying.py; requests of 10,000 members are larger than gRPC's usual 4 MB.
OPTIONS: Final = (
    ("grpc.enable_retries", 0),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
)
_LOCAL_OPTIONS: Final = (*OPTIONS, ("grpc.enable_http_proxy", 0))
_PLUGIN_FAILED: Final = "metadata from plugin failed"
_LOGIN_GONE: Final = ("invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "Reauthentication")


@dataclass(frozen=True, slots=True)
class Connection:
    """The two services that we use, on one channel; `renew` drops the present access token."""

    members: api.IngestionServiceClient
    lists: api.UserListServiceClient
    renew: Callable[[], None] = lambda: None


def connect(account: GoogleAccount) -> Connection:
    """A rehearsal has no login, and nothing to renew."""
    login = None if account.endpoint else credentials(SCOPE)
    channel = _google_channel(login) if login else local_channel(str(account.endpoint))
    hush(_LOGGERS)
    members, lists = api.IngestionServiceClient, api.UserListServiceClient
    return Connection(
        members(transport=members.get_transport_class("grpc")(channel=channel)),
        lists(transport=lists.get_transport_class("grpc")(channel=channel)),
        renewing(login) if login else lambda: None,
    )


def renewing(login: Credentials) -> Callable[[], None]:
    """A token may be refused before its time; without one the next call fetches a new one."""

    def renew() -> None:
        login.token = None

    return renew


def local_channel(endpoint: str) -> grpc.Channel:
    """To this machine only; no credentials are looked up, no proxy is asked."""
    return grpc.insecure_channel(this_machine(endpoint), options=_LOCAL_OPTIONS)


def _google_channel(login: Credentials) -> grpc.Channel:
    transport: Any = api.IngestionServiceClient.get_transport_class("grpc")
    channel: grpc.Channel = transport.create_channel(HOST, credentials=login, options=OPTIONS)
    return channel


def credentials(scope: str) -> Credentials:
    """Application default credentials; whoever has none is told how to get them."""
    found: Credentials | None = None
    with suppress(GoogleAuthError):
        found = google.auth.default(scopes=[scope])[0]
    if found is None:
        raise NO_CREDENTIALS.error()
    return found


def ask(call: Callable[[], T], account: str, rows: Iterable[int] = (), *, endpoint: str | None = None) -> T:
    """Runs one call; what it raises becomes an error of ours that has no trace of the call in it."""
    try:
        return call()
    except (GoogleAPICallError, GoogleAuthError, grpc.RpcError) as error:
        failure = _failure(error)
    raise problem(failure, account, tuple(rows)).at(endpoint).error()


def date_of(
    lists: api.UserListServiceClient, request: api.GetUserListRequest, options: Mapping[str, Any]
) -> datetime | None:
    """The server's clock: the `date` header of an answer, which the client itself does not show."""
    transport: Any = lists.transport
    get = transport.grpc_channel.unary_unary(
        "/google.ads.datamanager.v1.UserListService/GetUserList",
        request_serializer=api.GetUserListRequest.serialize,
        response_deserializer=api.UserList.deserialize,
    )
    routing = (("x-goog-request-params", f"name={quote(request.name, safe='')}"),)
    call = get.with_call(request, timeout=options["timeout"], metadata=(*options["metadata"], *routing))[1]
    dates = [value for name, value in call.initial_metadata() or () if name == "date"]
    with suppress(ValueError):
        return parsedate_to_datetime(str(dates[0])).astimezone(UTC) if dates else None
    return None


def _failure(error: Exception) -> Failure:
    if isinstance(error, GoogleAuthError):
        passes = error.retryable or isinstance(error, TransportError)
        return Failure("UNAVAILABLE" if passes else "UNAUTHENTICATED")
    if not isinstance(error, GoogleAPICallError) or error.grpc_status_code is None:
        return Failure("UNKNOWN")
    if _login_is_gone(error):
        return Failure("UNAUTHENTICATED")
    status: str = error.grpc_status_code.name
    details = list(error.details or ())
    return Failure(
        status,
        reason=error.reason or _first_violation(details),
        metadata=dict(error.metadata or {}),
        fields=tuple(each.field for each in _violations(details)),
        retry_seconds=_retry_seconds(details),
        request_id=next((each.request_id for each in details if isinstance(each, error_details_pb2.RequestInfo)), None),
    )


def _login_is_gone(error: GoogleAPICallError) -> bool:
    """gRPC reports a refresh token that was revoked as UNAVAILABLE, with the reason in its text only."""
    text = str(error.message)
    return _PLUGIN_FAILED in text and any(sign in text for sign in _LOGIN_GONE)


def _violations(details: Iterable[Any]) -> list[Any]:
    requests = (each for each in details if isinstance(each, error_details_pb2.BadRequest))
    return [violation for each in requests for violation in each.field_violations]


def _first_violation(details: Iterable[Any]) -> str:
    return next((str(each.reason) for each in _violations(details)), "")


def _retry_seconds(details: Iterable[Any]) -> float | None:
    infos = (each for each in details if isinstance(each, error_details_pb2.RetryInfo))
    return next((each.retry_delay.seconds + each.retry_delay.nanos / 1e9 for each in infos), None)
