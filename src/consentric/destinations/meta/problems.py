"""Errors of the Graph API as problems of ours. No I/O; nothing that Meta writes freely is repeated.

Only codes count, descriptions change: developers.facebook.com/documentation/ads-commerce/marketing-api/error-reference,
…/docs/graph-api/guides/error-handling. Rate limits: …/docs/graph-api/overview/rate-limiting (waits in minutes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from consentric.destinations.base import UNSAID, Problem, plain_id
from consentric.destinations.codes import Code
from consentric.errors import RetryAfter

_LATER: Final = "Nothing is lost: run again later."
UNKNOWN: Final = Problem(
    Code.NOT_UNDERSTOOD,
    "an answer came that is not one of Meta's",
    hint="Is a proxy in between? What became of the request is unknown; it is safe to run again.",
    applied_unknown=True,
)
TIMEOUT: Final = Problem(Code.NO_ANSWER, "Meta did not answer in time", _LATER, applied_unknown=True)
UNREACHABLE: Final = Problem(
    Code.NO_ANSWER, "Meta could not be reached", "Is the network, and HTTPS_PROXY if it is set, in order? " + _LATER
)
BROKEN_OFF: Final = Problem(Code.NO_ANSWER, "the connection to Meta broke", _LATER, applied_unknown=True)
NO_TLS: Final = Problem(
    Code.NO_ANSWER,
    "Meta's certificate could not be verified",
    hint="Something between this machine and Meta answers in its place; name its certificate in REQUESTS_CA_BUNDLE.",
)
NO_TOKEN: Final = Problem(
    Code.NO_CREDENTIALS,
    "there is no token for ad account {account}",
    hint="Set `token: ${META_ACCESS_TOKEN}` for the destination, with a system user's token that has ads_management "
    "(https://business.facebook.com/settings/system-users).",
)
_OVERLOADED: Final = Problem(Code.OVERLOADED, "Meta reports a passing failure", _LATER, applied_unknown=True)
_SLOW_DOWN: Final = Problem(Code.SLOW_DOWN, "Meta's rate limit for ad account {account} is used up", _LATER)
_TOKEN: Final = Problem(
    Code.CREDENTIALS,
    "Meta does not accept the token: it is invalid, expired or revoked",
    hint="Make a new one for the system user: https://business.facebook.com/settings/system-users",
)
_PERMISSION: Final = Problem(
    Code.PERMISSION,
    "the token may not manage audiences of ad account {account}",
    hint="The system user needs the permission ads_management and the role Admin on the ad account: "
    "https://business.facebook.com/settings/ad-accounts",
)
_TERMS: Final = Problem(
    Code.TERMS,
    "Meta's Custom Audience terms are not accepted for ad account {account}",
    hint="A person of the business (a system user cannot) accepts them: "
    "https://business.facebook.com/ads/manage/customaudiences/tos/?act={account}",
)
_SITE_TERMS: Final = Problem(
    Code.TERMS,
    "Meta's website audience terms are not accepted for ad account {account}",
    hint="A person of the business accepts them: https://www.facebook.com/customaudiences/app/tos/?act={account}",
)
_NO_BUSINESS: Final = Problem(
    Code.PERMISSION,
    "ad account {account} does not belong to a business",
    hint="Add it to one: https://business.facebook.com/settings/ad-accounts",
)
_APP_SECRET: Final = Problem(
    Code.APP_SECRET,
    "Meta does not accept the proof of the app secret",
    hint="Set `app_secret` of the destination to the secret of the app that the token is from: "
    "https://developers.facebook.com/apps (Settings > Basic).",
)
_BLOCKED: Final = Problem(
    Code.BLOCKED,
    "Meta has blocked this account or app for breaking its policies",
    hint="Look at https://business.facebook.com/accountquality; more calls extend the block.",
)
_MISSING: Final = Problem(
    Code.LIST_MISSING,
    "Meta does not know the list, or the token may not see it",
    hint="Was it deleted, or is `ad_account` another account? Nothing is sent to it until that is clear; `consentric state "
    "rebuild AUDIENCE` makes it again.",
)
_TOO_SMALL: Final = Problem(
    Code.TOO_SMALL,
    "Meta refuses the removal because the audience would become too small",
    hint="The people are still on the list: it is tried again in the next run; if it stays, delete the audience at "
    "https://www.facebook.com/adsmanager/audiences?act={account}",
)
_FLAGGED: Final = Problem(
    Code.LIST_LOCKED,
    "Meta has flagged the list and allows no changes to it",
    hint="See why at https://www.facebook.com/adsmanager/audiences?act={account}; withdrawals cannot be carried out "
    "there until then, so consider deleting the audience.",
)
_HAS_LOOKALIKES: Final = Problem(
    Code.HAS_LOOKALIKES,
    "lookalike audiences are built on the list, and Meta does not delete it before them",
    hint="Delete them first at https://www.facebook.com/adsmanager/audiences?act={account}, then run `consentric prune` again.",
)
_WORDS: Final = Problem(
    Code.WORDS,
    "Meta refuses the name or description of the list",
    hint="Change `name` or `description` of the audience: nothing about health, money, beliefs and the like.",
)
_BUSY: Final = Problem(Code.LIST_BUSY, "Meta is still changing this list", _LATER, wait=RetryAfter(60.0))
_ROW_FORM: Final = Problem(
    Code.ROW_FORM,
    "the list was filled with rows of another form, and Meta does not mix them",
    hint="Delete the list at Meta, or give the audience another key, so that a new list is made.",
)
_OUTDATED: Final = Problem(
    Code.OUTDATED, "Meta no longer serves the version of its interface that is used here", "Update consentric."
)

# A rate limit that does not say when it ends: the windows are an hour long, but most calls fit in again sooner.
_FIVE_MINUTES: Final = RetryAfter(300.0)
_TRANSIENT: Final = frozenset({1, 2, 341, 5000})
_RATE_LIMITS: Final = frozenset({4, 17, 32, 613, 80000, 80003, 80004})
_SUBCODES: Final[Mapping[tuple[int, int], Problem]] = {
    (100, 33): _MISSING,
    (100, 1713228): _FLAGGED,
    (100, 1713230): _FLAGGED,
    (100, 1713231): _FLAGGED,
    (100, 1713232): _FLAGGED,
    (200, 1870034): _TERMS,
    (200, 1870047): _TOO_SMALL,
    (200, 1870050): _NO_BUSINESS,
    (200, 1870090): _TERMS,
    (200, 1870092): _TERMS,
    (2650, 1870145): _BUSY,
    (2654, 1713092): _PERMISSION,
}
_CODES: Final[Mapping[int, Problem]] = {
    3: _PERMISSION,
    10: _PERMISSION,
    102: _TOKEN,
    104: _APP_SECRET,
    190: _TOKEN,
    270: _PERMISSION,
    294: _PERMISSION,
    368: _BLOCKED,
    # Seen right after creation: the list is not known everywhere yet.
    803: replace(_BUSY, wait=RetryAfter(5.0)),
    2635: _OUTDATED,
    2650: _ROW_FORM,
    2655: _TERMS,
    2656: _HAS_LOOKALIKES,
    2663: _SITE_TERMS,
    2664: _TERMS,
    1487301: _PERMISSION,
    1487366: _MISSING,
    1870034: _TERMS,
    1870050: _NO_BUSINESS,
    1870090: _TERMS,
    1870092: _TERMS,
}
_PERMISSIONS: Final = range(200, 300)
_INVALID_PARAMETER: Final = 100
_TOO_MANY_REQUESTS: Final = 429
_SERVER_FAILURE: Final = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed call says: the HTTP status, the codes of the error envelope, and how long to wait."""

    status: int
    code: int = 0
    subcode: int = 0
    transient: bool = False
    wait: RetryAfter = UNSAID
    request_id: object = None


