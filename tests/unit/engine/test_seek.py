"""Whoever is found by hashing every key on a list is found by looking the given keys up, and nobody else is."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.engine.base import Sent
from consentric.engine.leaving import seek, what_was_sent
from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchRecord, BatchState, KeyType, Operation, Shape
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.outbox import BASE, OUTBOX

from .room import NOW

SECRET = b"s" * 32
META = CAPABILITIES[Platform.META]
KINDS = (KeyType.EMAIL, KeyType.PHONE)
KEY = st.tuples(st.sampled_from(KINDS), st.sampled_from("abcdef"))
HOLDINGS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.sets(KEY, min_size=1, max_size=3), max_size=6)


def _hashed(name: str) -> bytes:
    return sha256(name.encode()).digest()


def _row(name: str, keys: set[tuple[KeyType, str]]) -> dict[str, Any]:
    cells = [{"kind": int(kind), "value": _hashed(key)} for kind, key in sorted(keys)]
    return {"person": name.encode(), "fp": b"f" * 16, "keys": cells}


@settings(deadline=None, max_examples=40)
@given(base=HOLDINGS, added=HOLDINGS, asked=st.sets(KEY, max_size=4), forgotten=st.sets(KEY, max_size=2))
def test_given_keys_are_found_as_their_digests_are(
    base: dict[str, set[tuple[KeyType, str]]],
    added: dict[str, set[tuple[KeyType, str]]],
    asked: set[tuple[KeyType, str]],
    forgotten: set[tuple[KeyType, str]],
) -> None:
    """`forgotten` were given to a command that died, so that only their digests are left."""
    rows = [_row(*each) | {"added_at": NOW, "owed": False, "removed": False} for each in base.items()]
    adds = [
        _row(*each) | {"op": int(Operation.ADD), "shape": int(Shape.FULL), "why": "new", "clean": True}
        for each in added.items()
    ]
    batch = BatchRecord(
        1, 1, 1, Operation.ADD, Shape.FULL, 0, max(len(adds), 1), 1, BatchState.CONFIRMED, "h", NOW, NOW
    )
    outbox = (1, pa.Table.from_pylist(adds, OUTBOX), frozenset[int]())
    sent = Sent(pa.Table.from_pylist(rows, BASE), [outbox], [batch])
    known = {
        digest: key
        for kind, name in asked | forgotten
        for digest, key in what_was_sent(kind, pa.array([_hashed(name)]), SECRET).items()
    }
    lost = {(kind, _hashed(name)) for kind, name in forgotten}
    left = {digest: key for digest, key in known.items() if (key.kind, key.value) not in lost}
    by_digest = seek(META, Lifespan.of(30), sent, NOW, frozenset(known), SECRET, {})
    assert seek(META, Lifespan.of(30), sent, NOW, frozenset(known), SECRET, left) == by_digest
    holders = {name for name, keys in (*base.items(), *added.items()) if keys & (asked | forgotten)}
    assert {person.decode() for people in by_digest.there.values() for person in people} == holders
