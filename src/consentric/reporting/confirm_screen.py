"""What the platforms said about the requests that they had taken."""

from __future__ import annotations

from rich.text import Text

from consentric.model.results import BatchCounts, ConfirmResult
from consentric.reporting.look import Look, counted, printable
from consentric.reporting.sheet import Sheet
from consentric.reporting.status_json import by_audience
from consentric.reporting.words import moment


def confirm_screen(result: ConfirmResult, look: Look) -> Text:
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(result.at)} · what became of earlier requests", "bold"))
    sheet.items(["  All lists"], _told(result.total), column=20)
    for audience, lists in by_audience(result.lists).items():
        for name, counts in lists.items():
            if counts == BatchCounts():
                continue
            sheet.items([f"  {printable(audience)} → {name}"], _told(counts), column=44)
    for failure in result.failures:
        sheet.prose(f"✗ [{failure.code}]  {look.sentence(failure.message)}", indent=2, hanging=2, style="red")
        sheet.prose(look.sentence(failure.hint), indent=4)
    sheet.blank()
    _next(sheet, result.total)
    return sheet.text()


def _told(counts: BatchCounts) -> list[str]:
    words = {
        "confirmed": counts.confirmed,
        "partly done": counts.partial,
        "failed": counts.failed,
        "still waiting": counts.waiting,
        "without a trustworthy answer": counts.unknown,
    }
    told = [f"{counted(count, 'request')} {what}" for what, count in words.items() if count]
    return told or ["no request is open"]


def _next(sheet: Sheet, counts: BatchCounts) -> None:
    if counts.failed or counts.partial or counts.unknown:
        sheet.line("  Next:  ", ("consentric sync", "bold"), "  (sends again what did not arrive)")
    elif counts.waiting:
        waiting = counted(counts.waiting, "request")
        sheet.line("  Next:  ", ("consentric confirm", "bold"), f"  (again later: {waiting} still waiting)")
    else:
        sheet.line("  Next:  ", ("consentric status", "bold"), "  (what each list holds)")
