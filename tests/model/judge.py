"""What must be true of every plan, of every request when it is sent, and of a list once nothing is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from consentric.model.lists import BatchState, Operation, Shape
from consentric.model.project import Platform
from consentric.planning.rows import Allowed, Phase
from model.book import Book
from model.planner import Answer, as_keys, unmarked
from model.platform import HostedList
from model.world import TOOK_IT_AWAY, Key, Wanted

OWED: Final = ("add", "remove", "later", "refresh", "reassert")
_TAKEN: Final = frozenset({BatchState.ACCEPTED, BatchState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Violation:
    """A property (a letter) that does not hold, and how it shows."""

    letter: str
    text: str
    step: int = -1


class Broken(AssertionError):
    """Carries a violation to whoever plays the history."""

    def __init__(self, letter: str, text: str) -> None:
        super().__init__(f"({letter}) {text}")
        self.violation = Violation(letter, text)


def demand(held: bool, letter: str, text: str) -> None:
    if not held:
        raise Broken(letter, text)


class Ties:
    """Who is connected with whom: sets of keys and people that grow together."""

    def __init__(self) -> None:
        self._parent: dict[object, object] = {}

    def join(self, things: Iterable[object]) -> None:
        first, *others = [self.root(each) for each in things] or [None]
        for each in others:
            self._parent[self.root(each)] = self.root(first)

    def root(self, thing: object) -> object:
        while (parent := self._parent.get(thing, thing)) != thing:
            thing = parent
        return thing


@dataclass(slots=True)
class Traces:
    """What the requests say of keys: who put each on the list, and whether its last word is an add or a removal."""

    owners: dict[Key, set[str]] = field(default_factory=dict)
    present: set[Key] = field(default_factory=set)

    @classmethod
    def of(cls, book: Book, platform: Platform) -> Traces:
        found = cls()
        for batch, rows in book.history():
            if batch.state is BatchState.FAILED:
                continue
            for row in rows:
                for key in as_keys(row["keys"]):
                    if batch.operation is Operation.ADD:
                        found.owners.setdefault(key, set()).add(unmarked(row["person"]))
                        found.present.add(key)
                    elif batch.state in _TAKEN and (platform is Platform.GOOGLE or batch.shape is not Shape.FULL):
                        found.present.discard(key)
                        if batch.state is BatchState.CONFIRMED:
                            found.owners.pop(key, None)
        return found

    def ties(self, wanted: Wanted) -> Ties:
        """People and keys as they hang together now."""
        ties = Ties()
        for name, keys in wanted.desired.items():
            ties.join([("person", name), *keys])
        for key, names in self.owners.items():
            ties.join([key, *(("person", name) for name in names)])
        return ties


def judge_plan(answer: Answer, wanted: Wanted, allowed: Allowed, traces: Traces) -> None:
    """Everything that can be said before the first request."""
    demand(answer.desired == wanted.desired, "a", f"wants {answer.desired}, and should want {wanted.desired}")
    adds = [row for row in answer.rows if row["op"] == Operation.ADD]
    removals = [row for row in answer.rows if row["op"] == Operation.REMOVE]
    for row in adds:
        name = unmarked(row["person"])
        keys = set(as_keys(row["keys"]))
        demand(keys <= set(wanted.desired.get(name, ())), "a", f"an add of {name} with {keys}, who may not be sent so")
    _judge_withdrawals(wanted, traces, removals)
    numbers = answer.counts
    total = numbers["unchanged"] + numbers["add"] + later(numbers)
    demand(numbers["members"] == total, "d", f"members are not unchanged + add + later: {_told(numbers)}")
    total = numbers["unchanged"] + numbers["remove"] + numbers["rekey"]
    demand(numbers["was"] == total, "d", f"was is not unchanged + remove + rekey: {_told(numbers)}")
    if not owes(answer):
        demand(not adds and not removals, "e", f"nothing is owed, and yet there are rows: {_why(answer.rows)}")


def _judge_withdrawals(wanted: Wanted, traces: Traces, removals: Iterable[Mapping[str, Any]]) -> None:
    at_once = {key for row in removals if row["phase"] == Phase.REMOVE_NOW for key in as_keys(row["keys"])}
    gone = {name for name, rank in wanted.standing.items() if rank in TOOK_IT_AWAY}
    for key in traces.present - wanted.keys:
        owners = traces.owners.get(key, set()) & gone
        demand(not owners or key in at_once, "c", f"{key} of {owners}, who withdrew, is not removed at once")
        demand(
            key not in wanted.exempt or key in at_once, "c", f"{key}, shared with who withdrew, is not removed at once"
        )


def judge_withdrawer_keys(wanted: Wanted, traces: Traces, withdrawn: Mapping[str, Iterable[Key]], rows: Any) -> None:
    """The same for the keys that somebody has now, under whatever name they were sent."""
    at_once = {key for row in rows if row["phase"] == Phase.REMOVE_NOW for key in as_keys(row["keys"])}
    for name, keys in withdrawn.items():
        for key in traces.present & set(keys) - wanted.keys:
            demand(
                key in at_once, "c", f"{key} of {name}, who withdrew, sent under another name, is not removed at once"
            )


def owes(answer: Answer) -> bool:
    return any(answer.counts[name] for name in OWED) or later(answer.counts) > 0


def later(numbers: Mapping[str, int]) -> int:
    """Whoever waits for a removal, as the plan shows it: stayers with changed keys wait too."""
    return numbers["later"] + numbers["rekey"]


def judge_folding(folded: Answer, never: Answer) -> None:
    """Folded or not, the same is sent, and the same numbers are shown."""
    ours, theirs = _wire(folded.rows), _wire(never.rows)
    demand(ours == theirs, "h", f"folding changes what is sent: {ours ^ theirs}")


def judge_folded_numbers(folded: Answer, never: Answer) -> None:
    ours, theirs = _told(folded.counts), _told(never.counts)
    demand(ours == theirs, "n", f"folding changes the numbers: {ours} and {theirs}")


def _wire(rows: Iterable[Mapping[str, Any]]) -> set[tuple[object, ...]]:
    return {
        (
            row["op"],
            row["shape"],
            unmarked(row["person"]) if row["op"] != Operation.REMOVE else "",
            as_keys(row["keys"]),
        )
        for row in rows
    }


def judge_sending(
    rows: Iterable[Mapping[str, Any]], phase: Phase, wanted: Wanted, traces: Traces, host: HostedList
) -> None:
    """No add beside an open removal of its component, no ordinary removal beside an open add of its component."""
    rows = list(rows)
    ties = traces.ties(wanted)
    for row in rows:
        ties.join([("person", unmarked(row["person"])), *as_keys(row["keys"])])
    own = {ties.root(key) for row in rows for key in as_keys(row["keys"])}
    is_add = phase in (Phase.ADD, Phase.REFRESH)
    if phase is Phase.REMOVE_NOW and not is_add:
        return
    for request in host.open:
        if request.add != is_add:
            other = {ties.root(key): key for place, row in enumerate(request.rows) for key in row}
            both = own & other.keys()
            what = "an add beside an open removal" if is_add else f"a removal ({phase.name}) beside an open add"
            demand(not both, "f", f"{what} of the same component: {[other[each] for each in both]}")


def judge_rest(wanted: Wanted, host: HostedList, alive: frozenset[str], ties_of: Mapping[int, Ties]) -> int:
    """A list of which nothing is owed holds the accounts of its members; how many are missing and may be.

    `ties_of` has, for each removal, who was connected with whom when it was planned.
    """
    expected = {account for key in wanted.keys for account in host.reach(key)}
    demand(not alive - expected, "b", f"holds {sorted(alive - expected)}, which nobody who should be there reaches")
    allowed = 0
    for account in sorted(expected - alive):
        if account in host.unread:
            allowed += 1
            continue
        demand(account in host.takers, "b", f"lacks {account}, taken by nobody")
        taker, number = host.takers[account]
        ties = ties_of[number]
        owners = {
            ties.root(thing)
            for name, keys in wanted.desired.items()
            if any(account in host.reach(key) for key in keys)
            for thing in (("person", name), *keys)
        }
        demand(ties.root(taker) not in owners, "b", f"lacks {account}, taken by {taker.name}")
        allowed += 1
    return allowed


def _told(numbers: Mapping[str, int]) -> str:
    return " ".join(f"{name} {number}" for name, number in numbers.items() if number)


def _why(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(row["why"], unmarked(row["person"])) for row in rows]
