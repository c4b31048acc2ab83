"""Cursor paging of Graph edges: ``limit`` and ``after``; the next page without the token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from consentric.sandbox.lists import AudienceList
from consentric.sandbox.meta_errors import invalid
from consentric.sandbox.meta_request import VERSION, GraphRequest

_USUAL: Final = 25
_MOST: Final = 500


def shown_page(
    request: GraphRequest,
    found: Sequence[AudienceList],
    show: Callable[[AudienceList], dict[str, Any]],
) -> dict[str, Any]:
    """One page of an edge; a cursor is the id of the last object that was shown."""
    limit = request.number("limit", _USUAL)
    if limit < 1:
        raise invalid("Param limit must be positive")
    start = _start(request, found)
    shown = found[start : start + min(limit, _MOST)]
    answer: dict[str, Any] = {"data": [show(audience) for audience in shown]}
    if shown:
        after = _cursor(shown[-1])
        answer["paging"] = {"cursors": {"before": _cursor(shown[0]), "after": after}}
        if start + len(shown) < len(found):
            query = urlencode({"fields": request.text("fields"), "limit": limit, "after": after})
            answer["paging"]["next"] = f"/{VERSION}/{request.node}/{request.edge}?{query}"
    return answer


def _start(request: GraphRequest, found: Sequence[AudienceList]) -> int:
    after = request.text("after")
    if not after:
        return 0
    try:
        last = int(base64.urlsafe_b64decode(after))
    except (binascii.Error, ValueError):
        raise invalid("Invalid cursor") from None
    # The object may have been deleted since; those after it are still those with greater ids.
    return next((place for place, one in enumerate(found) if int(one.id) > last), len(found))


def _cursor(audience: AudienceList) -> str:
    return base64.urlsafe_b64encode(audience.id.encode()).decode()
