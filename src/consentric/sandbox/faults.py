"""Breakage on request: each fault says where, what, and for which of the calls to come.

The order of calls decides which of them a fault meets (``skip``, ``times``); ``probability`` draws
from a generator of its own, so that the same seed and calls break in the same places.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from consentric.sandbox.request_log import Row

KINDS: Final[dict[str, tuple[str, ...]]] = {
    # kind: the platforms that have it
    "http_429": ("google", "meta"),
    "quota_day": ("google", "meta"),
    "unavailable": ("google", "meta"),
    "internal": ("google", "meta"),
    "reset": ("google", "meta"),
    "timeout_after_apply": ("google", "meta"),
    "html": ("google", "meta"),
    "empty": ("google", "meta"),
    "truncated": ("google", "meta"),
    "wrong_counts": ("meta",),
    "refuse_rows": ("google", "meta"),
    "expired_token": ("google", "meta"),
    "terms": ("google", "meta"),
    "permission": ("google", "meta"),
    "flagged": ("google", "meta"),
    "fail_later": ("google",),
    "partial_later": ("google",),
    "low_size": ("meta",),
}
LATER: Final = frozenset({"fail_later", "partial_later"})
_LATER_OPS: Final = frozenset({"ingest", "remove", "remove_all"})
_REMOVAL_OPS: Final = frozenset({"users_remove", "users_remove_any"})
_OF_ROWS: Final = frozenset({"refuse_rows", "wrong_counts"})
_ROW_OPS: Final = frozenset({"ingest", "remove", "users_add", "users_remove", "users_replace"})


@dataclass(slots=True, eq=False)
class Fault:
    """One kind of breakage, and how many calls it has left.

    ``retry_after``: seconds that a 429 tells to wait, 0 for one that says nothing. ``keys``: only requests whose rows hold
    one of these key strings are met; ``refuse_rows`` without any refuses every request that has rows.
    """

    kind: str
    platform: str = "*"
    op: str = "*"
    times: int | None = 1
    skip: int = 0
    probability: float = 1.0
    status: int | None = None
    applies: bool = False
    retry_after: int | None = None
    keys: list[str] = field(default_factory=list)

    def meets(self, platform: str, op: str, rows: Iterable[Row] = ()) -> bool:
        """Whether a call is one that this fault is about."""
        return self._is_of(platform, op) and (not self.keys or self._holds(rows))

    def _holds(self, rows: Iterable[Row]) -> bool:
        chosen = frozenset(self.keys)
        return any(not chosen.isdisjoint(row) for row in rows)

    def _is_of(self, platform: str, op: str) -> bool:
        return (
            self.platform in ("*", platform)
            and self.op in ("*", op)
            and platform in KINDS[self.kind]
            and (self.kind not in LATER or op in _LATER_OPS)
            and (self.kind != "low_size" or op in _REMOVAL_OPS)
            and (self.kind not in _OF_ROWS or op in _ROW_OPS)
        )

    def as_json(self) -> dict[str, Any]:
        """The fault with what is left of it."""
        return {name: getattr(self, name) for name in self.__slots__}


class Faults:
    """The faults that are armed; the first that meets a call takes it."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._armed: list[Fault] = []

    def arm(self, faults: list[Fault]) -> None:
        """Add faults behind those that are armed already."""
        self._armed.extend(faults)

    def clear(self) -> None:
        """Disarm everything."""
        self._armed.clear()

    def draw(self, platform: str, op: str, rows: Iterable[Row] = ()) -> Fault | None:
        """The fault that this call meets, if any; counts it down."""
        for fault in self._armed:
            if fault.times == 0 or not fault.meets(platform, op, rows):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if self._random.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """Everything armed."""
        return [fault.as_json() for fault in self._armed]


def read_fault(given: Mapping[str, Any]) -> Fault:
    """A fault as the control API receives it; ``ValueError`` says what is wrong with it."""
    unknown = set(given) - set(Fault.__slots__)
    if unknown:
        raise ValueError(f"unknown field {min(unknown)}; known are {', '.join(Fault.__slots__)}")
    if given.get("kind") not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    fault = Fault(**given)
    if fault.platform not in ("*", *KINDS[fault.kind]):
        raise ValueError(f"{fault.kind} exists on {' and '.join(KINDS[fault.kind])} only")
    _check_types(fault)
    if not 0 <= fault.probability <= 1 or fault.skip < 0 or (fault.times or 0) < 0:
        raise ValueError("probability is from 0 to 1; times and skip are not negative")
    return fault


def _check_types(fault: Fault) -> None:
    """JSON can bring anything; true is not a number here."""
    wanted: dict[str, tuple[type, ...]] = {
        "op": (str,),
        "times": (int, type(None)),
        "skip": (int,),
        "probability": (int, float),
        "status": (int, type(None)),
        "applies": (bool,),
        "retry_after": (int, type(None)),
        "keys": (list,),
    }
    for name, kinds in wanted.items():
        if type(getattr(fault, name)) not in kinds:
            raise TypeError(f"{name} has the wrong type")
