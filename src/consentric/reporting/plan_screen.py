"""The plan as a page: the funnel first, what changes second, then what deserves a look and what to do next.

Everything on it comes from the plan alone, so that the same plan is always the same page.
"""

from __future__ import annotations

from typing import Final, assert_never

from rich.text import Text

from consentric.model.figures import counted
from consentric.model.lists import ListRef
from consentric.model.plan import (
    Add,
    AudiencePlan,
    EnsureAudience,
    NoRecord,
    Notice,
    Plan,
    Rebuild,
    Refresh,
    Rekey,
    Remove,
    RemoveNow,
    RemoveRest,
    Rename,
    SetKeepFor,
    SourceCount,
    Step,
)
from consentric.reporting.funnel import funnel
from consentric.reporting.look import Look, printable, rows
from consentric.reporting.notices import noticed
from consentric.reporting.rebuilds import write_rebuilds
from consentric.reporting.sheet import BETWEEN, Sheet
from consentric.reporting.stops import write_stops
from consentric.reporting.words import moment

_SHRUNK: Final = 0.8


def plan_screen(plan: Plan, look: Look, *, sync: str = "") -> Text:
    """The page; `sync` is the command that would do what it shows, if it is more than that."""
    sheet = Sheet(look)
    _header(sheet, plan)
    for audience in plan.audiences.values():
        sheet.blank()
        _audience(sheet, audience, plan.no_record)
    _worth_a_look(sheet, plan.notices)
    if plan.no_record is None:
        _would_send(sheet, plan)
    _summary(sheet, plan)
    _next(sheet, plan, sync or f"{look.command} sync")
    return sheet.text()


def people_of(step: Step) -> int:
    """How many people a step sends a request about."""
    match step:
        case EnsureAudience() | Rename() | SetKeepFor() | RemoveRest():
            return 0
        case RemoveNow() | Rekey() | Add() | Refresh() | Rebuild() | Remove():
            return step.people
        case _:
            assert_never(step)


def sent_to(plan: Plan) -> dict[str, int]:
    """People per destination that `sync` would send, in the order of the plan; only destinations with work."""
    people: dict[str, int] = {}
    for step in plan.steps:
        if count := people_of(step):
            people[step.ref.destination] = people.get(step.ref.destination, 0) + count
    return people


def stopped_lists(plan: Plan) -> int:
    return sum(1 for one in plan.lists if one.stopped)


def _header(sheet: Sheet, plan: Plan) -> None:
    facts = [f"{printable(plan.file)} @ {plan.config_sha256[:7]}", moment(plan.at), f"plan {plan.id}"]
    sheet.items(["  "], [*facts, "nothing is uploaded by plan"], column=2, style="bold")
    if plan.sources:
        sheet.items(["  Sources"], [_source(each) for each in plan.sources], column=12)
    if plan.first_run:
        sheet.line("  First run  no record yet: everything is an add")
    if plan.no_record is not None:
        sheet.items(["  No record"], unknown(plan.no_record), column=13, style="bold")


def unknown(no_record: NoRecord) -> list[str]:
    """What a plan without the record cannot say."""
    sizes = "" if no_record.at is None else f"sizes of {moment(no_record.at)}"
    told = [sizes, "no record of what is on the platforms: no adds and removes are shown"]
    told.append("who was erased or objected is counted in")
    return [part for part in told if part]


def _source(source: SourceCount) -> str:
    told = f"{printable(source.name)} {rows(source.rows)}"
    shrunk = source.last_rows is not None and source.rows < _SHRUNK * source.last_rows
    return f"{told} ⚠ {rows(source.last_rows)} last run" if shrunk and source.last_rows is not None else told


