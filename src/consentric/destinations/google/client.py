"""Sends requests to the Data Manager API through its official client and reads the answers; builds nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar, assert_never

from google.ads import datamanager_v1 as api

from consentric.destinations.codes import Code
from consentric.destinations.google import answers, wire
from consentric.destinations.google.connect import Connection, ask, date_of
from consentric.destinations.google.problems import UNKNOWN
from consentric.destinations.retrying import Retrying
from consentric.errors import PlatformError, Refused
from consentric.model.lists import ListFacts, ListSpec, Operation, Receipt, Verdict
from consentric.model.project import GoogleAccount
from consentric.ports import WireBatch

T = TypeVar("T")

_READ_SECONDS: Final = 60.0
_WRITE_SECONDS: Final = 120.0
# A removal of several keys a row can need several requests: a batch's handle is all their ids.
_BETWEEN_IDS: Final = ","


class GoogleInspector:
    """Asks Google about lists and requests; sees no member data."""

    def __init__(self, account: GoogleAccount, connection: Connection, retrying: Retrying) -> None:
        self._account = account
        self._connection = connection
        self._retrying = retrying

    def verdict(self, handle: str) -> Verdict:
        try:
            return answers.together([self._verdict(request_id) for request_id in handle.split(_BETWEEN_IDS)])
        except Refused as refused:
            if refused.code != Code.FORGOTTEN:
                raise
        return answers.FORGOTTEN

    def find(self, tag: str) -> str | None:
        """By integration code; compared here too, should the filter ever be taken loosely."""
        request = wire.find(self._account, tag)
        found = self._read(lambda: list(self._connection.lists.list_user_lists(request, **self._list_options())))
        return next((str(each.id) for each in found if each.integration_code == tag and each.id), None)

    def facts(self, list_id: str) -> ListFacts:
        request = wire.facts(self._account, list_id)
        try:
            return answers.facts(self._read(lambda: self._list(request)))
        except Refused as refused:
            if refused.code != Code.LIST_MISSING:
                raise
        return answers.missing(list_id)

    def namesakes(self, name: str) -> int:
        request = wire.namesakes(self._account, name)
        found = self._read(lambda: list(self._connection.lists.list_user_lists(request, **self._list_options())))
        return sum(1 for each in found if each.display_name == name)

    def uses(self, list_id: str) -> tuple[str, ...]:
        """By the Google Ads API, whose client is heavy: it is loaded for this question only."""
        from consentric.destinations.google.ads import AdsReader

        return AdsReader(self._account, self._retrying).uses(list_id)

    def _list(self, request: api.GetUserListRequest) -> api.UserList:
        found = self._connection.lists.get_user_list(request, **self._list_options())
        return _sure(found, found.id)

    def _verdict(self, request_id: str) -> Verdict:
        request = wire.status(request_id)
        service = self._connection.members
        answer = self._read(lambda: service.retrieve_request_status(request, retry=None, timeout=_READ_SECONDS))
        return answers.verdict(answer)

    def _read(self, call: Callable[[], T]) -> T:
        return self._retrying.repeatable(lambda: ask(call, self._account.account, endpoint=self._account.endpoint))

    def _list_options(self) -> wire.CallOptions:
        return {"retry": None, "timeout": _READ_SECONDS, "metadata": wire.access_path(self._account)}


class GoogleSender(GoogleInspector):
    """Creates lists and sends members. Only workflows/deliver.py holds one."""

    def create(self, spec: ListSpec) -> str:
        request = wire.create(self._account, spec)

        def create() -> str:
            made = self._connection.lists.create_user_list(request, **self._list_options())
            return str(_sure(made, made.id).id)

        return self._retrying.once(lambda: ask(create, self._account.account, endpoint=self._account.endpoint))

    def rename(self, list_id: str, spec: ListSpec) -> None:
        self._change(wire.rename(self._account, list_id, spec))

    def keep_for(self, list_id: str, days: int) -> None:
        self._change(wire.keep_for(self._account, list_id, days))

    def delete(self, list_id: str) -> None:
        request = wire.delete(self._account, list_id)
        try:
            self._read(lambda: self._connection.lists.delete_user_list(request, **self._list_options()))
        except Refused as refused:
            if refused.code != Code.LIST_MISSING:
                raise

    def send(self, batch: WireBatch) -> Receipt:
        taken = self._requests(batch)
        handle, doubtful = _BETWEEN_IDS.join(each for each, _ in taken), any(doubt for _, doubt in taken)
        return Receipt(handle, received=batch.rows.num_rows, doubtful=doubtful)

    def _change(self, request: api.UpdateUserListRequest) -> None:
        def change() -> None:
            changed = self._connection.lists.update_user_list(request, **self._list_options())
            _sure(changed, changed.id)

        self._read(change)

    def _requests(self, batch: WireBatch) -> list[tuple[str, bool]]:
        """The id of each request, and whether an attempt before the one that was answered may be carried out too."""
        match batch.operation:
            case Operation.ADD:
                return [self._ingest(wire.ingest(self._account, batch.list_id, batch.rows), batch.again)]
            case Operation.REMOVE:
                return self._removals(batch)
            case Operation.OWED | Operation.REMOVE_REST:
                raise ValueError("these rows are never sent as members")
            case never:
                assert_never(never)

    def server_time(self, list_id: str) -> datetime | None:
        """From the `date` header of an answer about the list; None where there is none."""
        request = wire.facts(self._account, list_id)
        return self._read(lambda: date_of(self._connection.lists, request, self._list_options()))

    def remove_rest(self, list_id: str, before: datetime) -> Receipt:
        outgoing = wire.remove_rest(self._account, list_id, before)
        request = api.RemoveAllAudienceMembersRequest.wrap(outgoing)
        service = self._connection.members
        handle, doubtful = self._accepted(
            lambda: service.remove_all_audience_members(request, retry=None, timeout=_WRITE_SECONDS).request_id, ()
        )
        return Receipt(handle, received=0, doubtful=doubtful)

    def _ingest(self, outgoing: wire.MemberRequest, again: Callable[[], None]) -> tuple[str, bool]:
        request = api.IngestAudienceMembersRequest.wrap(outgoing.request)
        service = self._connection.members
        return self._accepted(
            lambda: service.ingest_audience_members(request, retry=None, timeout=_WRITE_SECONDS).request_id,
            outgoing.rows,
            again,
        )

    def _removals(self, batch: WireBatch) -> list[tuple[str, bool]]:
        """Several requests stand for one batch: once the first was taken, the batch may have arrived."""
        handles: list[tuple[str, bool]] = []
        for part in wire.removals(self._account, batch.list_id, batch.rows):
            try:
                handles.append(self._remove(part))
            except PlatformError as error:
                error.may_have_arrived = error.may_have_arrived or bool(handles)
                raise
        return handles

    def _remove(self, outgoing: wire.MemberRequest) -> tuple[str, bool]:
        request = api.RemoveAudienceMembersRequest.wrap(outgoing.request)
        service = self._connection.members
        return self._accepted(
            lambda: service.remove_audience_members(request, retry=None, timeout=_WRITE_SECONDS).request_id,
            outgoing.rows,
        )

    def _accepted(
        self, call: Callable[[], str], rows: Sequence[int], again: Callable[[], None] = lambda: None
    ) -> tuple[str, bool]:
        """The request's id; an answer without one is an unknown outcome."""

        def attempt() -> str:
            request_id = call()
            return _sure(request_id, request_id)

        return self._retrying.told(
            lambda: ask(attempt, self._account.account, rows, endpoint=self._account.endpoint), again
        )


def _sure(answer: T, proof: object) -> T:
    """An answer without what it must carry is no answer."""
    if not proof:
        raise UNKNOWN.error()
    return answer
