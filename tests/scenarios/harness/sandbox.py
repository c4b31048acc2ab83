"""A sandbox in a process of its own, and its control API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import grpc
import requests
from google.ads import datamanager_v1 as datamanager

from scenarios.harness.forking import ForkedRun, shared_server

_PROGRAM: Final = "consentric.sandbox"
_PATIENCE: Final = 30.0
_PAUSE: Final = 0.02


class Sandbox:
    """Both platforms on free ports of the loopback, from `with` to its end."""

    def __init__(self, folder: Path, clock: datetime, switches: Mapping[str, str] | None = None, seed: int = 7) -> None:
        self._ready = folder / "sandbox.json"
        self.request_log = folder / "sandbox.log"
        self._arguments = ["--google", "127.0.0.1:0", "--meta", "127.0.0.1:0", "--log", str(self.request_log)]
        self._arguments += ["--clock", clock.isoformat(), "--seed", str(seed), "--ready-file", str(self._ready)]
        for name, value in (switches or {}).items():
            self._arguments += ["--switch", f"{name}={value}"]
        self._output = folder / "sandbox.out"
        self.google = self.meta = ""

    def __enter__(self) -> Self:
        with self._output.open("wb") as output:
            self._process = self._start(output)
        end = time.monotonic() + _PATIENCE
        while not self._ready.exists():
            if self._process.poll() is not None or time.monotonic() > end:
                self.__exit__(None, None, None)
                raise RuntimeError(f"the sandbox did not start: {self._output.read_text()}")
            time.sleep(_PAUSE)
        listening = json.loads(self._ready.read_text())
        self.google, self.meta = listening["google"], listening["meta"]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.resume()
        self._process.terminate()
        self._process.wait(_PATIENCE)

    def _start(self, output: IO[bytes]) -> subprocess.Popen[bytes] | ForkedRun:
        """A process of its own either way; a fork does not wait for imports."""
        if (server := shared_server(_PROGRAM)) is not None:
            return server.start(self._arguments, Path.cwd(), os.environ, outputs=(output, output))
        return subprocess.Popen([sys.executable, "-m", _PROGRAM, *self._arguments], stdout=output, stderr=output)

    @property
    def now(self) -> datetime:
        """Its own clock, which runs on with real time."""
        return datetime.fromisoformat(self._get("clock")["clock"])

    def advance(self, by: str) -> None:
        """`24h`: everything that becomes due meanwhile is done."""
        self._post("clock", {"advance": by})

    def lists(self) -> list[dict[str, Any]]:
        return list(self._get("state")["lists"])

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        return list(self._get(f"log?since={since}"))

    def last_entry(self) -> int:
        """The number of the newest entry of the log."""
        log = self.log()
        return int(log[-1]["n"]) if log else 0

    def pause(self) -> None:
        """It answers nobody until `resume`; what is sent to it meanwhile waits."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def switch(self, **positions: str) -> None:
        self._post("switches", positions)

    def connect(self, platform: str, accounts: Mapping[str, Sequence[str]]) -> None:
        """Sets which accounts some keys reach."""
        self._post("graph", {"platform": platform, "accounts": accounts})

    def by_hand(self, list_id: str, **changes: Any) -> None:
        """What somebody does to a list in the platform's own screens: `name=…`, `deleted=True`, `ads=["1"]`."""
        self._post("lists", {"id": list_id, **changes})

    def make_by_hand(self, platform: str, account: str, name: str) -> str:
        """A list that nobody's program made; its id."""
        answer = requests.post(
            f"{self.meta}/_sandbox/lists",
            json={"make": {"platform": platform, "account": account, "name": name}},
            timeout=_PATIENCE,
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def break_with(self, *faults: Mapping[str, Any]) -> None:
        self._post("faults", list(faults))

    def heal(self) -> None:
        requests.delete(f"{self.meta}/_sandbox/faults", timeout=_PATIENCE).raise_for_status()

    def delete(self, platform: str, account: str, list_id: str) -> None:
        """As somebody would by hand, through the platform's own API."""
        if platform == "meta":
            headers = {"Authorization": "Bearer anybody"}
            requests.delete(f"{self.meta}/v25.0/{list_id}", headers=headers, timeout=_PATIENCE).raise_for_status()
            return
        with grpc.insecure_channel(self.google) as channel:
            service = datamanager.UserListServiceClient(
                transport=datamanager.UserListServiceClient.get_transport_class("grpc")(channel=channel)
            )
            service.delete_user_list(name=f"accountTypes/GOOGLE_ADS/accounts/{account}/userLists/{list_id}")

    def _get(self, what: str) -> Any:
        answer = requests.get(f"{self.meta}/_sandbox/{what}", timeout=_PATIENCE)
        answer.raise_for_status()
        return answer.json()

    def _post(self, what: str, body: Any) -> None:
        answer = requests.post(f"{self.meta}/_sandbox/{what}", json=body, timeout=_PATIENCE)
        if not answer.ok:
            raise RuntimeError(f"{what}: {answer.text}")
