"""The hidden graph: which accounts of a platform a match key reaches (none, one or several).

A key that a test has set reaches what the test says. Any other key follows a rule that depends
on seed, platform and key only, so that it does not matter in which order keys are seen.
External ids are not identifiers of people: they reach what rows carrying them have reached before
(Meta: Custom Audience guide, EXTERN_ID; mapping kept 90 days, per ad account).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

Accounts: TypeAlias = tuple[str, ...]

EXTERN: Final = "extern:"
_EXTERN_KEPT: Final = timedelta(days=90)
_SCALE: Final = 2**32


class Graph:
    """Keys to accounts, for both platforms."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._told: dict[tuple[str, str], Accounts] = {}
        self._learned: dict[tuple[str, str], dict[str, datetime]] = {}

    def tell(self, platform: str, accounts: Mapping[str, Iterable[str]]) -> None:
        """Set what some keys reach."""
        for key, reached in accounts.items():
            self._told[platform, key] = tuple(dict.fromkeys(reached))

    def accounts(self, platform: str, key: str, match_rate: float) -> Accounts:
        """What a key reaches, external ids only if they were told."""
        told = self._told.get((platform, key))
        if told is not None:
            return told
        if key.startswith(EXTERN):
            return ()
        return self._by_rule(platform, key, match_rate)

    def learn(self, owner: str, extern: str, accounts: Iterable[str], at: datetime) -> None:
        """Remember that a row with this external id reached these accounts."""
        learned = self._learned.setdefault((owner, extern), {})
        for account in accounts:
            learned[account] = max(at, learned.get(account, at))

    def learned(self, owner: str, extern: str, at: datetime) -> Accounts:
        """What rows with this external id reached in this ad account within the last 90 days."""
        found = self._learned.get((owner, extern), {})
        return tuple(account for account, seen in found.items() if at - seen <= _EXTERN_KEPT)

    def _by_rule(self, platform: str, key: str, match_rate: float) -> Accounts:
        text = f"{self._seed}\n{platform}\n{key}".encode()
        digest = hashlib.blake2b(text, digest_size=20).digest()
        chance = int.from_bytes(digest[:4], "big") / _SCALE * 100
        if chance >= match_rate:
            return ()
        first = f"{platform[0]}-{digest[8:14].hex()}"
        # Of the keys that reach anybody, one in fourteen reaches two: 5 % of all keys at 70 %.
        if int.from_bytes(digest[4:8], "big") % 14 == 0:
            return (first, f"{platform[0]}-{digest[14:20].hex()}")
        return (first,)
