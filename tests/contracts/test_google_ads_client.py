"""Reading an account's lists through the real google-ads client, against the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from consentric.destinations.google.ads import AdsReader
from consentric.destinations.registry import open_ads_reader
from consentric.destinations.senders import open_sender
from consentric.errors import AccessDenied, Unavailable
from consentric.model.lists import ListRef, ListSpec
from consentric.model.project import GoogleAccount, Platform
from fakes import StandingClock


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    ready = tmp_path_factory.mktemp("sandbox") / "ready.json"
    where = ["--google", "127.0.0.1:0", "--meta", "127.0.0.1:0", "--ready-file", str(ready)]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2] / "src"), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        [sys.executable, "-m", "consentric.sandbox", *where],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline, "the sandbox does not start"
            time.sleep(0.05)
        yield json.loads(ready.read_text())
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def account(sandbox: dict[str, str]) -> GoogleAccount:
    return GoogleAccount(
        "google",
        "1234567890",
        login_customer_id="9998887776",
        endpoint=sandbox["google"],
        ads_endpoint=sandbox["google"],
    )


@pytest.fixture(scope="module")
def made(account: GoogleAccount) -> dict[str, str]:
    """Two lists, one with a name that would end a careless query."""
    sender = open_sender(account, StandingClock())
    spec = ListSpec(ListRef("a", "google"), Platform.GOOGLE, account.account, "Plain", "", "consentric:1:a", 30)
    odd = replace(spec, name="Rock 'n' \"roll\" \\ OR 1=1", tag="consentric:1:b")
    return {each.name: sender.create(each) for each in (spec, odd)}


@pytest.fixture
def reader(account: GoogleAccount) -> AdsReader:
    return open_ads_reader(account, StandingClock())


def test_all_lists_of_the_account_are_read(reader: AdsReader, made: dict[str, str]) -> None:
    """Ids and names are those that the Data Manager API gave: the same lists."""
    found = {each.name: each.list_id for each in reader.lists()}
    assert found == made
    assert all(each.exists and each.writable for each in reader.lists())


def test_lists_are_read_by_id(reader: AdsReader, made: dict[str, str]) -> None:
    """Only those asked for; one that is not there is not in the answer."""
    wanted = made["Plain"]
    assert [each.list_id for each in reader.lists([wanted, "77"])] == [wanted]


def test_a_name_is_quoted_and_cannot_change_the_query(reader: AdsReader, made: dict[str, str]) -> None:
    """A name with quotes and backslashes finds its own list and no other."""
    for name, list_id in made.items():
        found = reader.named(name)
        assert found is not None and found.list_id == list_id
    assert reader.named('" OR user_list.name != "') is None
    with pytest.raises(ValueError, match="control characters"):
        reader.named("line\nbreak")


def test_another_account_has_other_lists(account: GoogleAccount, made: dict[str, str]) -> None:
    """The customer id of the destination is the one that is asked."""
    assert made
    assert open_ads_reader(replace(account, customer_id="5556667778"), StandingClock()).lists() == ()


@pytest.mark.parametrize(
    ("kind", "error"), [("permission", AccessDenied), ("expired_token", AccessDenied), ("http_429", Unavailable)]
)
def test_its_failures_are_errors_of_ours(
    sandbox: dict[str, str], reader: AdsReader, kind: str, error: type[Exception]
) -> None:
    """google-ads raises three kinds of exception; all become ours."""
    faults = f"{sandbox['meta']}/_sandbox/faults"
    requests.post(faults, json=[{"platform": "google", "op": "search", "kind": kind, "times": 9}], timeout=30)
    try:
        with pytest.raises(error) as caught:
            reader.lists()
        assert caught.value.__context__ is None
    finally:
        requests.delete(faults, timeout=30)


@pytest.mark.parametrize("kind", ["unavailable", "internal", "timeout_after_apply"])
def test_what_passes_is_asked_again(
    sandbox: dict[str, str], reader: AdsReader, made: dict[str, str], kind: str
) -> None:
    """Reads are repeated by the one retry layer."""
    faults = f"{sandbox['meta']}/_sandbox/faults"
    requests.post(faults, json=[{"platform": "google", "op": "search", "kind": kind}], timeout=30)
    assert len(reader.lists()) == len(made)
