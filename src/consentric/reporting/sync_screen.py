"""What a sync did: one line per list, why something was not sent, what comes later, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from consentric.model.figures import counted
from consentric.model.plan import AudiencePlan
from consentric.model.results import Failure, ListResult, ListState, SyncResult
from consentric.reporting.look import Look, printable
from consentric.reporting.sheet import BETWEEN, Part, Sheet
from consentric.reporting.stops import write_stops
from consentric.reporting.words import STATES, chain, moment

_STYLES: Final = {
    ListState.ACCEPTED: "green",
    ListState.CONFIRMED: "green",
    ListState.PARTIAL: "yellow",
    ListState.FAILED: "red",
    ListState.STOPPED: "red",
    ListState.UNCHANGED: "dim",
}

_TROUBLES: Final = (ListState.STOPPED, ListState.FAILED, ListState.PARTIAL)


def sync_screen(result: SyncResult, look: Look) -> Text:
    """The page after a sync that was let go ahead."""
    sheet = Sheet(look)
    facts = [f"Sync {result.run_id}", f"plan {result.plan.id}", moment(result.plan.at)]
    sheet.line("  ", (BETWEEN.join(facts), "bold"))
    for audience in result.plan.audiences.values():
        _audience(sheet, audience, result)
    sheet.blank()
    if quiet := sum(1 for one in result.lists.values() if one.state is ListState.UNCHANGED):
        sheet.line(f"  Nothing to do for {counted(quiet, 'list')}.")
    if result.failure not in {one.failure for one in result.lists.values()}:
        _failure(sheet, result.failure, indent=2)
    _later(sheet, result)
    _summary(sheet, result)
    if result.head is not None:
        sheet.line(f"  {chain(result.head)}")
    _next(sheet, result)
    return sheet.text()


def declined_screen(look: Look) -> Text:
    """The page after a no to `Send this?`."""
    sheet = Sheet(look)
    sheet.line("  Nothing was sent.")
    return sheet.text()


def _audience(sheet: Sheet, audience: AudiencePlan, result: SyncResult) -> None:
    """The audience, if anything came about on one of its lists."""
    lists = {name: result.lists.get(one.ref) for name, one in audience.lists.items()}
    if all(one is not None and one.state is ListState.UNCHANGED for one in lists.values()):
        return
    sheet.blank()
    sheet.ends(printable(audience.name), printable(audience.key), indent=2, style="bold")
    for name, one in lists.items():
        _list(sheet, name, one)
    reached = {name: planned for name, planned in audience.lists.items() if lists[name] is not None}
    write_stops(sheet, reached, indent=6, held=False)


def _list(sheet: Sheet, name: str, one: ListResult | None) -> None:
    if one is None:
        sheet.line(f"    {name:<10} ", ("not reached", "yellow"))
        return
    head: list[Part] = [f"    {name:<10} ", (STATES[one.state], _STYLES[one.state])]
    sheet.items(head, _sent(sheet.look, one), column=46)
    _failure(sheet, one.failure, indent=6)


def _sent(look: Look, one: ListResult) -> list[str]:
    counts = {
        "added": one.added,
        "removed": one.removed,
        "sent again": one.refreshed,
        "with old keys taken out": one.rekeyed,
        "not usable": one.rejected,
    }
    return [f"{look.people(count)} {what}" for what, count in counts.items() if count]


def _failure(sheet: Sheet, failure: Failure | None, *, indent: int) -> None:
    if failure is None:
        return
    sheet.prose(f"✗ [{failure.code}]  {sheet.look.sentence(failure.message)}", indent=indent, hanging=2, style="red")
    sheet.prose(sheet.look.sentence(failure.hint), indent=indent + 2)


def _later(sheet: Sheet, result: SyncResult) -> None:
    waiting = sum(one.later + one.deferred for one in result.plan.lists)
    if waiting:
        sheet.line(f"  {sheet.look.people(waiting)} later: the next runs send them once what is open is processed")


def _summary(sheet: Sheet, result: SyncResult) -> None:
    head = f"  Sync {result.run_id}: "
    sheet.items([(head, "bold")], _totals(sheet.look, list(result.lists.values())), column=len(head), style="bold")


def _totals(look: Look, lists: Sequence[ListResult]) -> list[str]:
    added, removed = sum(one.added for one in lists), sum(one.removed for one in lists)
    again = sum(one.refreshed + one.rekeyed for one in lists)
    if all(one.state is ListState.UNCHANGED for one in lists):
        return ["nothing to send, every list is as the file says"]
    parts = [f"+{look.people(added)} −{look.people(removed)}" if added or removed or again else "nothing was sent"]
    if again:
        parts.append(f"{look.people(again)} sent again or with new keys")
    troubles = {state: sum(1 for one in lists if one.state is state) for state in _TROUBLES}
    return parts + [f"{counted(count, 'list')} {STATES[state]}" for state, count in troubles.items() if count]


def _next(sheet: Sheet, result: SyncResult) -> None:
    states = {one.state for one in result.lists.values()}
    if states & {ListState.FAILED, ListState.PARTIAL} or result.failure:
        sheet.line(
            "  Next:  ", (f"{sheet.look.command} sync", "bold"), "  (again is safe: nobody is added or removed twice)"
        )
    elif ListState.ACCEPTED in states:
        sheet.line("  Next:  ", (f"{sheet.look.command} confirm", "bold"), "  (asks the platforms what became of it)")
    else:
        sheet.line("  Next:  ", (f"{sheet.look.command} status", "bold"), "  (what each list holds)")
