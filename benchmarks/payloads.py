"""From hashed columns to request bytes, beside what is usually done: `python benchmarks/payloads.py [ROWS]`.

The rows are those of an outbox, 10,000 to a request, which is the most that both platforms take; a fifth of the people lack
one of their keys. Everybody gets the same rows in turns and ends with the bytes that go onto the wire.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
from google.ads import datamanager_v1 as api
from measure import number, peak_mb, timed

from consentric.destinations.google import wire as google
from consentric.destinations.meta import wire as meta
from consentric.model.lists import KeyType, Shape
from consentric.model.project import GoogleAccount
from consentric.planning.outbox import KEYS, RIDERS

Build = Callable[[pa.RecordBatch], bytes]

ROWS: Final = "1e5"
A_REQUEST: Final = 10_000
ROUNDS: Final = 5
SLOW_ROWS: Final = 2 * A_REQUEST
ACCOUNT: Final = GoogleAccount("google", "1234567890")
REQUESTS_A_MINUTE: Final = 300
"""Google's quota; Meta's depends on the account and is lower."""


def main(arguments: list[str]) -> None:
    rows = number((arguments or [ROWS])[0])
    print("rows        platform      way                                   rows a cpu s", flush=True)
    for platform, ways, draw in (("google", GOOGLE, address_book), ("meta", META, audience)):
        batches = list(draw(rows))
        speeds = race(batches, ways)
        for name, speed in speeds.items():
            print(f"{rows:<10,}  {platform:12}  {name:36}  {speed:12,.0f}", flush=True)
    print(f"peak memory: {peak_mb():,} MB")
    print(f"the quota of one Google project: {REQUESTS_A_MINUTE * A_REQUEST // 60:,} members a second")


def race(batches: list[pa.RecordBatch], ways: Mapping[str, Build]) -> Mapping[str, float]:
    """In turns; the least that each took. What is slow gets fewer rows."""
    spent: dict[str, float] = {}
    used: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, build in ways.items():
            some = batches if name.startswith("consentric") else batches[: SLOW_ROWS // A_REQUEST]
            _, _, cpu = timed(lambda build=build, some=some: [len(build(each)) for each in some])
            spent[name] = min(spent.get(name, cpu), cpu)
            used[name] = sum(each.num_rows for each in some)
    return {name: used[name] / spent[name] for name in ways}


def address_book(rows: int) -> Iterator[pa.RecordBatch]:
    """Address, e-mail and phone; every tenth person has no phone, every tenth no address."""
    for first in range(0, rows, A_REQUEST):
        draw = np.random.default_rng(first)
        yield _batch(draw, min(A_REQUEST, rows - first), (KeyType.ADDRESS, KeyType.EMAIL, KeyType.PHONE), riders=0)


def audience(rows: int) -> Iterator[pa.RecordBatch]:
    """E-mail, phone and four riders."""
    for first in range(0, rows, A_REQUEST):
        draw = np.random.default_rng(first)
        yield _batch(draw, min(A_REQUEST, rows - first), (KeyType.EMAIL, KeyType.PHONE), riders=4)


def _batch(draw: np.random.Generator, rows: int, kinds: tuple[KeyType, ...], riders: int) -> pa.RecordBatch:
    lacking = {0: kinds[-1], 1: kinds[0]}
    keys = [
        [
            {"kind": int(kind), "value": draw.bytes(64) + b"DK2100" if kind is KeyType.ADDRESS else draw.bytes(32)}
            for kind in kinds
            if lacking.get(row % 10) is not kind
        ]
        for row in range(rows)
    ]
    beside = [[draw.bytes(32) for _ in range(riders)] if riders else None for _ in range(rows)]
    return pa.RecordBatch.from_pydict({"keys": pa.array(keys, KEYS), "riders": pa.array(beside, RIDERS)})


def _ours_to_google(rows: pa.RecordBatch) -> bytes:
    return google.ingest(ACCOUNT, "1", rows).request.SerializeToString()


def _raw_messages(rows: pa.RecordBatch) -> bytes:
    """The client's own messages without their wrapping, member by member."""
    request = google.ingest(ACCOUNT, "1", rows.slice(0, 0)).request
    for keys in rows.column("keys").to_pylist():
        member = request.audience_members.add()
        member.destination_references.append("list")
        identifiers = member.composite_data.user_data.user_identifiers
        for key in keys:
            _identify(identifiers.add(), key["kind"], key["value"])
    return request.SerializeToString()


def _identify(identifier: object, kind: int, value: bytes) -> None:
    if kind == KeyType.EMAIL:
        identifier.email_address = value.hex()
    elif kind == KeyType.PHONE:
        identifier.phone_number = value.hex()
    else:
        address = identifier.address
        address.given_name, address.family_name = value[:32].hex(), value[32:64].hex()
        address.region_code, address.postal_code = value[64:66].decode(), value[66:].decode()


def _documented(rows: pa.RecordBatch) -> bytes:
    """As the guides have it: objects of the client inside each other."""
    members = []
    for keys in rows.column("keys").to_pylist():
        identifiers = []
        for key in keys:
            identifiers.append(api.UserIdentifier())
            _identify(identifiers[-1], key["kind"], key["value"])
        composite = api.CompositeData(user_data=api.UserData(user_identifiers=identifiers))
        members.append(api.AudienceMember(destination_references=["list"], composite_data=composite))
    request = api.IngestAudienceMembersRequest(audience_members=members)
    return api.IngestAudienceMembersRequest.serialize(request)


def _ours_to_meta(rows: pa.RecordBatch) -> bytes:
    return meta.members(rows, Shape.FULL, 1).content


def _payload(rows: pa.RecordBatch) -> dict[str, object]:
    cells = []
    for keys, riders in zip(rows.column("keys").to_pylist(), rows.column("riders").to_pylist(), strict=True):
        found = {key["kind"]: key["value"].hex() for key in keys}
        cells.append([found.get(1, ""), found.get(2, ""), *(each.hex() for each in riders)])
    return {"schema": meta.FULL_SCHEMA, "data": cells}


def _json(rows: pa.RecordBatch) -> bytes:
    return json.dumps({"payload": _payload(rows)}).encode()


def _form(rows: pa.RecordBatch) -> bytes:
    """As facebook-business posts it."""
    return urlencode({"payload": json.dumps(_payload(rows))}).encode()


GOOGLE: Final[Mapping[str, Build]] = {
    "consentric": _ours_to_google,
    "raw messages, one by one": _raw_messages,
    "client's objects, as documented": _documented,
}
META: Final[Mapping[str, Build]] = {
    "consentric": _ours_to_meta,
    "lists and json": _json,
    "form, as facebook-business posts": _form,
}


if __name__ == "__main__":
    main(sys.argv[1:])
