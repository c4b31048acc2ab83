"""Custom audiences as objects: create, list, read, rename, delete; and the ad account itself.

Sources: Custom Audience reference, ad account customaudiences reference, terms of service page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from consentric.sandbox.calls import Prepared
from consentric.sandbox.faults import Fault
from consentric.sandbox.lists import AudienceList
from consentric.sandbox.membership import Lifetime
from consentric.sandbox.meta_audience_view import as_json, read_fields, wanted_fields
from consentric.sandbox.meta_errors import EDIT, MetaError, flagged, invalid, no_such_object
from consentric.sandbox.meta_lookalikes import check_lookalike, lookalikes_of
from consentric.sandbox.meta_paging import shown_page
from consentric.sandbox.meta_request import GraphRequest
from consentric.sandbox.request_log import LogEntry
from consentric.sandbox.world import World

FIRST_ID: Final = 120_210_000_000_000_000
_SOURCES: Final = (
    "USER_PROVIDED_ONLY",
    "PARTNER_PROVIDED_ONLY",
    "BOTH_USER_AND_PARTNER_PROVIDED",
)
_EDITABLE: Final = ("name", "description", "opt_out_link", "customer_file_source")
_ACCOUNT_FIELDS: Final = (
    "id",
    "account_id",
    "name",
    "account_status",
    "currency",
    "timezone_name",
    "tos_accepted",
    "user_tos_accepted",
    "business",
    "capabilities",
)


class Audiences:
    """The custom audiences of every ad account; an ad account exists once it is named."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._unseen: dict[str, int] = {}

    def create(self, request: GraphRequest) -> Prepared[Any]:
        """POST /act_…/customaudiences."""
        entry = LogEntry("meta", "create_list", account=request.node)

        def commit(_: Fault | None) -> Any:
            name = request.text("name")
            if not name.strip():
                raise MetaError(100, "The parameter name is required")
            now = self._world.clock.now()
            audience = AudienceList(
                "meta",
                request.node,
                self._world.issue_number(FIRST_ID),
                name,
                now,
                lifetime=self._lifetime(request),
                settings=_settings(request, now),
            )
            if audience.settings["subtype"] == "LOOKALIKE":
                check_lookalike(self._world, audience)
            self._world.lists["meta", audience.id] = audience
            entry.list_id = audience.id
            if self._world.switches["answer_803_after_create"] == "on":
                self._unseen[audience.id] = 2
            return {"id": audience.id}

        return Prepared([entry], commit)

    def page(self, request: GraphRequest) -> Prepared[Any]:
        """GET /act_…/customaudiences: ids only, unless fields are named."""
        entry = LogEntry("meta", "list_lists", account=request.node)

        def commit(_: Fault | None) -> Any:
            fields = wanted_fields(request)
            found = self._world.of_account("meta", request.node)
            return shown_page(request, found, lambda audience: as_json(self._world, audience, fields))

        return Prepared([entry], commit)

    def get(self, request: GraphRequest) -> Prepared[Any]:
        """GET /{audience}."""
        entry = LogEntry("meta", "get_list", list_id=request.node)

        def commit(_: Fault | None) -> Any:
            audience = self.found(request.node, entry)
            return as_json(self._world, audience, wanted_fields(request))

        return Prepared([entry], commit)

    def update(self, request: GraphRequest) -> Prepared[Any]:
        """POST /{audience}."""
        entry = LogEntry("meta", "update_list", list_id=request.node)

        def commit(_: Fault | None) -> Any:
            audience = self.found(request.node, entry)
            if audience.settings.get("locked"):
                raise flagged(EDIT)
            if "lookalike_spec" in request.params or "subtype" in request.params:
                raise invalid("subtype and lookalike_spec cannot be changed")
            given: dict[str, str] = {name: request.text(name) for name in _EDITABLE if name in request.params}
            lifetime = self._lifetime(request) if "retention_days" in request.params else None
            if not given.get("name", audience.name).strip():
                raise invalid("The parameter name is required")
            audience.name = given.pop("name", audience.name)
            audience.lifetime = lifetime or audience.lifetime
            audience.settings.update({**given, "time_updated": self._world.clock.now()})
            return {"success": True}

        return Prepared([entry], commit)

    def delete(self, request: GraphRequest) -> Prepared[Any]:
        """DELETE /{audience}; a seed of lookalikes stays."""
        entry = LogEntry("meta", "delete_list", list_id=request.node)

        def commit(_: Fault | None) -> Any:
            audience = self.found(request.node, entry)
            if lookalikes_of(self._world, audience):
                raise MetaError(2656, "The audience has lookalike audiences and cannot be deleted.")
            audience.deleted = True
            return {"success": True}

        return Prepared([entry], commit)

    def ads(self, request: GraphRequest) -> Prepared[Any]:
        """GET /{audience}/ads: the ads that somebody said use it."""
        entry = LogEntry("meta", "ads", list_id=request.node)

        def commit(_: Fault | None) -> Any:
            audience = self.found(request.node, entry)
            ids = [{"id": each} for each in audience.settings.get("ads", ())]
            return {"data": ids, **({"paging": {"cursors": {"before": "a", "after": "z"}}} if ids else {})}

        return Prepared([entry], commit)

    def account(self, request: GraphRequest) -> Prepared[Any]:
        """GET /act_…"""
        entry = LogEntry("meta", "account", account=request.node)

        def commit(_: Fault | None) -> Any:
            number = request.node.removeprefix("act_")
            values = {
                "id": request.node,
                "account_id": number,
                "name": f"Sandbox {number}",
                "account_status": 1,
                "currency": "EUR",
                "timezone_name": "Europe/Berlin",
                "tos_accepted": {"custom_audience_tos": 1, "web_custom_audience_tos": 1},
                "user_tos_accepted": {"custom_audience_tos": 1},
                "business": {"id": "1", "name": "Sandbox"},
                "capabilities": [],
            }
            fields = read_fields(request, _ACCOUNT_FIELDS, "AdAccount") or ["id", "account_id"]
            return {name: values[name] for name in {*fields, "id"}}

        return Prepared([entry], commit)

    def found(self, audience_id: str, entry: LogEntry) -> AudienceList:
        """The audience, if it exists and can be seen yet."""
        audience = self._world.lists.get(("meta", audience_id))
        if audience is not None:
            entry.account = audience.account
        if audience is None or audience.deleted:
            raise no_such_object()
        left = self._unseen.get(audience_id, 0)
        if left:
            self._unseen[audience_id] = left - 1
            raise MetaError(803, "Some of the aliases you requested do not exist.", status=404)
        return audience

    def _lifetime(self, request: GraphRequest) -> Lifetime | None:
        if "retention_days" not in request.params:
            return None
        days = request.number("retention_days", 0)
        if not 1 <= days <= 180:
            raise invalid("retention_days must be from 1 to 180")
        return Lifetime(timedelta(days=days), self._world.switches["retention_renewed"] == "on")


def _settings(request: GraphRequest, now: datetime) -> dict[str, Any]:
    rule = request.structure("rule")
    subtype = request.text("subtype") or ("WEBSITE" if rule else "CUSTOM")
    if rule and "subtype" in request.params:
        raise MetaError(2654, "subtype is not accepted with a rule.", 1870053)
    if subtype not in ("CUSTOM", "LOOKALIKE", "WEBSITE"):
        raise invalid("The sandbox has customer-file, website and lookalike audiences only")
    source = request.text("customer_file_source")
    if source and source not in _SOURCES:
        raise invalid(f"customer_file_source must be one of {', '.join(_SOURCES)}")
    return {
        "subtype": subtype,
        "description": request.text("description"),
        "customer_file_source": source or None,
        "is_value_based": request.flag("is_value_based"),
        "audience_labels": request.structure("audience_labels"),
        "opt_out_link": request.params.get("opt_out_link"),
        "rule": rule,
        "lookalike_spec": request.structure("lookalike_spec"),
        "origin_audience_id": request.params.get("origin_audience_id"),
        "time_updated": now,
        "time_content_updated": None,
    }
