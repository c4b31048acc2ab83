"""What may move on one list: the guards' word on its numbers, under what somebody approved beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from consentric.engine.base import Difference
from consentric.model.approvals import SavedPlan
from consentric.model.lists import ListRef
from consentric.model.plan import Notice, Stop
from consentric.model.project import Guards
from consentric.planning.approvals import LIFTED, beyond, only_saved, today_allowed
from consentric.planning.drift import NO_GUARDS, is_emptied
from consentric.planning.guards import PAUSED, Allowance, Trouble, Verdict, check, running_out
from consentric.workflows.opening import Opened


@dataclass(slots=True)
class Judge:
    """A saved plan wins over the command line, and both over the file, as far as they say anything."""

    opened: Opened
    allowance: Allowance
    saved: SavedPlan | None
    _without_approval: dict[str, list[Stop | None]] = field(default_factory=dict)

    def judge(
        self,
        ref: ListRef,
        difference: Difference,
        troubles: tuple[Trouble, ...],
        *,
        first_fill: bool,
        left_since: date | None = None,
    ) -> Verdict:
        """`troubles` are what stops the list whatever its numbers say; `left_since`: its audience left the file then.

        The `first_fill` of a list lasts until a sync of it has ended well: a run that dies on the way leaves a few people
        there, and the others are no growth.

        No guard holds back the emptying of a list whose audience left thirty days ago: every plan since has said so.
        """
        if is_emptied(left_since, self.opened.catalog.today):
            return _check(ref, difference, NO_GUARDS, troubles, self.allowance)
        audience = self.opened.project.audiences.get(ref.audience)
        if audience is not None and audience.paused:
            troubles = (PAUSED, *troubles)
        verdict = self._verdict(ref, difference, troubles, first_fill=first_fill)
        if verdict.stop is None:
            return verdict
        return Verdict(
            verdict.allowed, running_out(verdict.stop, difference.counts, self._local_day(difference.runs_out_at))
        )

    def notices(self) -> Iterator[Notice]:
        """`approve:` lines that do nothing: of another day, or that no list needs. To be asked after all lists."""
        today = self.opened.catalog.today
        for key, stops in self._without_approval.items():
            audience = self.opened.project.audiences.get(key)
            if audience is None or audience.approval is None:
                continue
            approval = audience.approval
            if away := (approval.on - today).days:
                yield Notice("W340", abs(away), key, parts={"ahead": away} if away > 0 else {})
            elif not any(stop is not None and stop.code in LIFTED for stop in stops):
                yield Notice("W341", max(approval.removals, approval.additions), key)

    def _verdict(
        self, ref: ListRef, difference: Difference, troubles: tuple[Trouble, ...], *, first_fill: bool
    ) -> Verdict:
        project, today = self.opened.project, self.opened.catalog.today
        audience = project.audiences.get(ref.audience)
        guards = project.guards if audience is None else audience.guards
        if first_fill:
            guards = replace(guards, max_additions=None)
        if self.saved is not None:
            approved = self.saved.of(ref)
            guards, allowance = only_saved(guards, approved)
            return _check(ref, difference, guards, (*troubles, *beyond(approved, difference.counts)), allowance)
        without = _check(ref, difference, guards, troubles, self.allowance)
        self._without_approval.setdefault(ref.audience, []).append(without.stop)
        approval = None if audience is None else audience.approval
        allowance = today_allowed(self.allowance, approval, today)
        return _check(ref, difference, guards, troubles, allowance, today)

    def _local_day(self, at: datetime | None) -> date | None:
        return None if at is None else at.astimezone(self.opened.project.timezone).date()


def _check(
    ref: ListRef,
    difference: Difference,
    guards: Guards,
    troubles: tuple[Trouble, ...],
    allowance: Allowance,
    today: date | None = None,
) -> Verdict:
    whole = difference.rebuild is not None
    return check(ref.audience, guards, difference.counts, troubles, allowance, today, whole=whole)
