"""What Meta answers, as values of ours. No I/O. An answer counts only if it carries what it must carry.

Public pages: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/custom-audience (fields, codes),
…/reference/custom-audience/users (num_received counts what was sent, not who matched).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson

from consentric.destinations.meta.problems import UNKNOWN, Failure, problem
from consentric.destinations.meta.waits import asked_wait
from consentric.destinations.meta.wire import carries
from consentric.model.lists import Drift, ListFacts

_READY: Final = 200
_TOO_LARGE: Final = 10_000_000
_TROUBLES: Final[Mapping[int, str]] = {
    100: "Meta will delete the list because it has not been used for two years",
    414: "the list is being replaced",
    415: "replacing the list failed",
    470: "the account of the person who created the list is inactive",
    471: "Meta has flagged the name, description or content of the list and allows no changes",
    500: "Meta reports an error of its own for the list",
}
_LOCKING: Final = frozenset({414, 470, 471})
# 414 passes by itself: a list that is being replaced is as somebody left it.
_DRIFTS: Final[Mapping[int, Drift]] = {100: Drift.FADING, 470: Drift.LOCKED, 471: Drift.LOCKED}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came; `headers` are looked up without case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def trusted(answer: Answer, account: str) -> Mapping[str, Any]:
    """The JSON object of a successful answer; everything else is raised.

    Meta's SDK calls HTML, an empty body and HTTP 500 without `error` a success (facebook-python-business-sdk #368).
    """
    body = _json_object(answer.content)
    if body is not None and answer.status == HTTPStatus.OK and "error" not in body:
        return body
    error = body.get("error") if body is not None else None
    raise problem(_failure(answer, error if isinstance(error, dict) else {}), account).error()


def _failure(answer: Answer, error: Mapping[str, Any]) -> Failure:
    return Failure(
        answer.status,
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        transient=error.get("is_transient") is True,
        wait=asked_wait(answer.headers),
        request_id=error.get("fbtrace_id"),
    )


def _number(value: object) -> int:
    """Codes are small; a longer number is not one, and is not repeated."""
    return value if type(value) is int and 0 <= value < _TOO_LARGE else 0


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lists, and where the next one begins."""

    lists: Sequence[Mapping[str, Any]]
    after: str | None

    def named(self, name: str) -> int:
        """How many lists have exactly this name."""
        return sum(1 for each in self.lists if each.get("name") == name)

    def tagged(self, tag: str) -> Iterator[str]:
        """Ids of lists that carry our tag."""
        return (each["id"] for each in self.lists if carries(each.get("description"), tag) and is_id(each.get("id")))


def received(body: Mapping[str, Any], list_id: str, rows: int) -> int:
    """The number of invalid rows of a request that Meta took whole; anything less than that is an unknown outcome."""
    count, invalid = body.get("num_received"), body.get("num_invalid_entries", 0)
    if str(body.get("audience_id")) != list_id or type(count) is not int or type(invalid) is not int:
        raise UNKNOWN.error()
    if count < rows or not 0 <= invalid <= count:
        raise UNKNOWN.error()
    return invalid


def created(body: Mapping[str, Any]) -> str:
    if not is_id(body.get("id")):
        raise UNKNOWN.error()
    return str(body["id"])


def done(body: Mapping[str, Any]) -> None:
    """A change or deletion that Meta confirms in so many words."""
    if body.get("success") is not True:
        raise UNKNOWN.error()


def uses(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The ads on one page, by their ids."""
    ads = body.get("data")
    if not isinstance(ads, list) or not all(isinstance(each, dict) and is_id(each.get("id")) for each in ads):
        raise UNKNOWN.error()
    return tuple(f"ad {each['id']}" for each in ads)


def page(body: Mapping[str, Any]) -> Page:
    """A page is trusted only if it is one: believing an empty answer would create a second list."""
    lists, paging = body.get("data"), body.get("paging", {})
    if not isinstance(lists, list) or not all(isinstance(each, dict) for each in lists) or not isinstance(paging, dict):
        raise UNKNOWN.error()
    if "next" not in paging:
        return Page(lists, None)
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(after, str) or not after:
        raise UNKNOWN.error()
    return Page(lists, after)


def facts(body: Mapping[str, Any], list_id: str, account: str) -> ListFacts:
    if str(body.get("id")) != list_id or not isinstance(body.get("name"), str):
        raise UNKNOWN.error()
    status = _code(body.get("operation_status"))
    foreign, drift = _foreign(body, account)
    trouble = foreign or _TROUBLES.get(status, "")
    delivery = _code(body.get("delivery_status"))
    return ListFacts(
        list_id=list_id,
        name=str(body["name"]),
        writable=not foreign and status not in _LOCKING,
        trouble=trouble,
        size=_size(body),
        eligible=delivery == _READY if delivery else None,
        drift=drift or _DRIFTS.get(status),
    )


def missing(list_id: str) -> ListFacts:
    trouble = "the list is not there, or no access to it"
    return ListFacts(list_id, "", exists=False, writable=False, trouble=trouble, drift=Drift.MISSING)


def is_id(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()


def _foreign(body: Mapping[str, Any], account: str) -> tuple[str, Drift | None]:
    owner = body.get("account_id")
    if owner is not None and str(owner).removeprefix("act_") != account.removeprefix("act_"):
        return "the list belongs to another ad account", Drift.FOREIGN
    if body.get("subtype", "CUSTOM") != "CUSTOM":
        return "the list is not a customer list", Drift.OTHER_TYPE
    allowed = body.get("permission_for_actions")
    if isinstance(allowed, dict) and allowed.get("can_edit") is False:
        return "these credentials may not change the list", Drift.FOREIGN
    return "", None


def _size(body: Mapping[str, Any]) -> int | None:
    """The lower bound; Meta gives -1 where it does not say."""
    lower = body.get("approximate_count_lower_bound")
    return lower if type(lower) is int and lower >= 0 else None


def _code(status: object) -> int:
    code = status.get("code") if isinstance(status, dict) else None
    return code if type(code) is int else 0
