"""UserListService of the Data Manager API: create, get, list, update and delete user lists.

Source: Data Manager reference, UserListService and UserList; customer-match/create-audience.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import grpc
from google.ads.datamanager_v1 import types
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]

from consentric.sandbox.calls import Prepared
from consentric.sandbox.faults import Fault
from consentric.sandbox.google_errors import GoogleError, Violation, immutable, invalid, missing, not_found
from consentric.sandbox.google_filter import FilterError, parse_filter
from consentric.sandbox.google_list_view import LONGEST, as_message, filter_fields
from consentric.sandbox.lists import AudienceList
from consentric.sandbox.membership import Lifetime
from consentric.sandbox.request_log import LogEntry
from consentric.sandbox.world import World

FIRST_ID: Final = 8_000_000_000
_DAY: Final = 86_400
_PARENT: Final = re.compile(r"accountTypes/GOOGLE_ADS/accounts/([0-9]{10})")
_NAME: Final = re.compile(r"accountTypes/GOOGLE_ADS/accounts/([0-9]{10})/userLists/([0-9]+)")
_ACCESS_PATH: Final = re.compile(r"accountTypes/[A-Z_]+/accounts/[0-9]+")
_KEY_TYPES: Final = {1: "CONTACT_ID", 2: "MOBILE_ID", 3: "USER_ID"}
_STATUSES: Final = {0: "OPEN", 1: "OPEN", 2: "CLOSED"}
_UPDATABLE: Final = (
    "display_name",
    "description",
    "membership_status",
    "integration_code",
    "membership_duration",
    "account_access_status",
    "target_network_info",
)
_IMMUTABLE: Final = (
    "ingested_user_list_info",
    "name",
    "id",
    "read_only",
    "size_info",
    "access_reason",
)


class UserLists:
    """The user lists of every Google Ads account."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, request: Any, metadata: dict[str, str]) -> Prepared[Any]:
        """CreateUserList; there is no idempotency key, a repeated name is refused."""
        entry = self._entry("create_list", request, request.parent)

        def commit(_: Fault | None) -> Any:
            _check_access_path(metadata)
            account = _match(_PARENT, request.parent, "parent")[0]
            given = request.user_list
            if not given.display_name.strip():
                raise missing("user_list.display_name")
            self._check_name_free(account, given.display_name, None)
            key_types = _key_types(given)
            lifetime = self._lifetime(given)
            if given.membership_status not in _STATUSES:
                raise _bad("user_list.membership_status", "INVALID_ENUM_VALUE")
            audience = AudienceList(
                "google",
                account,
                self._world.issue_number(FIRST_ID),
                given.display_name,
                self._world.clock.now(),
                lifetime=lifetime,
                settings={
                    "description": given.description,
                    "integration_code": given.integration_code,
                    "membership_status": _STATUSES[given.membership_status],
                    "upload_key_types": key_types,
                    "info": given.ingested_user_list_info.SerializeToString(),
                },
            )
            entry.account = account
            if not request.validate_only:
                self._world.lists["google", audience.id] = audience
                entry.list_id = audience.id
            return as_message(self._world, audience)

        return Prepared([entry], commit)

    def get(self, request: Any, metadata: dict[str, str]) -> Prepared[Any]:
        """GetUserList."""
        entry = self._entry("get_list", request, request.name)

        def commit(_: Fault | None) -> Any:
            _check_access_path(metadata)
            return as_message(self._world, self._named(request.name, "name"))

        return Prepared([entry], commit)

    def page(self, request: Any, metadata: dict[str, str]) -> Prepared[Any]:
        """ListUserLists: by default 50 a page, never more than 1,000."""
        entry = self._entry("list_lists", request, request.parent)

        def commit(_: Fault | None) -> Any:
            _check_access_path(metadata)
            account = _match(_PARENT, request.parent, "parent")[0]
            try:
                matches = parse_filter(request.filter)
            except FilterError:
                raise _bad("filter", "INVALID_FILTER") from None
            if request.page_size < 0:
                raise _bad("page_size", "INVALID_ARGUMENT")
            found = [one for one in self._world.of_account("google", account) if matches(filter_fields(one))]
            start = _page_start(request, len(found))
            stop = start + min(request.page_size or 50, 1000)
            return types.ListUserListsResponse(
                user_lists=[as_message(self._world, one) for one in found[start:stop]],
                next_page_token=_page_token(request, stop) if stop < len(found) else "",
            )

        return Prepared([entry], commit)

    def update(self, request: Any, metadata: dict[str, str]) -> Prepared[Any]:
        """UpdateUserList; without a mask every field that is set (AIP-134)."""
        entry = self._entry("update_list", request, request.user_list.name)

        def commit(_: Fault | None) -> Any:
            _check_access_path(metadata)
            audience = self._unlocked(request.user_list.name, "user_list.name")
            changes = [self._change(audience, path, request) for path in _mask(request)]
            if not request.validate_only:
                for change in changes:
                    change()
            return as_message(self._world, audience)

        return Prepared([entry], commit)

    def delete(self, request: Any, metadata: dict[str, str]) -> Prepared[Any]:
        """DeleteUserList."""
        entry = self._entry("delete_list", request, request.name)

        def commit(_: Fault | None) -> Any:
            _check_access_path(metadata)
            audience = self._unlocked(request.name, "name")
            audience.deleted = not request.validate_only
            return Empty()

        return Prepared([entry], commit)

    def _entry(self, op: str, request: Any, resource: str) -> LogEntry:
        op = f"{op}_validate_only" if getattr(request, "validate_only", False) else op
        named = _NAME.fullmatch(resource) or _PARENT.fullmatch(resource)
        account, list_id = (*named.groups(), "")[:2] if named else ("", "")
        return LogEntry("google", op, account=account, list_id=list_id)

    def _named(self, name: str, path: str) -> AudienceList:
        account, list_id = _match(_NAME, name, path)
        audience = self._world.lists.get(("google", list_id))
        if audience is None or audience.deleted or audience.account != account:
            raise not_found("User list")
        return self._world.settled(audience)

    def _unlocked(self, name: str, path: str) -> AudienceList:
        audience = self._named(name, path)
        if audience.settings.get("locked"):
            raise immutable()
        return audience

    def _lifetime(self, given: Any) -> Lifetime:
        return _lifetime(given, at_addition=self._world.switches["longer_duration"] == "additions")

    def _check_name_free(self, account: str, name: str, but: AudienceList | None) -> None:
        for other in self._world.of_account("google", account):
            if other is not but and other.name == name:
                raise GoogleError(
                    grpc.StatusCode.ALREADY_EXISTS,
                    "DISPLAY_NAME_ALREADY_USED",
                    "The display name is already being used for another user list.",
                    violations=(Violation("user_list.display_name", "DISPLAY_NAME_ALREADY_USED", "In use."),),
                )

    def _change(self, audience: AudienceList, path: str, request: Any) -> Callable[[], None]:
        """Check one field of an update; the change itself happens once all are right."""
        given = request.user_list
        if path.split(".")[0] in _IMMUTABLE:
            raise _bad(f"user_list.{path}", "IMMUTABLE_FIELD_FOR_UPDATE")
        match path:
            case "display_name":
                if not given.display_name.strip():
                    raise missing("user_list.display_name")
                self._check_name_free(audience.account, given.display_name, audience)
                return lambda: setattr(audience, "name", given.display_name)
            case "membership_duration":
                lifetime = self._lifetime(given)
                return lambda: audience.keep_for(lifetime, self._world.clock.now())
            case "membership_status":
                if given.membership_status not in _STATUSES:
                    raise _bad("user_list.membership_status", "INVALID_ENUM_VALUE")
                return lambda: audience.settings.update(membership_status=_STATUSES[given.membership_status])
            case "description" | "integration_code":
                return lambda: audience.settings.update({path: getattr(given, path)})
            case _ if path.split(".")[0] in _UPDATABLE:
                return lambda: None
            case _:
                raise _bad("update_mask", "INVALID_UPDATE_MASK")


