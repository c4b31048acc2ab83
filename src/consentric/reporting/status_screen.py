"""What is on each list, as far as it is known, and how old the last good sync is."""

from __future__ import annotations

from rich.text import Text

from consentric.model.results import ListStatus, StatusReport
from consentric.reporting.look import Look, grouped, printable
from consentric.reporting.sheet import Sheet
from consentric.reporting.status_json import by_audience
from consentric.reporting.words import moment


def status_screen(report: StatusReport, look: Look) -> Text:
    """One block per audience; "sent" is ours, "matched" is what the platform reports, never mixed."""
    sheet = Sheet(look)
    sheet.line(
        "  ", (f"{moment(report.at)} · last sync without an error: {_age(report.age_of_last_success_s)}", "bold")
    )
    if not report.lists:
        sheet.line("  No list yet: nothing was ever sent from here.")
    together = len({one.last_sync for one in report.lists.values()}) == 1
    if report.lists and together:
        sheet.line(f"  Every list: {_last_sync(next(iter(report.lists.values())))}")
    for audience, lists in by_audience(report.lists).items():
        sheet.blank()
        sheet.line("  ", (printable(audience), "bold"))
        for name, one in lists.items():
            _list(sheet, name, one, [] if together else [_last_sync(one)])
    sheet.blank()
    if report.suppressed:
        sheet.line(f"  {look.people(report.suppressed)} people asked to be left out and stay out.")
    for note in report.notes:
        sheet.prose(look.sentence(note), indent=2, hanging=2)
    sheet.line("  Next:  ", ("consentric plan", "bold"), "  (what would change)")
    return sheet.text()


def _list(sheet: Sheet, name: str, one: ListStatus, last_sync: list[str]) -> None:
    people = sheet.look.people
    counts = {
        "with an unknown outcome": one.maybe,
        "adds not confirmed yet": one.pending_adds,
        "removals not confirmed yet": one.pending_removals,
    }
    told = [f"{people(one.members)} sent and accepted"]
    told += [f"{people(count)} {what}" for what, count in counts.items() if count]
    sheet.items([f"    {name:<10} "], [*told, *_platform_says(one), *last_sync], column=15)
    if one.stopped:
        sheet.prose(f"✗ STOPPED  {sheet.look.sentence(one.stopped)}", indent=6, hanging=2, style="red")


def _platform_says(one: ListStatus) -> list[str]:
    told = []
    if one.platform_size is not None:
        told.append(f"about {grouped(one.platform_size)} matched, the platform says")
    if one.match_rate is not None:
        told.append(f"match rate {one.match_rate[0]}–{one.match_rate[1]}%")
    if one.eligible is False:
        told.append("not ready for ads yet, the platform says")
    return told


def _last_sync(one: ListStatus) -> str:
    return "never in its wanted state yet" if one.last_sync is None else f"last sync {moment(one.last_sync)}"


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "never"
    if seconds < 60:
        return "just now"
    if seconds < 120 * 60:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3600} h ago" if seconds < 72 * 3600 else f"{seconds // 86400} days ago"
