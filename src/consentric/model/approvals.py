"""What somebody approved by looking at a plan: how many people each list may add and remove, and never who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consentric.model.lists import ListRef


@dataclass(frozen=True, slots=True)
class Approved:
    """People of one list, as the plan showed them. Whoever leaves by withdrawal is in neither number."""

    additions: int = 0
    removals: int = 0


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """`audiences` and `destinations` are what it was about, empty for everything; `install_id` None: no record yet."""

    at: datetime
    config_sha256: str
    id: str
    install_id: str | None
    audiences: tuple[str, ...]
    destinations: tuple[str, ...]
    lists: Mapping[ListRef, Approved]

    def of(self, ref: ListRef) -> Approved:
        """A list that the plan did not show was approved for nobody."""
        return self.lists.get(ref, Approved())
