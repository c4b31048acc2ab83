"""A shop of a few people before a real sandbox, and the real workflows called in this process, with a real ledger on disk."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from consentric.errors import ConsentricError, LockHeld
from consentric.model.people import Verb
from consentric.model.results import SyncResult
from consentric.workflows import sync, withdraw
from consentric.workflows.opening import Shell
from consentric.workflows.subjects import Reading
from fakes import HandClock, Quiet
from judge import compare, expected
from judge.accounts import SandboxView
from judge.sent import added_rows
from judge.verdict import Judgement
from model.positions import Position
from scenarios.harness import NOW, Sandbox
from scenarios.harness.family import DOCUMENT, Family, Somebody

_OWED: Final = ("add", "remove", "later", "refresh", "reassert")
_REMOVES: Final = ("remove", "later", "reassert")
MOST_RUNS: Final = {True: 4, False: 2}
"""Clean runs until one has nothing to do; whether the first finds somebody who has to be removed first."""
FILE: Final = DOCUMENT.replace("customers.csv, key: customer_id", "customers.csv, key: [customer_id, email]")
"""Customers with one e-mail are one person."""
LOCKED: Final = 75
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
    """The data, the sandbox and the state folder of one history. `tally`: what really happened."""

    def __init__(self, folder: Path, people: list[Somebody], position: Position, seed: int) -> None:
        around = folder / "around"
        around.mkdir()
        self._stack = ExitStack()
        self.sandbox = self._stack.enter_context(Sandbox(around, NOW, position, seed))
        self.family = Family(folder / "shop", *people)
        self._judged = folder / "judged"
        self.state = folder / "shop" / ".consentric"
        self.env = {
            "CONSENTRIC_GOOGLE_ENDPOINT": self.sandbox.google,
            "CONSENTRIC_META_ENDPOINT": self.sandbox.meta,
            "CONSENTRIC_CLOCK": NOW.isoformat(),
        }
        self.clock = HandClock(NOW)
        self.tally: Counter[str] = Counter()
        self.erased: set[int] = set()
        self.midway: int | None = None
        """The request that may still have been under way when somebody said no during a run."""
        self.write_rule("member")

    def close(self) -> None:
        self._stack.close()

    def write_rule(self, club: str, *, without: bool = False) -> None:
        """The marketer edits the file: another club, or no audience of that name."""
        document = FILE.replace("is: member", f"is: {club}")
        if without:
            document = document.replace("  friends:", "  strangers:").replace(f"is: {club}", "is: nobody")
        (self.family.folder / "audiences.yaml").write_text(document, encoding="utf-8")

    def sync(self, chosen: int = 0, happens: Callable[[], None] = nothing) -> SyncResult | None:
        """One run; None when it ended with an error or died. What it added is held against the judge."""
        self.clock = HandClock(self.sandbox.now)
        self.midway = None
        judgement, since = self._judgement(self.clock.now()), self.sandbox.last_entry()
        result = None
        try:
            result = sync.run(self._shell(Points(chosen, happens)), approve=lambda plan: True)
        except ConsentricError:
            self.tally["run failed"] += 1
        except Died:
            self.tally["run died"] += 1
        else:
            self.tally["run failed"] += result.exit_code != 0
        self._judge(judgement, since)
        if self.midway is not None:
            self._judge(self._judgement(self.clock.now()), self.midway)
        return result

    def _shell(self, checkpoint: Callable[[str], None]) -> Shell:
        return Shell(self.family.folder / "audiences.yaml", self.state, self.env, self.clock, Quiet(), checkpoint)

    def _judgement(self, now: datetime) -> Judgement:
        """The judge reads files: whoever was erased says no in his."""
        shutil.rmtree(self._judged, ignore_errors=True)
        people = (
            replace(one, ads="no") if one.customer_id in self.erased else one for one in self.family.people.values()
        )
        Family(self._judged, *people)
        shutil.copy(self.family.folder / "audiences.yaml", self._judged)
        return expected(self._judged / "audiences.yaml", now, self.env)

    def _judge(self, judgement: Judgement, since: int) -> None:
        """Every row that was added after that entry of the log is one member's, with keys that may be sent of them."""
        view = SandboxView.at(self.sandbox.meta)
        for judged in judgement.lists:
            for row in added_rows(judged, view, since):
                self.tally["row added"] += 1
                assert any(row <= keys for keys in judged.members.values()), (
                    f"{judged.name} on {judged.destination.platform}: a row is no member's"
                )

    def die(self) -> None:
        raise Died

    def second_run(self) -> None:
        """Whoever starts a second run while one is at work is turned away, and nothing happens."""
        before = self.sandbox.last_entry()
        try:
            sync.run(self._shell(lambda name: None), approve=lambda plan: True)
        except LockHeld as error:
            assert error.exit_code == LOCKED
            assert self.sandbox.last_entry() == before
            self.tally["second run turned away"] += 1
            return
        raise AssertionError("two runs were at work at once")

    def withdraw_midway(self, customer_id: int) -> Callable[[], None]:
        """Somebody withdraws during the run, and the consent source is due to be read again."""

        def happens() -> None:
            self.family.change(customer_id, withdrawn_at=f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ}")
            self.clock.sleep(_WATCHED.total_seconds())
            self.midway = self.sandbox.last_entry() + 1
            self.tally["withdrawn during a run"] += 1

        return happens

    def erase_midway(self, customer_id: int) -> Callable[[], None]:
        """Somebody is erased during the run: suppressed before the next request, removed afterwards."""

        def happens() -> None:
            self.erase(customer_id)
            self.midway = self.sandbox.last_entry() + 1
            self.tally["erased during a run"] += 1

        return happens

    def erase(self, customer_id: int) -> None:
        """`forget`, which may find another run at work or the platforms broken; with everybody who is joined with them."""
        email = self.family.people[customer_id].email
        self.erased |= {one.customer_id for one in self.family.people.values() if one.email == email}
        try:
            withdraw.run(self._shell(lambda name: None), Verb.ERASED, f"{customer_id}\n".encode(), reading=Reading.KEY)
        except LockHeld:
            self.tally["forget turned away"] += 1
        except ConsentricError:
            self.tally["forget failed"] += 1
        else:
            self.tally["erased"] += 1

    def close_list(self, *, closed: bool) -> None:
        """Somebody closes or opens the list at Google in its own screens."""
        for each in self.sandbox.lists():
            if each["platform"] == "google" and not each["deleted"]:
                self.sandbox.by_hand(each["id"], closed=closed)
                self.tally["list closed"] += closed

    def converge(self) -> int:
        """Clean runs until one has nothing to do; then the lists hold the judge's accounts. Gives the runs it took."""
        self.sandbox.heal()
        self.close_list(closed=False)
        self.sandbox.advance("24h")
        runs, most = 0, 0
        while True:
            result = self.sync()
            assert result is not None and result.exit_code == 0, result
            if runs == 0:
                most = MOST_RUNS[any(getattr(each, word) for each in result.plan.lists for word in _REMOVES)]
            if not any(getattr(each, word) for each in result.plan.lists for word in _OWED):
                break
            assert runs < most, f"after {runs} clean runs the plan still owes something"
            runs += 1
            self.sandbox.advance("24h")
        judgement = self._judgement(self.clock.now())
        self.sandbox.advance("24h")
        wrong = [each for each in compare(judgement, self.sandbox.meta) if not each.allowed]
        assert not wrong, "\n".join(map(str, wrong))
        return runs
