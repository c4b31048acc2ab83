"""Failures of both platforms as errors of ours: class, code, sentence; and nothing that a platform wrote."""

from __future__ import annotations

import logging

import pytest
from google.ads.datamanager_v1 import ErrorReason
from google.api_core.exceptions import from_grpc_status
from google.auth.exceptions import RefreshError, TransportError
from grpc import StatusCode

from consentric.destinations.base import Problem, hush, plain_id, plain_reason, this_machine
from consentric.destinations.codes import MEANINGS, Code
from consentric.destinations.google import problems as google
from consentric.destinations.google.connect import ask
from consentric.destinations.meta import problems as meta
from consentric.errors import AccessDenied, Drifted, PlatformError, QuotaExhausted, Refused, RetryAfter, Unavailable

CANARY = "ab" * 32


def test_every_code_has_a_meaning_and_a_number_of_its_own() -> None:
    """The table is complete; codes are of the platform family."""
    assert set(MEANINGS) == set(Code)
    assert all(code.value.startswith("A5") and len(code.value) == 4 for code in Code)


@pytest.mark.parametrize("reason", list(ErrorReason.__members__))
def test_every_reason_of_google_becomes_a_problem(reason: str) -> None:
    """A sentence, a known code, nothing left to fill in."""
    found = google.problem(google.Failure("INVALID_ARGUMENT", reason), "1234567890", range(3))
    error = found.error()
    assert isinstance(error, PlatformError)
    assert "{" not in f"{error.message}{error.hint}"


GOOGLE = [
    (google.Failure("UNAVAILABLE"), Unavailable, "A501"),
    (google.Failure("DEADLINE_EXCEEDED"), Unavailable, "A501"),
    (google.Failure("INTERNAL"), Unavailable, "A503"),
    (google.Failure("UNKNOWN"), Unavailable, "A502"),
    (google.Failure("RESOURCE_EXHAUSTED"), Unavailable, "A504"),
    (
        google.Failure("RESOURCE_EXHAUSTED", metadata={"quota_limit": "IngestionMutateRequestsPerDayPerProject"}),
        QuotaExhausted,
        "A510",
    ),
    (google.Failure("UNAUTHENTICATED"), AccessDenied, "A541"),
    (google.Failure("PERMISSION_DENIED"), AccessDenied, "A542"),
    (google.Failure("PERMISSION_DENIED", "SERVICE_DISABLED"), AccessDenied, "A546"),
    (google.Failure("PERMISSION_DENIED", "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"), AccessDenied, "A545"),
    (google.Failure("FAILED_PRECONDITION", "TERMS_AND_CONDITIONS_NOT_SIGNED"), AccessDenied, "A543"),
    (google.Failure("FAILED_PRECONDITION", "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED"), AccessDenied, "A544"),
    (google.Failure("ALREADY_EXISTS", "DISPLAY_NAME_ALREADY_USED"), Drifted, "A523"),
    (google.Failure("INVALID_ARGUMENT", "INVALID_HEX_ENCODING"), Refused, "A520"),
    (google.Failure("INVALID_ARGUMENT", "INVALID_DESTINATION"), Refused, "A521"),
    (google.Failure("INVALID_ARGUMENT", "REQUIRED_FIELD_MISSING", fields=("destinations[0].x",)), Refused, "A521"),
    (google.Failure("NOT_FOUND", "REQUEST_TOO_OLD"), Refused, "A530"),
]


@pytest.mark.parametrize(("failure", "error", "code"), GOOGLE)
def test_google_failures_have_their_class(failure: google.Failure, error: type[PlatformError], code: str) -> None:
    """By status and reason, never by text."""
    found = google.problem(failure, "1234567890", range(9)).error()
    assert (type(found), found.code) == (error, code)


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        (("audience_members[1].composite_data.user_data.user_identifiers[7].email_address",), {11}),
        (("audienceMembers[0]", "audience_members[2].x"), {10, 12}),
        (("audience_members[99]",), set()),
        (("destinations[1].reference",), set()),
    ],
)
def test_google_names_rows_by_index(fields: tuple[str, ...], bad: set[int]) -> None:
    """However the path is spelt; members are mapped back to rows."""
    assert google.bad_rows(fields, [10, 11, 12]) == bad


