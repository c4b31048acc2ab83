"""A read-only corner of the Google Ads API: GAQL over ``user_list``, for Search and SearchStream.

Exactly enough for a client to list an account's user lists. The message classes of google-ads take
a second to load, so they are imported when the first query arrives. Sources: Google Ads API v26
reference, GoogleAdsService; query grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import grpc
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from consentric.sandbox.google_ads_errors import AdsError, from_fault
from consentric.sandbox.google_criteria import criteria
from consentric.sandbox.google_list_view import ELIGIBLE_FROM, rounded
from consentric.sandbox.lists import AudienceList
from consentric.sandbox.request_log import LogEntry
from consentric.sandbox.world import World

_QUERY: Final = re.compile(
    r"\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<resource>\w+)"
    r"(?:\s+WHERE\s+(?P<where>.+?))?"
    r"(?:\s+ORDER\s+BY\s+(?P<order>[\w.]+)(?:\s+(?P<way>ASC|DESC))?)?"
    r"(?:\s+LIMIT\s+(?P<limit>\d+))?"
    r"(?:\s+PARAMETERS\s+.+)?\s*",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION: Final = re.compile(
    r"""\s*(?P<field>[\w.]+)\s*(?:(?P<sign>=|!=)\s*(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\w+)"""
    r"""|(?P<word>IN)\s*\((?P<values>[^)]*)\))\s*(?:AND\b|$)""",
    re.IGNORECASE,
)
_ROWS_A_PAGE: Final = 10_000

Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """A GAQL query as far as the sandbox understands one."""

    fields: tuple[str, ...]
    keeps: Callable[[Values], bool]
    order: str | None
    descending: bool
    limit: int | None


class GoogleAds:
    """GoogleAdsService, reading the same user lists as the Data Manager API."""

    def __init__(self, world: World) -> None:
        self._world = world

    def search(self, data: bytes, context: grpc.ServicerContext) -> bytes:
        """GoogleAdsService.Search: always one page."""
        from google.ads.googleads.v26.services.types import google_ads_service as wire

        fields, rows = self._run(wire.SearchGoogleAdsRequest, data, context)
        response = wire.SearchGoogleAdsResponse(
            results=[wire.GoogleAdsRow(**row) for row in rows[:_ROWS_A_PAGE]],
            total_results_count=len(rows),
            field_mask={"paths": fields},
        )
        serialized: bytes = wire.SearchGoogleAdsResponse.serialize(response)
        return serialized

    def search_stream(self, data: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        """GoogleAdsService.SearchStream: batches, and one empty batch if there is nothing."""
        from google.ads.googleads.v26.services.types import google_ads_service as wire

        fields, rows = self._run(wire.SearchGoogleAdsStreamRequest, data, context)
        for start in range(0, max(1, len(rows)), _ROWS_A_PAGE):
            batch = wire.SearchGoogleAdsStreamResponse(
                results=[wire.GoogleAdsRow(**row) for row in rows[start : start + _ROWS_A_PAGE]],
                field_mask={"paths": fields},
                request_id=self._world.issue("ads"),
            )
            yield wire.SearchGoogleAdsStreamResponse.serialize(batch)

    def _run(self, kind: Any, data: bytes, context: grpc.ServicerContext) -> tuple[list[str], list[Values]]:
        """The fields and the rows of a query; a refusal ends the call with a GoogleAdsFailure."""
        with self._world.lock:
            entry = LogEntry("google", "search")
            try:
                request = _decoded(kind, data)
                entry.account = request.customer_id[:20]
                fault = self._world.faults.draw("google", "search")
                if fault is not None:
                    raise from_fault(fault)
                self._check(request, dict(context.invocation_metadata()))
                uses = criteria(self._world, request.customer_id, request.query)
                if uses is None:
                    query = _parse(request.query)
                    fields = list(query.fields)
                    rows = [{"user_list": row} for row in self._rows(query, request.customer_id)]
                else:
                    fields, rows = [], uses
                entry.ok = True
            except AdsError as error:
                entry.code = error.name
                error.abort(context, self._world.issue("ads"))
                raise
            else:
                return fields, rows
            finally:
                self._world.record(entry)

    def _check(self, request: Any, metadata: dict[str, Any]) -> None:
        needed = self._world.switches["ads_token_required"]
        if needed == "on" and not metadata.get("developer-token"):
            raise AdsError(
                grpc.StatusCode.UNAUTHENTICATED,
                "request_error",
                "DEVELOPER_TOKEN_PARAMETER_MISSING",
                "A developer token is required.",
            )
        login = metadata.get("login-customer-id", "0000000000")
        if not all(re.fullmatch(r"[0-9]{10}", number) for number in (request.customer_id, login)):
            raise AdsError(
                grpc.StatusCode.INVALID_ARGUMENT,
                "request_error",
                "INVALID_CUSTOMER_ID",
                "Invalid customer ID: ten digits, without hyphens.",
            )

    def _rows(self, query: Query, customer_id: str) -> list[Values]:
        found = []
        for audience in self._world.of_account("google", customer_id):
            self._world.settled(audience)
            values = self._values(audience)
            if query.keeps(values):
                found.append(values)
        if query.order is not None:
            name = query.order
            found.sort(key=lambda values: values[name], reverse=query.descending)
        wanted = {*query.fields, "resource_name"}
        return [
            {name: value for name, value in values.items() if name in wanted and value != ""}
            for values in found[: query.limit]
        ]

    def _values(self, audience: AudienceList) -> Values:
        """A list as ``user_list`` shows it; names of enums are what a query compares."""
        size = rounded(self._world.reported_size(audience))
        lifetime = audience.lifetime
        return {
            "resource_name": f"customers/{audience.account}/userLists/{audience.id}",
            "id": int(audience.id),
            "name": audience.name,
            "description": audience.settings["description"],
            "integration_code": audience.settings["integration_code"],
            "membership_status": audience.settings["membership_status"],
            "membership_life_span": lifetime.duration.days if lifetime else 540,
            "size_for_display": size,
            "size_for_search": size,
            "eligible_for_display": size >= ELIGIBLE_FROM,
            "eligible_for_search": size >= ELIGIBLE_FROM,
            "type": "CRM_BASED",
            "access_reason": "OWNED",
            "account_user_list_status": "ENABLED",
            "read_only": False,
        }


FIELDS: Final = frozenset(
    (
        "resource_name",
        "id",
        "name",
        "description",
        "integration_code",
        "membership_status",
        "membership_life_span",
        "size_for_display",
        "size_for_search",
        "eligible_for_display",
        "eligible_for_search",
        "type",
        "access_reason",
        "account_user_list_status",
        "read_only",
    )
)


def _decoded(kind: Any, data: bytes) -> Any:
    try:
        return kind.deserialize(data)
    except DecodeError:
        raise AdsError(
            grpc.StatusCode.INVALID_ARGUMENT, "", "INVALID_ARGUMENT", "The request cannot be decoded."
        ) from None


def _parse(text: str) -> Query:
    found = _QUERY.fullmatch(text)
    if found is None:
        raise _query_error("UNEXPECTED_INPUT", "The query cannot be read.")
    if found["resource"].lower() != "user_list":
        raise _query_error("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", "The sandbox has user_list only.")
    fields = tuple(_field(name) for name in found["fields"].split(","))
    return Query(
        fields=fields,
        keeps=_where(found["where"] or ""),
        order=_field(found["order"]) if found["order"] else None,
        descending=(found["way"] or "").upper() == "DESC",
        limit=int(found["limit"]) if found["limit"] else None,
    )


def _where(text: str) -> Callable[[Values], bool]:
    wanted: list[tuple[str, bool, frozenset[str]]] = []
    place = 0
    while place < len(text.rstrip()):
        found = _CONDITION.match(text, place)
        if found is None:
            raise _query_error("BAD_VALUE", "A condition cannot be read.")
        given = found["values"].split(",") if found["word"] else [found["value"]]
        values = frozenset(_literal(value.strip()) for value in given)
        wanted.append((_field(found["field"]), found["sign"] != "!=", values))
        place = found.end()
    return lambda row: all((_text(row[name]) in values) is equal for name, equal, values in wanted)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _literal(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in ("'", '"') else text


def _field(text: str) -> str:
    name = text.strip().removeprefix("user_list.")
    if not text.strip().startswith("user_list.") or name not in FIELDS:
        raise _query_error("UNRECOGNIZED_FIELD", "Unrecognized field in the query.")
    return name


def _query_error(name: str, message: str) -> AdsError:
    return AdsError(grpc.StatusCode.INVALID_ARGUMENT, "query_error", name, message)
