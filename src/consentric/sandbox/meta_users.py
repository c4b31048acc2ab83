"""Member rows of custom audiences: add, remove, replace, and removal from every audience at once.

Sources: Custom Audience guide, users and usersreplace references. Adds and removals land at
different times (up to 24 hours); a replace leaves the audience with whatever was uploaded when
its session ends or times out.
"""

from __future__ import annotations

from typing import Any, Final

from consentric.sandbox.calls import Prepared
from consentric.sandbox.faults import Fault
from consentric.sandbox.lists import AudienceList, OpenRequest, Operation
from consentric.sandbox.meta_audiences import Audiences
from consentric.sandbox.meta_errors import UPLOAD, MetaError, flagged, invalid, low_size, not_updated
from consentric.sandbox.meta_request import GraphRequest
from consentric.sandbox.meta_rows import Payload, read_payload
from consentric.sandbox.meta_sessions import LASTS, Batch, Session, Sessions, read_batch
from consentric.sandbox.request_log import LogEntry
from consentric.sandbox.world import World

_SMALLEST: Final = 100
_OPERATIONS: Final = {"users_add": Operation.ADD, "users_remove": Operation.REMOVE}


class Users:
    """The people in custom audiences."""

    def __init__(self, world: World, audiences: Audiences) -> None:
        self._world = world
        self._audiences = audiences
        self._sessions = Sessions()

    def add(self, request: GraphRequest) -> Prepared[Any]:
        """POST /{audience}/users."""
        return self._change(request, "users_add")

    def remove(self, request: GraphRequest) -> Prepared[Any]:
        """DELETE /{audience}/users."""
        return self._change(request, "users_remove")

    def replace(self, request: GraphRequest) -> Prepared[Any]:
        """POST /{audience}/usersreplace."""
        payload, batch = _read(request)
        entry = _entry(request, "users_replace", payload, batch)

        def commit(_: Fault | None) -> Any:
            audience = self._customer_file(request.node, entry)
            if isinstance(batch, MetaError):
                raise batch
            empty = self._world.switches["empty_replace"] == "allowed"
            _check_rows(payload, audience, empty_allowed=empty)
            if batch.seq == 1 and _replacing(audience):
                raise not_updated(1870145, "An update of the audience is in progress.")
            session = self._admit(audience, entry.op, payload, batch)
            self._collect(audience, session, payload, batch, entry)
            return _answer(audience, session)

        return Prepared([entry], commit)

    def remove_of_any(self, request: GraphRequest) -> Prepared[Any]:
        """DELETE /act_…/usersofanyaudience: from all customer-file audiences of the account."""
        payload = _payload(request)
        entry = _entry(request, "users_remove_any", payload, None)
        entry.account, entry.list_id = request.node, ""

        def commit(_: Fault | None) -> Any:
            for audience in self._world.of_account("meta", request.node):
                if audience.settings["subtype"] == "CUSTOM":
                    _check_rows(payload, None)
                    self._world.settled(audience)
            _check_rows(payload, None)
            for audience in self._world.of_account("meta", request.node):
                if audience.settings["subtype"] == "CUSTOM":
                    self._open(audience, Operation.REMOVE, payload, entry)
            return {
                "account_id": request.node.removeprefix("act_"),
                "num_received": payload.received,
                "num_invalid_entries": payload.invalid,
                "invalid_entry_samples": {},
            }

        return Prepared([entry], commit)

    def sessions(self, request: GraphRequest) -> Prepared[Any]:
        """GET /{audience}/sessions."""
        entry = LogEntry("meta", "sessions", list_id=request.node)

        def commit(_: Fault | None) -> Any:
            audience = self._audiences.found(request.node, entry)
            wanted = str(request.params.get("session_id", ""))
            found = [session.as_json() for session in self._sessions.of_audience(audience.id)]
            return {"data": [one for one in found if wanted in ("", one["session_id"])]}

        return Prepared([entry], commit)

    def _change(self, request: GraphRequest, op: str) -> Prepared[Any]:
        payload, batch = _read(request)
        entry = _entry(request, op, payload, batch)

        def commit(_: Fault | None) -> Any:
            audience = self._customer_file(request.node, entry)
            if isinstance(batch, MetaError):
                raise batch
            _check_rows(payload, audience)
            if _replacing(audience):
                raise not_updated(1870145, "An update of the audience is in progress.")
            session = self._admit(audience, op, payload, batch)
            operation = _OPERATIONS[op]
            if operation is Operation.REMOVE:
                self._check_size(audience, payload)
            self._open(audience, operation, payload, entry)
            now = self._world.clock.now()
            self._sessions.count(session, batch, payload.received, payload.invalid, now)
            return _answer(audience, session)

        return Prepared([entry], commit)

    def _customer_file(self, audience_id: str, entry: LogEntry) -> AudienceList:
        audience = self._audiences.found(audience_id, entry)
        if audience.settings["subtype"] != "CUSTOM":
            raise not_updated(None, "Only customer-file audiences take users.")
        if audience.settings.get("locked"):
            raise flagged(UPLOAD)
        return self._world.settled(audience)

    def _admit(self, audience: AudienceList, op: str, payload: Payload, batch: Batch) -> Session:
        now = self._world.clock.now()
        return self._sessions.admit(audience.account, audience.id, op, payload.schema, batch, now)

    def _open(self, audience: AudienceList, operation: Operation, payload: Payload, entry: LogEntry) -> None:
        now = self._world.clock.now()
        delay = "meta_add_delay" if operation is Operation.ADD else "meta_remove_delay"
        due_at = now + self._world.switches.duration(delay)
        audience.accept(OpenRequest(operation, now, due_at, list(payload.rows), [entry]))
        audience.settings["time_content_updated"] = now

    def _collect(
        self,
        audience: AudienceList,
        session: Session,
        payload: Payload,
        batch: Batch,
        entry: LogEntry,
    ) -> None:
        """Put a batch into the replace that is being filled; the last one seals it."""
        now = self._world.clock.now()
        delay = self._world.switches.duration("meta_add_delay")
        if session.replace is None:
            session.replace = OpenRequest(Operation.REPLACE, now, now + LASTS + delay, sealed=False)
            audience.accept(session.replace)
        if self._sessions.count(session, batch, payload.received, payload.invalid, now):
            session.replace.rows.extend(payload.rows)
            audience.seen(payload.rows, now)
        session.replace.entries.append(entry)
        audience.settings["time_content_updated"] = now
        if batch.last:
            session.replace.due_at, session.replace.sealed = now + delay, True

    def _check_size(self, audience: AudienceList, payload: Payload) -> None:
        if self._world.switches["low_size_refusals"] == "off":
            return
        reached = {account for row in payload.rows for key in row for account in self._world.reaches(audience, key)}
        left = set(audience.accounts(self._world.clock.now())) - reached
        if len(left) < _SMALLEST:
            raise low_size()


