"""The rows of a past file: what base and outboxes of a list do not tell of people who were sent to it.

One row is one *stay* that is over, or, of a stay that goes on, what the base row of the person does not say of it (keys that
were sent earlier, say). Keys are there only as keyed digests of 16 bytes: they find somebody, and remove nobody.
`first_sent` is exact if `known`, else the stay began then at the latest. `sure` is False where no request with the person in
it was ever answered: they may have been sent. `fields` are words of identifiers/recipes.Field, `evidence` the newest last.
`over_at` is the end by which a stay is kept, null while it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import pyarrow as pa

_INSTANT: Final = pa.timestamp("us", tz="UTC")


class End(StrEnum):
    """GOES_ON: the base has a row of the same stay. REKEYED: off the list because the keys changed, so the next add goes on
    with it. OVER: they left."""

    GOES_ON = "goes on"
    REKEYED = "rekeyed"
    OVER = "over"


PAST: Final = pa.schema(
    [
        pa.field("person", pa.binary(), False),
        pa.field("first_sent", _INSTANT, False),
        pa.field("known", pa.bool_(), False),
        pa.field("last_sent", _INSTANT, False),
        pa.field("sure", pa.bool_(), False),
        pa.field("asked", _INSTANT, True),
        pa.field("confirmed", _INSTANT, True),
        pa.field("ended", pa.string(), False),
        pa.field("over_at", _INSTANT, True),
        pa.field("fields", pa.list_(pa.string()), False),
        pa.field("evidence", pa.list_(pa.string()), False),
        pa.field("digests", pa.list_(pa.binary()), False),
    ]
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A part of a list that was folded: rows of the new base, and of the new past file."""

    base: pa.Table
    past: pa.Table


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What a past file must not hold any longer: stays that were over before an instant, stays of people who are erased."""

    before: datetime | None = None
    erased: frozenset[bytes] = frozenset()
