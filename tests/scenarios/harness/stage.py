"""A stage: a folder with data, a sandbox, the command line between them, and one clock for both."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from judge import Deviation, Judgement, compare, expected
from scenarios.harness.cli import Cli, Run
from scenarios.harness.forking import ForkedRun
from scenarios.harness.sandbox import Sandbox

NOW: Final = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
NIGHT: Final = "24h"
MOST_NIGHTS: Final = 4
_OWED: Final = ("add", "remove", "later", "refresh", "reassert")


@dataclass(slots=True)
class Stage:
    """`now` is the instant of the last call; both sides live at the sandbox's."""

    folder: Path
    sandbox: Sandbox
    cli: Cli
    now: datetime = NOW

    @property
    def file(self) -> Path:
        return self.folder / "audiences.yaml"

    @property
    def state(self) -> Path:
        return self.folder / ".consentric"

    def run(self, *arguments: str, stdin: str | None = None, **variables: str) -> Run:
        """Calls the command line at the sandbox's present instant."""
        self.now = self.sandbox.now
        return self.cli(*arguments, stdin=stdin, variables={"CONSENTRIC_CLOCK": self.now.isoformat(), **variables})

    def no(self, verb: str, *keys: str, **variables: str) -> Run:
        """Calls `withdraw`, `object`, `restrict` or `forget` with these keys on stdin."""
        return self.run(verb, "-", "--yes", "--json", stdin="\n".join(keys), **variables)

    def start(self, *arguments: str) -> subprocess.Popen[str] | ForkedRun:
        """As `run`, without waiting for the end."""
        self.now = self.sandbox.now
        return self.cli.start(*arguments, variables={"CONSENTRIC_CLOCK": self.now.isoformat()})

    def sync(self, *arguments: str, **variables: str) -> Run:
        return self.run("sync", "--yes", "--json", *arguments, **variables)

    def hurried_sync(self, *arguments: str) -> Run:
        """As `sync`; when it waits, its time passes two thousand times as fast."""
        return self.sync(*arguments, CONSENTRIC_CLOCK=f"{self.sandbox.now.isoformat()}*2000")

    def plan(self) -> dict[str, Any]:
        run = self.run("plan", "--json")
        assert run.exit == 0, run
        return run.document

    def judgement(self) -> Judgement:
        """What must be true as of the last call."""
        return expected(self.file, self.now, self.cli.environment)

    def converge(self) -> int:
        """Syncs, a night at a time, until plan owes nothing; then lets the platforms finish. Gives the nights it took."""
        for night in range(MOST_NIGHTS + 1):
            run = self.sync()
            assert run.exit == 0, run
            synced_at = self.now
            if not owed(self.plan()):
                self.sandbox.advance(NIGHT)
                self.now = synced_at
                return night
            self.sandbox.advance(NIGHT)
        raise AssertionError(f"after {MOST_NIGHTS} nights plan still owes {owed(self.plan())}")

    def deviations(self, judgement: Judgement | None = None) -> list[Deviation]:
        """What the lists hold and should not, or the other way round; unseen collateral is left out."""
        return [each for each in compare(judgement or self.judgement(), self.sandbox.meta) if not each.allowed]

    def assert_right(self, judgement: Judgement | None = None) -> None:
        """The accounts on all lists are those of the judge, of the last call unless another judgement is given."""
        wrong = self.deviations(judgement)
        assert not wrong, f"{len(wrong)} deviations\n" + "\n".join(map(str, wrong[:20]))


def owed(plan: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """What a plan owes, by list."""
    lists = {
        f"{key} → {name}": {word: one[word] for word in _OWED if one[word]}
        for key, audience in plan["audiences"].items()
        for name, one in audience["lists"].items()
    }
    return {name: words for name, words in lists.items() if words}


def total(document: Mapping[str, Any], *path: str) -> int:
    """The sum of a number over all lists of a document: `total(sync, "sent", "added")`."""
    amount = 0
    for audience in document["audiences"].values():
        for one in audience["lists"].values():
            for step in path:
                one = one[step]
            amount += one
    return amount


@contextmanager
def open_stage(
    folder: Path, *, clock: datetime = NOW, switches: Mapping[str, str] | None = None, seed: int = 7
) -> Iterator[Stage]:
    """A stage over a folder that holds an audiences.yaml and its data."""
    around = folder.parent / f"{folder.name}.around"
    (around / "tmp").mkdir(parents=True)
    with Sandbox(around, clock, switches, seed) as sandbox:
        environment = {
            "CONSENTRIC_GOOGLE_ENDPOINT": sandbox.google,
            "CONSENTRIC_META_ENDPOINT": sandbox.meta,
            "TMPDIR": str(around / "tmp"),
        }
        yield Stage(folder, sandbox, Cli(folder, environment), clock)
