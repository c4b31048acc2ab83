"""What people do to lists in the platforms' own screens, and what a platform does of its own accord.

A list can be made, renamed, described, deleted, closed, opened, flagged, left unused, or used by ads without any client knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from google.ads.datamanager_v1 import types

from consentric.sandbox.google_list_view import LONGEST
from consentric.sandbox.lists import AudienceList
from consentric.sandbox.membership import Lifetime
from consentric.sandbox.world import World

GOOGLE_FIRST: Final = 8_000_000_000
_KEEP_FOR: Final = "keep_for_days"
META_FIRST: Final = 120_210_000_000_000_000


class HandError(ValueError):
    """Somebody asked for what cannot be done by hand."""


def make(world: World, given: Mapping[str, Any]) -> str:
    """A list that no client made; its id."""
    match given:
        case {"platform": "google" | "meta" as platform, "account": str(account), "name": str(name), **rest}:
            pass
        case _:
            raise HandError('give {"platform": "meta", "account": "act_1001", "name": "VIP"}')
    description = str(rest.get("description", ""))
    first = GOOGLE_FIRST if platform == "google" else META_FIRST
    settings = _google(description) if platform == "google" else _meta(description, world)
    lifetime = Lifetime(LONGEST) if platform == "google" else None
    audience = AudienceList(
        platform, account, world.issue_number(first), name, world.clock.now(), lifetime=lifetime, settings=settings
    )
    world.lists[platform, audience.id] = audience
    return audience.id


def change(world: World, list_id: str, given: Mapping[str, Any]) -> None:
    """`{"name": …, "description": …, "deleted": true, "locked": true, "closed": true, "fading": true, "ads": ["1"]}`;

    at Google `{"keep_for_days": 30}` too.
    """
    found = [one for one in world.lists.values() if one.id == list_id]
    if not found:
        raise HandError(f"there is no list {list_id}")
    unknown = set(given) - {*_CHANGES, _KEEP_FOR}
    if unknown:
        raise HandError(f"a list has no {', '.join(sorted(unknown))}; known are {', '.join([*_CHANGES, _KEEP_FOR])}")
    for name, value in given.items():
        if name == _KEEP_FOR:
            _keep_for(world, found[0], value)
        else:
            _CHANGES[name](found[0], value)


def _close(audience: AudienceList, value: Any) -> None:
    if audience.platform != "google":
        raise HandError("only lists of Google are open or closed")
    audience.settings["membership_status"] = "CLOSED" if value else "OPEN"


def _keep_for(world: World, audience: AudienceList, value: Any) -> None:
    if audience.lifetime is None:
        raise HandError("only lists of Google keep people for a time")
    world.settled(audience).keep_for(replace(audience.lifetime, duration=timedelta(days=int(value))), world.clock.now())


_CHANGES: Final[dict[str, Callable[[AudienceList, Any], None]]] = {
    "name": lambda audience, value: setattr(audience, "name", str(value)),
    "description": lambda audience, value: audience.settings.update(description=str(value)),
    "deleted": lambda audience, value: setattr(audience, "deleted", bool(value)),
    "closed": _close,
    "locked": lambda audience, value: audience.settings.update(locked=bool(value)),
    "fading": lambda audience, value: audience.settings.update(fading=bool(value)),
    "ads": lambda audience, value: audience.settings.update(ads=[str(each) for each in value]),
}


def _google(description: str) -> dict[str, Any]:
    info = types.IngestedUserListInfo(
        upload_key_types=[types.IngestedUserListInfo.UploadKeyType.CONTACT_ID],
        contact_id_info={"data_source_type": types.DataSourceType.DATA_SOURCE_TYPE_FIRST_PARTY},
    )
    return {
        "description": description,
        "integration_code": "",
        "membership_status": "OPEN",
        "upload_key_types": ["CONTACT_ID"],
        "info": types.IngestedUserListInfo.serialize(info),
    }


def _meta(description: str, world: World) -> dict[str, Any]:
    nothing = (
        "audience_labels",
        "opt_out_link",
        "rule",
        "lookalike_spec",
        "origin_audience_id",
        "time_content_updated",
    )
    return {
        "subtype": "CUSTOM",
        "description": description,
        "customer_file_source": "USER_PROVIDED_ONLY",
        "is_value_based": False,
        "time_updated": world.clock.now(),
        **dict.fromkeys(nothing),
    }
