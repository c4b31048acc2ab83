"""Which campaigns and ad groups use a list, as GAQL tells: campaign_criterion and ad_group_criterion, by user list only.

Source: Google Ads API v26 reference, campaign_criterion.user_list and ad_group_criterion.user_list.
"""

from __future__ import annotations

import re
from typing import Any, Final

from consentric.sandbox.world import World

_OWNERS: Final = {"campaign_criterion": "campaign", "ad_group_criterion": "ad_group"}
_QUERY: Final = re.compile(
    r"\s*SELECT\s+(?P<owner>campaign|ad_group)\.id\s+FROM\s+(?P<resource>campaign_criterion|ad_group_criterion)\s+WHERE\s+"
    r"(?P<field>campaign_criterion|ad_group_criterion)\.user_list\.user_list\s*=\s*"
    r"['\"]customers/(?P<customer>[0-9]{10})/userLists/(?P<list>[0-9]+)['\"]"
    r"(?:\s+AND\s+(?P<status>campaign_criterion|ad_group_criterion)\.status\s*!=\s*['\"]?REMOVED['\"]?)?\s*"
)


def criteria(world: World, customer_id: str, text: str) -> list[dict[str, Any]] | None:
    """The rows of such a query; None if it is none."""
    found = _QUERY.fullmatch(text)
    if found is None:
        return None
    resource = found["resource"]
    if {found["field"], found["status"] or resource} != {resource} or _OWNERS[resource] != found["owner"]:
        return None
    audience = world.lists.get(("google", found["list"]))
    if audience is None or audience.deleted or audience.account != customer_id or found["customer"] != customer_id:
        return []
    uses = [each.rpartition(":") for each in audience.settings.get("ads", ())]
    return [
        {found["owner"]: {"id": int(number)}} for owner, _, number in uses if (owner or "campaign") == found["owner"]
    ]
