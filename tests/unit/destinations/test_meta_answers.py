"""What counts as an answer of Meta's: a real HTTP server says whatever it likes, and success must be proved."""

from __future__ import annotations

import json
import logging
import random
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyarrow as pa
import pytest

from consentric.destinations.meta import answers
from consentric.destinations.meta.waits import asked_wait
from consentric.destinations.retrying import Budget
from consentric.destinations.senders import open_sender
from consentric.errors import PlatformError, RetryAfter, Unavailable
from consentric.model.lists import ListFacts, ListRef, ListSpec, Operation, Shape
from consentric.model.project import MetaAccount, Platform
from consentric.model.secrets import Secret
from consentric.ports import Sender, WireBatch
from fakes import StandingClock

from .rows_of_people import ANN, BOB, MOBILE, row, table

LIST = "120210000000000042"
TOKEN, SECRET = "EAAGfuzzTokenCanary", "fuzzSecretCanary"
ROWS: pa.Table = table(row((1, ANN), (2, MOBILE)), row((1, BOB)))
GOOD: dict[str, Any] = {"audience_id": LIST, "session_id": "1", "num_received": 2, "num_invalid_entries": 0}
CANARIES = (TOKEN, SECRET, ANN.hex(), BOB.hex(), MOBILE.hex())


@dataclass(frozen=True)
class Reply:
    status: int
    content: bytes
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None


class Server(ThreadingHTTPServer):
    """Answers every call with `reply` and remembers who asked."""

    daemon_threads = True
    reply = Reply(200, b"")
    asked: list[tuple[str, str, dict[str, str]]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        reply = self.server.reply
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.content) if reply.length is None else reply.length))
        self.end_headers()
        self.wfile.write(reply.content)

    do_GET = do_DELETE = do_POST  # noqa: N815  http.server wants these names

    def log_message(self, *args: object) -> None:
        del args


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def sender(server: Server) -> Sender:
    """One try a call: the budget is used up."""
    budget = Budget()
    while budget.take():
        continue
    endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    return open_sender(MetaAccount("meta", "act_1", Secret(TOKEN), Secret(SECRET), endpoint), StandingClock(), budget)


def send(sender: Sender, operation: Operation = Operation.ADD) -> Any:
    return sender.send(WireBatch(LIST, operation, Shape.FULL, ROWS, 1))


def test_a_whole_answer_is_a_success(server: Server, sender: Sender) -> None:
    """And invalid entries are told."""
    server.reply = Reply(200, json.dumps(GOOD | {"num_invalid_entries": 1}).encode())
    assert (send(sender).received, send(sender).invalid) == (2, 1)


def test_the_token_is_in_a_header_and_the_rows_in_the_body(server: Server, sender: Sender) -> None:
    """The address holds the proof of the app secret and nothing else."""
    server.reply = Reply(200, json.dumps(GOOD).encode())
    send(sender)
    send(sender, Operation.REMOVE)
    assert [command for command, _, _ in server.asked] == ["POST", "DELETE"]
    for _, path, headers in server.asked:
        assert path.startswith(f"/v26.0/{LIST}/users?appsecret_proof=")
        assert "&" not in path
        assert headers["Authorization"] == f"Bearer {TOKEN}"
        assert headers["Content-Type"] == "application/json"