def _payload(request: GraphRequest) -> Payload:
    try:
        return read_payload(request.structure("payload"))
    except MetaError as problem:
        return Payload(problem=problem)


def _read(request: GraphRequest) -> tuple[Payload, Batch | MetaError]:
    """Payload and batch; what is wrong with them is raised later, after the log knows of them."""
    try:
        return _payload(request), read_batch(request.structure("session"))
    except MetaError as problem:
        return _payload(request), problem


def _entry(request: GraphRequest, op: str, payload: Payload, batch: Batch | MetaError | None) -> LogEntry:
    entry = LogEntry("meta", op, list_id=request.node, rows=payload.rows)
    entry.extra["riders"] = payload.riders
    entry.extra["schema"] = payload.schema
    entry.extra["invalid"] = payload.invalid
    entry.extra["payload_in_url"] = request.payload_in_url
    if isinstance(batch, Batch):
        entry.extra["session"] = batch.as_json()
    return entry


def _check_rows(payload: Payload, audience: AudienceList | None, *, empty_allowed: bool = False) -> None:
    if payload.problem is not None:
        raise payload.problem
    if not payload.received and not empty_allowed:
        raise invalid("payload.data must have at least one row")
    if audience is not None and payload.has_values and not audience.settings["is_value_based"]:
        raise invalid("LOOKALIKE_VALUE is for value-based audiences only")


def _replacing(audience: AudienceList) -> bool:
    return any(request.operation is Operation.REPLACE for request in audience.open)


def _answer(audience: AudienceList, session: Session) -> dict[str, Any]:
    """num_received is what the session has received so far, not what matched."""
    return {
        "audience_id": audience.id,
        "session_id": str(session.id),
        "num_received": session.received,
        "num_invalid_entries": session.invalid,
        "invalid_entry_samples": {},
    }
