"""Kills without end on one state folder before one long-lived sandbox, and a judgement after every few of them."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from consentric.planning.capabilities import MOST_IN_FLIGHT
from faults.forking import ForkedRun, ForkingCli, ForkServer
from faults.record import CHANGES, Broken, written_by_last_run
from faults.shop import Shop
from judge.sent import unconsented
from scenarios.harness import NOW, Cli, Run, Stage, open_stage
from scenarios.harness.size import LONG, OTHER_ANSWERS

SYNC: Final = ("sync", "--yes", "--json")
CONFIRM: Final = ("confirm", "--json")

WHILE_READING: Final = ("after_read", "after_evaluate", "after_plan", "run_ended")
WHILE_SENDING: Final = ("between_requests", "outbox_written", "intent_recorded", "sent", "outcome_recorded")
WHILE_CREATING: Final = ("list_created", "list_recorded")
WHILE_CONFIRMING: Final = ("confirmed", "fold_written", "fold_registered")
POINTS: Final = (*WHILE_READING, *WHILE_SENDING, *WHILE_CREATING, *WHILE_CONFIRMING)

ROWS: Final = 8
"""Rows of a request: so few that lists of some forty people take several."""
RANDOM_MOMENTS: Final = "random moment"
_SPAWNED_ONE_IN: Final = 25
_SLICE: Final = 0.002

Kill = tuple[str, int] | None


@dataclass(slots=True)
class Campaign:
    """`story` is what happened, for whoever has to understand a failure; `tally` is what is reported of a success."""

    stage: Stage
    shop: Shop
    server: ForkServer
    chance: Random
    story: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    most: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    usual: dict[str, float] = field(default_factory=lambda: {"sync": 0.7, "confirm": 0.15, "spawned": 1.5})
    _seen: int = 0
    _broken: Broken | None = None

    def play(self, kills: int) -> None:
        """To the end; a failure takes its story along."""
        try:
            self._begin()
            while self.kills < kills:
                for _ in range(self.chance.randint(3, 6)):
                    self._day()
                self._judge()
        except AssertionError as error:
            error.add_note("\n".join(self.story[-40:]))
            raise

    # what happens

    def _begin(self) -> None:
        """Lists are made, and found again by runs that died in between; in the long form a fourth one follows."""
        for point in self.chance.choices(WHILE_CREATING, k=4 if LONG else 1):
            self._killed_sync((point, 1))
        if not LONG:
            return
        self._judge()
        self.shop.late = True
        self._tell("another audience", self.shop.change(self.stage.sandbox.now, 1))
        self._killed_sync((self.chance.choice(WHILE_CREATING), 1))

    def _day(self) -> None:
        """Changes, hours, a kill; now and then another one at once."""
        changes = self.chance.choice((0, 1, 2, 3, 6))
        hours = self.chance.choice((0, 0, 1, 3, 9, 22, 24, 30))
        kill = self._choose_kill()
        if kill is not None and kill[0] in WHILE_CONFIRMING:
            hours = max(hours, 24)
        if changes:
            self._tell("changes", self.shop.change(self.stage.sandbox.now, changes))
        if hours:
            self._tell("hours", hours)
            self.stage.sandbox.advance(f"{hours}h")
        if changes or hours:
            self._broken = None
        if kill is not None and kill[0] in WHILE_CONFIRMING and self.chance.random() < 0.4:
            self._killed(CONFIRM, kill)
        elif kill is None and self.chance.random() < 0.15:
            self._killed(CONFIRM, None)
        else:
            self._killed_sync(kill)
        if self.chance.random() < 0.25:
            self._killed_sync(self._choose_kill())

    def _choose_kill(self) -> Kill:
        """None is a random moment."""
        if self.chance.random() < 0.4:
            return None
        point = self.chance.choice((*WHILE_READING, *WHILE_SENDING, *WHILE_SENDING, *WHILE_CONFIRMING))
        return point, 1 if point in WHILE_READING else self.chance.choice((1, 1, 2, 3, 5))

    def _killed_sync(self, kill: Kill) -> None:
        self._killed(SYNC, kill)

    def _killed(self, words: tuple[str, ...], kill: Kill) -> None:
        """One run; whether the kill met it is seen afterwards."""
        spawned = self.chance.randrange(_SPAWNED_ONE_IN) == 0
        if kill is None:
            run = self._killed_at_random(words, spawned=spawned)
            name = RANDOM_MOMENTS if not spawned else f"{RANDOM_MOMENTS} of a spawned run"
        else:
            run = self._run(words, spawned=spawned, CONSENTRIC_KILL=f"{kill[0]}:{kill[1]}")
            name = kill[0]
        died = run.exit == -signal.SIGKILL
        self._tell(" ".join(words), kill or "at random", "died" if died else run.exit)
        assert died or run.exit == 0, run
        if died:
            self.kills += 1
            self.tally[f"kills at {name}"] += 1
        self._look(words, died=died)

    def _killed_at_random(self, words: tuple[str, ...], *, spawned: bool) -> Run:
        usual = self.usual["spawned" if spawned else words[0]]
        delay = self.chance.uniform(0, 1.1 * usual)
        begun = time.monotonic()
        process = self._start(words, spawned=spawned)
        while process.poll() is None and time.monotonic() - begun < delay:
            time.sleep(_SLICE)
        process.kill()
        stdout, stderr = process.communicate(timeout=60)
        assert process.returncode is not None
        return self.stage.cli.keep(Run(words, process.returncode, stdout, stderr))

    def _run(self, words: tuple[str, ...], *, spawned: bool = False, **variables: str) -> Run:
        begun = time.monotonic()
        process = self._start(words, spawned=spawned, **variables)
        stdout, stderr = process.communicate(timeout=120)
        assert process.returncode is not None
        if process.returncode == 0:
            kind = "spawned" if spawned else words[0]
            self.usual[kind] = 0.7 * self.usual.get(kind, 1) + 0.3 * (time.monotonic() - begun)
        return Run(words, process.returncode, stdout, stderr)

    def _start(self, words: tuple[str, ...], *, spawned: bool, **variables: str) -> ForkedRun | subprocess.Popen[str]:
        self.stage.now = self.stage.sandbox.now
        self.tally["runs"] += 1
        cli = self.stage.cli
        starter = Cli(cli.folder, cli.environment, forks=False) if spawned else cli
        return starter.start(*words, variables={"CONSENTRIC_CLOCK": self.stage.now.isoformat(), **variables})

    # what must be true

    def _look(self, words: tuple[str, ...], *, died: bool) -> None:
        """After every run: nobody was sent who did not consent at its instant, and nothing recorded was repeated."""
        entries = self.stage.sandbox.log(self._seen)
        if entries:
            self._seen = entries[-1]["n"]
        wrong = unconsented([self.stage.judgement()], entries)
        assert not wrong, wrong[:10]
        if words[0] != "sync":
            return
        if self._broken is not None:
            repeated = self._broken.sent_for_nothing(entries)
            assert not repeated, f"{len(repeated)} rows were recorded as accepted, and sent again: {repeated[:3]}"
            self.tally["runs right after a kill that were compared with it"] += 1
            self._highest("rows replayed after a kill", self._broken.replayed(entries))
        written = written_by_last_run(self.stage.state) if died else []
        self._broken = Broken.of(entries, written) if died and written else None
        if self._broken is not None:
            assert len(self._broken.in_flight) <= MOST_IN_FLIGHT, (
                f"{len(self._broken.in_flight)} requests were in flight"
            )
            self._highest("requests in flight at a kill", len(self._broken.in_flight))
            self.tally["kills with a request in flight"] += len(self._broken.in_flight)

    def _judge(self) -> None:
        """Clean runs until nothing is owed, at most four nights; exactly the judge's accounts; then silence."""
        self._broken = None
        nights = self.stage.converge()
        self._look(("plan",), died=False)
        self.stage.assert_right()
        self.tally["judgements"] += 1
        self.tally[f"judgements after {nights} nights"] += 1
        self._tell("judged right after nights", nights)
        run = self._run(SYNC)
        assert run.exit == 0, run
        self._look(("plan",), died=False)
        run, before = self._run(SYNC), self._seen
        assert run.exit == 0, run
        moved = [entry for entry in self.stage.sandbox.log(before) if entry["op"] in CHANGES]
        assert not moved, f"nothing was owed, and {len(moved)} requests were sent"

    def _highest(self, what: str, number: int) -> None:
        self.most[what] = max(self.most.get(what, 0), number)

    def _tell(self, *words: Any) -> None:
        self.story.append(f"{self.stage.sandbox.now:%d %b %H:%M} {' '.join(map(str, words))}")


@contextmanager
def open_campaign(
    folder: Path, server: ForkServer, platform: str, switches: Mapping[str, str], seed: int
) -> Iterator[Campaign]:
    """The questions of `switches` as given, the other open ones answered one way or the other."""
    chance = Random(seed)
    others = {name: value for name, value in OTHER_ANSWERS.items() if chance.random() < 0.5}
    shop = Shop(folder / "shop", platform, chance)
    shop.open(NOW)
    with open_stage(shop.folder, switches={**others, **switches}, seed=seed) as stage:
        environment = {**stage.cli.environment, "CONSENTRIC_ROWS": str(ROWS)}
        stage.cli = ForkingCli(shop.folder, environment, server=server)
        campaign = Campaign(stage, shop, server, chance)
        campaign.story.append(f"{platform}, seed {seed}, {switches}, {others}")
        yield campaign
