"""The rows of an outbox file: exactly what one run will send to one list, in the order in which it is sent.

One row is one row on the wire. `keys` holds the match keys of that row as the platform gets them: 32 raw bytes of
SHA-256 for e-mail and phone; the text of a mobile id; for an address 32 bytes first name, 32 bytes last name, 2 bytes region,
then the postcode.
`riders` are cells that go along and match nobody by themselves, in the order of the platform's recipe (empty = blank).
`person` is a keyed digest of the person's name in the data, `fp` the fingerprint of all keys of the person.
`clean` is True on a removal that was planned while no add of its component was open: only such a one is conclusive.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

KEYS: Final = pa.list_(pa.struct([pa.field("kind", pa.int8(), False), pa.field("value", pa.binary(), False)]))
RIDERS: Final = pa.list_(pa.binary())

OUTBOX: Final = pa.schema(
    [
        pa.field("op", pa.int8(), False),
        pa.field("shape", pa.int8(), False),
        pa.field("why", pa.string(), False),
        pa.field("person", pa.binary(), False),
        pa.field("fp", pa.binary(), True),
        pa.field("keys", KEYS, False),
        pa.field("riders", RIDERS, True),
        pa.field("clean", pa.bool_(), False),
        pa.field("evidence", pa.string(), True),
    ]
)

BASE: Final = pa.schema(
    [
        pa.field("person", pa.binary(), False),
        pa.field("fp", pa.binary(), True),
        pa.field("keys", KEYS, False),
        pa.field("riders", RIDERS, True),
        pa.field("added_at", pa.timestamp("us", tz="UTC"), True),
        pa.field("owed", pa.bool_(), False),
        pa.field("removed", pa.bool_(), True),
        pa.field("evidence", pa.string(), True),
        pa.field("first_sent", pa.timestamp("us", tz="UTC"), True),
    ]
)
"""`first_sent`: when the stay began; null where it was folded before that was kept: at the latest when last added."""
