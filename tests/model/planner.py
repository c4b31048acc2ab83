"""Drives the real planning code for many lists of one platform at a time: their keys and people never meet.

Every list has a clock of its own; the planning code only compares instants, so all are moved to one instant and back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine import lists, memory
from consentric.engine.base import Sent
from consentric.engine.calm import set_aside
from consentric.engine.connection import Connection
from consentric.engine.match_keys import weigh
from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchRecord
from consentric.model.project import Platform
from consentric.planning.calm import CALM_COUNTS
from consentric.planning.capabilities import CAPABILITIES, Capabilities
from consentric.planning.difference import COUNTS
from consentric.planning.held import UNSETTLED
from consentric.planning.outbox import BASE, RIDERS
from consentric.planning.rows import Allowed
from model.world import KINDS, Key, Person

KEEP_FOR_DAYS: Final = 30
LIFESPAN: Final = Lifespan.of(KEEP_FOR_DAYS)
NOON: Final = datetime(2030, 1, 1, 12, tzinfo=UTC)
_MARK: Final = 8
_DIGEST: Final = 16
_JUDGED: Final = pa.schema(
    [("person", pa.int64()), ("id", pa.binary()), ("rank", pa.int32()), ("evidence", pa.string()), ("fits", pa.bool_())]
)
_KEYS: Final = pa.schema([("person", pa.int64()), ("kind", pa.int8()), ("value", pa.binary()), ("rank", pa.int64())])
_ALIASES: Final = pa.schema([("name", pa.binary()), ("id", pa.binary())])
_RIDERS: Final = pa.schema([("person", pa.int64()), ("riders", RIDERS)])


@dataclass(frozen=True, slots=True)
class Question:
    """One list at one instant; `mark` sets its keys and people apart from those of other lists."""

    mark: int
    number: int
    now: datetime
    sent: Sent
    people: Sequence[Person]
    allowed: Allowed


@dataclass(frozen=True, slots=True)
class Answer:
    """The numbers of a plan, whom it wants on the list, and its rows in order, each with its phase."""

    desired: Mapping[str, tuple[Key, ...]]
    counts: Mapping[str, int]
    rows: list[dict[str, Any]]


class Planner:
    """One engine; what it holds of one question is forgotten with the next."""

    def __init__(self) -> None:
        self._con = Connection(ZoneInfo("UTC"))

    def close(self) -> None:
        self._con.close()

    def plan(self, platform: Platform, questions: Sequence[Question]) -> dict[int, Answer]:
        """The plan of each list, by its mark."""
        return self._plan(platform, questions, self._recall_all)

    def plan_without_calm(self, platform: Platform, questions: Sequence[Question]) -> tuple[dict[int, Answer], int]:
        """The same after calm people were set aside, and how many those were."""
        calm: list[int] = []

        def recall(sent: Sent, capabilities: Capabilities) -> None:
            set_aside(self._con, sent, capabilities, LIFESPAN, NOON)
            calm.append(self._con.number("SELECT (SELECT count(*) FROM wanted) - (SELECT count(*) FROM desired)"))

        answers = self._plan(platform, questions, recall)
        return answers, sum(calm)

    def _recall_all(self, sent: Sent, capabilities: Capabilities) -> None:
        memory.recall(self._con, sent)
        self._con.run("CREATE OR REPLACE TEMP TABLE desired AS SELECT * FROM wanted")

    def _plan(
        self, platform: Platform, questions: Sequence[Question], recall: Callable[[Sent, Capabilities], None]
    ) -> dict[int, Answer]:
        if not questions:
            return {}
        capabilities = CAPABILITIES[platform]
        self._ask(platform, questions)
        recall(_together((each.now, each.sent) for each in questions), capabilities)
        lists.compare(self._con, capabilities, LIFESPAN, NOON)
        counts, desired = self._counts(), self._desired()
        rows: dict[int, list[dict[str, Any]]] = {each.mark: [] for each in questions}
        for allowed in dict.fromkeys(each.allowed for each in questions):
            lists.prepare(self._con, capabilities, allowed)
            marks = {each.mark for each in questions if each.allowed == allowed}
            for row in self._con.table("SELECT * FROM ordered_outbox ORDER BY place").to_pylist():
                if (mark := _mark_of(row["person"])) in marks:
                    rows[mark].append(row)
        empty = dict.fromkeys(self._con.table(COUNTS).schema.names, 0)
        return {
            each.mark: Answer(desired.get(each.mark, {}), counts.get(each.mark, empty), rows[each.mark])
            for each in questions
        }

    def fold(self, platform: Platform, questions: Iterable[tuple[int, datetime, Sent]]) -> dict[int, pa.Table]:
        """The new base of each list that can be folded, by its mark."""
        asked = list(questions)
        if not asked:
            return {}
        memory.recall(self._con, _together((now, sent) for _, now, sent in asked))
        lists.remember(self._con, CAPABILITIES[platform], LIFESPAN, NOON)
        base = lists.folded(self._con)
        unsettled = self._con.table(UNSETTLED.replace("count(*)", "DISTINCT value", 1))
        waiting = {_mark_of(each) for each in unsettled.column("value").to_pylist()}
        marks = [_mark_of(each) for each in base.column("person").to_pylist()]
        found = {}
        for mark, now, _ in asked:
            if mark in waiting:
                continue
            own = base.take(pa.array([place for place, each in enumerate(marks) if each == mark], pa.int64()))
            found[mark] = _moved(own, now - NOON)
        return found

    def _ask(self, platform: Platform, questions: Sequence[Question]) -> None:
        judged, keys, aliases = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
        for each in questions:
            for person in each.people:
                number = len(judged)
                name, fits = marked(each.mark, person.name), each.number in person.lists
                judged.append({"person": number, "id": name, "rank": person.rank, "fits": fits})
                aliases += [{"name": marked(each.mark, former), "id": name} for former, _ in person.joined]
                own = as_cells(each.mark, (key for key in dict.fromkeys(person.keys) if key.kind in KINDS[platform]))
                keys += [{"person": number, "rank": rank, **cell} for rank, cell in enumerate(own)]
        self._make("judged", judged, _JUDGED)
        self._make("aliases", aliases, _ALIASES)
        self._make(f"keys_{platform}", keys, _KEYS)
        self._make(f"riders_{platform}", [], _RIDERS)
        weigh(self._con, platform, CAPABILITIES[platform], "judged", "these")
        for table, query in (
            ("candidates", "SELECT * FROM sendable_these"),
            ("among", "SELECT person FROM judged WHERE fits"),
            ("wanted", "SELECT * FROM candidates SEMI JOIN among USING (person)"),
            ("standing", "SELECT id, rank FROM standing_these"),
            ("exempt", "SELECT kind, value FROM exempt_these"),
        ):
            self._con.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")

    def _make(self, name: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
        self._con.register("arrow_rows", pa.Table.from_pylist(rows, schema))
        self._con.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arrow_rows")
        self._con.unregister("arrow_rows")

    def _desired(self) -> dict[int, dict[str, tuple[Key, ...]]]:
        found: dict[int, dict[str, tuple[Key, ...]]] = {}
        for row in self._con.table("SELECT id, keys FROM wanted").to_pylist():
            found.setdefault(_mark_of(row["id"]), {})[unmarked(row["id"])] = as_keys(row["keys"])
        return found

    def _counts(self) -> dict[int, dict[str, int]]:
        grouped = f"{COUNTS} GROUP BY hex(id)[1:{2 * _MARK}]".replace(
            "SELECT", f"SELECT hex(id)[1:{2 * _MARK}] AS mark,", 1
        )
        found = {
            _mark_of(bytes.fromhex(each.pop("mark"))): each
            for each in self._con.table(f"{grouped} ORDER BY mark").to_pylist()
        }
        calm = self._con.table("SELECT id FROM wanted WHERE id NOT IN (SELECT id FROM desired)").column("id")
        for each in calm.to_pylist():
            counts = found.setdefault(_mark_of(each), dict.fromkeys(self._con.table(COUNTS).schema.names, 0))
            for name in CALM_COUNTS:
                counts[name] += 1
        return found


def marked(mark: int, name: str) -> bytes:
    """As many bytes as a digest has, if the name is no longer than that: calm people are found by whole digests."""
    return f"{mark:0{_MARK}}{name}".encode().ljust(_DIGEST)


def unmarked(value: bytes) -> str:
    return value[_MARK:].decode().rstrip()


def as_cells(mark: int, keys: Iterable[Key]) -> list[dict[str, Any]]:
    return [{"kind": key.kind, "value": marked(mark, key.name)} for key in keys]


def as_keys(cells: Iterable[Mapping[str, Any]]) -> tuple[Key, ...]:
    return tuple(Key(cell["kind"], unmarked(cell["value"])) for cell in cells)


def _mark_of(value: bytes) -> int:
    return int(value[:_MARK])


def _together(books: Iterable[tuple[datetime, Sent]]) -> Sent:
    bases: list[pa.Table] = []
    outboxes: list[tuple[int, pa.Table, frozenset[int]]] = []
    batches: list[BatchRecord] = []
    for now, sent in books:
        by = NOON - now
        bases += [] if sent.base is None else [_moved(sent.base, by)]
        outboxes += sent.outboxes
        batches += [_later(each, by) for each in sent.batches]
    return Sent(pa.concat_tables(bases) if bases else None, outboxes, batches)


def _later(batch: BatchRecord, by: timedelta) -> BatchRecord:
    accepted, decided = (None if each is None else each + by for each in (batch.accepted_at, batch.decided_at))
    return replace(batch, sent_at=batch.sent_at + by, accepted_at=accepted, decided_at=decided)


def _moved(base: pa.Table, by: timedelta) -> pa.Table:
    place = BASE.get_field_index("added_at")
    moved = pc.add(base.column("added_at"), pa.scalar(by, pa.duration("us")))
    return base.set_column(place, BASE.field("added_at"), moved)
