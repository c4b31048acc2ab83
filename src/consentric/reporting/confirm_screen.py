"""What the platforms said about the requests that they had taken."""

from __future__ import annotations

from rich.text import Text

from consentric.model.figures import counted
from consentric.model.results import BatchCounts, ConfirmResult
from consentric.reporting.look import Look, printable
from consentric.reporting.sheet import Sheet
from consentric.reporting.status_json import by_audience
from consentric.reporting.words import chain, moment


def confirm_screen(result: ConfirmResult, look: Look) -> Text:
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(result.at)} · what became of earlier requests", "bold"))
    sheet.items(["  All lists"], _told(result.total), column=20)
    if not _is_plain(result.total):
        _odd_lists(sheet, result)
    for failure in result.failures:
        sheet.prose(f"✗ [{failure.code}]  {look.sentence(failure.message)}", indent=2, hanging=2, style="red")
        sheet.prose(look.sentence(failure.hint), indent=4)
    sheet.blank()
    if result.head is not None:
        sheet.line(f"  {chain(result.head)}")
    _next(sheet, result.total)
    return sheet.text()


def _is_plain(counts: BatchCounts) -> bool:
    """Whether one line says it all: every request is confirmed, or every one still waits."""
    return counts in (BatchCounts(confirmed=counts.confirmed), BatchCounts(waiting=counts.waiting))


def _odd_lists(sheet: Sheet, result: ConfirmResult) -> None:
    """The lists on which something is not simply confirmed."""
    for audience, lists in by_audience(result.lists).items():
        for name, counts in lists.items():
            if counts != BatchCounts(confirmed=counts.confirmed):
                sheet.items([f"  {printable(audience)} → {name}"], _told(counts), column=44)


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
        sheet.line("  Next:  ", (f"{sheet.look.command} sync", "bold"), "  (sends again what did not arrive)")
    elif counts.waiting:
        waiting = counted(counts.waiting, "request")
        sheet.line("  Next:  ", (f"{sheet.look.command} confirm", "bold"), f"  (again later: {waiting} still waiting)")
    else:
        sheet.line("  Next:  ", (f"{sheet.look.command} status", "bold"), "  (what each list holds)")
