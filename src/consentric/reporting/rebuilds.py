"""Lists that are filled anew: why, and how far that is, said once where several lists of an audience share it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from consentric.model.lists import RebuildReason
from consentric.model.plan import ListPlan, RebuildStage
from consentric.reporting.sheet import Sheet
from consentric.reporting.words import REBUILD_BECAUSE

_HOW_FAR: Final = {
    RebuildStage.WAITING: "will be filled anew once earlier requests are processed",
    RebuildStage.FILLING: "is filled anew: everybody is sent again, and whoever is not leaves once that is processed",
    RebuildStage.ENDING: "was filled anew: whoever was last sent before that leaves now",
    RebuildStage.ENDED: "was filled anew, and the platform is still at work on it",
}


def rebuild_sentences(lists: Mapping[str, ListPlan]) -> list[str]:
    """One sentence for all lists of an audience at the same point."""
    found: dict[tuple[RebuildReason, RebuildStage], list[str]] = {}
    for name, one in lists.items():
        if one.rebuild is not None:
            found.setdefault((one.rebuild.reason, one.rebuild.stage), []).append(name)
    return [
        f"{', '.join(names)}: the list {_HOW_FAR[stage]} ({REBUILD_BECAUSE[reason]})"
        for (reason, stage), names in found.items()
    ]


def write_rebuilds(sheet: Sheet, lists: Mapping[str, ListPlan], *, indent: int) -> None:
    for sentence in rebuild_sentences(lists):
        sheet.prose(sentence, indent=indent, hanging=2, style="bold")
