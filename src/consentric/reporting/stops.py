"""Why lists are stopped, said once where several lists of an audience are stopped by the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from consentric.model.plan import Held, ListPlan
from consentric.planning.guards import PAUSED
from consentric.reporting.look import Look
from consentric.reporting.sheet import BETWEEN, Sheet


@dataclass(slots=True)
class Block:
    """Lists with one way out: what is wrong with which of them, and what each holds back."""

    code: str
    hint: str
    messages: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)


def blocks(lists: Mapping[str, ListPlan]) -> list[Block]:
    """The stopped lists by code and hint, in the order in which they come."""
    found: dict[tuple[str, str], Block] = {}
    for name, one in lists.items():
        if stop := one.stopped:
            block = found.setdefault((stop.code, stop.hint), Block(stop.code, stop.hint))
            block.messages.setdefault(stop.message, []).append(name)
            block.held[name] = stop.held
    return list(found.values())


def write_stops(sheet: Sheet, lists: Mapping[str, ListPlan], *, indent: int, held: bool = True) -> None:
    """A block for each way out: what is wrong, the way out, and what is held back."""
    look = sheet.look
    for block in blocks(lists):
        for message, names in block.messages.items():
            told = f"[{block.code}]  {', '.join(names)}: {look.sentence(message)}"
            paused = block.code == PAUSED.code
            text = f"– PAUSED {told}" if paused else f"✗ STOPPED {told}"
            sheet.prose(text, indent=indent, hanging=2, style="bold yellow" if paused else "bold red")
        sheet.prose(look.sentence(block.hint), indent=indent + 2)
        if held and (told := _held(block.held, look)):
            sheet.prose(f"Held back: {told}", indent=indent + 2)


def _held(held: Mapping[str, Held], look: Look) -> str:
    """One number for all lists where it is the same, else each list with its own."""
    told = {name: ", ".join(_people(one, look)) for name, one in held.items()}
    same = set(told.values())
    if len(same) > 1:
        return BETWEEN.join(f"{name} {people}" for name, people in told.items() if people)
    people = same.pop()
    return f"{people}, on each of {len(held)} lists" if people and len(held) > 1 else people


def _people(held: Held, look: Look) -> list[str]:
    counts = {"to add": held.add, "to remove": held.remove, "with changed keys": held.rekey}
    return [f"{look.people(count)} {what}" for what, count in counts.items() if count]
