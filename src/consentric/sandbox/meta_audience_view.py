"""Custom audiences as Graph shows them: the fields asked for, sizes as late and rounded bounds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from consentric.sandbox.lists import AudienceList, Operation
from consentric.sandbox.meta_errors import invalid
from consentric.sandbox.meta_lookalikes import lookalikes_of
from consentric.sandbox.meta_request import GraphRequest
from consentric.sandbox.world import World

_READY_FROM: Final = 100
_FIELDS: Final = (
    "id",
    "account_id",
    "name",
    "description",
    "subtype",
    "customer_file_source",
    "is_value_based",
    "retention_days",
    "approximate_count_lower_bound",
    "approximate_count_upper_bound",
    "operation_status",
    "delivery_status",
    "time_created",
    "time_updated",
    "time_content_updated",
    "lookalike_audience_ids",
    "lookalike_spec",
    "origin_audience_id",
    "rule",
    "opt_out_link",
    "audience_labels",
    "permission_for_actions",
    "data_source",
    "delete_time",
    "sharing_status",
    "fields_violating_integrity_policy",
    "seed_audience",
    "pixel_id",
)


def as_json(world: World, audience: AudienceList, fields: list[str]) -> dict[str, Any]:
    """The fields asked for; those without a value are left out, as Graph does."""
    world.settled(audience)
    values = _values(world, audience)
    return {name: values[name] for name in fields if values.get(name) is not None} | {"id": audience.id}


def _values(world: World, audience: AudienceList) -> dict[str, Any]:
    size = world.reported_size(audience)
    replacing = any(one.operation is Operation.REPLACE for one in audience.open)
    settings = audience.settings
    ready = size >= _READY_FROM
    # Sizes are bounds, never exact, and late (approximate_count_lower_bound, _upper_bound).
    unit = 100 if size < 1000 else 10 ** (len(str(size)) - 2)
    lower = size // unit * unit
    updated = settings["time_content_updated"]
    return {
        "id": audience.id,
        "account_id": audience.account.removeprefix("act_"),
        "name": audience.name,
        "description": settings.get("description", ""),
        "subtype": settings["subtype"],
        "customer_file_source": settings["customer_file_source"],
        "is_value_based": settings["is_value_based"],
        "retention_days": audience.lifetime.duration.days if audience.lifetime else None,
        "approximate_count_lower_bound": lower,
        "approximate_count_upper_bound": lower + unit,
        "operation_status": _operation(audience, replacing=replacing),
        "delivery_status": _status(200, "This audience is ready for use.")
        if ready
        else _status(300, "This audience is too small."),
        "time_created": int(audience.created_at.timestamp()),
        "time_updated": int(settings["time_updated"].timestamp()),
        "time_content_updated": int(updated.timestamp()) if updated else None,
        "lookalike_audience_ids": lookalikes_of(world, audience) or None,
        "lookalike_spec": settings["lookalike_spec"],
        "origin_audience_id": settings["origin_audience_id"],
        "rule": settings["rule"],
        "opt_out_link": settings.get("opt_out_link"),
        "audience_labels": settings["audience_labels"],
        "permission_for_actions": {
            "can_edit": True,
            "can_see_insight": True,
            "can_share": True,
            "subtype_supports_lookalike": True,
        },
        "data_source": {"type": "FILE_IMPORTED", "sub_type": "MULTI_HASHES"},
        "delete_time": None,
        "sharing_status": None,
        "fields_violating_integrity_policy": None,
        "seed_audience": None,
        "pixel_id": None,
    }


def _operation(audience: AudienceList, *, replacing: bool) -> dict[str, Any]:
    if audience.settings.get("locked"):
        return _status(471, "Flagged for violating an integrity policy")
    if audience.settings.get("fading"):
        return _status(100, "Expiring: not used for two years")
    return _status(414, "Replace in progress") if replacing else _status(200, "Normal")


def _status(code: int, description: str) -> dict[str, Any]:
    return {"code": code, "description": description}


def wanted_fields(request: GraphRequest) -> list[str]:
    """The fields of an audience that a request names."""
    return read_fields(request, _FIELDS, "CustomAudience")


def read_fields(request: GraphRequest, known: Collection[str], node: str) -> list[str]:
    """The fields that a request names; unknown ones are refused, as Graph does."""
    names = [name.strip() for name in request.text("fields").split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise invalid(f"Tried accessing nonexisting field on node type ({node})")
    return names
