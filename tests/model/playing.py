"""One history on its way: events, hours, and runs in the order of the real ones; plans come from the real planning code."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import pyarrow as pa

from consentric.model.lists import BatchState, Drift, Operation
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.drift import drifted
from consentric.planning.gate import Barred, gate
from consentric.planning.guards import LEFT_THE_FILE
from consentric.planning.rows import Allowed, Phase
from consentric.planning.settling import believed, is_early, is_open
from model.book import Book, Outbox, stretches
from model.history import LIMITS, History, Step
from model.judge import (
    Ties,
    Traces,
    Violation,
    demand,
    judge_folded_numbers,
    judge_folding,
    judge_plan,
    judge_rest,
    judge_sending,
    judge_withdrawer_keys,
    owes,
)
from model.planner import KEEP_FOR_DAYS, Answer, Question, as_keys, marked, unmarked
from model.platform import HostedList, Request
from model.rest import CleanNights
from model.troubles import (
    START,
    UNKNOWN_HOURS,
    doubt_after_repeating,
    drawn_delay,
    drawn_verdict,
    state_after_repeating,
    verdict,
)
from model.world import TOOK_IT_AWAY, Wanted, World

MINUTE: Final = timedelta(minutes=1)
_MOST_REFUSALS: Final = 5
_REMOVES: Final = ("remove", "rekey", "later", "reassert")


class Died(Exception):
    """The process is gone; what it wrote is there."""


class Failed(Exception):
    """The platform did not take a request: the list gets nothing more in this run."""


@dataclass(slots=True)
class Side:
    """One list: our book of it, and the platform's."""

    number: int
    platform: Platform
    mark: int
    host: HostedList
    book: Book = field(default_factory=Book)
    requests: dict[int, tuple[Request, BatchState]] = field(default_factory=dict)
    ties: dict[int, Ties] = field(default_factory=dict)
    wanted: Wanted = field(default_factory=lambda: Wanted({}, {}, frozenset()))
    traces: Traces = field(default_factory=Traces)
    answer: Answer | None = None
    outbox: Outbox | None = None
    failed: bool = False
    unseen: int = 0
    clean: CleanNights = field(default_factory=CleanNights)


