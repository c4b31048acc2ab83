"""What is on each list, as far as it is known, and how old the last good sync is."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text

from consentric.model.figures import grouped
from consentric.model.results import ListStatus, StatusReport
from consentric.reporting.look import Look, printable
from consentric.reporting.sheet import Sheet
from consentric.reporting.status_json import by_audience
from consentric.reporting.words import REBUILD_BECAUSE, chain, moment


def status_screen(report: StatusReport, look: Look) -> Text:
    """One block per audience; "sent" is ours, "matched" is what the platform reports, never mixed."""
    sheet = Sheet(look)
    sheet.line(
        "  ", (f"{moment(report.at)} · last sync without an error: {_age(report.age_of_last_success_s)}", "bold")
    )
    if not report.lists:
        sheet.line("  No list yet: nothing was ever sent from here.")
    together = len(report.lists) > 1 and len({one.last_sync for one in report.lists.values()}) == 1
    if together:
        sheet.line(f"  Every list: {_last_sync(next(iter(report.lists.values())), report.at)}")
    for audience, lists in by_audience(report.lists).items():
        sheet.blank()
        sheet.line("  ", (printable(audience), "bold"))
        for name, one in lists.items():
            _list(sheet, name, one, [] if together else [_last_sync(one, report.at)])
    sheet.blank()
    if report.suppressed:
        count = sum(report.suppressed.values())
        who, stay = look.counted(count, "person", "people"), "stays" if look.is_one(count) else "stay"
        how = ", ".join(f"{look.people(keys)} {verb.value}" for verb, keys in report.suppressed.items())
        sheet.line(f"  {who} asked to be left out and {stay} out: {how}.")
    for note in report.notes:
        sheet.prose(look.sentence(note), indent=2, hanging=2)
    if report.head is not None:
        sheet.line(f"  {chain(report.head)}")
    sheet.line("  Next:  ", (f"{look.command} plan", "bold"), "  (what would change)")
    return sheet.text()


def _list(sheet: Sheet, name: str, one: ListStatus, last_sync: list[str]) -> None:
    look = sheet.look
    told = [f"{look.people(one.members)} sent and accepted"]
    if one.maybe:
        told.append(f"{look.people(one.maybe)} with an unknown outcome")
    for what, count in (("add", one.pending_adds), ("removal", one.pending_removals)):
        if count:
            told.append(f"{look.counted(count, what)} not confirmed yet")
    sheet.items([f"    {name:<10} "], [*told, *_platform_says(one), *last_sync], column=15)
    if one.stopped:
        sheet.prose(f"✗ STOPPED  {sheet.look.sentence(one.stopped)}", indent=6, hanging=2, style="red")
    if one.rebuild is not None:
        why = f"the list is filled anew by the next syncs: {REBUILD_BECAUSE[one.rebuild]}"
        sheet.prose(look.sentence(why), indent=6, hanging=2, style="bold")


def _platform_says(one: ListStatus) -> list[str]:
    told = []
    if one.platform_size is not None:
        matched = f"about {grouped(one.platform_size)}" if one.platform_size else "nobody"
        told.append(f"{matched} matched{'' if one.platform_size else ' yet'}, the platform says")
    if one.match_rate is not None:
        told.append(f"match rate {one.match_rate[0]}–{one.match_rate[1]}%")
    if one.eligible is False:
        told.append("not ready for ads yet, the platform says")
    return told


def _last_sync(one: ListStatus, now: datetime) -> str:
    """In the time zone of the page."""
    if one.last_sync is None:
        return "never in its wanted state yet"
    return f"last sync {moment(one.last_sync.astimezone(now.tzinfo))}"


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "never"
    if seconds < 60:
        return "just now"
    if seconds < 120 * 60:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3600} h ago" if seconds < 72 * 3600 else f"{seconds // 86400} days ago"
