"""A sandbox as a process of its own, ended by its id whatever happens."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from consentric.errors import ConsentricError

_START: Final = 30.0
_END: Final = 5.0
_LOCAL: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy


class SandboxProcess:
    """Both platforms from `__enter__` to `__exit__`; `google` and `meta` are their addresses."""

    def __init__(self, folder: Path, starts_at: datetime) -> None:
        self._ready = folder / "sandbox.json"
        self._log = folder / "sandbox.log"
        self._starts_at = starts_at
        self.google = ""
        self.meta = ""

    def __enter__(self) -> Self:
        self._ready.unlink(missing_ok=True)
        words = ["--google", "127.0.0.1:0", "--meta", "127.0.0.1:0", "--clock", self._starts_at.isoformat()]
        files = ["--ready-file", str(self._ready), "--log", str(self._log)]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "consentric.sandbox", *words, *files],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us: we end it when its work is done
        )
        try:
            addresses = self._wait()
        except BaseException:
            self._end()
            raise
        self.google, self.meta = addresses["google"], addresses["meta"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def advance(self, hours: float) -> None:
        """Lets the platforms' time pass."""
        self._ask("clock", json.dumps({"advance": f"{hours:g}h"}).encode())

    def lists(self) -> list[dict[str, Any]]:
        """What each list really holds, as only a sandbox can tell."""
        lists = self._ask("state")["lists"]
        return [one for one in lists if not one["deleted"]]

    def _ask(self, name: str, body: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.meta}/_sandbox/{name}", data=body)  # noqa: S310 - always http://127.0.0.1
        with _LOCAL.open(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def _wait(self) -> dict[str, str]:
        end = time.monotonic() + _START
        while time.monotonic() < end and self._process.poll() is None:
            if self._ready.is_file():
                found: dict[str, str] = json.loads(self._ready.read_text(encoding="utf-8"))
                return found
            time.sleep(0.05)
        raise ConsentricError("A921", "the sandbox did not start", hint="what it says by itself: consentric sandbox")

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
