"""A history: who is there, which platforms, and what happens night after night. A value that can be printed and cut down."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Final

from consentric.model.project import Platform
from consentric.planning.rows import Allowed
from model.platform import POSITIONS, USUAL, Switches
from model.world import Event

LIMITS: Final = (
    Allowed(),
    Allowed(adds=False),
    Allowed(adds=False, removals=False),
    Allowed(adds=False, vanished=False),
)
CLEAN_NIGHTS: Final = 8
_EVENTS: Final = (
    *["consent"] * 8, *["audience"] * 5, *["phone"] * 3, *["email"] * 2, *["both"] * 2, "gain", "lose",
    *["recycle"] * 3, *["share"] * 4, "part", *["join"] * 2, "split", *["rename"] * 2, *["vanish"] * 2, "arrive",
    *["erase"] * 2, "narrow", "widen", "drop", "back", "close", "reopen",
)  # fmt: skip
_HOURS: Final = (
    0.5,
    1.5,
    2.5,
    6,
    12,
    20,
    22,
    23.2,
    24,
    24,
    24,
    24,
    24.4,
    47,
    72,
    24 * 8,
    24 * 20,
    24 * 27,
    24 * 40,
    24 * 150,
)


@dataclass(frozen=True, slots=True)
class Step:
    """Events, then so many hours, then perhaps a run. `crash`: the run dies at that point; `midway`: who withdraws in it.

    `deaf`: no platform says what became of requests. `fold`: which lists are folded if they can be.
    """

    events: tuple[Event, ...] = ()
    hours: float = 24
    run: bool = True
    limits: tuple[int, int] = (0, 0)
    crash: int | None = None
    midway: int | None = None
    deaf: bool = False
    fold: tuple[bool, bool] = (True, True)
    fault_rate: float = 0
    batch: int = 100
    draw: int = 0
    calm: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """`faults` are those that may happen. `late`: a request timed out, its repetition was taken, and the first attempt is
    carried out later still.
    """

    seed: int
    people: int
    platforms: tuple[Platform, Platform]
    switches: Switches
    steps: tuple[Step, ...]
    faults: tuple[str, ...] = ()

    def smaller(self) -> Iterator[History]:
        """This history with something left out, the larger parts first."""
        steps = self.steps
        for size in (4, 2, 1):
            for first in range(0, len(steps) - size + 1, max(size // 2, 1)):
                yield replace(self, steps=steps[:first] + steps[first + size :])
        for place, step in enumerate(steps):
            for each in _smaller_steps(step):
                yield replace(self, steps=(*steps[:place], each, *steps[place + 1 :]))
        if self.people > 1:
            yield replace(self, people=self.people - 1)
        for field in fields(Switches):
            usual = {field.name: getattr(USUAL, field.name)}
            if replace(self.switches, **usual) != self.switches:
                yield replace(self, switches=replace(self.switches, **usual))


def _smaller_steps(step: Step) -> Iterator[Step]:
    for place in range(len(step.events)):
        yield replace(step, events=step.events[:place] + step.events[place + 1 :])
    plain = Step(hours=step.hours, calm=step.calm)
    for name in ("limits", "crash", "midway", "deaf", "fold", "fault_rate", "batch", "draw"):
        if getattr(step, name) != getattr(plain, name):
            yield replace(step, **{name: getattr(plain, name)})
    if step.hours != 24:
        yield replace(step, hours=24)
    if step.run:
        yield replace(step, run=False)


PLATFORMS: Final = (
    (Platform.GOOGLE, Platform.META),
    (Platform.GOOGLE, Platform.GOOGLE),
    (Platform.META, Platform.META),
)
FAULTS: Final = (
    *("refused", "bad_rows", "lost", "unanswered", "retried_away", "late"),
    *("failed_later", "partial", "forgotten"),
)


def draw_history(seed: int, faults: tuple[str, ...] = FAULTS) -> History:
    """The history of a number, always the same. Every position in turn, each with all pairs of platforms.

    Lists that become too small never come to rest, so every other time none does.
    """
    draw = random.Random(f"history/{seed}")
    turn, place = divmod(seed, len(POSITIONS))
    platforms, switches = PLATFORMS[turn % len(PLATFORMS)], POSITIONS[place]
    if turn // len(PLATFORMS) % 2:
        switches = replace(switches, smallest=0)
    troubled = draw.random() < 0.75
    steps = [Step(hours=1)] if draw.random() < 0.5 else []
    for _ in range(draw.randint(3, 9)):
        steps += [_draw_step(draw, troubled=troubled)]
        if draw.random() < 0.12:
            steps += [Step(hours=24, calm=True)] * 4
    # Large lists are folded when it pays, so some of these never are.
    folds = (random.Random(f"fold/{seed}").random() < 0.7,) * 2
    clean = [Step(hours=draw.choice([23.5, 24, 24.5]), calm=True, fold=folds) for _ in range(CLEAN_NIGHTS)]
    return History(seed, draw.randint(1, 6), platforms, switches, (*steps, *clean), faults)


def _draw_step(draw: random.Random, *, troubled: bool) -> Step:
    events = tuple(
        Event(draw.choice(_EVENTS), draw.randrange(60), draw.randrange(60))
        for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 4]))
    )
    return Step(
        events=events,
        hours=draw.choice(_HOURS) if troubled or draw.random() < 0.4 else 24,
        run=draw.random() < 0.92,
        limits=(draw.choice([0, 0, 0, 0, 1, 2, 3]), draw.choice([0, 0, 0, 0, 1, 2, 3])),
        crash=draw.randrange(30) if troubled and draw.random() < 0.25 else None,
        midway=draw.randrange(60) if draw.random() < 0.08 else None,
        deaf=troubled and draw.random() < 0.1,
        fold=(draw.random() < 0.6, draw.random() < 0.6),
        fault_rate=draw.choice([0, 0, 0.1, 0.1, 0.3, 0.3, 0.6, 1]) if troubled else 0,
        batch=draw.choice([1, 2, 3, 100]),
        draw=draw.randrange(1_000_000),
    )
