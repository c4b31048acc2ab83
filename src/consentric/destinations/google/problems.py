"""Errors of Google's APIs as problems of ours. No I/O; nothing that Google writes freely is repeated.

Public pages: developers.google.com/data-manager/api/devguides/concepts/understand-errors, …/reference (ErrorReason),
…/devguides/limits (quota names), developers.google.com/google-ads/api/docs/api-policy/eu-par.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from consentric.destinations.base import Problem, plain_reason
from consentric.destinations.codes import Code
from consentric.errors import RetryAfter

_INDEX: Final = re.compile(r"\[(\d{1,9})\]")
_A_MINUTE: Final = RetryAfter(60.0)
_LOGIN: Final = (
    "gcloud auth application-default login --client-id-file=DESKTOP_CLIENT.json "
    "--scopes=https://www.googleapis.com/auth/datamanager,https://www.googleapis.com/auth/cloud-platform"
)
_ROWS_HINT: Final = (
    "The rows that Google names are set aside and the others go on; the answer of `consentric sync` counts them."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed call says: gRPC status name, ErrorInfo, the fields of BadRequest, RetryInfo, RequestInfo."""

    status: str
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    retry_seconds: float | None = None
    request_id: str | None = None


_ROW_REASONS: Final = frozenset(
    {
        "REQUIRED_FIELD_MISSING",
        "INVALID_FORMAT",
        "INVALID_HEX_ENCODING",
        "INVALID_SHA256_FORMAT",
        "INVALID_POSTAL_CODE",
        "INVALID_COUNTRY_CODE",
        "INVALID_REGION_CODE",
        "INVALID_AUDIENCE_MEMBER",
        "TOO_MANY_USER_IDENTIFIERS",
        "NO_IDENTIFIERS_PROVIDED",
        "FIELD_VALUE_TOO_LONG",
        "FIELD_VALUE_TOO_SHORT",
    }
)

_NO_REASON: Final = frozenset({"", "INVALID_ARGUMENT"})

_TERMS: Final = Problem(
    Code.TERMS,
    "Google wants the Customer Match terms of account {account} accepted",
    hint="Somebody with access opens https://ads.google.com/aw/audiences/management (Tools > Audience manager), accepts "
    "the Customer Match terms, and writes `terms_accepted` into the audiences file.",
)
_PERMISSION: Final = Problem(
    Code.PERMISSION,
    "these credentials may not use Google Ads account {account}",
    hint="Add the e-mail address of the credentials as a user of the account: "
    "https://ads.google.com/aw/accountaccess/users. If access comes through a manager account, set `login_customer_id`.",
)
_ALLOW_LIST: Final = Problem(
    Code.ALLOW_LIST,
    "Google has not allow-listed account {account} for Customer Match uploads",
    hint="The account needs a good policy and payment history: https://support.google.com/adspolicy/answer/6299717. "
    "Ask your Google representative.",
)
_PROJECT: Final = Problem(
    Code.ALLOW_LIST,
    "Google has not approved the Cloud project of these credentials for production use of the Google Ads API",
    hint="Apply for access: https://developers.google.com/google-ads/api/docs/api-policy/access-levels",
)
_LOCKED: Final = Problem(
    Code.LIST_LOCKED,
    "Google has locked the list, so nobody can be added to it or removed from it",
    hint="Look at the list in https://ads.google.com/aw/audiences/management; withdrawals cannot be carried out there until "
    "it is unlocked, so consider deleting the list.",
)
_MISSING: Final = Problem(
    Code.LIST_MISSING,
    "Google does not know the list in account {account}",
    hint="Was it deleted, or is `customer_id` another account? Nothing is sent to it until that is clear; `consentric state "
    "rebuild AUDIENCE` makes it again.",
)
_NAME_TAKEN: Final = Problem(
    Code.NAME_TAKEN,
    "account {account} already has a list of this name, which consentric did not create",
    hint="Give the audience another `name` in the audiences file, or rename the list in Google Ads; lists of others "
    "are never taken over by name.",
)
_CREDENTIALS: Final = Problem(
    Code.CREDENTIALS,
    "Google does not accept the credentials: they are invalid, expired or revoked",
    hint=f"Log in again: {_LOGIN}",
)
_API_OFF: Final = Problem(
    Code.API_OFF,
    "the Data Manager API is not enabled in the Google Cloud project of these credentials",
    hint="Enable it: https://console.cloud.google.com/apis/library/datamanager.googleapis.com (after a login with gcloud also "
    "name the project: gcloud auth application-default set-quota-project PROJECT)",
)
NO_CREDENTIALS: Final = Problem(
    Code.NO_CREDENTIALS,
    "no Google credentials were found on this machine",
    hint=f"{_LOGIN}, or set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account: "
    "https://developers.google.com/data-manager/api/devguides/quickstart/set-up-access",
)
_POLITICAL: Final = Problem(
    Code.POLITICAL,
    "Google wants the EU political advertising declaration for every campaign of account {account}",
    hint='Somebody with access answers it in Google Ads under Campaigns (column "EU political ads"): '
    "https://support.google.com/adspolicy/answer/6014595",
)
_WORDS: Final = Problem(
    Code.WORDS,
    "Google refuses the name or description of the list",
    hint="Change `name` or `description` of the audience: no reserved or sensitive words.",
)
_FORGOTTEN: Final = Problem(
    Code.FORGOTTEN, "Google no longer knows an earlier request; it keeps them for about 50 days"
)
_REASONS: Final[Mapping[str, Problem]] = {
    "INVALID_REQUEST_ID": _FORGOTTEN,
    "REQUEST_TOO_OLD": _FORGOTTEN,
    "TERMS_AND_CONDITIONS_NOT_SIGNED": _TERMS,
    "ADVERTISER_TOS_NOT_ACCEPTED": _TERMS,
    "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS": _TERMS,
    "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED": _POLITICAL,
    "NOT_ALLOWLISTED": _ALLOW_LIST,
    "ADVERTISER_NOT_ALLOWLISTED_FOR_UPLOADED_DATA": _ALLOW_LIST,
    "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE": _ALLOW_LIST,
    "DISPLAY_NAME_ALREADY_USED": _NAME_TAKEN,
    "ALREADY_EXISTS": _NAME_TAKEN,
    "INVALID_DISPLAY_NAME": _WORDS,
    "INVALID_DESCRIPTION": _WORDS,
    "USER_LIST_NAME_RESERVED": _WORDS,
    "SENSITIVE_USER_LIST_IMMUTABLE": _LOCKED,
    "USER_LIST_MUTATION_NOT_SUPPORTED": _LOCKED,
    "OWNERSHIP_REQUIRED_FOR_UPDATE": _LOCKED,
    "INVALID_USER_LIST_ID": _MISSING,
    "NOT_FOUND": _MISSING,
    "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH": _PERMISSION,
    "SERVICE_DISABLED": _API_OFF,
    "CONSUMER_INVALID": _API_OFF,
    "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": _PROJECT,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _CREDENTIALS,
    "ACCESS_TOKEN_EXPIRED": _CREDENTIALS,
}
_STATUSES: Final[Mapping[str, Problem]] = {
    "UNAUTHENTICATED": _CREDENTIALS,
    "PERMISSION_DENIED": _PERMISSION,
    "NOT_FOUND": _MISSING,
    "UNAVAILABLE": Problem(
        Code.NO_ANSWER,
        "Google could not be reached or is not available",
        "Nothing is lost: run again later.",
        applied_unknown=True,
    ),
    "DEADLINE_EXCEEDED": Problem(
        Code.NO_ANSWER, "Google did not answer in time", "Nothing is lost: run again later.", applied_unknown=True
    ),
    "INTERNAL": Problem(
        Code.OVERLOADED, "Google reports an internal failure", "Nothing is lost: run again later.", applied_unknown=True
    ),
    "ABORTED": Problem(Code.OVERLOADED, "Google broke the request off", "Nothing is lost: run again later."),
}
UNKNOWN: Final = Problem(
    Code.NOT_UNDERSTOOD,
    "an answer came that is not Google's",
    hint="Is a proxy in between? What became of the request is unknown; it is safe to run again.",
    applied_unknown=True,
)
_UNTRUSTED: Final = frozenset({"UNKNOWN", "CANCELLED", "DATA_LOSS", "OUT_OF_RANGE", "OK", ""})