def _audience(sheet: Sheet, audience: AudiencePlan, no_record: NoRecord | None) -> None:
    paused = "paused" if audience.paused else ""
    right = BETWEEN.join(printable(part) for part in (audience.key, audience.owner, paused) if part)
    sheet.ends(printable(audience.name), right, indent=2, style="bold")
    sheet.prose(printable(audience.sentence), indent=2, hanging=2, style="italic")
    for each in audience.cut_offs:
        if each.people >= sheet.look.mask_below:
            sheet.prose(printable(f"{each.sentence[:1].upper()}{each.sentence[1:]}."), indent=2, hanging=2)
    if audience.renamed_from:
        sheet.prose(
            f"renamed from {printable(audience.renamed_from)}: its lists keep their members", indent=2, hanging=2
        )
    funnel(sheet, audience, no_record)
    write_rebuilds(sheet, audience.lists, indent=2)
    write_stops(sheet, audience.lists, indent=2)


def _worth_a_look(sheet: Sheet, notices: tuple[Notice, ...]) -> None:
    if not notices:
        return
    sheet.blank()
    sheet.line("  ", ("Worth a look", "bold"))
    for notice in notices:
        sheet.remark(notice.code, noticed(notice, sheet.look), printable(notice.where), indent=4)


def _would_send(sheet: Sheet, plan: Plan) -> None:
    sheet.blank()
    requests = _by_destination({one.ref: one.requests for one in plan.lists})
    people = sent_to(plan)
    told = [
        f"{name}  {counted(requests[name], 'request')}, {sheet.look.counted(people.get(name, 0), 'person', 'people')}"
        for name in requests
    ]
    sheet.items(["  Would send"], told or ["nothing: every list is as the file says"], column=16)
    new = _by_destination({step.ref: 1 for step in plan.steps if isinstance(step, EnsureAudience)})
    if new:
        sheet.items(["  Creates"], [f"{name}  {counted(count, 'list')}" for name, count in new.items()], column=16)
    renamed = _by_destination({step.ref: 1 for step in plan.steps if isinstance(step, Rename)})
    if renamed:
        sheet.items(["  Renames"], [f"{name}  {counted(count, 'list')}" for name, count in renamed.items()], column=16)
    kept = [
        f"{printable(str(step.ref))}  {counted(step.days, 'day')} instead of {step.before}"
        for step in plan.steps
        if isinstance(step, SetKeepFor)
    ]
    if kept:
        sheet.items(["  Keeps for"], kept, column=16)
    later = _by_destination({one.ref: one.later + one.deferred for one in plan.lists})
    if later:
        told = [f"{name} {sheet.look.people(count)}" for name, count in later.items()]
        sheet.items(["  Later"], [*told, "in a run after the platform has processed what is open"], column=16)


def _by_destination(counts: dict[ListRef, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for ref, count in counts.items():
        if count:
            total[ref.destination] = total.get(ref.destination, 0) + count
    return total


def _summary(sheet: Sheet, plan: Plan) -> None:
    look = sheet.look
    parts = [counted(len(plan.audiences), "audience")]
    if plan.no_record is None:
        parts.append(" ".join([f"+{look.people(_total(plan, 'add'))}", f"−{look.people(_total(plan, 'remove'))}"]))
    if refreshed := _total(plan, "refresh"):
        parts.append(f"{look.people(refreshed)} sent again")
    if later := _total(plan, "later"):
        parts.append(f"{look.people(later)} later")
    if stopped := stopped_lists(plan):
        parts.append(f"{counted(stopped, 'list')} stopped")
    if plan.notices:
        parts.append(f"{len(plan.notices)} worth a look")
    sheet.blank()
    sheet.items([("  Plan ", "bold"), (f"{plan.id}: ", "bold")], parts, column=len(plan.id) + 9, style="bold")


def _total(plan: Plan, number: str) -> int:
    return sum(int(getattr(one, number)) for one in plan.lists)


def _next(sheet: Sheet, plan: Plan, sync: str) -> None:
    if plan.no_record is not None:
        sheet.line("  Next:  where the record is, ", (f"{sheet.look.command} plan", "bold"), " says what would change")
    elif plan.steps:
        sheet.line("  Next:  ", (sync, "bold"))
    elif stopped_lists(plan):
        sheet.line("  Next:  read why the lists are stopped; nothing else is to be sent")
    else:
        sheet.line(
            "  Next:  nothing to send; ", (f"{sheet.look.command} status", "bold"), " shows what each list holds"
        )