def _match(pattern: re.Pattern[str], text: str, path: str) -> tuple[str, ...]:
    if not text:
        raise missing(path)
    found = pattern.fullmatch(text)
    if found is None:
        raise _bad(path, "INVALID_RESOURCE_NAME")
    return found.groups()


def _check_access_path(metadata: dict[str, str]) -> None:
    """The access path of this service travels in headers (concepts/destinations)."""
    for header in ("login-account", "linked-account"):
        if header in metadata and not _ACCESS_PATH.fullmatch(metadata[header]):
            raise _bad(header, "INVALID_RESOURCE_NAME")


def _key_types(given: Any) -> list[str]:
    path = "user_list.ingested_user_list_info"
    info = given.ingested_user_list_info
    if not info.upload_key_types:
        raise missing(f"{path}.upload_key_types")
    if not all(key in _KEY_TYPES for key in info.upload_key_types):
        raise _bad(f"{path}.upload_key_types", "UNSUPPORTED_USER_LIST_UPLOAD_KEY_TYPES")
    names = [_KEY_TYPES[key] for key in info.upload_key_types]
    if "MOBILE_ID" in names and not (info.mobile_id_info.key_space and info.mobile_id_info.app_id):
        raise missing(f"{path}.mobile_id_info")
    return names


def _lifetime(given: Any, *, at_addition: bool) -> Lifetime:
    """Whole days, at most 540; unset means the longest (UserList.membership_duration)."""
    if not given.HasField("membership_duration"):
        return Lifetime(LONGEST, at_addition=at_addition)
    duration = given.membership_duration
    if duration.nanos or duration.seconds % _DAY or duration.seconds < _DAY:
        raise _bad("user_list.membership_duration", "INVALID_ARGUMENT")
    if duration.seconds > LONGEST.total_seconds():
        raise _bad("user_list.membership_duration", "MEMBERSHIP_DURATION_TOO_LONG")
    return Lifetime(timedelta(seconds=duration.seconds), at_addition=at_addition)


def _mask(request: Any) -> list[str]:
    if request.update_mask.paths:
        return list(request.update_mask.paths)
    return [field.name for field, _ in request.user_list.ListFields() if field.name != "name"]


def _page_token(request: Any, start: int) -> str:
    """A token is bound to the request it continues."""
    return f"{start}.{len(request.filter)}.{request.parent[-4:]}"


def _page_start(request: Any, count: int) -> int:
    if not request.page_token:
        return 0
    start = request.page_token.partition(".")[0]
    if not (start.isascii() and start.isdigit()) or request.page_token != _page_token(request, int(start)):
        raise _bad("page_token", "INVALID_PAGE_TOKEN")
    return min(int(start), count)


def _bad(path: str, reason: str) -> GoogleError:
    return invalid(Violation(path, reason, reason.replace("_", " ").capitalize() + "."))
