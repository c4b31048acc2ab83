"""The lists that `state rebuild` marked, as a screen and as the document `state-rebuild/1`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from consentric.model.lists import RebuildReason
from consentric.model.results import Marked
from consentric.reporting.look import Look, printable
from consentric.reporting.plan_json import Json, head
from consentric.reporting.sheet import Sheet
from consentric.reporting.words import REBUILD_BECAUSE


def marked_screen(marked: Sequence[Marked], look: Look) -> Text:
    """What the next syncs will fill anew."""
    sheet = Sheet(look)
    for each in marked:
        told = "will be made again" if each.reason is RebuildReason.DELETED else "will be filled anew"
        sheet.prose(f"{printable(str(each.ref))}: {told} ({REBUILD_BECAUSE[each.reason]})", indent=2, hanging=2)
    sheet.blank()
    sheet.line("  Next:  ", (f"{look.command} plan", "bold"), "  (what the next sync will do)")
    return sheet.text()


def marked_json(marked: Sequence[Marked], at: datetime) -> dict[str, Json]:
    lists = [
        {"audience": each.ref.audience, "destination": each.ref.destination, "reason": each.reason} for each in marked
    ]
    return {**head("state-rebuild/1", at), "lists": lists}
