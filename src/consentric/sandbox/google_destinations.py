"""Destinations of a Data Manager request: which account, which list, under which reference.

Source: Data Manager, concepts/destinations and the Destination reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from consentric.sandbox.google_errors import GoogleError, Violation, immutable, invalid, missing
from consentric.sandbox.lists import AudienceList, Operation
from consentric.sandbox.request_log import LogEntry
from consentric.sandbox.world import World

_MOST: Final = 10
_GOOGLE_ADS: Final = 1
_DATA_PARTNER: Final = 4
_ACCOUNT: Final = re.compile(r"[0-9]{10}")


def log_entries(destinations: Sequence[Any], op: str) -> list[LogEntry]:
    """One entry per destination, and one even if there is none."""
    return [
        LogEntry(
            "google",
            op,
            account=destination.operating_account.account_id[:20],
            list_id=destination.product_destination_id[:20],
        )
        for destination in destinations
    ] or [LogEntry("google", op)]


def destinations_of(destinations: Sequence[Any]) -> None:
    """Check what can be checked without knowing any list."""
    if not destinations:
        raise missing("destinations")
    if len(destinations) > _MOST:
        raise invalid(
            Violation(
                "destinations",
                "TOO_MANY_DESTINATIONS",
                "Maximum number of destinations allowed per request is 10.",
            )
        )
    references = [one.reference for one in destinations if one.reference]
    if len(references) != len(set(references)):
        raise invalid(
            Violation(
                "destinations",
                "DUPLICATE_DESTINATION_REFERENCE",
                "Two or more destinations in the request have the same reference.",
            )
        )
    for index, destination in enumerate(destinations):
        _check(destination, f"destinations[{index}]")


def _check(destination: Any, path: str) -> None:
    if not destination.HasField("operating_account"):
        raise missing(f"{path}.operating_account")
    _check_account(destination.operating_account, f"{path}.operating_account")
    operating = destination.operating_account
    if _GOOGLE_ADS not in (operating.account_type, operating.product):
        raise _bad(f"{path}.operating_account", "The sandbox has Google Ads accounts only.")
    if destination.HasField("login_account"):
        _check_account(destination.login_account, f"{path}.login_account")
    if destination.HasField("linked_account") and destination.login_account.account_type != _DATA_PARTNER:
        raise invalid(
            Violation(
                f"{path}.linked_account",
                "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT",
                "Linked account is only supported when the login account is a data partner.",
            )
        )
    if not destination.product_destination_id:
        raise missing(f"{path}.product_destination_id")


def _check_account(account: Any, path: str) -> None:
    if not account.account_id:
        raise missing(f"{path}.account_id")
    if not (account.account_type or account.product):
        raise missing(f"{path}.account_type")
    if account.account_type and account.product and account.account_type != account.product:
        raise _bad(path, "account_type and product differ.")
    if not _ACCOUNT.fullmatch(account.account_id):
        raise _bad(f"{path}.account_id", "Not an account ID: ten digits, without hyphens.")


def lists_of(world: World, destinations: Sequence[Any], operation: Operation) -> list[AudienceList]:
    """The list behind each destination; one that cannot take the operation refuses the request."""
    destinations_of(destinations)
    return [
        _list_of(world, destination, f"destinations[{index}].product_destination_id", operation)
        for index, destination in enumerate(destinations)
    ]


def _list_of(world: World, destination: Any, path: str, operation: Operation) -> AudienceList:
    audience = world.lists.get(("google", destination.product_destination_id))
    if audience is None or audience.deleted or audience.account != destination.operating_account.account_id:
        raise invalid(Violation(path, "INVALID_USER_LIST_ID", "User list is not valid."))
    if "CONTACT_ID" not in audience.settings["upload_key_types"]:
        raise invalid(
            Violation(
                path,
                "INVALID_USER_LIST_TYPE",
                "Type of the user list is not applicable for this request.",
            )
        )
    if audience.settings.get("locked"):
        raise immutable()
    closed = audience.settings["membership_status"] != "OPEN"
    if closed and operation is Operation.ADD and world.switches["closed_list_adds"] == "fail":
        raise invalid(Violation(path, "INVALID_USER_LIST_ID", "The user list is closed."))
    return audience


def _bad(path: str, description: str) -> GoogleError:
    return invalid(Violation(path, "INVALID_DESTINATION", description))
