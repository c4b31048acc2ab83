"""The plan and the sync as Markdown, for the summary page of a GitHub job. Small counts are always masked there."""

from __future__ import annotations

import re
from typing import Final

from consentric.model.figures import counted
from consentric.model.plan import ListPlan, NoRecord, Plan
from consentric.model.results import SyncResult
from consentric.reporting.look import Look, printable
from consentric.reporting.notices import noticed
from consentric.reporting.plan_screen import sent_to, stopped_lists, unknown
from consentric.reporting.rebuilds import rebuild_sentences
from consentric.reporting.stops import blocks
from consentric.reporting.words import STATES, moment

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~])")
_NOT_KNOWN: Final = "–"
_COLUMNS: Final = ("audience", "list", "in the list", "was", "add", "remove", "later", "unchanged")


def plan_markdown(plan: Plan, look: Look) -> str:
    """What a reviewer of a pull request wants: the sentences, the sizes, what changes, what is stopped."""
    lines = [
        f"### Plan {plan.id}: {_total(plan, look)}",
        "",
        f"`{printable(plan.file)}` @ `{plan.config_sha256[:7]}`, {moment(plan.at)}. Nothing is uploaded by plan.",
        *_unknown(plan),
        "",
        *_table(plan, look),
        "",
        *_sentences(plan),
        *_rebuilds(plan),
        *_stops(plan, look),
        *_notices(plan, look),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _rebuilds(plan: Plan) -> list[str]:
    return [
        f"- {escaped(audience.name)}: {escaped(told)}"
        for audience in plan.audiences.values()
        for told in rebuild_sentences(audience.lists)
    ]


def sync_markdown(result: SyncResult, look: Look) -> str:
    """What became of each list, under the plan that was executed."""
    lines = [
        f"### Sync {result.run_id}",
        "",
        "| audience | list | outcome | added | removed |",
        "|---|---|---|--:|--:|",
    ]
    for ref, one in result.lists.items():
        counts = f"{look.people(one.added)} | {look.people(one.removed)}"
        lines.append(f"| {escaped(ref.audience)} | {escaped(ref.destination)} | {STATES[one.state]} | {counts} |")
    for failure in dict.fromkeys([*(one.failure for one in result.lists.values()), result.failure]):
        if failure is not None:
            lines += ["", f"**{failure.code}** {escaped(look.sentence(failure.message))}"]
    return "\n".join(lines) + "\n\n" + plan_markdown(result.plan, look)


def escaped(text: str) -> str:
    """Text of the user, so that it is shown and not obeyed."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def _unknown(plan: Plan) -> list[str]:
    return [] if plan.no_record is None else ["", f"**No record**: {escaped('; '.join(unknown(plan.no_record)))}."]


def _total(plan: Plan, look: Look) -> str:
    people = [f"{name} {look.counted(count, 'person', 'people')}" for name, count in sent_to(plan).items()]
    stopped = [f"**{counted(stopped_lists(plan), 'list')} stopped**"] if stopped_lists(plan) else []
    if plan.no_record is not None:
        return " · ".join(["sizes only", *stopped])
    return " · ".join([f"would send {', '.join(people)}" if people else "nothing to send", *stopped])


def _table(plan: Plan, look: Look) -> list[str]:
    lines = [f"| {' | '.join(_COLUMNS)} |", "|---|---" + "|--:" * (len(_COLUMNS) - 2) + "|"]
    for audience in plan.audiences.values():
        for name, one in audience.lists.items():
            mark = " ✗" if one.stopped else ""
            paused = " (paused)" if audience.paused else ""
            cells = _cells(one, look) if plan.no_record is None else _sizes(one, look, plan.no_record)
            lines.append(f"| {escaped(audience.name)}{paused} | {escaped(name)}{mark} | {cells} |")
    return lines


def _cells(one: ListPlan, look: Look) -> str:
    return " | ".join(look.people(n) for n in (one.members, one.was, one.add, one.remove, one.later, one.unchanged))


def _sizes(one: ListPlan, look: Look, no_record: NoRecord) -> str:
    was = look.people(one.was) if one.ref in no_record.sizes else _NOT_KNOWN
    return " | ".join([look.people(one.members), was, *[_NOT_KNOWN] * 4])


def _sentences(plan: Plan) -> list[str]:
    return [f"- **{escaped(each.name)}**: {escaped(each.sentence)}" for each in plan.audiences.values()]


def _stops(plan: Plan, look: Look) -> list[str]:
    lines: list[str] = []
    for audience in plan.audiences.values():
        for block in blocks(audience.lists):
            told = [f"{', '.join(names)}: {message}" for message, names in block.messages.items()]
            text = look.sentence("; ".join([*told, *([block.hint] if block.hint else [])]))
            lines += ["", f"> ✗ **{block.code}** {escaped(audience.key)} → {escaped(text)}"]
    return lines


def _notices(plan: Plan, look: Look) -> list[str]:
    if not plan.notices:
        return []
    told = [f"- `{each.code}` {escaped(noticed(each, look))} ({escaped(each.where)})" for each in plan.notices]
    return ["", "**Worth a look**", "", *told]
