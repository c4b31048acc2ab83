"""What is odd about the data, as sentences: one for each code, with small counts masked as on the rest of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from consentric.model.figures import counted
from consentric.model.plan import Notice
from consentric.reporting.look import Look
from consentric.reporting.words import field, joined


def noticed(notice: Notice, look: Look) -> str:
    """The sentence of a notice; where it is stands beside it."""
    return SENTENCES[notice.code](notice, look)


def _not_declared(notice: Notice, look: Look) -> str:
    del look  # it counts columns, not people
    if not notice.parts:
        return "identifiers are not declared, and no column is called email or phone: nobody can be matched"
    kinds = [field(kind) for kind in notice.parts]
    recognised = f"{joined(kinds)} {'was' if len(kinds) == 1 else 'were'} recognised by the name of the column"
    return f"identifiers are not declared: {recognised}; name, postcode and country are sent only when they are named"


def _unusable(notice: Notice, look: Look) -> str:
    parts = sorted(notice.parts.items(), key=lambda part: (-part[1], part[0]))
    reasons = ", ".join(f"{reason.replace('_', ' ')} {look.people(count)}" for reason, count in parts)
    return f"{look.people(notice.count)} of {look.people(notice.of or 0)} cannot be used: {reasons}"


def _crowded(notice: Notice, look: Look) -> str:
    """Keys join rows to people, identifiers are sent: the same value may be too common for either."""
    is_one = look.is_one(notice.count)
    if not notice.parts:
        told = look.counted(notice.count, "value")
        if is_one:
            return f"{told} is held by more than 20 people; it joins nobody"
        return f"{told} are held by more than 20 people each; they join nobody"
    told, people = look.counted(notice.count, "contact"), look.people(notice.parts["people"])
    each = f"are shared by more than 20 people each, {people} in all; they are"
    shared = f"is shared by {people} people; it is" if is_one else each
    alone = look.people(notice.parts["alone"])
    lost = f"; {alone} of them {'has' if alone == '1' else 'have'} nothing else" if notice.parts["alone"] else ""
    return f"{told} {shared} not sent{lost}"


def _empty(notice: Notice, look: Look) -> str:
    del notice, look
    return "this source has no rows"


def _ragged(notice: Notice, look: Look) -> str:
    have, are = ("has", "is") if look.is_one(notice.count) else ("have", "are")
    return f"{look.counted(notice.count, 'row')} {have} too many or too few cells and {are} left out"


def _future(notice: Notice, look: Look) -> str:
    lie, do = ("lies", "does") if look.is_one(notice.count) else ("lie", "do")
    return f"{look.counted(notice.count, 'row')} {lie} in the future and {do} not count yet"


def _other_day(notice: Notice, look: Look) -> str:
    del look  # it counts days
    if notice.parts:
        return f"`approve` is for a day that is {counted(notice.count, 'day')} ahead; until then it does nothing"
    return f"`approve` was for one day, {counted(notice.count, 'day')} ago, and does nothing any more: remove it"


def _not_needed(notice: Notice, look: Look) -> str:
    del notice, look
    return "`approve` is not needed: no guard stops a list of this audience because of its number of people"


def _renamed_by_hand(notice: Notice, look: Look) -> str:
    del notice, look
    return "somebody gave this list another name on the platform; it is the same list, and is not renamed back"


def _fading(notice: Notice, look: Look) -> str:
    del notice, look
    return (
        "Meta says that no ad has used this list for two years, and will delete it; use it, or take it out of the file"
    )


def _lost_account(notice: Notice, look: Look) -> str:
    del notice, look
    return "no destination names the account of this list any more: nobody can be removed from it until one does"


SENTENCES: Final[Mapping[str, Callable[[Notice, Look], str]]] = {
    "W310": _not_declared,
    "W312": _unusable,
    "W313": _crowded,
    "W315": _empty,
    "W316": _ragged,
    "W317": _future,
    "W330": _renamed_by_hand,
    "W331": _fading,
    "W332": _lost_account,
    "W340": _other_day,
    "W341": _not_needed,
}
