"""The document `saved-plan/1`: how many people each list would add and remove, for somebody to approve. It names nobody."""

from __future__ import annotations

from typing import Final

from consentric.model.plan import AudiencePlan, ListPlan, Plan
from consentric.reporting.plan_json import Json, head

FORMAT: Final = "saved-plan/1"


def saved_plan_json(plan: Plan) -> dict[str, Json]:
    """`add` and `remove` are what a sync by this plan may do; withdrawals are in neither, since they always go."""
    return {
        **head(FORMAT, plan.at, plan.config_sha256),
        "plan": plan.id,
        "install_id": plan.install_id,
        "only": {"audiences": list(plan.audience_names), "destinations": list(plan.destinations)},
        "audiences": {key: _audience(audience) for key, audience in plan.audiences.items()},
    }


def _audience(audience: AudiencePlan) -> dict[str, Json]:
    return {"lists": {name: _list(one) for name, one in audience.lists.items()}}


def _list(one: ListPlan) -> dict[str, Json]:
    """Somebody whose keys change is in `remove`, since a mistake there takes them off; they come back by themselves."""
    return {"members": one.members, "was": one.was, "add": one.add + one.later - one.rekey, "remove": one.guarded}
