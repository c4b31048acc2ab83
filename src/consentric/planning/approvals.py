"""What was approved beforehand, a line in the file or a saved plan, as limits of the lists that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from consentric.model.approvals import Approved
from consentric.model.figures import grouped, people
from consentric.model.project import Approval, Guards
from consentric.planning.guards import FEW, NOTHING, SHRUNK, Allowance, Trouble

LIFTED: Final = frozenset({"A602", "A603", SHRUNK})
"""Stops that an approved number lifts."""


def most(approved: int) -> int:
    """A hundredth more than was approved, and twenty people: data moves between the look and the run."""
    return approved + approved // 100 + FEW


def today_allowed(given: Allowance, approval: Approval | None, today: date) -> Allowance:
    """What the command line allows, and what the file allows on its day; the larger number counts."""
    if approval is None or approval.on != today:
        return given
    return Allowance(max(given.removals, approval.removals), max(given.additions, approval.additions))


def only_saved(guards: Guards, approved: Approved) -> tuple[Guards, Allowance]:
    """Under a saved plan its numbers are the limits, instead of shares. All other guards stay as they are."""
    lifted = Allowance(removals=most(approved.removals)) if approved.removals else Allowance()
    return replace(guards, max_removals=None, max_additions=None), lifted


def beyond(approved: Approved, counts: Mapping[str, int]) -> Iterator[Trouble]:
    """A list that would move more people than somebody looked at; `counts` are those of planning/difference.COUNTS."""
    removals, additions = counts["guarded"], counts["add"] + counts["later"]
    for verb, found, seen in (("remove", removals, approved.removals), ("add", additions, approved.additions)):
        if found > most(seen):
            yield Trouble(
                "A660",
                f"would {verb} {people(found)}; the saved plan shows {grouped(seen)}, so the limit is {grouped(most(seen))}",
                "look at a new plan: consentric plan --out FILE",
                NOTHING,
            )