class Play:
    """One history on its way."""

    def __init__(self, history: History, mark: int) -> None:
        self.history = history
        self.world = World(history.seed, history.people, history.switches.match_rate)
        self.now = START
        self.violation: Violation | None = None
        self.tally: Counter[str] = Counter()
        self.sides = [
            Side(number, platform, mark + number, self._host(platform))
            for number, platform in enumerate(history.platforms)
        ]
        self._step = Step()
        self._points = 0
        self._added = False

    def _host(self, platform: Platform) -> HostedList:
        lifetime = timedelta(days=KEEP_FOR_DAYS) if CAPABILITIES[platform].lapses else None
        switches = self.history.switches
        if platform is not Platform.META:
            switches = replace(switches, smallest=0)
        return HostedList(switches, self.history.seed, self.world.accounts, lifetime)

    def begin(self, step: Step) -> None:
        """Up to the plan: events, hours, what became of earlier requests."""
        self._step, self._points, self._added = step, 0, False
        if step.calm:
            self.world.dropped.clear()
            self.world.closed.clear()
        else:
            for side in self.sides:
                side.clean.stop()
        for event in step.events:
            self.world.happen(event)
        self._pass(timedelta(hours=step.hours))
        if not step.run:
            return
        for side in self.sides:
            side.book.abandon(self.now)
            side.failed, side.outbox = False, None
            if not step.deaf:
                self._confirm(side)

    def foldable(self) -> Iterator[Side]:
        for side in self.sides:
            chosen = self._step.run and self._step.fold[side.number] and side.book.outboxes
            if chosen and not side.book.is_open(self.now):
                yield side

    def questions(self) -> Iterator[tuple[Side, Question]]:
        if not self._step.run:
            return
        people = tuple(replace(each, lists=each.lists - self.world.dropped) for each in self.world.present())
        for side in self.sides:
            side.wanted = self.world.wanted(side.number, side.platform)
            yield side, Question(side.mark, side.number, self.now, side.book.sent(), people, self._allowed(side))

    def _allowed(self, side: Side) -> Allowed:
        """An audience that is not in the file stops its list, and so, in part, does a list that takes nobody in."""
        if side.number in self.world.dropped:
            return LEFT_THE_FILE.allowed
        allowed = LIMITS[0] if self._step.calm else LIMITS[self._step.limits[side.number]]
        if not self._is_closed(side):
            return allowed
        trouble = drifted(Drift.CLOSED, "")
        assert trouble is not None
        self.tally["closed"] += 1
        return replace(allowed, adds=trouble.allowed.adds, refreshes=trouble.allowed.refreshes)

    def _is_closed(self, side: Side) -> bool:
        return side.number in self.world.closed and side.platform is Platform.GOOGLE

    def judge(self, side: Side, question: Question, answer: Answer, never_folded: Answer) -> None:
        """The plan, and the list itself where nothing is owed."""
        side.answer = answer
        side.traces = Traces.of(side.book, side.platform)
        judge_plan(answer, side.wanted, question.allowed, side.traces)
        withdrawn = {each.name: each.keys for each in self.world.present() if each.rank in TOOK_IT_AWAY}
        judge_withdrawer_keys(side.wanted, side.traces, withdrawn, answer.rows)
        if not self.handed_over(side):
            judge_folding(answer, never_folded)
            judge_folded_numbers(answer, never_folded)
        if self.rests(side):
            alive = side.host.alive(self.now)
            side.unseen += judge_rest(side.wanted, side.host, alive, side.ties)
            self.tally["rests"] += 1

    def handed_over(self, side: Side) -> bool:
        """Whether something was sent under a name that the data does not have any more: it belongs to whoever has its keys."""
        return not side.book.names() <= {each.name for each in self.world.present()}

    def rests(self, side: Side) -> bool:
        assert side.answer is not None
        return not owes(side.answer) and not side.book.is_open(self.now) and not side.host.open

    def finish_night(self) -> None:
        """In a clean night: whether the lists are at rest, and have to be."""
        for side in self.sides if self._step.calm else ():
            assert side.answer is not None
            phases = {row["phase"] for row in side.answer.rows if row["op"] != Operation.OWED}
            if word := side.clean.pass_one(rests=self.rests(side), removes=self._removes(side)):
                self.tally[word] += 1
            side.clean.judge(
                only_refreshes=phases <= {Phase.REFRESH} and not side.host.open,
                told={name: number for name, number in side.answer.counts.items() if number},
            )

    def _removes(self, side: Side) -> bool:
        """Whether a removal is owed, open, or awaited."""
        assert side.answer is not None
        removals = [each for each in side.book.batches.values() if each.operation is Operation.REMOVE]
        return (
            any(side.answer.counts[name] for name in _REMOVES)
            or any(is_open(each, self.now) for each in removals)
            or any(not each.add for each in side.host.open)
        )

    def is_over(self, place: int) -> bool:
        """Whether nothing can happen any more: both lists rested twice, and only clean nights are left."""
        return all(side.clean.rested > 1 for side in self.sides) and all(
            step.calm and not step.events for step in self.history.steps[place:]
        )

    def deliver(self) -> None:
        """Outboxes, then phase by phase over both lists, as the workflows do."""
        if not self._step.run:
            return
        try:
            self._deliver()
        except Died:
            self.tally["crashes"] += 1

    def _deliver(self) -> None:
        granted = self.world.granted()
        self._point()
        for side in self.sides:
            assert side.answer is not None
            if any(row["op"] != Operation.OWED for row in side.answer.rows):
                side.outbox = side.book.write(side.answer.rows)
                self._point()
        if self._step.midway is not None:
            self.world.withdraw(self._step.midway)
        barred = self._barred(granted - self.world.granted())
        for phase in Phase:
            for side in self.sides:
                if side.outbox is None or side.failed:
                    continue
                try:
                    self._phase(side, side.outbox, phase, barred)
                except Failed:
                    side.failed = True

    def _phase(self, side: Side, outbox: Outbox, phase: Phase, barred: Barred) -> None:
        for stretch, shape, first, rows in stretches(outbox.rows):
            if stretch is not phase:
                continue
            if phase in (Phase.ADD, Phase.REFRESH) and not side.book.created:
                self._fault(side, first, ("refused",))
                side.book.created = True
                self._point()
            size = 100 if self._step.calm else self._step.batch
            for start in range(first, first + rows, size):
                for _ in range(_MOST_REFUSALS - 1):
                    if self._attempt(side, outbox, phase, shape, start, min(size, first + rows - start), barred):
                        break
                else:
                    self._attempt(side, outbox, phase, shape, start, min(size, first + rows - start), barred)

    def _attempt(
        self, side: Side, outbox: Outbox, phase: Phase, shape: int, first: int, count: int, barred: Barred
    ) -> bool:
        """One request; False when the platform named bad rows and the rest is to be sent again."""
        self._point()
        places = [place for place in range(first, first + count) if place not in outbox.skipped]
        kept_back = self._gated(outbox, places, barred)
        places = [place for place in places if place not in kept_back]
        rows = [outbox.rows[place] for place in places]
        if not rows:
            return True
        is_add = phase in (Phase.ADD, Phase.REFRESH)
        self._judge_order(side, phase, rows)
        operation = Operation.ADD if is_add else Operation.REMOVE
        ties = side.traces.ties(side.wanted)
        batch = side.book.intend(outbox, operation, shape, first, count, self.now)
        side.ties[batch.id] = ties
        self._point()
        kinds = ("refused", "bad_rows", "lost", "unanswered", "retried_away", "late")
        fault = self._fault(side, first, kinds, batch.id)
        if fault == "bad_rows" and is_add:
            outbox.skipped.add(places[0])
            side.book.outcome(batch.id, BatchState.FAILED, self.now)
            return False
        self._send(side, batch.id, rows, fault, is_add=is_add)
        return True

    def _send(self, side: Side, number: int, rows: Sequence[dict[str, Any]], fault: str, *, is_add: bool) -> None:
        self.tally["requests"] += 1
        draw = random.Random(f"{self._step.draw}/{side.number}/{len(side.requests)}/send")
        keys = tuple(as_keys(row["keys"]) for row in rows)
        later = drawn_verdict(side.platform, self._step, draw)
        said = verdict(later if later in self.history.faults else "")
        self.tally[later] += said is not BatchState.CONFIRMED
        dud = frozenset(range(len(rows))) if said is BatchState.FAILED else frozenset[int]()
        if said is BatchState.PARTIAL:
            dud = frozenset({draw.randrange(len(rows))})
        if not is_add and side.host.refuses(keys, self.now):
            self.tally["too small"] += 1
            fault, side.clean.refused = "refused", self._step.calm
        if fault not in ("refused", "lost"):
            known = fault not in ("unanswered", "retried_away")
            delay = drawn_delay(self.history.switches, side.platform, self._step, draw, is_add=is_add, known=known)
            request = Request(number, is_add, keys, self.now, self.now + delay, dud)
            side.host.arrive(request)
            side.requests[number] = (request, said)
            if fault == "late":
                late = timedelta(hours=draw.choice((0.5, 6, 14, UNKNOWN_HOURS)))
                side.host.arrive(replace(request, due=self.now + late, dud=frozenset()))
        self._pass(MINUTE)
        self._point()
        match fault:
            case "refused":
                side.book.outcome(number, BatchState.FAILED, self.now)
                raise Failed
            case "retried_away":
                side.book.outcome(number, state_after_repeating(), self.now)
                raise Failed
            case "lost" | "unanswered":
                side.book.outcome(number, BatchState.UNKNOWN, self.now)
                raise Failed
            case _:
                pass
        side.book.outcome(number, BatchState.ACCEPTED, self.now, doubtful=fault == "late" and doubt_after_repeating())
        self._point()

    def _judge_order(self, side: Side, phase: Phase, rows: list[dict[str, Any]]) -> None:
        if phase in (Phase.ADD, Phase.REFRESH):
            self._added = True
            demand(not self._is_closed(side), "e", "somebody is added to a list that takes nobody in")
            for row in rows:
                name = unmarked(row["person"])
                demand(name in self.world.granted(), "a", f"{name} is added without consent")
                barred = self.world.barred_keys().intersection(as_keys(row["keys"]))
                demand(not barred, "a", f"{name} is added with {barred}, which somebody without consent has too")
        elif phase is Phase.REMOVE_NOW:
            demand(not self._added, "c", "somebody was added before those whom no guard holds back were removed")
        judge_sending(rows, phase, side.wanted, Traces.of(side.book, side.platform), side.host)

    def _barred(self, names: frozenset[str]) -> Barred:
        """What the engine finds of people whose consent ended."""
        ended = [each for each in self.world.present() if each.name in names]
        return Barred(
            frozenset(marked(side.mark, each.name) for side in self.sides for each in ended),
            frozenset(marked(side.mark, key.name) for side in self.sides for each in ended for key in each.keys),
        )

    def _gated(self, outbox: Outbox, places: list[int], barred: Barred) -> frozenset[int]:
        """What the real gate keeps back."""
        kept_back = frozenset(places[each] for each in gate(outbox.table.take(pa.array(places, pa.int64())), barred))
        outbox.skipped.update(kept_back)
        return kept_back

    def _fault(self, side: Side, place: int, kinds: Iterable[str], number: int = 0) -> str:
        """What goes wrong with this call, "" for nothing. Raises Failed when it cannot even be tried."""
        draw = random.Random(f"{self._step.draw}/{side.number}/{place}/{len(side.book.batches)}")
        if self._step.calm or draw.random() >= self._step.fault_rate:
            return ""
        found = draw.choice([kind for kind in kinds if kind in self.history.faults] or [""])
        if found:
            self.tally[found] += 1
        if found and not number:
            raise Failed
        return found

    def _confirm(self, side: Side) -> None:
        capabilities = CAPABILITIES[side.platform]
        for batch in list(side.book.batches.values()):
            if batch.state is not BatchState.ACCEPTED or is_early(batch, capabilities, self.now):
                continue
            request, said = side.requests[batch.id]
            if capabilities.settle_after is not None:
                side.book.outcome(batch.id, BatchState.CONFIRMED, self.now)
            elif request.done:
                side.book.outcome(batch.id, believed(batch, said), self.now)

    def _pass(self, time: timedelta) -> None:
        self.now += time
        for side in self.sides:
            side.host.advance(self.now)

    def _point(self) -> None:
        """A moment at which the process may die."""
        if not self._step.calm and self._points == self._step.crash:
            raise Died
        self._points += 1