META = [
    ((1, 0), Unavailable, "A503"),
    ((2, 0), Unavailable, "A503"),
    ((4, 0), Unavailable, "A504"),
    ((17, 2446079), Unavailable, "A504"),
    ((613, 0), Unavailable, "A504"),
    ((80003, 2446079), Unavailable, "A504"),
    ((803, 0), Unavailable, "A505"),
    ((2650, 1870145), Unavailable, "A505"),
    ((2650, 0), Refused, "A527"),
    ((100, 0), Refused, "A521"),
    ((100, 33), Drifted, "A522"),
    ((100, 1713230), Drifted, "A524"),
    ((200, 1870047), Refused, "A525"),
    ((100, 1713228), Drifted, "A524"),
    ((2656, 0), Drifted, "A531"),
    ((2635, 0), Refused, "A529"),
    ((190, 463), AccessDenied, "A541"),
    ((102, 0), AccessDenied, "A541"),
    ((104, 0), AccessDenied, "A547"),
    ((10, 0), AccessDenied, "A542"),
    ((294, 0), AccessDenied, "A542"),
    ((299, 0), AccessDenied, "A542"),
    ((200, 1870090), AccessDenied, "A543"),
    ((2663, 0), AccessDenied, "A543"),
    ((368, 0), AccessDenied, "A548"),
    ((0, 0), Unavailable, "A502"),
]


@pytest.mark.parametrize(("codes", "error", "code"), META)
def test_meta_failures_have_their_class(codes: tuple[int, int], error: type[PlatformError], code: str) -> None:
    """By code and subcode, never by text."""
    found = meta.problem(meta.Failure(400, *codes), "act_55").error()
    assert (type(found), found.code) == (error, code)
    assert "{" not in f"{found.message}{found.hint}"


def test_meta_terms_name_the_page_and_the_account() -> None:
    """Without `act_`, as the page wants it."""
    assert meta.problem(meta.Failure(403, 200, 1870090), "act_55").hint.endswith("/tos/?act=55")


def test_only_safe_failures_are_known_not_to_be_applied() -> None:
    """A limit or a lock was not applied; silence and passing failures may have been."""
    applied = {
        failure.status: google.problem(failure, "1").applied_unknown
        for failure in (google.Failure(name) for name in ("UNAVAILABLE", "INTERNAL", "UNKNOWN", "RESOURCE_EXHAUSTED"))
    }
    assert applied == {"UNAVAILABLE": True, "INTERNAL": True, "UNKNOWN": True, "RESOURCE_EXHAUSTED": False}
    assert meta.problem(meta.Failure(500, 2), "act_1").applied_unknown
    assert not meta.problem(meta.Failure(429), "act_1").applied_unknown


def test_on_this_machine_nobody_looks_for_a_proxy() -> None:
    """What does not answer there is a sandbox that was not started; other failures keep their advice."""
    silent = google.problem(google.Failure("UNAVAILABLE"), "1")
    for unreachable in (silent, meta.UNREACHABLE):
        hint = unreachable.at("127.0.0.1:9000").error().hint
        assert "start `consentric sandbox`" in hint
        assert "PROXY" not in hint.upper()
        assert unreachable.at(None) == unreachable
    assert silent.at("127.0.0.1:9000").applied_unknown
    refused = google.problem(google.Failure("PERMISSION_DENIED"), "1")
    assert refused.at("127.0.0.1:9000") == refused


def test_limits_without_a_time_have_one() -> None:
    """A minute at Google, five at Meta; otherwise what was asked."""
    assert google.problem(google.Failure("RESOURCE_EXHAUSTED"), "1").wait == RetryAfter(60.0)
    assert google.problem(google.Failure("RESOURCE_EXHAUSTED", retry_seconds=3.5), "1").wait == RetryAfter(3.5)
    assert meta.problem(meta.Failure(400, 17), "act_1").wait == RetryAfter(300.0)
    assert meta.problem(meta.Failure(400, 17, wait=RetryAfter(9.0)), "act_1").wait == RetryAfter(9.0)


@pytest.mark.parametrize("status", list(StatusCode))
def test_no_text_of_google_survives(status: StatusCode) -> None:
    """Whatever the status; neither in the error nor in what led to it."""

    def call() -> None:
        raise from_grpc_status(status, f"bad value {CANARY}")  # type: ignore[no-untyped-call]

    with pytest.raises(PlatformError) as caught:
        ask(call, "1234567890")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert CANARY not in f"{caught.value!r}{caught.value}{vars(caught.value)}"


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (RefreshError("invalid_grant", {"token": CANARY}), AccessDenied),  # type: ignore[no-untyped-call]
        (TransportError(CANARY), Unavailable),  # type: ignore[no-untyped-call]
        (
            from_grpc_status(  # type: ignore[no-untyped-call]
                StatusCode.UNAVAILABLE, "Getting metadata from plugin failed with error: ('invalid_grant: gone',)"
            ),
            AccessDenied,
        ),
        (
            from_grpc_status(  # type: ignore[no-untyped-call]
                StatusCode.UNAVAILABLE, "Getting metadata from plugin failed with error: Max retries exceeded"
            ),
            Unavailable,
        ),
    ],
)
def test_a_login_that_is_gone_is_told_from_a_network_that_is_down(
    raised: Exception, error: type[PlatformError]
) -> None:
    """The first is for the engineer, the second passes."""

    def call() -> None:
        raise raised

    with pytest.raises(error):
        ask(call, "1234567890")


