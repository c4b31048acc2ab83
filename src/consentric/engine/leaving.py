"""Takes people off a list without any source: everybody else stays as they were sent, and nobody is added.

The same statements as for a sync (planning/difference.py) run over what may be on the list: the people who must leave are
suppressed, everybody else is wanted with the keys they have there, without those that somebody who leaves has too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine import lists, memory
from consentric.engine.base import Sent
from consentric.engine.connection import Connection
from consentric.engine.reach import Index, reach_of
from consentric.identifiers import compiled
from consentric.model.lifespan import Lifespan
from consentric.model.lists import KeyType
from consentric.model.people import Reason
from consentric.model.requests import SentKey
from consentric.planning.capabilities import Capabilities
from consentric.planning.rows import Allowed, Stretch
from consentric.selection.consent import GRANTED_RANK, RANK

_REMOVALS_ONLY: Final = Allowed(adds=False, removals=False, vanished=False, refreshes=False)
_SOUGHT_KINDS: Final = (KeyType.EMAIL, KeyType.PHONE)

_LEAVERS: Final = """
    CREATE OR REPLACE TEMP TABLE leavers AS
    SELECT person FROM held_people WHERE person IN (SELECT key FROM arrow_names)"""

_WANTED: Final = (
    """
    CREATE OR REPLACE TEMP TABLE kept_keys AS
    SELECT o.person, o.kind, o.value FROM owners o ANTI JOIN leavers l ON l.person = o.person
    WHERE (o.kind, o.value) NOT IN (SELECT (g.kind, g.value) FROM owners g JOIN leavers l ON l.person = g.person)""",
    """
    CREATE OR REPLACE TEMP TABLE desired AS
    WITH whole AS (SELECT person, count(*) AS keys FROM owners GROUP BY person),
    kept AS (
      SELECT person, count(*) AS kept, list({'kind': kind, 'value': value} ORDER BY kind, value) AS keys
      FROM kept_keys GROUP BY person)
    SELECT p.person, p.person AS id, k.keys, CASE WHEN w.keys = k.kept THEN p.fp END AS fp, p.riders, p.evidence
    FROM held_people p JOIN kept k USING (person) JOIN whole w USING (person)""",
    # Everybody has a standing, so that nobody takes over the name of somebody else who shares a key.
    f"""
    CREATE OR REPLACE TEMP TABLE standing AS
    SELECT person AS id, CASE WHEN person IN (SELECT person FROM leavers) THEN {RANK[Reason.SUPPRESSED]}
                              ELSE {GRANTED_RANK} END AS rank
    FROM (SELECT DISTINCT person FROM adds)""",
    "CREATE OR REPLACE TEMP TABLE exempt AS SELECT kind, value FROM owners LIMIT 0",
    "CREATE OR REPLACE TEMP TABLE aliases AS SELECT person AS name, person AS id FROM owners LIMIT 0",
)


@dataclass(frozen=True, slots=True)
class Leaving:
    """`people` who are, or may be, on the list and must leave; `rows` is the outbox, None if all of it was sent before."""

    people: frozenset[bytes]
    stretches: tuple[Stretch, ...] = ()
    rows: tuple[pa.Table, ...] = ()


def what_was_sent(kind: KeyType, values: pa.Array, key: bytes) -> Mapping[bytes, SentKey]:
    """Hashes as platforms get them, by which somebody is found whom no source knows any more, under keyed digests of them."""
    values = values.drop_null().cast(pa.binary())
    digests = sent_digest(kind, values, key)
    return {digest: SentKey(kind, value) for digest, value in zip(digests.to_pylist(), values.to_pylist(), strict=True)}


def sent_digest(kind: KeyType, values: pa.Array, key: bytes) -> pa.FixedSizeBinaryArray:
    """The same for each value in its place."""
    return compiled.keyed_digest(values, key, f"sent\n{int(kind)}\n".encode())


@dataclass(frozen=True, slots=True)
class Sought:
    """People by the digest of what they were sent by: who may be on the list, and who was, as far as its files still tell."""

    there: Mapping[bytes, frozenset[bytes]]
    gone: Mapping[bytes, frozenset[bytes]]


def seek(
    capabilities: Capabilities,
    lifespan: Lifespan,
    sent: Sent,
    now: datetime,
    sought: frozenset[bytes],
    key: bytes,
    known: Mapping[bytes, SentKey],
) -> Sought:
    """The people who may be on the list by any of these digests of what was sent, or were.

    Of those that are `known` the key itself is looked up; for others every key on the list is hashed.
    """
    index = Index(sent)
    hits = set(_known_hits(index, {digest: known[digest] for digest in sought & known.keys()}))
    if foreign := sought - known.keys():
        hits |= set(sent_by(memory.all_keys(sent), pa.array(sorted(foreign), pa.binary(16)), key))
    there = among(capabilities, lifespan, sent, now, {person for _, person in hits}, index)
    return Sought(
        _by_digest(hit for hit in hits if hit[1] in there), _by_digest(hit for hit in hits if hit[1] not in there)
    )


def _by_digest(hits: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, frozenset[bytes]]:
    found: dict[bytes, set[bytes]] = {}
    for digest, person in hits:
        found.setdefault(digest, set()).add(person)
    return {digest: frozenset(people) for digest, people in found.items()}


def sent_by(batches: Iterable[pa.RecordBatch], wanted: pa.Array, key: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(digest, person) of everybody who was sent by one of the wanted digests."""
    return (hit for rows in batches for kind in _SOUGHT_KINDS for hit in _hits(rows, kind, wanted, key))