def test_a_redirect_is_not_followed(server: Server, sender: Sender) -> None:
    """Neither for members nor for questions: nobody else hears of it."""
    with Server(("127.0.0.1", 0), Handler) as elsewhere:
        elsewhere.asked = []
        threading.Thread(target=elsewhere.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        for status in (301, 302, 307, 308):
            place = f"http://127.0.0.1:{elsewhere.server_address[1]}/x"
            server.reply = Reply(status, json.dumps(GOOD).encode(), (("Location", place),))
            with pytest.raises(Unavailable):
                send(sender)
            with pytest.raises(Unavailable):
                sender.find("t")
            with pytest.raises(Unavailable):
                sender.facts(LIST)
        assert elsewhere.asked == []
        elsewhere.shutdown()


def bodies(number: int) -> Iterator[Reply]:
    """Bodies that are not a proof of success: cut, changed, of another kind, with echoes of what was sent."""
    chance = random.Random(20261124)
    echo = f"{TOKEN} {SECRET} {ANN.hex()} {BOB.hex()}"
    fixed: list[Any] = [None, [], {}, "ok", 1, True, [GOOD], {"success": True}, {"data": GOOD}, {"error": echo}]
    odd: dict[str, list[Any]] = {
        "num_received": [None, "2", 2.0, True, 0, 1, -2, [2], {"n": 2}],
        "audience_id": [None, "", "12021", LIST + "0", [LIST], True, 42],
        "num_invalid_entries": ["0", None, -1, 3, 1.5, []],
        "error": [None, "", 0, False, [], echo, {"message": echo}],
    }
    wrong = [
        *({name: value for name, value in GOOD.items() if name != left} for left in ("audience_id", "num_received")),
        *(GOOD | {name: value} for name, values in odd.items() for value in values),
    ]
    texts = [b"", b" ", b"\xff\xfe", b"<html>success</html>", b"Service Unavailable", echo.encode(), b"NaN", b"{" * 900]
    while number > 0:
        match chance.randrange(7):
            case 0:
                yield Reply(200, json.dumps(chance.choice(fixed)).encode())
            case 1:
                yield Reply(200, json.dumps(chance.choice(wrong)).encode())
            case 2:
                yield Reply(chance.choice([200, 204, 400, 404, 500, 502, 503]), chance.choice(texts))
            case 3:
                yield Reply(chance.choice([201, 202, 206, 400, 403, 429, 500, 503]), json.dumps(GOOD).encode())
            case 4:
                whole = json.dumps(GOOD).encode()
                yield Reply(200, whole[: chance.randrange(len(whole))])
            case 5:
                whole = json.dumps(GOOD).encode()
                yield Reply(200, whole, length=len(whole) + chance.randrange(1, 9), headers=(("Connection", "close"),))
            case _:
                codes = {"code": chance.choice([1, 2, 17, 100, 190, 200, 368, 999, "1", None, 10**30, echo])}
                error = codes | {"message": echo, "error_subcode": chance.choice([None, 33, echo]), "fbtrace_id": echo}
                yield Reply(chance.choice([200, 400, 401, 500]), json.dumps({"error": error}).encode())
        number -= 1


def test_five_hundred_bodies_and_no_false_success(
    server: Server, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is an error of ours, and none shows what was sent or who sent it."""
    caplog.set_level(logging.DEBUG)
    told = ""
    for reply in bodies(500):
        server.reply = reply
        with pytest.raises(PlatformError) as caught:
            send(sender)
        assert caught.value.__context__ is None
        frames = "".join(traceback.format_exception(caught.value))
        told += frames + repr(caught.value) + caught.value.hint + str(vars(caught.value))
    assert len(server.asked) == 500
    assert not [each for each in CANARIES if each in told + caplog.text]


def test_no_strange_body_is_a_list_or_an_empty_account(server: Server, sender: Sender) -> None:
    """Believing that a list is not there would create it twice; believing that it was created would lose it."""
    spec = ListSpec(ListRef("a", "meta"), Platform.META, "act_1", "A", "", "consentric:1:a", 30)
    for reply in bodies(150):
        server.reply = reply
        with pytest.raises(PlatformError):
            sender.find("consentric:1:a")
        with pytest.raises(PlatformError):
            sender.create(spec)
        try:
            found = sender.facts(LIST)
        except PlatformError:
            continue
        assert found == answers.missing(LIST)
        assert json.loads(reply.content)["error"]["code"] == 100


def test_an_empty_page_in_between_does_not_end_the_search() -> None:
    """Graph pages may be empty and still have a next one."""
    page = answers.page({"data": [], "paging": {"cursors": {"after": "b"}, "next": "https://…"}})
    assert (page.lists, page.after) == ([], "b")
    assert answers.page({"data": [], "paging": {"cursors": {"after": "b"}}}).after is None
    strange: list[dict[str, Any]] = [
        {"data": {}},
        {"data": [1]},
        {"data": [], "paging": {"next": "x"}},
        {"data": [], "paging": []},
    ]
    for broken in strange:
        with pytest.raises(Unavailable):
            answers.page(broken)


BODY: dict[str, Any] = {
    "id": LIST,
    "name": "VIPs",
    "account_id": "1",
    "subtype": "CUSTOM",
    "approximate_count_lower_bound": 1000,
    "operation_status": {"code": 200},
    "delivery_status": {"code": 200},
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {"writable": True, "trouble": "", "size": 1000, "eligible": True}),
        ({"approximate_count_lower_bound": -1, "delivery_status": {"code": 300}}, {"size": None, "eligible": False}),
        ({"delivery_status": None}, {"eligible": None}),
        ({"operation_status": {"code": 471}}, {"writable": False}),
        ({"operation_status": {"code": 100}}, {"writable": True}),
        ({"account_id": "2"}, {"writable": False, "trouble": "the list belongs to another ad account"}),
        ({"subtype": "LOOKALIKE"}, {"writable": False, "trouble": "the list is not a customer list"}),
        ({"permission_for_actions": {"can_edit": False}}, {"writable": False}),
    ],
)
def test_facts_name_what_is_wrong_with_a_list(change: dict[str, Any], expected: dict[str, Any]) -> None:
    """Before anything is sent to it."""
    found: ListFacts = answers.facts(BODY | change, LIST, "act_1")
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "soon"}, None),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 7}]}'}, 420.0),
        (
            {
                "X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 2}], '
                '"2": [{"estimated_time_to_regain_access": 9}]}'
            },
            540.0,
        ),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": "x"}], "2": 3, "3": [4]}'}, None),
        ({"X-Business-Use-Case-Usage": "<html>"}, None),
        ({"X-Business-Use-Case-Usage": "[]"}, None),
        ({"X-Ad-Account-Usage": '{"acc_id_util_pct": 100, "reset_time_duration": 90}'}, 90.0),
        ({"X-Ad-Account-Usage": '{"acc_id_util_pct": 40, "reset_time_duration": 90}'}, None),
    ],
)
def test_waits_are_read_from_headers(headers: dict[str, str], seconds: float | None) -> None:
    """Minutes are minutes, seconds are seconds, nonsense is nothing."""
    assert asked_wait(headers) == RetryAfter(seconds)