@pytest.mark.parametrize("text", [CANARY, CANARY.upper(), "a b", "x" * 41, "", None, 7, "a\nb"])
def test_ids_and_reasons_hide_nothing(text: object) -> None:
    """Free text, digests and long words are not repeated."""
    assert plain_id(text) is None
    assert plain_reason(text) == "no known reason"


@pytest.mark.parametrize("endpoint", ["127.0.0.1:9000", "http://127.0.0.1:9001", "localhost:1", "http://[::1]:9/"])
def test_this_machine_is_recognised(endpoint: str) -> None:
    """In the two forms in which endpoints are written."""
    assert this_machine(endpoint).startswith(("127.0.0.1:", "[::1]:"))


@pytest.mark.parametrize(
    "endpoint",
    [
        "169.254.169.254:80",
        "http://169.254.169.254:80",
        "http://127.0.0.1@evil.example:80",
        "http://evil@127.0.0.1:80",
        "http://127.0.0.1:80@evil.example",
        "http://127.0.0.1.evil.example:80",
        "http://127.0.0.1:80/../x",
        "http://127.0.0.1:80?x=1",
        "http://127.0.0.1:80#x",
        "https://127.0.0.1:80",
        "http:127.0.0.1:80",
        "http://localhost.:80",
        "http://lоcalhost:80",
        "http://127.1:80",
        "http://2130706433:80",
        "http://0.0.0.0:80",
        "0.0.0.0:80",
        "http://\t127.0.0.1:80",
        "127.0.0.1:80\n",
        "127.0.0.1:٨٠",
        "127.0.0.1",
        "127.0.0.1:",
        "graph.facebook.com:443",
        "",
    ],
)
def test_every_other_machine_is_refused(endpoint: str) -> None:
    """People's data goes to the two pinned hosts or nowhere."""
    with pytest.raises(AccessDenied) as caught:
        this_machine(endpoint)
    assert caught.value.code == "A549"


@pytest.mark.parametrize(
    ("found", "divisible"),
    [
        (google.problem(google.Failure("INVALID_ARGUMENT", "INVALID_ARGUMENT"), "1", range(9)), True),
        (google.problem(google.Failure("INVALID_ARGUMENT", "INVALID_HEX_ENCODING"), "1", range(9)), True),
        (google.problem(google.Failure("INVALID_ARGUMENT", fields=("audience_members[1]",)), "1", range(9)), False),
        (google.problem(google.Failure("INVALID_ARGUMENT", "INVALID_DESTINATION"), "1", range(9)), False),
        (google.problem(google.Failure("INVALID_ARGUMENT", "INVALID_ARGUMENT"), "1"), False),
        (google.problem(google.Failure("FAILED_PRECONDITION", "SENSITIVE_USER_LIST_IMMUTABLE"), "1", range(9)), False),
        (meta.problem(meta.Failure(400, 100), "1"), True),
        (meta.problem(meta.Failure(400, 100, 33), "1"), False),
        (meta.problem(meta.Failure(400, 2650), "1"), False),
    ],
)
def test_only_a_refusal_that_names_nothing_is_worth_halving(found: Problem, divisible: bool) -> None:
    """Named rows are left out by name; a list, terms or a destination is not a matter of rows."""
    error = found.error()
    assert isinstance(error, Refused)
    assert error.divisible is divisible


def test_loggers_of_others_are_pinned() -> None:
    """Also those that had been set to DEBUG by name."""
    loud = logging.getLogger("hushed.by.test")
    loud.setLevel(logging.DEBUG)
    loud.addHandler(logging.StreamHandler())
    hush(["hushed"])
    assert not loud.isEnabledFor(logging.INFO)
    assert not [each for each in loud.handlers if not isinstance(each, logging.NullHandler)]
    assert not logging.getLogger("hushed").propagate
