"""What people do to lists in the platforms' own screens."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from .conftest import Running

ACCOUNTS = {"google": "1234567890", "meta": "act_55"}


def shown(sandbox: Running, list_id: str) -> dict[str, Any]:
    return dict(sandbox.control(f"state?list={list_id}")["lists"][0])


@pytest.mark.parametrize("platform", ACCOUNTS)
def test_a_list_that_no_client_made(sandbox: Running, platform: str) -> None:
    """It has a name, an account and nobody on it; it can be renamed and deleted."""
    made = sandbox.control("lists", {"make": {"platform": platform, "account": ACCOUNTS[platform], "name": "Theirs"}})[
        "id"
    ]
    one = shown(sandbox, made)
    assert (one["platform"], one["account"], one["name"], one["accounts"]) == (
        platform,
        ACCOUNTS[platform],
        "Theirs",
        [],
    )
    sandbox.control("lists", {"id": made, "name": "Still theirs", "description": "VIP"})
    assert (shown(sandbox, made)["name"], shown(sandbox, made)["description"]) == ("Still theirs", "VIP")
    sandbox.control("lists", {"id": made, "deleted": True})
    assert shown(sandbox, made)["deleted"]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"make": {"platform": "tiktok", "account": "1", "name": "x"}},
        {"id": "424242", "deleted": True},
        {"id": "{meta}", "colour": "red"},
        {"id": "{meta}", "closed": True},
    ],
)
def test_what_cannot_be_done_by_hand(sandbox: Running, given: dict[str, Any]) -> None:
    """400, and nothing changes: an unknown platform, list or change; Meta has no closed lists."""
    made = sandbox.control("lists", {"make": {"platform": "meta", "account": "act_56", "name": "Mine"}})["id"]
    before = shown(sandbox, made)
    given = {name: made if value == "{meta}" else value for name, value in given.items()}
    assert requests.post(f"{sandbox.meta}/_sandbox/lists", json=given, timeout=10).status_code == 400
    assert shown(sandbox, made) == before
