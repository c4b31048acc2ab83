"""Lists that left the file: which would be deleted, and what became of them."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from consentric.model.results import Doomed, Ending, Pruned, PruneResult
from consentric.reporting.look import Look, printable
from consentric.reporting.plan_json import Json, head
from consentric.reporting.sheet import Sheet
from consentric.reporting.sync_json import failure_json
from consentric.reporting.words import moment

_ENDINGS: Final = {
    Ending.DELETED: "deleted, with everybody on it",
    Ending.GONE: "was deleted on the platform already; struck off the record",
    Ending.KEPT: "kept",
    Ending.FAILED: "not deleted",
}


def prune_question(doomed: tuple[Doomed, ...], look: Look) -> Text:
    """What is about to be deleted, and which ads that would stop."""
    sheet = Sheet(look)
    sheet.line("  ", ("These lists have no audience in the file any more", "bold"))
    for each in doomed:
        sheet.blank()
        sheet.ends(printable(each.name), printable(str(each.ref)), indent=2, style="bold")
        sheet.prose(_uses(each), indent=4)
    return sheet.text()


def prune_screen(result: PruneResult, look: Look) -> Text:
    """One block per list, then what cannot be reached."""
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(result.at)} · lists whose audience left the file", "bold"))
    if result.declined:
        sheet.line("  Nothing was deleted.")
    elif not result.lists:
        sheet.line("  None: every list has its audience in the file.")
    for each in result.lists:
        _pruned(sheet, each)
    for lost in result.out_of_reach:
        sheet.blank()
        text = f"{lost}: no destination names this account any more, so it cannot be deleted until one does"
        sheet.prose(printable(text), indent=2, hanging=2)
    return sheet.text()


def prune_json(result: PruneResult) -> dict[str, Json]:
    """The document `prune/1`."""
    return {
        **head("prune/1", result.at),
        "exit": result.exit_code,
        "declined": result.declined,
        "lists": [_document(each) for each in result.lists],
        "out_of_reach": list(result.out_of_reach),
    }


def _pruned(sheet: Sheet, each: Pruned) -> None:
    sheet.blank()
    sheet.ends(printable(each.list.name), printable(str(each.list.ref)), indent=2, style="bold")
    sheet.prose(_ENDINGS[each.ending], indent=4)
    if each.failure is not None:
        text = f"✗ [{each.failure.code}]  {sheet.look.sentence(each.failure.message)}"
        sheet.prose(text, indent=4, hanging=2, style="red")
        sheet.prose(sheet.look.sentence(each.failure.hint), indent=6)


def _uses(each: Doomed) -> str:
    if not each.there:
        return "was deleted on the platform already"
    if each.uses is None:
        return "it cannot be told whether ads use it: it is kept unless you allow it"
    return f"ads use it: {', '.join(each.uses)}; it is kept unless you allow it" if each.uses else "no ad uses it"


def _document(each: Pruned) -> dict[str, Json]:
    uses: Json = None if each.list.uses is None else list(each.list.uses)
    return {
        "audience": each.list.ref.audience,
        "destination": each.list.ref.destination,
        "platform": each.list.platform,
        "account": each.list.account,
        "name": each.list.name,
        "platform_id": each.list.platform_id,
        "state": each.ending.value,
        "ads": uses,
        **({} if each.failure is None else {"error": failure_json(each.failure)}),
    }
