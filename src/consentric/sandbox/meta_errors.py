"""Errors as the Graph API reports them: one envelope, codes that matter, messages that do not.

Sources: Graph API, guides/error-handling; Marketing API, error reference; Graph API overview,
rate limiting. Messages never repeat a value that was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from consentric.sandbox.faults import Fault

THROTTLED: Final = (80003, 2446079)
UPLOAD: Final = 1713230
EDIT: Final = 1713228


@dataclass(eq=False)
class MetaError(Exception):
    """A refusal."""

    code: int
    message: str
    subcode: int | None = None
    status: int = 400
    kind: str = "OAuthException"
    transient: bool = False
    title: str | None = None
    regain_minutes: int = 0
    retry_after: int = 0

    @property
    def codes(self) -> str:
        """Code and subcode, as the log shows them."""
        return str(self.code) if self.subcode is None else f"{self.code}/{self.subcode}"

    def as_json(self, trace: str) -> dict[str, Any]:
        """The error envelope."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.message}",
            "type": self.kind,
            "code": self.code,
            "is_transient": self.transient,
            "fbtrace_id": trace,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.title is not None:
            error["error_user_title"] = self.title
            error["error_user_msg"] = self.message
        return {"error": error}


def invalid(message: str, subcode: int | None = None) -> MetaError:
    """Code 100, invalid parameter."""
    return MetaError(100, message, subcode)


def no_such_object() -> MetaError:
    """100/33: it is missing, or the token may not see it."""
    return invalid(
        "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation.",
        33,
    )


def not_updated(subcode: int | None, message: str) -> MetaError:
    """Code 2650, the audience was not updated; the subcode says why."""
    return MetaError(2650, message, subcode, title="Failed to update the custom audience")


def too_many_calls(minutes: int, status: int = 400) -> MetaError:
    """80003: the limit of custom audience calls of an ad account."""
    code, subcode = THROTTLED
    return MetaError(
        code,
        "There have been too many calls to this ad-account. Wait a bit and try again.",
        subcode,
        status=status,
        regain_minutes=minutes,
    )


def low_size() -> MetaError:
    """200/1870047: an audience may not become too small by removing people."""
    return MetaError(200, "Cannot remove users: it will result in a low audience size.", 1870047, status=403)


def flagged(subcode: int) -> MetaError:
    """100 with UPLOAD or EDIT: the audience was flagged for its name, description or content."""
    return invalid("The audience is flagged for violating an integrity policy.", subcode)


def from_fault(fault: Fault) -> MetaError:
    """The refusal that an armed fault stands for."""
    match fault.kind:
        case "http_429":
            if fault.retry_after is None:
                return too_many_calls(7, fault.status or 429)
            return replace(too_many_calls(0, fault.status or 429), retry_after=fault.retry_after)
        case "quota_day":
            return MetaError(17, "User request limit reached.", 2446079, status=fault.status or 400)
        case "internal":
            return MetaError(1, "An unknown error occurred.", status=fault.status or 500, transient=True)
        case "expired_token":
            return MetaError(190, "Error validating access token: Session has expired.", 463, fault.status or 401)
        case "terms":
            return MetaError(
                200,
                "The custom audience terms have not been accepted.",
                1870090,
                fault.status or 403,
                title="Custom audience terms not accepted",
            )
        case "permission":
            return MetaError(294, "Managing advertisements requires ads_management.", None, 403)
        case "low_size":
            return low_size()
        case "refuse_rows":
            return invalid("Invalid parameter")
        case "flagged":
            return flagged(UPLOAD)
        case _:
            return MetaError(2, "Service temporarily unavailable.", status=fault.status or 503, transient=True)
