"""The Graph API between HTTP and the audiences: routes, token, quotas, faults, log, envelope."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import orjson

from consentric.sandbox.calls import Prepared
from consentric.sandbox.faults import Fault
from consentric.sandbox.meta_audiences import Audiences
from consentric.sandbox.meta_errors import MetaError, from_fault, invalid, too_many_calls
from consentric.sandbox.meta_request import VERSION, GraphRequest, read_request
from consentric.sandbox.meta_users import Users
from consentric.sandbox.quotas import MetaUsage
from consentric.sandbox.request_log import LogEntry, Row
from consentric.sandbox.world import World

Handler: TypeAlias = Callable[[GraphRequest], Prepared[Any]]

_LOGGER: Final = logging.getLogger(__name__)
_HTML: Final = b"<html><head><title>502 Bad Gateway</title></head><body>success? no.</body></html>"
_BREAKING: Final = frozenset({"reset", "timeout_after_apply", "html", "empty", "truncated"})


@dataclass(slots=True)
class Reply:
    """What goes back: bytes with a status, or a connection that breaks."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    breaks: bool = False


class GraphApi:
    """Answers Graph API requests."""

    def __init__(self, world: World) -> None:
        self._world = world
        audiences = Audiences(world)
        users = Users(world, audiences)
        self._of_account: dict[tuple[str, str], tuple[str, Handler]] = {
            ("GET", ""): ("account", audiences.account),
            ("GET", "customaudiences"): ("list_lists", audiences.page),
            ("POST", "customaudiences"): ("create_list", audiences.create),
            ("DELETE", "usersofanyaudience"): ("users_remove_any", users.remove_of_any),
        }
        self._of_audience: dict[tuple[str, str], tuple[str, Handler]] = {
            ("GET", ""): ("get_list", audiences.get),
            ("POST", ""): ("update_list", audiences.update),
            ("DELETE", ""): ("delete_list", audiences.delete),
            ("POST", "users"): ("users_add", users.add),
            ("DELETE", "users"): ("users_remove", users.remove),
            ("POST", "usersreplace"): ("users_replace", users.replace),
            ("GET", "sessions"): ("sessions", users.sessions),
            ("GET", "ads"): ("ads", audiences.ads),
        }

    def answer(self, method: str, target: str, authorization: str, content_type: str, body: bytes) -> Reply:
        """Answer one request; never raises."""
        try:
            request = read_request(method, target, authorization, content_type, body)
            op, handler = self._route(request)
            return self._carry_out(op, request, handler(request))
        except MetaError as error:
            return self._refusal(error)
        except Exception:
            _LOGGER.exception("the sandbox itself failed")
            return self._refusal(MetaError(1, "The sandbox itself failed.", status=500))

    def _route(self, request: GraphRequest) -> tuple[str, Handler]:
        of_account = re.fullmatch(r"act_[0-9]{1,20}", request.node)
        of_audience = re.fullmatch(r"[0-9]{1,30}", request.node)
        routes = self._of_account if of_account else self._of_audience if of_audience else {}
        route = routes.get((request.method, request.edge))
        if route is None:
            raise invalid("Unsupported request")
        return route

    def _carry_out(self, op: str, request: GraphRequest, prepared: Prepared[Any]) -> Reply:
        with self._world.lock:
            code: str | None = None
            usage = self._count(prepared.entries)
            try:
                rows = [row for entry in prepared.entries for row in entry.rows]
                fault = self._before(op, request, usage, rows)
                if fault is not None and fault.kind in _BREAKING and not (fault.applies or fault.kind == "truncated"):
                    code = fault.kind
                    return _broken(fault)
                answer = prepared.commit(fault)
                for entry in prepared.entries:
                    entry.ok = True
                if fault is not None:
                    code = fault.kind
                    return self._spoilt(fault, answer)
                return Reply(body=orjson.dumps(answer), headers=self._headers(usage))
            except MetaError as error:
                code = error.codes
                return self._refusal(error, usage)
            finally:
                for entry in prepared.entries:
                    entry.code = code
                    entry.extra["token_in_url"] = request.token_in_url
                    self._world.record(entry)

    def _spoilt(self, fault: Fault, answer: Any) -> Reply:
        """What is told of a call that was carried out; an error is what a careless client takes for a refusal."""
        match fault.kind:
            case "truncated":
                return Reply(body=orjson.dumps(answer)[:-2])
            case "wrong_counts":
                return Reply(body=orjson.dumps({**answer, "num_received": answer["num_received"] - 1}))
            case kind if kind in _BREAKING:
                return _broken(fault)
            case _:
                return self._refusal(from_fault(fault))

    def _before(self, op: str, request: GraphRequest, usage: MetaUsage, rows: list[Row]) -> Fault | None:
        """Raise what strikes before anything is applied; give back what strikes otherwise."""
        if not request.token:
            raise MetaError(2500, "An active access token must be used to query information.", status=400)
        if usage.percent >= 100 and self._world.switches["quotas"] == "on":
            raise too_many_calls(usage.regain_minutes)
        fault = self._world.faults.draw("meta", op, rows)
        if fault is None:
            return None
        if fault.kind == "timeout_after_apply":
            fault = Fault(fault.kind, applies=True)
        if fault.kind in _BREAKING or fault.kind == "wrong_counts" or fault.applies:
            return fault
        raise from_fault(fault)

    def _count(self, entries: list[LogEntry]) -> MetaUsage:
        entry = entries[0]
        audience = self._world.lists.get(("meta", entry.list_id))
        account = entry.account or (audience.account if audience else "")
        entry.account = account
        audiences = len(self._world.of_account("meta", account))
        return self._world.quotas.count_meta(account, audiences, self._world.clock.now())

    def _refusal(self, error: MetaError, usage: MetaUsage | None = None) -> Reply:
        trace = self._world.issue("trace")
        usage = MetaUsage(100, error.regain_minutes) if error.regain_minutes else usage
        headers = self._headers(usage) if usage else {}
        if error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        if error.kind == "OAuthException":
            headers["WWW-Authenticate"] = 'OAuth "Facebook Platform"'
        return Reply(error.status, orjson.dumps(error.as_json(trace)), headers=headers)

    def _headers(self, usage: MetaUsage) -> dict[str, str]:
        """Graph API, rate limiting: the time to regain access is in minutes."""
        share = {
            "type": "custom_audience",
            "call_count": usage.percent,
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": usage.regain_minutes,
            "ads_api_access_tier": "development_access",
        }
        return {
            "X-Business-Use-Case-Usage": orjson.dumps({"1": [share]}).decode(),
            "facebook-api-version": VERSION,
        }


def _broken(fault: Fault) -> Reply:
    """An answer that is none."""
    match fault.kind:
        case "html":
            return Reply(fault.status or 502, _HTML, content_type="text/html")
        case "empty":
            return Reply(fault.status or 200)
        case _:
            return Reply(breaks=True)
