"""User lists as Google shows them: sizes late, rounded, and nothing exact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from google.ads.datamanager_v1 import types

from consentric.sandbox.lists import AudienceList
from consentric.sandbox.world import World

LONGEST: Final = timedelta(days=540)
ELIGIBLE_FROM: Final = 100
_STATUSES: Final = {"OPEN": 1, "CLOSED": 2}


def rounded(size: int) -> int:
    """Down to two significant digits; small lists show nothing at all."""
    if size < ELIGIBLE_FROM:
        return 0
    unit: int = 10 ** (len(str(size)) - 2)
    return size // unit * unit


def as_message(world: World, audience: AudienceList) -> types.UserList:
    """A list as UserListService shows it."""
    size = rounded(world.reported_size(world.settled(audience)))
    settings = audience.settings
    info = types.IngestedUserListInfo.deserialize(settings["info"])
    return types.UserList(
        name=f"accountTypes/GOOGLE_ADS/accounts/{audience.account}/userLists/{audience.id}",
        id=int(audience.id),
        display_name=audience.name,
        description=settings["description"],
        integration_code=settings["integration_code"],
        membership_status=_STATUSES[settings["membership_status"]],
        membership_duration=audience.lifetime.duration if audience.lifetime else LONGEST,
        access_reason=types.UserList.AccessReason.OWNED,
        account_access_status=types.UserList.AccessStatus.ENABLED,
        ingested_user_list_info=info,
        size_info=types.SizeInfo(
            display_network_members_count=size,
            search_network_members_count=size,
            youtube_members_count=size,
            gmail_members_count=size,
        ),
        target_network_info=types.TargetNetworkInfo(
            eligible_for_display=size >= ELIGIBLE_FROM,
            eligible_for_search=size >= ELIGIBLE_FROM,
        ),
    )


def filter_fields(audience: AudienceList) -> dict[str, Any]:
    """A list as a filter sees it."""
    settings = audience.settings
    return {
        "id": audience.id,
        "display_name": audience.name,
        "description": settings["description"],
        "membership_status": settings["membership_status"],
        "integration_code": settings["integration_code"],
        "access_reason": "OWNED",
        "ingested_user_list_info.upload_key_types": ",".join(settings["upload_key_types"]),
    }
