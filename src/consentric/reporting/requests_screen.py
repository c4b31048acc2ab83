"""What was done for people who said no, for whoever did it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rich.text import Text

from consentric.model.figures import counted
from consentric.model.people import Verb
from consentric.model.requests import Erasures, Lifted, ListRemoval, Request, RequestResult, Stage
from consentric.reporting.look import Look, printable
from consentric.reporting.requests_json import COMMANDS, NOT_PROMISED
from consentric.reporting.sheet import BETWEEN, Sheet
from consentric.reporting.words import moment

_STYLES: Final = {
    Stage.WAITING: "yellow",
    Stage.ASKED: "green",
    Stage.CONFIRMED: "green",
    Stage.ERASED: "green",
    Stage.FAILED: "red",
}
_WORDS: Final = {
    Stage.WAITING: "not asked yet",
    Stage.ASKED: "asked to remove",
    Stage.CONFIRMED: "removed, the platform says",
    Stage.ERASED: "removed, and erased from our files",
    Stage.FAILED: "failed",
}
_LIFTED_BY: Final = {
    Verb.WITHDREW: "A later dated yes in the consent source lifts it; so does `unsuppress`.",
    Verb.OBJECTED: "Only `unsuppress` lifts it, no later consent.",
    Verb.RESTRICTED: "Only `unsuppress` lifts it, no later consent.",
    Verb.ERASED: "Keyed digests stay, so that they are never added again.",
}


def request_screen(result: RequestResult, look: Look) -> Text:
    """The page after withdraw, object, restrict or forget."""
    sheet, request = Sheet(look), result.request
    facts = [COMMANDS[request.verb].capitalize(), result.run_id, moment(result.at)]
    sheet.line("  ", (BETWEEN.join(facts), "bold"))
    sheet.line(f"  {counted(request.keys, 'key')} suppressed from now on. {_found(request, look)}")
    _lists(sheet, request, result.at)
    sheet.blank()
    sheet.prose(_LIFTED_BY[request.verb], indent=2, hanging=2)
    if request.lists:
        sheet.prose("Others who shared a contact with them are added again, without it, by the next sync.", indent=2)
    if request.verb is Verb.ERASED and request.under_way:
        sheet.line("  Next:  ", (f"{look.command} forget --status", "bold"), "  (tomorrow: what was confirmed)")
    return sheet.text()


def erasures_screen(found: Erasures, look: Look) -> Text:
    """The page of `forget --status`."""
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(found.at)} · erasures under way", "bold"))
    if not found.requests:
        sheet.line(
            "  None: every removal that was asked for is confirmed, and nothing of those people is in our files."
        )
    for request in found.requests:
        sheet.blank()
        asked = moment(request.at.astimezone(found.at.tzinfo))
        sheet.line(f"  Request {request.id} of {asked}: {counted(request.keys, 'key')}. {_found(request, look)}")
        _lists(sheet, request, found.at)
    for note in found.notes:
        sheet.prose(look.sentence(note), indent=2, hanging=2, style="yellow")
    sheet.blank()
    sheet.line("  Not promised:")
    for each in NOT_PROMISED:
        sheet.prose(f"- {each}", indent=4, hanging=2)
    return sheet.text()


def lifted_screen(lifted: Lifted, look: Look) -> Text:
    """The page after `unsuppress`."""
    sheet = Sheet(look)
    sheet.line(f"  {counted(lifted.keys, 'key')} not suppressed any more.")
    if lifted.bound:
        sheet.prose(
            f"{counted(lifted.bound, 'key')} still suppressed: the no was given with another key of the same person. "
            "Name that one.",
            indent=2,
            style="yellow",
        )
    if lifted.unknown:
        sheet.line(f"  {counted(lifted.unknown, 'key')} never suppressed.")
    sheet.line("  Next:  ", (f"{look.command} plan", "bold"), "  (who would be added again)")
    return sheet.text()


def _found(request: Request, look: Look) -> str:
    if request.people is None:
        return "The lists were not looked at yet."
    verb = "is, or may be," if look.is_one(request.people) else "are, or may be,"
    where = f"on {counted(len(request.lists), 'list')}" if request.lists else "on a list"
    return f"{look.counted(request.people, 'person', 'people')} {verb} {where}."


def _lists(sheet: Sheet, request: Request, now: datetime) -> None:
    for one in request.lists:
        told = [sheet.look.counted(one.people, "person", "people"), *_instants(one, now)]
        head = f"    {printable(one.ref.audience)} → {one.platform.value} {printable(one.account)}  "
        sheet.items([head, (_WORDS[one.stage], _STYLES[one.stage])], told, column=6)
        if one.failure is not None:
            sheet.prose(
                f"✗ [{one.failure.code}]  {sheet.look.sentence(one.failure.message)}", indent=6, hanging=2, style="red"
            )
            sheet.prose(sheet.look.sentence(one.failure.hint), indent=8)


def _instants(one: ListRemoval, now: datetime) -> list[str]:
    if one.confirmed is not None:
        return [f"confirmed {moment(one.confirmed.astimezone(now.tzinfo))}"]
    return [] if one.asked is None else [f"asked {moment(one.asked.astimezone(now.tzinfo))}"]
