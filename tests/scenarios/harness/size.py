"""How much a run of the scenarios takes on: little by default, everything with `CONSENTRIC_LONG=1`."""

from __future__ import annotations

import os
from itertools import product
from typing import Final

LONG: Final = os.environ.get("CONSENTRIC_LONG") == "1"
CUSTOMERS: Final = 1500 if LONG else 600
FEW: Final = ("loyal_customers", "lapsed_buyers", "left_in_the_basket", "business_customers")
"""Audiences of the demo shop on both platforms and on either alone: six of its eighteen lists."""

REMOVAL_TAKES: Final = ("account", "identifier")
MULTI_KEY_REMOVAL: Final = ("any", "all", "best")
ORDER: Final = ("kept", "shuffled", "removals_last", "removals_first", "twice")

_EVERY_VALUE: Final = (
    ("account", "any", "kept"),
    ("identifier", "all", "shuffled"),
    ("account", "best", "removals_last"),
    ("identifier", "any", "twice"),
    ("account", "all", "removals_first"),
)
_NAMES: Final = ("removal_takes", "multi_key_removal", "order")

POSITIONS: Final = tuple(
    dict(zip(_NAMES, values, strict=True))
    for values in (product(REMOVAL_TAKES, MULTI_KEY_REMOVAL, ORDER) if LONG else _EVERY_VALUE)
)
"""What nobody knows of the real platforms: every value once, in the long form every combination."""


OTHER_ANSWERS: Final = {
    "omitted_references": "none",
    "unconsented": "refused",
    "closed_list_adds": "vanish",
    "extern_resolves": "never",
    "retention_renewed": "off",
    "match_rate": "100",
}
"""The other open questions, answered the other way round."""


def label(switches: dict[str, str]) -> str:
    """The name of a position in pytest's output."""
    return "-".join(switches.values())
