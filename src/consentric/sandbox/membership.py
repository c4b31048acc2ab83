"""Who is on a list: accounts, since when, and by which keys. Pure: instants come in as arguments.

Platforms hold accounts, not identifiers. Both readings of a removal live here: it takes the
account whatever key put it in, or it takes one key's hold on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consentric.sandbox.graph import Accounts
from consentric.sandbox.request_log import Row

_BEST_FIRST: Final = ("email", "phone", "madid", "address", "extern")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an account stays, and whether being added again starts that anew.

    `at_addition`: it has the time that the list gave when it was last added, and never longer than the list gives now.
    """

    duration: timedelta
    renewed: bool = True
    at_addition: bool = False


@dataclass(slots=True)
class Holding:
    """One account on a list."""

    first: datetime
    last: datetime
    keys: set[str]
    given: timedelta | None = None


class Membership:
    """The accounts of one list."""

    def __init__(self) -> None:
        self._held: dict[str, Holding] = {}

    def __len__(self) -> int:
        return len(self._held)

    def add(self, key: str, account: str, at: datetime, lifetime: Lifetime | None) -> None:
        """One key of an accepted row puts one account on the list, or renews it."""
        holding = self._held.get(account)
        if holding is None or not _alive(holding, at, lifetime):
            self._held[account] = Holding(at, at, {key}, None if lifetime is None else lifetime.duration)
            return
        if at >= holding.last:
            holding.given = None if lifetime is None else lifetime.duration
        holding.first = min(holding.first, at)
        holding.last = max(holding.last, at)
        holding.keys.add(key)

    def take_account(self, account: str) -> None:
        """Take an account out, whatever keys put it in."""
        self._held.pop(account, None)

    def take_key(self, key: str, account: str) -> None:
        """Take one key's hold on an account away; the account leaves with its last key."""
        holding = self._held.get(account)
        if holding is not None:
            holding.keys.discard(key)
            if not holding.keys:
                del self._held[account]

    def take_added_before(self, moment: datetime) -> None:
        """Take out everybody who was last added before a moment."""
        self._held = {name: held for name, held in self._held.items() if held.last >= moment}

    def drop_lapsed(self, at: datetime, lifetime: Lifetime | None) -> None:
        """Take out everybody whose time has run out."""
        self._held = {name: held for name, held in self._held.items() if _alive(held, at, lifetime)}

    def clear(self) -> None:
        """Empty the list."""
        self._held = {}

    def alive(self, at: datetime, lifetime: Lifetime | None) -> Iterator[str]:
        """The accounts whose time has not run out."""
        return (name for name, held in self._held.items() if _alive(held, at, lifetime))


def _alive(holding: Holding, at: datetime, lifetime: Lifetime | None) -> bool:
    if lifetime is None:
        return True
    since = holding.last if lifetime.renewed else holding.first
    duration = lifetime.duration
    if lifetime.at_addition and holding.given is not None:
        duration = min(duration, holding.given)
    return at < since + duration


def meant_by_removal(row: Row, reached: Sequence[Accounts], multi_key_removal: str) -> Iterable[tuple[str, str]]:
    """Which (key, account) pairs a removal row means, given what each of its keys reaches."""
    if multi_key_removal == "best":
        found = [pair for pair in zip(row, reached, strict=True) if pair[1]]
        if not found:
            return []
        key, accounts = min(found, key=lambda pair: _BEST_FIRST.index(pair[0].partition(":")[0]))
        return [(key, account) for account in accounts]
    pairs = [(key, account) for key, found in zip(row, reached, strict=True) for account in found]
    if multi_key_removal == "all":
        everywhere = set.intersection(*map(set, reached)) if reached else set()
        return [(key, account) for key, account in pairs if account in everywhere]
    return pairs