def problem(failure: Failure, account: str, rows: Sequence[int] = ()) -> Problem:
    """The problem that a failure stands for; `rows` maps members of the request to rows of the batch."""
    found = _of(failure, rows).about(account)
    return replace(found, request_id=failure.request_id)


def _of(failure: Failure, rows: Sequence[int]) -> Problem:
    if failure.status == "RESOURCE_EXHAUSTED":
        return _quota(failure)
    known = _REASONS.get(failure.reason)
    if known:
        return known
    if failure.status in _STATUSES:
        wait = RetryAfter(failure.retry_seconds)
        return replace(_STATUSES[failure.status], wait=wait)
    if failure.status in _UNTRUSTED:
        return UNKNOWN
    return _refused(failure, rows)


def _quota(failure: Failure) -> Problem:
    """Quota of the minute or of the day, by the name of the limit (devguides/limits)."""
    if "PerDay" in failure.metadata.get("quota_limit", ""):
        return Problem(
            Code.QUOTA_OF_THE_DAY,
            "Google's quota of the day is used up for this Cloud project",
            hint="Run again tomorrow: what was accepted is recorded, the rest follows. More quota: "
            "https://console.cloud.google.com/apis/api/datamanager.googleapis.com/quotas",
        )
    wait = _A_MINUTE if failure.retry_seconds is None else RetryAfter(failure.retry_seconds)
    return Problem(Code.SLOW_DOWN, "Google's quota of the minute is used up", "Run again later.", wait=wait)


def _refused(failure: Failure, rows: Sequence[int]) -> Problem:
    bad = bad_rows(failure.fields, rows)
    reason = plain_reason(failure.reason)
    if rows and (bad or _blames_members(failure)):
        return Problem(
            Code.ROWS, f"Google cannot read some rows ({reason})", _ROWS_HINT, bad_rows=bad, divisible=not bad
        )
    hint = "If it stays, report it with the request id; it is not something that a retry changes."
    silent = bool(rows) and failure.status == "INVALID_ARGUMENT" and not failure.fields and failure.reason in _NO_REASON
    return Problem(Code.REQUEST, f"Google refused the request ({reason})", hint, divisible=silent)


def _blames_members(failure: Failure) -> bool:
    """Whether members are at fault though none is named: then halves of the request show which."""
    if not failure.fields:
        return failure.reason in _ROW_REASONS
    return any("audiencemember" in path.lower().replace("_", "") for path in failure.fields)


def bad_rows(fields: Iterable[str], rows: Sequence[int]) -> frozenset[int]:
    """Rows that paths such as `audience_members[37].composite_data…` name; spelling varies, so only the index counts."""
    members = (path for path in fields if not path.lower().startswith("destination"))
    found = (_INDEX.search(path) for path in members)
    indices = (int(match[1]) for match in found if match)
    return frozenset(rows[index] for index in indices if index < len(rows))
