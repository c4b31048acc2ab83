"""IngestionService of the Data Manager API: ingest, remove, remove all, and the status of each.

A request is refused as a whole or accepted as a whole; what becomes of an accepted one is only in
its status, later. Sources: Data Manager reference (IngestionService), devguides/limits,
concepts/understand-errors, devguides/diagnostics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import grpc
from google.ads.datamanager_v1 import types

from consentric.sandbox.calls import Prepared
from consentric.sandbox.faults import LATER, Fault
from consentric.sandbox.google_destinations import destinations_of, lists_of, log_entries
from consentric.sandbox.google_errors import GoogleError, Violation, invalid, missing
from consentric.sandbox.google_members import (
    BASE64,
    HEX,
    MOST_MEMBERS,
    Member,
    Members,
    read_members,
)
from consentric.sandbox.google_requests import (
    CONSENT_ERRORS,
    INTERNAL,
    GoogleRequest,
    Part,
    status_of,
)
from consentric.sandbox.lists import OpenRequest, Operation
from consentric.sandbox.request_log import LogEntry
from consentric.sandbox.world import World

_STATUS_KEPT: Final = timedelta(days=50)
_ACCEPTED: Final = 1


class Ingestion:
    """The accepted requests of this service, by id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._requests: dict[str, GoogleRequest] = {}

    def ingest(self, request: Any, _: Any) -> Prepared[Any]:
        """IngestAudienceMembers."""
        members = read_members(request.audience_members, request.encoding, request.consent)
        entries = self._entries(request, "ingest", members)
        for entry in entries:
            entry.extra["consent"] = dict(Counter(member.consent for member in members.members))
            entry.extra["terms"] = request.terms_of_service.customer_match_terms_of_service_status

        def commit(fault: Fault | None) -> Any:
            self._check_members(request, members)
            if request.terms_of_service.customer_match_terms_of_service_status != _ACCEPTED:
                raise invalid(
                    Violation(
                        "terms_of_service.customer_match_terms_of_service_status",
                        "TERMS_AND_CONDITIONS_NOT_SIGNED",
                        "Required terms and conditions are not accepted.",
                    )
                )
            self._check_consent(members)
            accepted = self._accept(request, Operation.ADD, members.members, entries, fault)
            return types.IngestAudienceMembersResponse(request_id=accepted)

        return Prepared(entries, commit)

    def remove(self, request: Any, _: Any) -> Prepared[Any]:
        """RemoveAudienceMembers: the same members, without consent and terms."""
        members = read_members(request.audience_members, request.encoding, None)
        entries = self._entries(request, "remove", members)

        def commit(fault: Fault | None) -> Any:
            self._check_members(request, members)
            accepted = self._accept(request, Operation.REMOVE, members.members, entries, fault)
            return types.RemoveAudienceMembersResponse(request_id=accepted)

        return Prepared(entries, commit)

    def remove_all(self, request: Any, _: Any) -> Prepared[Any]:
        """RemoveAllAudienceMembers, of those last added before an instant."""
        entries = self._entries(request, "remove_all", Members())

        def commit(fault: Fault | None) -> Any:
            now = self._world.clock.now()
            as_of = now
            if request.HasField("remove_as_of_time"):
                as_of = request.remove_as_of_time.ToDatetime(tzinfo=UTC)
            if as_of > now:
                raise invalid(Violation("remove_as_of_time", "INVALID_REMOVE_AS_OF_TIME", "It lies in the future."))
            accepted = self._accept(request, Operation.REMOVE_ALL, [], entries, fault, as_of=as_of)
            return types.RemoveAllAudienceMembersResponse(request_id=accepted)

        return Prepared(entries, commit)

    def status(self, request: Any, _: Any) -> Prepared[Any]:
        """RetrieveRequestStatus."""
        entry = LogEntry("google", "status", extra={"request_id": request.request_id[:64]})

        def commit(_: Fault | None) -> Any:
            if not request.request_id:
                raise missing("request_id")
            known = self._requests.get(request.request_id)
            if known is None:
                raise invalid(Violation("request_id", "INVALID_REQUEST_ID", "The request ID is not valid."))
            now = self._world.clock.now()
            if now - known.accepted_at > _STATUS_KEPT:
                raise invalid(Violation("request_id", "REQUEST_TOO_OLD", "The request is too old."))
            for part in known.parts:
                self._world.settled(part.audience)
            entry.account = known.parts[0].audience.account
            entry.list_id = known.parts[0].audience.id
            statuses = [status_of(part, now) for part in known.parts]
            entry.extra["answer"] = [status.request_status.name for status in statuses]
            return types.RetrieveRequestStatusResponse(request_status_per_destination=statuses)

        return Prepared([entry], commit)

    def _entries(self, request: Any, op: str, members: Members) -> list[LogEntry]:
        op = f"{op}_validate_only" if request.validate_only else op
        entries = log_entries(request.destinations, op)
        for entry, destination in zip(entries, request.destinations, strict=False):
            going = self._going_to(destination, members.members)
            entry.rows = [member.row for member in going]
        return entries

    def _going_to(self, destination: Any, members: Sequence[Member]) -> list[Member]:
        """The members meant for a destination; what no reference means is a switch."""
        to_all = self._world.switches["omitted_references"] == "all"
        return [
            member
            for member in members
            if (destination.reference in member.references if member.references else to_all)
        ]

    def _check_members(self, request: Any, members: Members) -> None:
        destinations_of(request.destinations)
        count = len(request.audience_members)
        if count == 0:
            raise missing("audience_members")
        if count > MOST_MEMBERS:
            raise invalid(
                Violation(
                    "audience_members",
                    "TOO_MANY_AUDIENCE_MEMBERS",
                    "Maximum number of audience members allowed per request is 10,000.",
                )
            )
        if request.encoding == 0:
            raise missing("encoding")
        if request.encoding not in (HEX, BASE64):
            raise invalid(Violation("encoding", "INVALID_ENUM_VALUE", "Enum value cannot be used."))
        if request.HasField("encryption_info"):
            raise GoogleError(grpc.StatusCode.UNIMPLEMENTED, "INVALID_ARGUMENT", "The sandbox cannot decrypt.")
        if len(members.kinds) > 1:
            raise invalid(
                Violation(
                    "audience_members",
                    "MULTIPLE_DATA_TYPES_NOT_ALLOWED",
                    "Multiple data types are not allowed in a single request.",
                )
            )
        self._check_references(request, members)
        if members.violations:
            raise invalid(*members.violations)

    def _check_references(self, request: Any, members: Members) -> None:
        known = {one.reference for one in request.destinations if one.reference}
        for index, member in enumerate(members.members):
            if not known.issuperset(member.references):
                members.blame(
                    f"audience_members[{index}].destination_references",
                    "INVALID_DESTINATION",
                    "No destination of the request has this reference.",
                )

    def _check_consent(self, members: Members) -> None:
        if self._world.switches["unconsented"] != "refused":
            return
        without = [
            Violation(f"audience_members[{index}].consent", "INVALID_AUDIENCE_MEMBER", "No consent.")
            for index, member in enumerate(members.members)
            if member.consent != "GRANTED"
        ]
        if without:
            raise invalid(*without[:100])

    def _accept(
        self,
        request: Any,
        operation: Operation,
        members: Sequence[Member],
        entries: list[LogEntry],
        fault: Fault | None,
        *,
        as_of: datetime | None = None,
    ) -> str:
        """Open one request per destination, unless it only asks whether it would be accepted."""
        audiences = lists_of(self._world, request.destinations, operation)
        request_id = self._world.issue("request")
        for entry in entries:
            entry.extra["request_id"] = request_id
        if request.validate_only:
            return request_id
        now = self._world.clock.now()
        kind = request.audience_members[0].WhichOneof("data") if members else "nothing"
        parts = []
        for destination, audience, entry in zip(request.destinations, audiences, entries, strict=True):
            self._world.settled(audience)
            due_at = now + self._world.switches.duration("google_delay")
            opened = OpenRequest(operation, now, due_at, entries=[entry], as_of=as_of)
            part = Part(types.Destination.deserialize(destination.SerializeToString()), audience, opened)
            part.data_kind = kind
            self._fill(part, self._going_to(destination, members), fault)
            if operation is Operation.ADD and audience.settings["membership_status"] != "OPEN":
                opened.rows = []
            if part.fails:
                # Accepted, and PROCESSING for as long as others, but it never touches the list.
                part.failed[INTERNAL] = part.sent or 1
            else:
                audience.accept(opened)
            parts.append(part)
        self._requests[request_id] = GoogleRequest(request_id, now, tuple(parts))
        return request_id

    def _fill(self, part: Part, members: Sequence[Member], fault: Fault | None) -> None:
        part.sent = len(members)
        kind = fault.kind if fault is not None and fault.kind in LATER else None
        part.fails = kind == "fail_later"
        for index, member in enumerate(members):
            part.types.update(member.types)
            if member.consent != "GRANTED":
                part.failed[CONSENT_ERRORS[member.consent]] += 1
            elif kind == "partial_later" and index % 2:
                part.failed[INTERNAL] += 1
            elif not part.fails:
                part.request.rows.append(member.row)
