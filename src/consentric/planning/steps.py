"""From stretches of prepared rows to the steps of a plan, in the order in which they are carried out.

First those whom guards never hold back, on all lists of all accounts; then stale keys; then adds and refreshes; then
ordinary removals. A list that is rebuilt has everybody in the place of the middle three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from consentric.model.lists import ListRef, ListSpec, Operation, Shape
from consentric.model.plan import (
    Add,
    EnsureAudience,
    Rebuild,
    Rebuilding,
    Refresh,
    Rekey,
    Remove,
    RemoveNow,
    RemoveRest,
    Rename,
    SetKeepFor,
    Span,
    Step,
)
from consentric.planning.capabilities import RebuildForm
from consentric.planning.rows import Phase, Stretch

_STEPS: Final[Mapping[Phase, type[RemoveNow | Rekey | Add | Refresh | Remove]]] = {
    Phase.REMOVE_NOW: RemoveNow,
    Phase.REKEY: Rekey,
    Phase.ADD: Add,
    Phase.REFRESH: Refresh,
    Phase.REMOVE: Remove,
}
_SENT: Final = tuple(phase for phase in Phase if phase is not Phase.OWED)


def order(
    stretches: Mapping[ListRef, Sequence[Stretch]],
    missing: Mapping[ListRef, ListSpec],
    rebuilds: Mapping[ListRef, Rebuilding],
    settings: Sequence[Rename | SetKeepFor] = (),
) -> tuple[Step, ...]:
    """`missing` are lists that are not on their platform yet; one is made only if somebody is added to it.

    Names change after the withdrawals, and before a list is made that may want a name that becomes free. Where a list is to
    forget sooner, everybody is renewed first.
    """
    steps: list[Step] = []
    for phase in _SENT:
        for ref, found in stretches.items():
            here = [each for each in found if each.phase == phase]
            if not here:
                continue
            if phase in (Phase.ADD, Phase.REFRESH) and ref in missing and not _ensured(steps, ref):
                steps.append(EnsureAudience(ref, missing[ref]))
            spans, people = tuple(_span(each) for each in here), max(each.people for each in here)
            match phase:
                case Phase.REBUILD:
                    steps.append(Rebuild(ref, spans, people, rebuilds[ref].reason))
                case Phase.REMOVE_REST:
                    steps.append(RemoveRest(ref, spans[0], rebuilds[ref].reason))
                case _:
                    steps.append(_STEPS[phase](ref, spans, people))
        if phase is Phase.REMOVE_NOW:
            steps += (each for each in settings if not _waits(each))
        if phase is Phase.REFRESH:
            steps += (each for each in settings if _waits(each))
    return tuple(steps)


def requests(stretches: Iterable[Stretch], rows_per_request: int, form: RebuildForm) -> int:
    """How many requests the rows take; the end of a rebuild is one where it is not the last of a series."""
    unsent = {Operation.OWED, Operation.REMOVE_REST} if form is RebuildForm.REPLACE else {Operation.OWED}
    sent = (each for each in stretches if each.operation not in unsent)
    return sum(-(-each.rows // rows_per_request) for each in sent)


def _waits(setting: Rename | SetKeepFor) -> bool:
    return isinstance(setting, SetKeepFor) and setting.shortens


def _span(stretch: Stretch) -> Span:
    return Span(stretch.first, stretch.rows, Shape(stretch.shape))


def _ensured(steps: Sequence[Step], ref: ListRef) -> bool:
    return any(isinstance(step, EnsureAudience) and step.ref == ref for step in steps)
