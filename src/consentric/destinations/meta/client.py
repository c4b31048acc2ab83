"""Sends requests to Meta through the SDK's session and reads the answers; builds nothing itself.

Member rows go as our own JSON body: the SDK's `add_users` hashes wrongly and can send clear text, its DELETE puts the rows
into the address, where more than about 250 do not fit (facebook-python-business-sdk #717).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, Final, TypeVar, assert_never

import requests
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookError
from urllib3.exceptions import NewConnectionError

from consentric.destinations.base import Problem
from consentric.destinations.codes import Code
from consentric.destinations.meta import answers, wire
from consentric.destinations.meta.connect import VERSION
from consentric.destinations.meta.problems import BROKEN_OFF, NO_TLS, TIMEOUT, UNKNOWN, UNREACHABLE
from consentric.destinations.retrying import Retrying
from consentric.errors import Refused
from consentric.model.lists import ListFacts, ListSpec, Operation, Receipt, Replacement, Verdict
from consentric.model.project import MetaAccount
from consentric.ports import WireBatch

T = TypeVar("T")

# Meta advises pages of 20 (guides/custom-audiences, FAQ): larger ones time out in large accounts.
_PAGE: Final = 20
_MOST_ADS: Final = 100
_Field: Final = CustomAudience.Field
_FIND_FIELDS: Final = (_Field.id, _Field.name, _Field.description)
_FACT_FIELDS: Final = (
    _Field.id,
    _Field.name,
    _Field.account_id,
    _Field.subtype,
    _Field.approximate_count_lower_bound,
    _Field.approximate_count_upper_bound,
    _Field.operation_status,
    _Field.delivery_status,
    _Field.permission_for_actions,
)


class MetaInspector:
    """Asks Meta about lists; sees no member data."""

    def __init__(self, account: MetaAccount, api: FacebookAdsApi, retrying: Retrying) -> None:
        self._account = account
        self._api = api
        self._retrying = retrying

    def verdict(self, handle: str) -> Verdict:  # noqa: ARG002  the port has it
        """Meta reports nothing on a request: it settles by time (Capabilities.settle_after)."""
        return Verdict(None)

    def find(self, tag: str) -> str | None:
        """Page by page; the SDK's cursor would stop at the first empty page."""
        return next((found for page in self._pages() for found in page.tagged(tag)), None)

    def namesakes(self, name: str) -> int:
        return sum(page.named(name) for page in self._pages())

    def uses(self, list_id: str) -> tuple[str, ...]:
        params = {"fields": "id", "limit": _MOST_ADS}
        return self._read(lambda: answers.uses(self._api.call("GET", (list_id, "ads"), params=params).json()))

    def facts(self, list_id: str) -> ListFacts:
        audience = CustomAudience(list_id, api=self._api)
        try:
            found = self._read(lambda: _plain(audience.api_get(fields=list(_FACT_FIELDS))))
        except Refused as refused:
            if refused.code != Code.LIST_MISSING:
                raise
            return answers.missing(list_id)
        return answers.facts(found, list_id, self._account.ad_account)

    def _pages(self) -> Iterator[answers.Page]:
        after: str | None = None
        while True:
            page = self._page(after)
            yield page
            if page.after is None or page.after == after:
                return
            after = page.after

    def _page(self, after: str | None) -> answers.Page:
        params = {"fields": ",".join(_FIND_FIELDS), "limit": _PAGE} | ({"after": after} if after else {})
        path = (self._account.ad_account, "customaudiences")
        return self._read(lambda: answers.page(self._api.call("GET", path, params=params).json()))

    def _read(self, call: Callable[[], T]) -> T:
        return self._retrying.repeatable(lambda: self._ask(call))

    def _ask(self, call: Callable[[], T]) -> T:
        return ask(call, self._account.endpoint)


