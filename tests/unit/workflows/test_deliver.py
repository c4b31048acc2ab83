"""How a plan is carried out: what goes at the same time, what waits for what, and what a failure stops."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from consentric.destinations.retrying import Budget
from consentric.errors import AccessDenied, Interrupted, PlatformError, QuotaExhausted, Refused, Unavailable
from consentric.ledger import Ledger, open_ledger
from consentric.model.lists import BatchState, ListRef, ListSpec, Operation, Receipt, Shape
from consentric.model.plan import Add, EnsureAudience, Remove, RemoveNow, Span, Step
from consentric.model.project import GoogleAccount, MetaAccount, Platform
from consentric.planning.capabilities import MOST_IN_FLIGHT
from consentric.planning.gate import Barred
from consentric.planning.outbox import OUTBOX
from consentric.ports import WireBatch
from consentric.workflows.batches import Dispatch, Parcel
from consentric.workflows.deliver import Delivery
from consentric.workflows.opening import Shell
from fakes import StandingClock

AT = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
ACCOUNTS = {"google": GoogleAccount("google", "123"), "meta": MetaAccount("meta", "act_1", None, None)}


@dataclass
class Told:
    """Progress that remembers."""

    notes: list[str] = field(default_factory=list)
    people: Counter[ListRef] = field(default_factory=Counter)

    def started(self, run_id: str) -> None: ...
    def stage(self, text: str) -> None: ...
    def sent(self, ref: ListRef, operation: Operation, shape: Shape, people: int, request_id: str) -> None:
        self.people[ref] += people

    def note(self, text: str) -> None:
        self.notes.append(text)


@dataclass(frozen=True)
class Watch:
    """Who withdrew during the run."""

    who: Barred = Barred()

    def barred(self) -> Barred:
        return self.who


@dataclass
class Platforms:
    """Both platforms. `answer` may raise; nobody is answered before `expected` requests are there at the same time."""

    answer: Callable[[WireBatch], None] = lambda batch: None
    expected: int = 0
    most: int = 0
    most_of: Counter[str] = field(default_factory=Counter)
    log: list[tuple[str, Operation, int]] = field(default_factory=list)
    lists: Counter[str] = field(default_factory=Counter)
    _inside: list[str] = field(default_factory=list)
    _change: threading.Condition = field(default_factory=threading.Condition)

    def find(self, tag: str) -> str:
        return f"found-{tag}"

    def rename(self, list_id: str, spec: ListSpec) -> None:
        """A list that is found is called as it should be."""

    def keep_for(self, list_id: str, days: int) -> None:
        """And keeps everybody as long as it should."""

    def send(self, batch: WireBatch) -> Receipt:
        with self._change:
            self.log.append((batch.list_id, batch.operation, batch.rows.num_rows))
            self._inside.append(batch.list_id)
            self.most = max(self.most, len(self._inside))
            self.most_of[batch.list_id] = max(self.most_of[batch.list_id], self._inside.count(batch.list_id))
            self._change.notify_all()
            self._change.wait_for(lambda: self.most >= self.expected, 10)
            self._inside.remove(batch.list_id)
        self.answer(batch)
        return Receipt(f"r{batch.number}", batch.rows.num_rows)


@dataclass
class Destinations:
    """As much of a project as delivery asks for."""

    destinations: dict[str, Any]


@dataclass
class Office:
    """A ledger, lists with outboxes, and the delivery of a run."""

    ledger: Ledger
    folder: Path
    told: Told = field(default_factory=Told)
    parcels: dict[ListRef, Parcel] = field(default_factory=dict)
    checkpoint: Callable[[str], None] = lambda name: None

    def list(self, name: str, destination: str, adds: int, removals: int = 0) -> ListRef:
        """A list that is known to its platform under its own name; its outbox has removals first."""
        ref = ListRef(name, destination)
        spec = ListSpec(ref, Platform(destination), ACCOUNTS[destination].account, name, "", f"tag-{name}", 180)
        record = self.ledger.ensure_list(spec, AT)
        self.ledger.record_platform_id(record.id, name, AT)
        record = self.ledger.ensure_list(spec, AT)
        outbox = self.ledger.write_outbox(
            record.id, self.run, [rows(Operation.REMOVE, removals), rows(Operation.ADD, adds)]
        )
        self.parcels[ref] = Parcel(record, outbox)
        return ref

    @property
    def run(self) -> str:
        return self.ledger._run_id or self.ledger.begin_run(AT, "ab" * 32)

    def deliver(self, platforms: Platforms, *steps: Step, watch: Watch = Watch()) -> Delivery:
        shell = Shell(
            self.folder / "f", self.folder, {}, StandingClock(AT), self.told, lambda name: self.checkpoint(name)
        )
        dispatch = Dispatch(shell, self.ledger, watch)  # type: ignore[arg-type]
        delivery = Delivery(
            Destinations(ACCOUNTS),  # type: ignore[arg-type]
            dispatch,
            self.parcels,
            Budget(),
            lambda *_: platforms,  # type: ignore[arg-type,return-value]
        )
        delivery.carry_out(steps)
        return delivery

    def states(self, ref: ListRef) -> Counter[BatchState]:
        return Counter(each.state for each in self.ledger.batches(self.parcels[ref].record.id))


def rows(operation: Operation, count: int) -> pa.Table:
    """People who differ in nothing but their id."""
    if not count:
        return OUTBOX.empty_table()
    ids = np.arange(count, dtype=">u8").tobytes()
    people = pa.array([ids[8 * each : 8 * each + 8] + bytes(8) for each in range(count)], pa.binary())
    key = pa.scalar([{"kind": 1, "value": bytes(32)}], OUTBOX.field("keys").type)
    plain = {
        "op": int(operation),
        "shape": 0,
        "why": "new",
        "fp": None,
        "riders": None,
        "clean": True,
        "evidence": None,
    }
    columns = [
        people
        if each.name == "person"
        else pa.repeat(key if each.name == "keys" else pa.scalar(plain[each.name], each.type), count)
        for each in OUTBOX
    ]
    return pa.Table.from_arrays(columns, schema=OUTBOX)


def add(ref: ListRef, count: int, first: int = 0) -> Add:
    return Add(ref, (Span(first, count, Shape.FULL),), count)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_ledger(tmp_path / "state") as ledger:
        yield Office(ledger, tmp_path)


def test_four_of_a_google_list_one_of_a_meta_audience_and_ten_of_a_run(office: Office) -> None:
    """Everything arrives once and is recorded, and the counts are those of the plan."""
    sizes = {"g1": 55_000, "g2": 51_234, "g3": 20_000}
    google = [office.list(name, "google", count) for name, count in sizes.items()]
    meta = [office.list(name, "meta", 25_000) for name in ("m1", "m2")]
    platforms = Platforms(expected=10)
    counts = {**{ref: sizes[ref.audience] for ref in google}, **dict.fromkeys(meta, 25_000)}
    delivery = office.deliver(platforms, *(add(ref, count) for ref, count in counts.items()))
    assert platforms.most == 10
    assert max(platforms.most_of.values()) <= 4
    assert [platforms.most_of["m1"], platforms.most_of["m2"]] == [1, 1]
    sent: Counter[str] = Counter()
    for name, _, number in platforms.log:
        sent[name] += number
    assert sent == {ref.audience: count for ref, count in counts.items()}
    assert {ref: done.people[Add] for ref, done in delivery.done.items()} == counts
    assert office.told.people == counts
    assert all(set(office.states(ref)) == {BatchState.ACCEPTED} for ref in counts)


def test_nothing_is_sent_of_a_request_out_of_which_everybody_withdrew(office: Office) -> None:
    """And the run goes on with whoever is left."""
    ref = office.list("g", "google", 10_003)
    platforms = Platforms()
    gone = frozenset(rows(Operation.ADD, 10_000).column("person").to_pylist())
    delivery = office.deliver(platforms, add(ref, 10_003), watch=Watch(Barred(gone)))
    assert platforms.log == [("g", Operation.ADD, 3)]
    assert delivery.done[ref].people[Add] == 3
    assert delivery.done[ref].error is None


def test_one_google_list_has_four_in_flight(office: Office) -> None:
    """No fewer where it is alone, and no more."""
    ref = office.list("a", "google", 100_000)
    platforms = Platforms(expected=4)
    office.deliver(platforms, add(ref, 100_000))
    assert platforms.most == 4
    assert office.states(ref) == {BatchState.ACCEPTED: 10}


def test_whoever_withdrew_goes_first_everywhere_and_steps_follow_each_other(office: Office) -> None:
    """No list is added to before the withdrawals of all lists are answered; ordinary removals wait for the adds."""
    refs = [office.list(name, "google", 30_000, 40_000) for name in ("a", "b")]
    urgent = [RemoveNow(ref, (Span(0, 20_000, Shape.FULL),), 20_000) for ref in refs]
    adds = [add(ref, 30_000, 40_000) for ref in refs]
    ordinary = [Remove(ref, (Span(20_000, 20_000, Shape.FULL),), 20_000) for ref in refs]
    platforms = Platforms()
    office.deliver(platforms, *urgent, *adds, *ordinary)
    assert [each[1] for each in platforms.log[:4]] == [Operation.REMOVE] * 4
    for name in ("a", "b"):
        mine = [operation for listed, operation, _ in platforms.log if listed == name]
        assert mine == [Operation.REMOVE] * 2 + [Operation.ADD] * 3 + [Operation.REMOVE] * 2


def test_a_list_that_fails_gets_nothing_more_and_what_was_in_flight_is_recorded(office: Office) -> None:
    """Of several errors the first in the order of the plan is told; the other list is filled."""
    bad, good = office.list("bad", "google", 90_000), office.list("good", "google", 20_000)

    def answer(batch: WireBatch) -> None:
        if batch.list_id == "bad":
            first = int.from_bytes(batch.rows.column("person")[0].as_py()[:8], "big")
            raise Refused("A522", f"no list for {first}")

    delivery = office.deliver(Platforms(answer, expected=6), add(bad, 90_000), add(good, 20_000))
    assert office.states(bad) == {BatchState.FAILED: 4}
    assert office.states(good) == {BatchState.ACCEPTED: 2}
    assert str(delivery.done[bad].error) == "A522: no list for 0"
    assert delivery.done[good].error is None


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("A501", "no answer"),
        QuotaExhausted("A510", "quota of the day"),
        AccessDenied("A541", "expired"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_destination_that_is_down_is_left_alone(office: Office, error: PlatformError) -> None:
    """But for what was in flight, and one probe, all fail with the same reason and without a call; others are served."""
    down = [office.list(f"m{number}", "meta", 10) for number in range(30)]
    well = [office.list(f"g{number}", "google", 10) for number in range(30)]

    def answer(batch: WireBatch) -> None:
        if batch.list_id.startswith("m"):
            raise error

    platforms = Platforms(answer)
    delivery = office.deliver(platforms, *(add(ref, 10) for ref in (*down, *well)))
    assert sum(name.startswith("m") for name, *_ in platforms.log) <= MOST_IN_FLIGHT + 1
    assert all(delivery.done[ref].error is error for ref in down)
    assert all(delivery.done[ref].people[Add] == 10 for ref in well)
    assert sum("nothing more is sent there" in note for note in office.told.notes) == 1


def test_one_silent_list_says_nothing_of_the_others(office: Office) -> None:
    """They are served, whatever place it has in the plan."""
    refs = [office.list(f"m{number}", "meta", 10) for number in range(30)]

    def answer(batch: WireBatch) -> None:
        if batch.list_id == "m0":
            raise Unavailable("A503", "a passing failure")

    delivery = office.deliver(Platforms(answer), *(add(ref, 10) for ref in refs))
    assert [ref for ref in refs if delivery.done[ref].error is not None] == refs[:1]


def test_a_wish_to_stop_leaves_no_request_without_an_outcome(office: Office) -> None:
    """What is in flight is finished and recorded; nothing is begun after it."""
    ref = office.list("a", "google", 200_000)
    passed = 0

    def checkpoint(name: str) -> None:
        nonlocal passed
        if name == "sent":
            passed += 1
        if name == "between_requests" and passed >= 3:
            raise Interrupted(143)

    office.checkpoint = checkpoint
    platforms = Platforms()
    with pytest.raises(Interrupted):
        office.deliver(platforms, add(ref, 200_000))
    assert 3 <= len(platforms.log) < 10
    assert office.states(ref) == {BatchState.ACCEPTED: len(platforms.log)}


def test_a_list_is_made_before_its_first_request_and_alone(office: Office) -> None:
    """Its id is that of the platform."""
    ref = office.list("new", "google", 20_000)
    spec = ListSpec(ref, Platform.GOOGLE, "123", "new", "", "tag-new", 180)
    platforms = Platforms()
    office.deliver(platforms, EnsureAudience(ref, spec), add(ref, 20_000))
    assert {each[0] for each in platforms.log} == {"found-tag-new"}
