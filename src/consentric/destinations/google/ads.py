"""Reads an account's lists by GAQL through the official google-ads client. Heavy (0.7 s): import it only when used.

What only the Google Ads API tells: the sizes that its own screens show. Public page:
developers.google.com/google-ads/api/fields/v26/user_list.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

import grpc
from google.ads.googleads.client import GoogleAdsClient
from google.ads.googleads.errors import GoogleAdsException
from google.ads.googleads.interceptors import ExceptionInterceptor, LoggingInterceptor, MetadataInterceptor
from google.auth.credentials import AnonymousCredentials

from consentric.destinations.base import hush
from consentric.destinations.google.connect import ask, credentials, local_channel
from consentric.destinations.google.problems import Failure, problem
from consentric.destinations.google.wire import list_by_name_query, lists_query, uses_queries
from consentric.destinations.retrying import Retrying
from consentric.model.lists import ListFacts
from consentric.model.project import GoogleAccount

SCOPE: Final = "https://www.googleapis.com/auth/adwords"
HOST: Final = "googleads.googleapis.com"
VERSION: Final = "v26"
_SECONDS: Final = 60.0
_CLOSED: Final = "CLOSED"


class AdsReader:
    """Answers about lists from Google Ads' own report; changes nothing.

    Where an account is played on this machine, so is its report: by `ads_endpoint`, else by `endpoint`.
    """

    def __init__(self, account: GoogleAccount, retrying: Retrying) -> None:
        self._account = account
        self._endpoint = account.ads_endpoint or account.endpoint
        self._retrying = retrying
        # Held for as long as the reader lives: a service that nobody holds closes its channel in mid-answer.
        self._service = _service(account, self._endpoint)
        hush(("google.ads", "google.api_core", "google.auth", "grpc"))

    def lists(self, list_ids: Sequence[str] = ()) -> tuple[ListFacts, ...]:
        """All lists of the account, or those with these ids; an id that is not there is not in the answer."""
        return self._ask(lists_query(list_ids))

    def named(self, name: str) -> ListFacts | None:
        """The list of exactly this name, for messages only: lists are never taken over by name."""
        return next(iter(self._ask(list_by_name_query(name))), None)

    def uses(self, list_id: str) -> tuple[str, ...]:
        """The campaigns and ad groups that aim at a list or leave it out, by their numbers."""
        found: list[str] = []
        for owner, query in uses_queries(self._account, list_id).items():
            rows = self._retrying.repeatable(partial(self._found, query))
            found += [f"{owner.replace('_', ' ')} {getattr(row, owner).id}" for row in rows]
        return tuple(found)

    def _ask(self, query: str) -> tuple[ListFacts, ...]:
        return self._retrying.repeatable(lambda: self._rows(query))

    def _rows(self, query: str) -> tuple[ListFacts, ...]:
        return tuple(_facts(row.user_list) for row in self._found(query))

    def _found(self, query: str) -> tuple[Any, ...]:
        try:
            return ask(lambda: self._stream(query), self._account.account, endpoint=self._endpoint)
        except GoogleAdsException as error:
            failure = _failure(error)
        raise problem(failure, self._account.account).error()

    def _stream(self, query: str) -> tuple[Any, ...]:
        stream = self._service.search_stream(
            customer_id=self._account.customer_id, query=query, retry=None, timeout=_SECONDS
        )
        return tuple(row for part in stream for row in part.results)


def _service(account: GoogleAccount, endpoint: str | None) -> Any:
    """GoogleAdsService; to this machine as `get_service` builds it, only without TLS, which it does not offer."""
    login = AnonymousCredentials() if endpoint else credentials(SCOPE)  # type: ignore[no-untyped-call]
    client = GoogleAdsClient(
        credentials=login,
        endpoint=HOST,
        login_customer_id=account.login_customer_id,
        version=VERSION,
        use_proto_plus=True,
    )
    if not endpoint:
        return client.get_service("GoogleAdsService")
    return _local_service(client, endpoint)


def _local_service(client: GoogleAdsClient, endpoint: str) -> Any:
    from google.ads.googleads.v26.services.services.google_ads_service import GoogleAdsServiceClient

    logger = logging.getLogger("google.ads.googleads.client")
    channel = grpc.intercept_channel(
        local_channel(endpoint),
        MetadataInterceptor(client.developer_token, client.login_customer_id, client.linked_customer_id),
        LoggingInterceptor(logger, VERSION, endpoint),
        ExceptionInterceptor(VERSION, use_proto_plus=client.use_proto_plus),
    )
    transport = GoogleAdsServiceClient.get_transport_class("grpc")
    return GoogleAdsServiceClient(transport=transport(channel=channel))


def _failure(error: GoogleAdsException) -> Failure:
    return Failure(error.error.code().name, next(_reasons(error), ""), request_id=error.request_id)


def _reasons(error: GoogleAdsException) -> Iterator[str]:
    """The value of the one error code that is set, such as CUSTOMER_NOT_ENABLED."""
    for each in error.failure.errors:
        raw = type(each.error_code).pb(each.error_code)
        kind = raw.WhichOneof("error_code")
        if kind:
            yield getattr(each.error_code, kind).name


def _facts(found: Any) -> ListFacts:
    trouble = "the list is closed for new members" if found.membership_status.name == _CLOSED else ""
    return ListFacts(
        list_id=str(found.id),
        name=found.name,
        writable=not (trouble or found.read_only),
        trouble=trouble or ("the list is read-only for this account" if found.read_only else ""),
        size=max(found.size_for_display, found.size_for_search),
        eligible=found.eligible_for_display,
    )
