"""A shop of a few people before a real sandbox, and the real workflows called in this process, with a real ledger on disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from consentric.errors import ConsentricError, LockHeld
from consentric.model.results import SyncResult
from consentric.workflows import sync
from consentric.workflows.opening import Shell
from fakes import HandClock, Quiet
from judge import compare, expected
from judge.accounts import SandboxView
from judge.sent import added_rows
from judge.verdict import Judgement
from scenarios.harness import NOW, Sandbox
from scenarios.harness.family import DOCUMENT, Family, Somebody

_OWED: Final = ("add", "remove", "later", "refresh", "reassert")
MOST_NIGHTS: Final = 5
"""Clean runs until one has nothing to do, that one included."""
_WATCHED: Final = timedelta(minutes=6)


class Died(BaseException):
    """The run is gone in the middle of whatever it did."""


class Points:
    """The checkpoints of a run; at the chosen one something happens."""

    def __init__(self, chosen: int, happens: Callable[[], None]) -> None:
        self._left = chosen
        self._happens = happens

    def __call__(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            self._happens()


def nothing() -> None:
    """What happens at a checkpoint otherwise."""


class Shop:
    """The data, the sandbox and the state folder of one history."""

    def __init__(self, folder: Path, people: list[Somebody], switches: dict[str, str], seed: int) -> None:
        around = folder / "around"
        around.mkdir()
        self._stack = ExitStack()
        self.sandbox = self._stack.enter_context(Sandbox(around, NOW, switches, seed))
        self.family = Family(folder / "shop", *people)
        self.state = folder / "shop" / ".consentric"
        self.env = {
            "CONSENTRIC_GOOGLE_ENDPOINT": self.sandbox.google,
            "CONSENTRIC_META_ENDPOINT": self.sandbox.meta,
            "CONSENTRIC_CLOCK": NOW.isoformat(),
        }
        self.clock = HandClock(NOW)
        self.midway: int | None = None
        """The request that may still have been under way when somebody withdrew during a run."""

    def close(self) -> None:
        self._stack.close()

    def write_rule(self, club: str, *, without: bool = False) -> None:
        """The marketer edits the file: another club, or no audience of that name."""
        document = DOCUMENT.replace("is: member", f"is: {club}")
        if without:
            document = document.replace("  friends:", "  strangers:").replace(f"is: {club}", "is: nobody")
        (self.family.folder / "audiences.yaml").write_text(document, encoding="utf-8")

    def sync(self, chosen: int = 0, happens: Callable[[], None] = nothing) -> SyncResult | None:
        """One run; None when it ended with an error or died. What it added is held against the judge."""
        self.clock = HandClock(self.sandbox.now)
        shell = Shell(
            self.family.folder / "audiences.yaml", self.state, self.env, self.clock, Quiet(), Points(chosen, happens)
        )
        self.midway = None
        judgement, since = expected(shell.file, self.clock.now(), self.env), self.sandbox.last_entry()
        result = None
        with suppress(ConsentricError, Died):
            result = sync.run(shell, approve=lambda plan: True)
        self._judge(judgement, since)
        if self.midway is not None:
            self._judge(expected(shell.file, self.clock.now(), self.env), self.midway)
        return result

    def _judge(self, judgement: Judgement, since: int) -> None:
        """Every row that was added after that entry of the log is one member's, with keys that may be sent of them."""
        view = SandboxView.at(self.sandbox.meta)
        for judged in judgement.lists:
            for row in added_rows(judged, view, since):
                assert any(row <= keys for keys in judged.members.values()), (
                    f"{judged.name} on {judged.destination.platform}: a row is no member's"
                )

    def die(self) -> None:
        raise Died

    def second_run(self) -> None:
        """Whoever starts a second run while one is at work is turned away, and nothing happens."""
        shell = Shell(
            self.family.folder / "audiences.yaml", self.state, self.env, self.clock, Quiet(), lambda name: None
        )
        try:
            sync.run(shell, approve=lambda plan: True)
        except LockHeld:
            return
        raise AssertionError("two runs were at work at once")

    def withdraw_midway(self, customer_id: int) -> Callable[[], None]:
        """Somebody withdraws during the run, and the consent source is due to be read again."""

        def happens() -> None:
            self.family.change(customer_id, withdrawn_at=f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ}")
            self.clock.sleep(_WATCHED.total_seconds())
            self.midway = self.sandbox.last_entry() + 1

        return happens

    def converge(self) -> int:
        """Clean nights until a run has nothing to do; then the lists hold the judge's accounts. Gives the nights."""
        self.sandbox.heal()
        self.sandbox.advance("24h")
        night = 0
        while True:
            result = self.sync()
            assert result is not None and result.exit_code == 0, result
            if not any(getattr(each, word) for each in result.plan.lists for word in _OWED):
                break
            night += 1
            assert night < MOST_NIGHTS, f"after {night} clean nights the plan still owes something"
            self.sandbox.advance("24h")
        judgement = expected(self.family.folder / "audiences.yaml", self.clock.now(), self.env)
        self.sandbox.advance("24h")
        wrong = [each for each in compare(judgement, self.sandbox.meta) if not each.allowed]
        assert not wrong, "\n".join(map(str, wrong))
        return night