def _known_hits(index: Index, known: Mapping[bytes, SentKey]) -> Iterator[tuple[bytes, bytes]]:
    """(digest, person) of keys that are known in clear."""
    digests = {(int(each.kind), each.value): digest for digest, each in known.items()}
    values = pa.array(sorted({each.value for each in known.values()}), pa.binary())
    for rows in index.rows(pa.array([], pa.binary()), values):
        for row in rows.to_pylist():
            for cell in row["keys"]:
                if digest := digests.get((cell["kind"], cell["value"])):
                    yield digest, row["person"]


def _hits(rows: pa.RecordBatch, kind: KeyType, wanted: pa.Array, key: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(digest, person) of keys of one kind that are among the wanted."""
    owners, keys = pc.list_parent_indices(rows.column("keys")), pc.list_flatten(rows.column("keys"))
    of_kind = pc.equal(pc.struct_field(keys, "kind"), pa.scalar(int(kind), pa.int8()))
    values = pc.struct_field(keys, "value").filter(of_kind)
    digests = sent_digest(kind, values, key)
    hit = pc.is_in(digests, value_set=wanted)
    people = rows.column("person").take(owners.filter(of_kind).filter(hit))
    yield from zip(digests.filter(hit).to_pylist(), people.to_pylist(), strict=True)


def among(
    capabilities: Capabilities,
    lifespan: Lifespan,
    sent: Sent,
    now: datetime,
    names: Iterable[bytes],
    index: Index | None = None,
) -> frozenset[bytes]:
    """Who of these may be on the list."""
    names = frozenset(names)
    if not names:
        return names
    with _held(capabilities, lifespan, sent, now, names, index) as con:
        return _leavers(con, names)


def leave(capabilities: Capabilities, lifespan: Lifespan, sent: Sent, now: datetime, names: Iterable[bytes]) -> Leaving:
    """The removal of all of these, and the debts to those who remain; nothing else."""
    names = frozenset(names)
    if not names:
        return Leaving(names)
    with _held(capabilities, lifespan, sent, now, names) as con:
        people = _leavers(con, names)
        if not people:
            return Leaving(people)
        for statement in _WANTED:
            con.run(statement)
        lists.compare(con, capabilities, lifespan, now)
        stretches = tuple(Stretch(**each) for each in lists.prepare(con, capabilities, _REMOVALS_ONLY))
        return Leaving(people, stretches, tuple(lists.rows(con, "ordered_outbox")) if stretches else ())


def _leavers(con: Connection, names: Iterable[bytes]) -> frozenset[bytes]:
    con.register("arrow_names", pa.table({"key": pa.array(sorted(names), pa.binary())}))
    con.run(_LEAVERS)
    con.unregister("arrow_names")
    return frozenset(con.table("SELECT person FROM leavers").column("person").to_pylist())


@contextmanager
def _held(
    capabilities: Capabilities,
    lifespan: Lifespan,
    sent: Sent,
    now: datetime,
    names: frozenset[bytes],
    index: Index | None = None,
) -> Iterator[Connection]:
    """What may be on the list of these people and of everybody connected with them."""
    con = Connection(ZoneInfo("UTC"))
    try:
        reach_of(con, sent, names, frozenset(), index)
        lists.remember(con, capabilities, lifespan, now)
        yield con
    finally:
        con.close()
