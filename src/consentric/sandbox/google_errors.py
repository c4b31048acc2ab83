"""Errors as the Data Manager API reports them: a status with ErrorInfo, RequestInfo, BadRequest.

Source: Data Manager, concepts/understand-errors. Descriptions never repeat a value that was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import grpc
from google.protobuf.any_pb2 import Any  # type: ignore[import-untyped]
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from consentric.sandbox.faults import Fault

_DOMAIN: Final = "datamanager.googleapis.com"


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that is wrong, by its path in the request."""

    field: str
    reason: str
    description: str


@dataclass(eq=False)
class GoogleError(Exception):
    """A refusal, with what the client needs to tell it from others."""

    code: grpc.StatusCode
    reason: str
    message: str
    violations: tuple[Violation, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    domain: str = _DOMAIN
    bare: bool = False
    retry_seconds: int = 0

    def as_grpc_status(self, request_id: str) -> grpc.Status:
        """The status as it goes over the wire; bare ones come from the network, not the API."""
        status = Status(code=self.code.value[0], message=self.message)
        if not self.bare:
            info = error_details_pb2.ErrorInfo(reason=self.reason, domain=self.domain, metadata=dict(self.metadata))
            status.details.append(_packed(info))
            status.details.append(_packed(error_details_pb2.RequestInfo(request_id=request_id)))
        if self.retry_seconds:
            info = error_details_pb2.RetryInfo()
            info.retry_delay.seconds = self.retry_seconds
            status.details.append(_packed(info))
        if self.violations:
            status.details.append(_packed(self._bad_request()))
        return rpc_status.to_status(status)

    def _bad_request(self) -> error_details_pb2.BadRequest:
        return error_details_pb2.BadRequest(
            field_violations=[
                error_details_pb2.BadRequest.FieldViolation(
                    field=one.field, description=one.description, reason=one.reason
                )
                for one in self.violations
            ]
        )


def _packed(detail: object) -> Any:
    packed = Any()
    packed.Pack(detail)
    return packed


def invalid(violation: Violation, *more: Violation) -> GoogleError:
    """INVALID_ARGUMENT over one or several fields; the first gives the reason."""
    return GoogleError(
        grpc.StatusCode.INVALID_ARGUMENT,
        violation.reason,
        "There was a problem with the request.",
        violations=(violation, *more),
    )


def missing(field: str) -> GoogleError:
    """A required field that is not there."""
    return invalid(Violation(field, "REQUIRED_FIELD_MISSING", "Required field is missing."))


def not_found(what: str) -> GoogleError:
    """NOT_FOUND for a resource."""
    return GoogleError(grpc.StatusCode.NOT_FOUND, "NOT_FOUND", f"{what} not found.")


def over_quota(limit: str) -> GoogleError:
    """RESOURCE_EXHAUSTED; ``quota_limit`` tells minute from day (Data Manager: Limits and quotas)."""
    return GoogleError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "RATE_LIMIT_EXCEEDED",
        "Quota exceeded.",
        metadata=(("quota_limit", limit), ("service", _DOMAIN), ("consumer", "projects/sandbox")),
        domain="googleapis.com",
    )


def immutable() -> GoogleError:
    """SENSITIVE_USER_LIST_IMMUTABLE: nobody may change the list or its members."""
    return GoogleError(
        grpc.StatusCode.FAILED_PRECONDITION,
        "SENSITIVE_USER_LIST_IMMUTABLE",
        "A user list which is privacy sensitive or legal rejected cannot be mutated.",
    )


def from_fault(fault: Fault, quota_name: str) -> GoogleError:
    """The refusal that an armed fault stands for."""
    code = grpc.StatusCode
    match fault.kind:
        case "http_429":
            return replace(over_quota(f"{quota_name}RequestsPerMinutePerProject"), retry_seconds=fault.retry_after or 0)
        case "quota_day":
            return over_quota(f"{quota_name}RequestsPerDayPerProject")
        case "internal":
            return GoogleError(code.INTERNAL, "INTERNAL_ERROR", "An internal error has occurred.")
        case "reset":
            return GoogleError(code.UNAVAILABLE, "reset", "Connection reset by peer", bare=True)
        case "timeout_after_apply":
            return GoogleError(code.DEADLINE_EXCEEDED, fault.kind, "Deadline Exceeded", bare=True)
        case "html" if fault.status == 200:
            text = "invalid content-type: text/html"
            return GoogleError(code.UNKNOWN, "html", text, bare=True)
        case "html":
            text = f"Received http2 header with status: {fault.status or 502}"
            return GoogleError(code.UNAVAILABLE, "html", text, bare=True)
        case "expired_token":
            return GoogleError(
                code.UNAUTHENTICATED,
                "ACCESS_TOKEN_EXPIRED",
                "Request had invalid authentication credentials.",
                domain="googleapis.com",
            )
        case "terms":
            return GoogleError(
                code.FAILED_PRECONDITION,
                "TERMS_AND_CONDITIONS_NOT_SIGNED",
                "Required terms and conditions are not accepted.",
            )
        case "permission":
            return GoogleError(
                code.PERMISSION_DENIED,
                "PERMISSION_DENIED",
                "The user does not have permission or the resource is not found.",
            )
        case "refuse_rows":
            return GoogleError(code.INVALID_ARGUMENT, "INVALID_ARGUMENT", "There was a problem with the request.")
        case "flagged":
            return immutable()
        case _:
            return GoogleError(code.UNAVAILABLE, "UNAVAILABLE", "The service is unavailable.", bare=True)
