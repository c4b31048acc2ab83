"""A sandbox as its own process, and the real clients pointed at it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
import requests
from google.ads import datamanager_v1 as dm
from google.api_core.retry import Retry

ACCOUNT = "1234567890"
PARENT = f"accountTypes/GOOGLE_ADS/accounts/{ACCOUNT}"


def sha(text: str) -> str:
    """A hash to stand for a person's identifier."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Running:
    """A running sandbox and how to steer it."""

    google: str
    meta: str
    pid: int
    session: requests.Session

    def control(self, name: str, given: Any = None, method: str | None = None) -> Any:
        """Call the control API; fail on anything but 200."""
        method = method or ("GET" if given is None else "POST")
        url = f"{self.meta}/_sandbox/{name}"
        answer = self.session.request(method, url, json=given, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def advance(self, by: str) -> None:
        """Move the sandbox's clock."""
        self.control("clock", {"advance": by})

    def switch(self, **positions: str) -> None:
        """Move switches."""
        self.control("switches", positions)

    def graph(self, platform: str, **accounts: list[str]) -> None:
        """Say what e-mail keys reach: ``anna=["a1"]`` is the key of the text anna."""
        told = {f"email:{sha(name)}": reached for name, reached in accounts.items()}
        self.control("graph", {"platform": platform, "accounts": told})

    def accounts(self, list_id: str) -> list[str]:
        """The accounts that a list holds now."""
        return list(self.truth(list_id)["accounts"])

    def truth(self, list_id: str) -> dict[str, Any]:
        """The hidden truth about a list."""
        return dict(self.control(f"state?list={list_id}")["lists"][0])

    def log(self, op: str) -> list[dict[str, Any]]:
        """The log entries of an operation."""
        return [entry for entry in self.control("log") if entry["op"] == op]


@contextlib.contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Running]:
    """Start a sandbox process; end it with SIGTERM."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "consentric.sandbox", "--google", "127.0.0.1:0"]
    command += ["--meta", "127.0.0.1:0", "--ready-file", str(ready), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert process.poll() is None, "the sandbox ended at once"
            assert time.monotonic() < deadline, "the sandbox does not get ready"
            time.sleep(0.02)
        with requests.Session() as session:
            session.trust_env = False
            yield Running(**json.loads(ready.read_text()), session=session)
    finally:
        process.terminate()
        assert process.wait(timeout=5) == 0


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One process for all tests; they use lists of their own."""
    folder = tmp_path_factory.mktemp("sandbox")
    with running(folder, "--clock", "2026-11-23T05:30:00Z", "--log", str(folder / "log")) as it:
        yield it


@pytest.fixture
def sandbox(shared: Running) -> Iterator[Running]:
    """The shared sandbox with every switch at its default and no fault armed."""
    described = shared.control("switches")
    shared.control("switches", {name: one["default"] for name, one in described.items()})
    shared.control("faults", method="DELETE")
    # A new minute and hour: quotas that another test used up are fresh again.
    shared.advance("1h")
    yield shared


@dataclass
class Google:
    """The official Data Manager client over an insecure channel."""

    lists: dm.UserListServiceClient
    ingestion: dm.IngestionServiceClient

    def create(self, name: str, **fields: Any) -> str:
        """Create a contact list; its id."""
        contact = dm.IngestedUserListInfo.UploadKeyType.CONTACT_ID
        info = dm.IngestedUserListInfo(upload_key_types=[contact])
        made = self.lists.create_user_list(
            parent=PARENT,
            user_list=dm.UserList(display_name=name, ingested_user_list_info=info, **fields),
            timeout=10,
        )
        return str(made.id)

    def ingest(self, list_id: str, *people: list[str], **changes: Any) -> str:
        """Ingest one member per person, each a list of e-mails; the request id."""
        request: dict[str, Any] = {
            "destinations": [destination(list_id)],
            "audience_members": [member(*emails) for emails in people],
            "consent": {"ad_user_data": 1, "ad_personalization": 1},
            "encoding": dm.Encoding.HEX,
            "terms_of_service": {"customer_match_terms_of_service_status": 1},
            **changes,
        }
        made = dm.IngestAudienceMembersRequest(request)
        return self.ingestion.ingest_audience_members(made, timeout=10, retry=NO_RETRY).request_id

    def remove(self, list_id: str, *people: list[str]) -> str:
        """Remove members; the request id."""
        request = dm.RemoveAudienceMembersRequest(
            destinations=[destination(list_id)],
            audience_members=[member(*emails) for emails in people],
            encoding=dm.Encoding.HEX,
        )
        return self.ingestion.remove_audience_members(request, timeout=10, retry=NO_RETRY).request_id

    def status(self, request_id: str) -> list[Any]:
        """The status of every destination of a request."""
        answer = self.ingestion.retrieve_request_status(
            dm.RetrieveRequestStatusRequest(request_id=request_id), timeout=10, retry=NO_RETRY
        )
        return list(answer.request_status_per_destination)


