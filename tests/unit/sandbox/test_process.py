"""The process: starting, stopping, steering, and clients that misbehave."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from consentric.sandbox.main import main

from .conftest import Google, Meta, Running, sha


def address(url: str) -> tuple[str, int]:
    """Host and port of an address."""
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


def test_the_clock_jumps_and_never_goes_back(sandbox: Running) -> None:
    """Both forms move it; the past and nonsense are refused."""
    before = sandbox.control("clock")["clock"]
    sandbox.control("clock", {"set": "2031-01-01T00:00:00Z"} if before < "2031" else {"advance": "1d"})
    after = sandbox.control("clock")["clock"]
    assert after > before
    wrong: Any
    for wrong in ({"set": before}, {"advance": "soon"}, {"advance": "1d", "x": 1}, [], {}):
        answer = requests.post(f"{sandbox.meta}/_sandbox/clock", json=wrong, timeout=5)
        assert answer.status_code == 400


def test_switches_are_told_and_checked(sandbox: Running) -> None:
    """All names with allowed values; a wrong one changes nothing."""
    told = sandbox.control("switches")
    assert told["order"]["allowed"][0] == told["order"]["value"] == "kept"
    for wrong in ({"order": "x"}, {"x": "y"}, {"match_rate": "nan"}, {"google_delay": "-1h"}):
        url = f"{sandbox.meta}/_sandbox/switches"
        answer = requests.post(url, json={"removal_takes": "identifier", **wrong}, timeout=5)
        assert answer.status_code == 400
    assert sandbox.control("switches") == told


def test_the_log_goes_on(sandbox: Running, meta: Meta) -> None:
    """Numbers are in order and since leaves out what is known."""
    meta.create("before")
    last = sandbox.control("log")[-1]["n"]
    meta.create("logged")
    (entry,) = sandbox.control(f"log?since={last}")
    assert (entry["n"], entry["op"], entry["account"]) == (last + 1, "create_list", "act_1001")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--google", "0.0.0.0:0"],
        ["--meta", "example.com:80"],
        ["--switch", "order=sideways"],
        ["--switch", "order"],
        ["--clock", "2026-11-23"],
    ],
)
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one line; nothing but the loopback is ever listened on."""
    assert main(["--google", "127.0.0.1:0", "--meta", "127.0.0.1:0", *arguments]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_a_taken_port(sandbox: Running, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 when somebody else listens there, on either protocol."""
    taken = ["--google", sandbox.google, "--meta", "127.0.0.1:0"]
    assert main(taken) == 1
    assert main(["--google", "127.0.0.1:0", "--meta", sandbox.meta]) == 1
    assert capsys.readouterr().out == ""


def test_it_imports_nothing_else_of_consentric() -> None:
    """The sandbox can disagree with the tool because it shares no code with it."""
    program = (
        "import sys, consentric.sandbox.main\n"
        "print([name for name in sys.modules if name.startswith('consentric.')"
        " and not name.startswith('consentric.sandbox')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == "[]\n"


def test_garbage_does_not_stop_it(sandbox: Running, meta: Meta, google: Google) -> None:
    """Bytes that are no protocol, half requests and lies about length end one connection only."""
    garbage = [
        b"\x00\xff" * 500,
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /v26.0/1/users HTTP/1.1\r\nContent-Length: 999\r\n\r\n{",
        b"POST /v26.0/1/users HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /v26.0/1/users HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
        b"POST /v26.0/act_1/customaudiences HTTP/1.1\r\nContent-Length: 4\r\n\r\n\xff\xfe{}",
        b"GET /_sandbox/log?since=x HTTP/1.1\r\n\r\n",
        b"POST /_sandbox/graph HTTP/1.1\r\nContent-Length: 2\r\n\r\n[]",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 100,
    ]
    for target in (sandbox.meta, sandbox.google):
        for sent in garbage:
            with socket.create_connection(address(target), timeout=5) as connection:
                connection.sendall(sent)
    assert meta.users("POST", meta.create(), "anna").status_code == 200
    assert google.ingest(google.create("after garbage"), ["anna"])


def test_half_a_request_counts_for_nothing(sandbox: Running, meta: Meta) -> None:
    """A client that is killed in the middle of its body has sent nothing."""
    audience = meta.create()
    before = len(sandbox.log("users_add"))
    head = (
        f"POST /v26.0/{audience}/users HTTP/1.1\r\nAuthorization: Bearer t\r\n"
        "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
    )
    with socket.create_connection(address(sandbox.meta), timeout=5) as connection:
        connection.sendall(head.encode())
    assert sandbox.truth(audience)["pending"] == 0
    assert len(sandbox.log("users_add")) == before


def test_twenty_clients_at_once(sandbox: Running, google: Google, meta: Meta) -> None:
    """Nothing is lost, nothing is doubled, and every entry has its own number."""
    sandbox.switch(match_rate="100")
    listed = google.create("crowd")
    audiences = [meta.create(f"crowd {number}") for number in range(10)]

    def client(number: int) -> None:
        for step in range(5):
            if number % 2:
                google.ingest(listed, [f"c{number}-{step}"])
            else:
                meta.users("POST", audiences[number // 2], f"c{number}-{step}")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(client, range(20)))
    sandbox.advance("3h")
    assert len(sandbox.truth(listed)["keys"]) == 50
    assert all(len(sandbox.truth(one)["keys"]) == 5 for one in audiences)
    numbers = [entry["n"] for entry in sandbox.control("log")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_rows_need_not_be_kept(sandbox: Running, meta: Meta) -> None:
    """With log_rows off the log has no key strings; the truth is the same."""
    sandbox.switch(log_rows="off")
    sandbox.graph("meta", anna=["a"])
    audience = meta.create()
    meta.users("POST", audience, "anna")
    sandbox.advance("1h")
    assert sandbox.log("users_add")[-1]["rows"] == []
    assert sandbox.accounts(audience) == ["a"]


def test_two_processes_with_one_seed_agree(start: Callable[..., Any], sandbox: Running) -> None:
    """The default graph depends on the seed only."""
    asked = {"platform": "meta", "keys": [f"email:{sha(str(number))}" for number in range(50)]}
    with start("--seed", "7") as other:
        assert other.control("accounts", asked) == sandbox.control("accounts", asked)
