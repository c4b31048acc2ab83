"""Why somebody is not sent, in the order in which one reason is counted when several hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """The order of the members is the order of precedence; the words are those of the funnel and of `--json`."""

    SUPPRESSED = "suppressed"
    WITHDREW = "withdrew"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNCLEAR = "unclear"
    NO_RECORD = "no_record"
    TOO_YOUNG = "too_young"
    SHARED_KEY = "shared_key"


GRANTED: Final = "granted"

NEVER_HELD_BACK: Final = frozenset(
    {Reason.SUPPRESSED, Reason.WITHDREW, Reason.REFUSED, Reason.EXPIRED, Reason.TOO_YOUNG}
)
"""Guards never hold back a removal for one of these: the person said so, or the law does."""

VANISHED: Final = frozenset({Reason.UNCLEAR, Reason.NO_RECORD})
"""Consent that was there and is not: more likely a broken export than so many changed minds."""


class Verb(StrEnum):
    """Which no somebody said to us. A withdrawal is lifted by a later dated grant, the others by `unsuppress` only."""

    WITHDREW = "withdrew"
    OBJECTED = "objected"
    RESTRICTED = "restricted"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Whoever has a key or contact of this digest said no at this instant."""

    digest: bytes = field(repr=False)
    verb: Verb
    at: datetime