def problem(failure: Failure, account: str) -> Problem:
    found = _of(failure).about(account.removeprefix("act_"))
    return replace(found, request_id=plain_id(failure.request_id))


def _of(failure: Failure) -> Problem:
    specific = _SUBCODES.get((failure.code, failure.subcode))
    if specific:
        return specific
    if failure.code in _RATE_LIMITS or failure.status == _TOO_MANY_REQUESTS:
        return replace(_SLOW_DOWN, wait=failure.wait if failure.wait.seconds is not None else _FIVE_MINUTES)
    if failure.transient or failure.code in _TRANSIENT:
        return replace(_OVERLOADED, wait=failure.wait)
    if not failure.code:
        return UNKNOWN
    return _CODES.get(failure.code) or _other(failure)


def _other(failure: Failure) -> Problem:
    if failure.code in _PERMISSIONS:
        return _PERMISSION
    if failure.status >= _SERVER_FAILURE:
        return replace(_OVERLOADED, wait=failure.wait)
    where = f"{failure.code}/{failure.subcode}" if failure.subcode else f"{failure.code}"
    return Problem(
        Code.REQUEST,
        f"Meta refused the request (error {where})",
        hint="See https://developers.facebook.com/docs/marketing-api/error-reference; trying again does not help.",
        divisible=failure.code == _INVALID_PARAMETER,
    )
