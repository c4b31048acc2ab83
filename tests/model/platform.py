"""A list on a platform: accounts since when and by which keys, and requests that it carries out in its own time and order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from consentric.model.project import Platform
from model.positions import MODEL, Position, covering
from model.world import Key


class Order(StrEnum):
    """In which order requests are executed that are open at the same time."""

    KEPT = "kept"
    SHUFFLED = "shuffled"
    REMOVALS_LAST = "removals_last"
    REMOVALS_FIRST = "removals_first"
    TWICE = "twice"


class Takes(StrEnum):
    """What a removal takes out."""

    ACCOUNT = "account"
    IDENTIFIER = "identifier"


class Meant(StrEnum):
    """Whom a removal with several keys means."""

    ANY = "any"
    ALL = "all"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Switches:
    """What nobody knows about the platforms. Delays in hours; `smallest`: a removal that would leave fewer is refused."""

    order: Order = Order.KEPT
    takes: Takes = Takes.ACCOUNT
    meant: Meant = Meant.ANY
    match_rate: int = 86
    google_delay: float = 2
    meta_add_delay: float = 1
    meta_remove_delay: float = 20
    smallest: int = 0

    @classmethod
    def at(cls, position: Position) -> Switches:
        return cls(
            Order(position["order"]),
            Takes(position["removal_takes"]),
            Meant(position["multi_key_removal"]),
            int(position["match_rate"]),
            *(_hours(position[name]) for name in ("google_delay", "meta_add_delay", "meta_remove_delay")),
            _SMALLEST if position["low_size_refusals"] == "on" else 0,
        )

    def delay(self, platform: Platform, *, is_add: bool) -> float:
        """Hours after which a request is carried out, as a rule."""
        if platform is Platform.GOOGLE:
            return self.google_delay
        return self.meta_add_delay if is_add else self.meta_remove_delay


_SMALLEST: Final = 2
"""In place of the hundred accounts of the real one."""


def _hours(duration: str) -> float:
    return int(duration[:-1]) / {"h": 1, "m": 60}[duration[-1]]


POSITIONS: Final = tuple(Switches.at(position) for position in covering(MODEL))
USUAL: Final = Switches()


@dataclass(slots=True)
class Request:
    """An arrived request. `number` is the ledger's; `rows` that the platform will not carry out are in `dud`."""

    number: int
    add: bool
    rows: tuple[tuple[Key, ...], ...]
    arrived: datetime
    due: datetime
    dud: frozenset[int] = frozenset()
    runs: int = 0
    done: bool = False


@dataclass(slots=True)
class Holding:
    """An account on the list."""

    last: datetime
    keys: set[Key]


@dataclass(slots=True)
class HostedList:
    """The platform's side of one list."""

    switches: Switches
    seed: int
    reach: Callable[[Key], tuple[str, ...]]
    lifetime: timedelta | None
    held: dict[str, Holding] = field(default_factory=dict)
    open: list[Request] = field(default_factory=list)
    takers: dict[str, tuple[Key, int]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def arrive(self, request: Request) -> None:
        self.open.append(request)

    def advance(self, now: datetime) -> None:
        """Executes what is due, and before it whatever else is open that this platform prefers."""
        while self.open:
            due = min(self.open, key=lambda each: each.due)
            if due.due > now:
                return
            if self.switches.order is Order.TWICE:
                self._twice(due)
                continue
            ready = [each for each in self.open if each.arrived <= due.due]
            for request in sorted(ready, key=self._preference):
                self._run(request, due.due)
                self._finish(request)
                if request is due:
                    break

    def refuses(self, rows: Iterable[Iterable[Key]], now: datetime) -> bool:
        """Whether the list would become too small by this removal."""
        if not self.switches.smallest:
            return False
        return len(self.alive(now) - {account for row in rows for key in row for account in self.reach(key)}) < (
            self.switches.smallest
        )

    def alive(self, now: datetime) -> frozenset[str]:
        """The accounts on the list whose time has not run out."""
        return frozenset(name for name, each in self.held.items() if not self._lapsed(each, now))

    def _twice(self, due: Request) -> None:
        ready = [each for each in self.open if each.arrived <= due.due]
        for request in ready:
            if request.runs == 0:
                self._run(request, due.due)
        for request in sorted(ready, key=self._draw):
            if request is due or request.runs == 1:
                self._run(request, due.due)
        self._finish(due)

    def _preference(self, request: Request) -> tuple[object, ...]:
        match self.switches.order:
            case Order.SHUFFLED:
                return (self._draw(request),)
            case Order.REMOVALS_LAST:
                return (not request.add, request.due)
            case Order.REMOVALS_FIRST:
                return (request.add, request.due)
            case _:
                return (request.due,)

    def _draw(self, request: Request) -> float:
        return random.Random(f"{self.seed}/{request.rows}/{request.arrived}").random()

    def _finish(self, request: Request) -> None:
        request.done = True
        self.open.remove(request)

    def _run(self, request: Request, at: datetime) -> None:
        request.runs += 1
        for place, row in enumerate(request.rows):
            if place in request.dud:
                self.unread.update(account for key in row for account in self.reach(key) if request.add)
            elif request.add:
                self._add(row, request.arrived, at)
            else:
                self._remove(row, request.number)

    def _add(self, row: Iterable[Key], arrived: datetime, at: datetime) -> None:
        for key in row:
            for account in self.reach(key):
                self.takers.pop(account, None)
                self.unread.discard(account)
                holding = self.held.get(account)
                if holding is None or self._lapsed(holding, at):
                    self.held[account] = Holding(arrived, {key})
                else:
                    holding.last = max(holding.last, arrived)
                    holding.keys.add(key)

    def _remove(self, row: Sequence[Key], number: int) -> None:
        for key, account in self._meant(row):
            holding = self.held.get(account)
            if holding is None:
                continue
            if self.switches.takes is Takes.ACCOUNT:
                holding.keys.clear()
            holding.keys.discard(key)
            if not holding.keys:
                del self.held[account]
                self.takers[account] = (key, number)

    def _meant(self, row: Sequence[Key]) -> list[tuple[Key, str]]:
        pairs = [(key, account) for key in row for account in self.reach(key)]
        match self.switches.meant:
            case Meant.ANY:
                return pairs
            case Meant.ALL:
                return [pair for pair in pairs if all(pair[1] in self.reach(key) for key in row)]
            case Meant.BEST:
                found = sorted((key for key in row if self.reach(key)), key=lambda key: key.kind)
                return [(found[0], account) for account in self.reach(found[0])] if found else []

    def _lapsed(self, holding: Holding, at: datetime) -> bool:
        return self.lifetime is not None and at >= holding.last + self.lifetime