class MetaSender(MetaInspector):
    """Creates lists and sends members. Only workflows/deliver.py holds one."""

    def __init__(self, account: MetaAccount, api: FacebookAdsApi, retrying: Retrying) -> None:
        super().__init__(account, api, retrying)
        self._opened = secrets.token_hex(16)
        self._attempts = count(1)

    def create(self, spec: ListSpec) -> str:
        account = AdAccount(self._account.ad_account, api=self._api)
        return self._retrying.once(
            lambda: self._ask(lambda: answers.created(_plain(account.create_custom_audience(params=wire.create(spec)))))
        )

    def rename(self, list_id: str, spec: ListSpec) -> None:
        self._read(lambda: answers.done(self._api.call("POST", (list_id,), params=wire.rename(spec)).json()))

    def keep_for(self, list_id: str, days: int) -> None:
        raise ValueError(f"an audience of Meta keeps everybody: {days} days cannot be set on {list_id}")

    def delete(self, list_id: str) -> None:
        try:
            self._read(lambda: answers.done(self._api.call("DELETE", (list_id,)).json()))
        except Refused as refused:
            if refused.code != Code.LIST_MISSING:
                raise

    def send(self, batch: WireBatch) -> Receipt:
        if batch.replacement is not None:
            return self._replace(batch, batch.replacement)
        method = _method(batch.operation)
        receipt, doubtful = self._retrying.told(lambda: self._send(method, batch), batch.again)
        return replace(receipt, doubtful=doubtful)

    def server_time(self, list_id: str) -> datetime | None:
        """Meta replaces a list in one series, so nobody needs its clock."""
        del list_id
        return None

    def remove_rest(self, list_id: str, before: datetime) -> Receipt:
        del list_id, before
        raise ValueError("Meta replaces a list and cannot remove those of before an instant")

    def _replace(self, batch: WireBatch, place: Replacement) -> Receipt:
        """The first request opens the series, so it is not repeated if it may have arrived; the others may come twice."""
        body = wire.replacing(batch.rows, place)

        def call() -> Receipt:
            answer = self._ask(lambda: self._users("POST", f"{batch.list_id}/usersreplace", body))
            invalid = self._ask(lambda: answers.received(answer, batch.list_id, place.before + body.rows))
            return Receipt(str(place.id), received=body.rows, invalid=invalid)

        return self._retrying.once(call) if place.seq == 1 else self._retrying.repeatable(call, batch.again)

    def _send(self, method: str, batch: WireBatch) -> Receipt:
        """Each attempt is a session of its own: one that may have been finished is not opened again."""
        session = wire.session_id(
            self._account.ad_account, batch.list_id, batch.number, self._opened, next(self._attempts)
        )
        body = wire.members(batch.rows, batch.shape, session)
        invalid = self._ask(
            lambda: answers.received(self._users(method, f"{batch.list_id}/users", body), batch.list_id, body.rows)
        )
        return Receipt(str(session), received=body.rows, invalid=invalid)

    def _users(self, method: str, path: str, body: wire.Body) -> Mapping[str, Any]:
        session = self._api._session  # the SDK offers no other way to its connection
        response = session.requests.request(
            method,
            f"{session.GRAPH}/{VERSION}/{path}",
            data=body.content,
            headers={"Content-Type": "application/json"},
            timeout=session.timeout,
            allow_redirects=False,
        )
        return dict(response.json())


def ask(call: Callable[[], T], endpoint: str | None = None) -> T:
    """Runs one call. What requests and the SDK raise holds addresses, parameters and rows: nothing of it survives."""
    try:
        return call()
    except requests.RequestException as error:
        found = _transport_problem(error)
    except (FacebookError, TypeError, ValueError, KeyError, AttributeError):
        found = UNKNOWN
    raise found.at(endpoint).error()


def _transport_problem(error: requests.RequestException) -> Problem:
    match error:
        case requests.exceptions.SSLError():
            return NO_TLS
        case requests.exceptions.ConnectTimeout() | requests.exceptions.ProxyError():
            return UNREACHABLE
        case requests.exceptions.Timeout():
            return TIMEOUT
        case requests.exceptions.ConnectionError() if _never_connected(error):
            return UNREACHABLE
        case requests.exceptions.ConnectionError() | requests.exceptions.ChunkedEncodingError():
            return BROKEN_OFF
        case _:
            return UNKNOWN


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _method(operation: Operation) -> str:
    match operation:
        case Operation.ADD:
            return "POST"
        case Operation.REMOVE:
            return "DELETE"
        case Operation.OWED | Operation.REMOVE_REST:
            raise ValueError("these rows are never sent as members")
        case never:
            assert_never(never)


def _plain(found: Any) -> Mapping[str, Any]:
    """The fields of an SDK object."""
    return dict(found.export_all_data())
