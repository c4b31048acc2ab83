"""How soon a list comes to rest once nothing goes wrong any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.judge import demand

MOST_RUNS: Final = {"nothing": 2, "removals": 4}
"""Clean runs until nothing is owed, by what is open or owed when they begin; removals must be processed before anybody is
added beside them. Mostly one and two; a refresh that falls due meanwhile is one more."""


@dataclass(slots=True)
class CleanNights:
    """The clean nights of one list in a row. `first`: what comes before everything else, `rested`: nights without a debt.

    `came`: it was at rest once. `refused`: a removal was refused, since it would leave too few, so the list cannot come to rest.
    """

    nights: int = 0
    first: str = ""
    rested: int = 0
    came: bool = False
    refused: bool = False

    def stop(self) -> None:
        self.nights = self.rested = 0
        self.came = self.refused = False

    def pass_one(self, *, rests: bool, removes: bool) -> str:
        """A plan was made in a clean night; a word for the tally if the list is at rest for the first time."""
        self.nights += 1
        if self.nights == 1:
            self.first = "removals" if removes else "nothing"
        self.rested = self.rested + 1 if rests else 0
        if self.came or not rests:
            return ""
        self.came = True
        return f"{self.first} first, {self.runs} runs"

    @property
    def runs(self) -> int:
        """Clean runs before tonight's."""
        return self.nights - 1

    def judge(self, *, only_refreshes: bool, told: object) -> None:
        """Whoever is due is refreshed when it is time, so that is no debt."""
        late = self.runs >= MOST_RUNS[self.first] and not self.rested and not self.refused
        demand(
            not late or only_refreshes,
            "b",
            f"{self.first} to be done first, {self.runs} clean runs, and something is owed: {told}",
        )
