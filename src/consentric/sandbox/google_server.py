"""The gRPC server: methods, decoding, quotas, faults and the log around the services."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any, Final, TypeAlias

import grpc
from google.ads.datamanager_v1 import types
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from consentric.sandbox.calls import Prepared
from consentric.sandbox.faults import LATER, Fault
from consentric.sandbox.google_ads import GoogleAds
from consentric.sandbox.google_errors import GoogleError, from_fault, over_quota
from consentric.sandbox.google_ingest import Ingestion
from consentric.sandbox.google_lists import UserLists
from consentric.sandbox.quotas import (
    INGESTION_MUTATE,
    INGESTION_READ,
    MANAGEMENT_MUTATE,
    MANAGEMENT_READ,
    GoogleQuota,
)
from consentric.sandbox.request_log import LogEntry
from consentric.sandbox.world import World

Handler: TypeAlias = Callable[[Any, dict[str, str]], Prepared[Any]]

_LOGGER: Final = logging.getLogger(__name__)
_MOST_BYTES: Final = 64 * 1024 * 1024
_WORKERS: Final = 32
_HALF_A_FIELD: Final = b"\n"
_OPTIONS: Final = (
    ("grpc.max_receive_message_length", _MOST_BYTES),
    ("grpc.max_send_message_length", _MOST_BYTES),
    ("grpc.so_reuseport", 0),
)


@dataclass(frozen=True, slots=True)
class Rpc:
    """One method of the Data Manager API."""

    op: str
    quota: GoogleQuota
    request: Any
    handler: Handler


class GoogleServer:
    """Answers the Data Manager API and a read-only corner of the Google Ads API."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._server = grpc.server(ThreadPoolExecutor(_WORKERS), options=_OPTIONS)
        ads = GoogleAds(world)
        self._server.add_generic_rpc_handlers(
            (
                grpc.method_handlers_generic_handler(
                    "google.ads.datamanager.v1.IngestionService", self._methods(self._ingestion())
                ),
                grpc.method_handlers_generic_handler(
                    "google.ads.datamanager.v1.UserListService", self._methods(self._user_lists())
                ),
                grpc.method_handlers_generic_handler(
                    "google.ads.googleads.v26.services.GoogleAdsService",
                    {
                        "Search": grpc.unary_unary_rpc_method_handler(ads.search),
                        "SearchStream": grpc.unary_stream_rpc_method_handler(ads.search_stream),
                    },
                ),
            )
        )

    def bind(self, host: str, port: int) -> int:
        """Take a port; ``RuntimeError`` or ``OSError`` if it is taken."""
        bound: int = self._server.add_insecure_port(f"{host}:{port}")
        if bound == 0:
            raise OSError(f"cannot listen on {host}:{port}")
        return bound

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """Stop at once, without waiting for calls that are under way."""
        self._server.stop(grace=None).wait(2)

    def _ingestion(self) -> dict[str, Rpc]:
        service, mutate = Ingestion(self._world), INGESTION_MUTATE
        return {
            "IngestAudienceMembers": Rpc("ingest", mutate, types.IngestAudienceMembersRequest, service.ingest),
            "RemoveAudienceMembers": Rpc("remove", mutate, types.RemoveAudienceMembersRequest, service.remove),
            "RemoveAllAudienceMembers": Rpc(
                "remove_all", mutate, types.RemoveAllAudienceMembersRequest, service.remove_all
            ),
            "RetrieveRequestStatus": Rpc("status", INGESTION_READ, types.RetrieveRequestStatusRequest, service.status),
        }

    def _user_lists(self) -> dict[str, Rpc]:
        service, mutate, read = UserLists(self._world), MANAGEMENT_MUTATE, MANAGEMENT_READ
        return {
            "CreateUserList": Rpc("create_list", mutate, types.CreateUserListRequest, service.create),
            "GetUserList": Rpc("get_list", read, types.GetUserListRequest, service.get),
            "ListUserLists": Rpc("list_lists", read, types.ListUserListsRequest, service.page),
            "UpdateUserList": Rpc("update_list", mutate, types.UpdateUserListRequest, service.update),
            "DeleteUserList": Rpc("delete_list", mutate, types.DeleteUserListRequest, service.delete),
        }

    def _methods(self, rpcs: dict[str, Rpc]) -> dict[str, grpc.RpcMethodHandler]:
        return {
            name: grpc.unary_unary_rpc_method_handler(lambda data, context, rpc=rpc: self._answer(rpc, data, context))
            for name, rpc in rpcs.items()
        }

    def _answer(self, rpc: Rpc, data: bytes, context: grpc.ServicerContext) -> bytes:
        """The bytes of the answer; a refusal ends the call with the platform's status."""
        date = format_datetime(self._world.clock.now(), usegmt=True)
        context.send_initial_metadata((("date", date),))
        try:
            return _serialized(self._carry_out(rpc, data, _metadata(context)))
        except GoogleError as error:
            trace = self._world.issue("trace")
            context.abort_with_status(error.as_grpc_status(trace))
        except Exception:
            _LOGGER.exception("the sandbox itself failed in %s", rpc.op)
            context.abort(grpc.StatusCode.INTERNAL, "The sandbox itself failed.")
        raise AssertionError("abort always raises")

    def _carry_out(self, rpc: Rpc, data: bytes, metadata: dict[str, str]) -> Any:
        prepared = self._prepare(rpc, data, metadata)
        with self._world.lock:
            code: str | None = None
            try:
                fault = self._before(rpc, prepared.entries)
                if fault is not None and fault.kind == "empty" and not fault.applies:
                    code = fault.kind
                    return None
                answer = prepared.commit(fault)
                for entry in prepared.entries:
                    entry.ok = True
                if fault is not None and fault.kind not in LATER:
                    code = fault.kind
                    if fault.kind == "empty":
                        return None
                    if fault.kind == "truncated":
                        return _serialized(answer)[:-1] or _HALF_A_FIELD
                    raise from_fault(fault, rpc.quota.name)
            except GoogleError as error:
                code = error.reason
                raise
            else:
                return answer
            finally:
                for entry in prepared.entries:
                    entry.code = code
                    self._world.record(entry)

    def _prepare(self, rpc: Rpc, data: bytes, metadata: dict[str, str]) -> Prepared[Any]:
        try:
            request = rpc.request.pb().FromString(data)
        except DecodeError:
            return _unreadable(rpc.op)
        return rpc.handler(request, metadata)

    def _before(self, rpc: Rpc, entries: list[LogEntry]) -> Fault | None:
        """Raise what strikes before anything is applied; give back what strikes later."""
        world = self._world
        limit = world.quotas.count_google(rpc.quota, world.clock.now())
        if limit is not None and world.switches["quotas"] == "on":
            raise over_quota(limit)
        fault = world.faults.draw("google", rpc.op, [row for entry in entries for row in entry.rows])
        if fault is None or fault.kind in LATER | {"timeout_after_apply", "empty", "truncated"} or fault.applies:
            return fault
        raise from_fault(fault, rpc.quota.name)


def _unreadable(op: str) -> Prepared[Any]:
    def commit(_: Fault | None) -> Any:
        raise GoogleError(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", "The request cannot be decoded.")

    return Prepared([LogEntry("google", op)], commit)


def _metadata(context: grpc.ServicerContext) -> dict[str, str]:
    pairs: Iterator[tuple[str, Any]] = iter(context.invocation_metadata())
    return {name: value for name, value in pairs if isinstance(value, str)}


def _serialized(answer: Any) -> bytes:
    """Bytes of a proto-plus or plain message, or such as they are; nothing at all for an empty answer."""
    if answer is None:
        return b""
    if isinstance(answer, bytes):
        return answer
    if hasattr(answer, "SerializeToString"):
        plain: bytes = answer.SerializeToString()
        return plain
    data: bytes = type(answer).serialize(answer)
    return data
