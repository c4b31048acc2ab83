"""What a sync decided before it sent anything, for the chain of events: which guards stopped which lists, and who let it go."""

from __future__ import annotations

from datetime import datetime

from consentric.ledger import Ledger
from consentric.model.events import Fact, Kind
from consentric.model.plan import Plan
from consentric.model.project import Project
from consentric.workflows.choice import Choice


def note_plan(
    record: Ledger, run_id: str, plan: Plan, choice: Choice, project: Project, at: datetime, *, approved: bool
) -> None:
    """The stops, and the numbers that were approved: by the answer, on the command line, in the file, or by a saved plan."""
    stopped: list[Fact] = [
        {
            "audience": each.ref.audience,
            "destination": each.ref.destination,
            "code": each.stopped.code,
            "held": {
                "add": each.stopped.held.add,
                "remove": each.stopped.held.remove,
                "rekey": each.stopped.held.rekey,
            },
        }
        for each in plan.lists
        if each.stopped is not None
    ]
    if stopped:
        record.note(Kind.STOPPED, at, run=run_id, lists=stopped)
    today = plan.at.date()
    in_file: list[Fact] = [
        {"audience": key, "removals": audience.approval.removals, "additions": audience.approval.additions}
        for key, audience in project.audiences.items()
        if audience.approval is not None and audience.approval.on == today
    ]
    record.note(
        Kind.APPROVED if approved else Kind.DECLINED,
        at,
        run=run_id,
        plan=plan.id,
        add=sum(each.add for each in plan.lists),
        remove=sum(each.remove for each in plan.lists),
        allowed={"removals": choice.allowance.removals, "additions": choice.allowance.additions},
        in_file=in_file,
        saved_plan=None if choice.saved is None else choice.saved.id,
    )