NO_RETRY = Retry(predicate=lambda _: False)


def destination(list_id: str, **fields: Any) -> dm.Destination:
    """A destination in the account of these tests."""
    account = dm.ProductAccount(account_id=ACCOUNT, account_type="GOOGLE_ADS")
    return dm.Destination(operating_account=account, product_destination_id=list_id, **fields)


def member(*emails: str, **fields: Any) -> dm.AudienceMember:
    """A member with the hashes of these texts as e-mails."""
    identifiers = [dm.UserIdentifier(email_address=sha(email)) for email in emails]
    user_data = dm.UserData(user_identifiers=identifiers)
    return dm.AudienceMember(composite_data=dm.CompositeData(user_data=user_data), **fields)


def google_at(address: str) -> Google:
    """The official clients, without credentials."""
    channel = grpc.insecure_channel(address)
    lists = dm.UserListServiceClient.get_transport_class("grpc")
    ingestion = dm.IngestionServiceClient.get_transport_class("grpc")
    return Google(
        dm.UserListServiceClient(transport=lists(channel=channel)),
        dm.IngestionServiceClient(transport=ingestion(channel=channel)),
    )


@pytest.fixture(scope="session")
def google_client(shared: Running) -> Google:
    """The clients of the shared sandbox."""
    return google_at(shared.google)


@pytest.fixture
def google(sandbox: Running, google_client: Google) -> Google:
    """The clients, with the sandbox reset."""
    return google_client


@dataclass
class Meta:
    """Plain HTTP as the tool speaks it: JSON bodies and a bearer token."""

    base: str
    session: requests.Session
    ids: Iterator[int]

    def call(self, method: str, path: str, given: Any = None) -> requests.Response:
        """One Graph call."""
        url = f"{self.base}/v26.0/{path}"
        return self.session.request(method, url, json=given, timeout=10)

    def create(self, name: str = "people", **fields: Any) -> str:
        """Create a customer-file audience; its id."""
        given = {"name": name, "subtype": "CUSTOM", **fields}
        answer = self.call("POST", "act_1001/customaudiences", given)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def batch(self, seq: int = 1, last: bool = True, session_id: int | None = None) -> Any:
        """A session parameter; a new session unless an id is given."""
        number = session_id or next(self.ids)
        return {"session_id": number, "batch_seq": seq, "last_batch_flag": last}

    def users(
        self, method: str, audience: str, *people: str, edge: str = "users", session: Any = None
    ) -> requests.Response:
        """Send e-mail rows, one per person."""
        payload = {"schema": ["EMAIL"], "data": [[sha(person)] for person in people]}
        given = {"payload": payload, "session": session or self.batch()}
        return self.call(method, f"{audience}/{edge}", given)


@pytest.fixture(scope="session")
def meta_client(shared: Running) -> Iterator[Meta]:
    """A session with keep-alive to the shared sandbox."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = "Bearer token"
        yield Meta(shared.meta, session, iter(range(1, 10**6)))


@pytest.fixture
def meta(sandbox: Running, meta_client: Meta) -> Meta:
    """The session, with the sandbox reset."""
    return meta_client


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., contextlib.AbstractContextManager[Running]]:
    """Start a sandbox of one's own."""
    return lambda *arguments: running(tmp_path, *arguments)
