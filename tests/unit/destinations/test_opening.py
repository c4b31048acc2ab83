"""Opening destinations: what is loaded, whom they talk to, and what happens without credentials."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from consentric.destinations.meta.connect import connect
from consentric.destinations.registry import open_ads_reader, open_inspector
from consentric.destinations.senders import open_sender
from consentric.errors import AccessDenied
from consentric.model.project import GoogleAccount, MetaAccount
from consentric.model.secrets import Secret
from fakes import StandingClock

TOKEN, SECRET = "EAAGopeningCanary", "openingSecretCanary"


def test_drivers_are_loaded_only_when_opened() -> None:
    """`plan` and `validate` never pay for them; Google does not load Meta, and nobody loads google-ads."""
    script = """
import sys
import consentric.destinations.registry as registry
import consentric.destinations.senders
heavy = ("grpc", "google", "facebook_business", "requests", "urllib3")
loaded = lambda: sorted({name.split(".")[0] for name in sys.modules} & set(heavy))
assert loaded() == [], loaded()
from consentric.model.project import GoogleAccount
registry.open_inspector(GoogleAccount("google", "1", endpoint="127.0.0.1:1"), None)
assert "facebook_business" not in sys.modules
assert "google.ads.googleads" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_real_meta_is_pinned() -> None:
    """One host, verified TLS, no redirect, no retry of its own, no token in addresses."""
    session = connect(MetaAccount("meta", "act_1", Secret(TOKEN), Secret(SECRET)))._session
    http = session.requests
    assert session.GRAPH == "https://graph.facebook.com"
    assert list(http.adapters) == ["https://graph.facebook.com/"]
    assert http.adapters["https://graph.facebook.com/"].max_retries.total == 0
    assert http.verify
    assert http.trust_env
    assert list(http.params) == ["appsecret_proof"]
    assert None not in session.timeout
    for elsewhere in ("https://graph.facebook.com.evil.example/", "http://graph.facebook.com/", "https://example.com"):
        with pytest.raises(requests.exceptions.InvalidSchema):
            http.get(elsewhere)


def test_this_machine_is_reached_without_a_proxy() -> None:
    """Whatever the environment says."""
    account = MetaAccount("meta", "act_1", Secret(TOKEN), endpoint="http://127.0.0.1:1")
    session = connect(account)._session
    assert not session.requests.trust_env
    assert list(session.requests.params) == []


def test_nothing_shows_the_token() -> None:
    """No repr and no attribute of what is opened; only its own header."""
    sender = open_sender(MetaAccount("meta", "act_1", Secret(TOKEN), Secret(SECRET)), StandingClock())
    session = sender._api._session  # type: ignore[attr-defined]
    seen = [repr(sender), *map(repr, vars(sender).values()), repr(vars(session)), repr(vars(session.requests))]
    assert not [text for text in seen if TOKEN in text or SECRET in text]


def test_without_a_token_meta_says_how_to_get_one() -> None:
    """Before anything is sent."""
    with pytest.raises(AccessDenied) as caught:
        open_inspector(MetaAccount("meta", "act_1"), StandingClock())
    assert caught.value.code == "A540"
    assert "META_ACCESS_TOKEN" in caught.value.hint


@pytest.mark.parametrize("opening", [open_inspector, open_sender, open_ads_reader])
def test_without_credentials_google_says_how_to_get_them(opening: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the key file is missing; the reason is not shown, it may hold paths and more."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/canary-key.json")
    with pytest.raises(AccessDenied) as caught:
        opening(GoogleAccount("google", "1234567890"), StandingClock())  # type: ignore[operator]
    assert caught.value.code == "A540"
    assert "gcloud auth application-default login" in caught.value.hint
    assert "canary-key" not in f"{caught.value}{caught.value.hint}"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "endpoint", ["http://169.254.169.254:80", "http://graph.facebook.com:80", "https://127.0.0.1:1"]
)
def test_an_endpoint_is_this_machine_or_nothing(endpoint: str) -> None:
    """Checked again here, whatever the configuration let through."""
    for account in (
        MetaAccount("meta", "act_1", Secret(TOKEN), endpoint=endpoint),
        GoogleAccount("google", "1234567890", endpoint=endpoint),
    ):
        with pytest.raises(AccessDenied) as caught:
            open_sender(account, StandingClock())
        assert caught.value.code == "A549"


LOUD = """
import logging, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
logging.basicConfig(level=logging.DEBUG)
from rows_of_people import ANN, row, table
from consentric.destinations.retrying import Budget
from consentric.destinations.senders import open_sender
from consentric.errors import Unavailable
from consentric.model.lists import Operation, Shape
from consentric.model.project import GoogleAccount, MetaAccount
from consentric.model.secrets import Secret
from consentric.ports import WireBatch

class Clock:
    def sleep(self, seconds):
        pass

class Nothing(BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_error(502)
    def log_message(self, *args):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"127.0.0.1:{server.server_address[1]}"
budget = Budget()
while budget.take():
    pass
for account in (
    GoogleAccount("google", "1234567890", endpoint="127.0.0.1:1"),
    MetaAccount("meta", "act_1", Secret("EAAGopeningCanary"), Secret("openingSecretCanary"), f"http://{here}"),
):
    try:
        open_sender(account, Clock(), budget).send(WireBatch("7", Operation.ADD, Shape.FULL, table(row((1, ANN))), 1))
    except Unavailable as error:
        print("told", error)
"""


def test_the_loudest_logging_shows_no_request() -> None:
    """With everything at DEBUG the libraries would print members and the proof of the app secret."""
    environment = {
        **os.environ,
        "GOOGLE_SDK_PYTHON_LOGGING_SCOPE": "google",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, "-c", LOUD], capture_output=True, text=True, check=True, timeout=60, env=environment
    )
    assert done.stdout.count("told A50") == 2
    shown = done.stdout + done.stderr
    assert not [each for each in ("01" * 32, TOKEN, SECRET, "appsecret_proof") if each in shown]
