"""Errors as the Google Ads API reports them: a GoogleAdsFailure in the trailing metadata."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from consentric.sandbox.faults import Fault


@dataclass(eq=False)
class AdsError(Exception):
    """A refusal; ``kind`` and ``name`` make up the error code, such as query_error BAD_VALUE."""

    code: grpc.StatusCode
    kind: str
    name: str
    message: str

    def abort(self, context: grpc.ServicerContext, request_id: str) -> None:
        """End the call; without a kind it is an error of the network and carries no failure."""
        trailers: list[tuple[str, str | bytes]] = [("request-id", request_id)]
        if self.kind:
            from google.ads.googleads.v26.errors.types import errors

            failure = errors.GoogleAdsFailure(
                errors=[{"error_code": {self.kind: self.name}, "message": self.message}],
                request_id=request_id,
            )
            packed = errors.GoogleAdsFailure.serialize(failure)
            trailers.append(("google.ads.googleads.v26.errors.googleadsfailure-bin", packed))
        context.set_trailing_metadata(tuple(trailers))
        context.abort(self.code, self.message)


def from_fault(fault: Fault) -> AdsError:
    """What an armed fault means to this API."""
    code = grpc.StatusCode
    match fault.kind:
        case "http_429" | "quota_day":
            return AdsError(code.RESOURCE_EXHAUSTED, "quota_error", "RESOURCE_EXHAUSTED", "Too many requests.")
        case "internal":
            return AdsError(code.INTERNAL, "internal_error", "INTERNAL_ERROR", "An internal error has occurred.")
        case "expired_token":
            return AdsError(
                code.UNAUTHENTICATED,
                "authentication_error",
                "OAUTH_TOKEN_EXPIRED",
                "The access token has expired.",
            )
        case "permission" | "terms" | "flagged":
            return AdsError(
                code.PERMISSION_DENIED,
                "authorization_error",
                "USER_PERMISSION_DENIED",
                "User doesn't have permission to access customer.",
            )
        case "timeout_after_apply":
            return AdsError(code.DEADLINE_EXCEEDED, "", fault.kind, "Deadline Exceeded")
        case _:
            return AdsError(code.UNAVAILABLE, "", "UNAVAILABLE", "The service is unavailable.")
