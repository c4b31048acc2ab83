"""Every kind of breakage, as the real clients see it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from google.ads import datamanager_v1 as dm
from google.api_core import exceptions

from .conftest import Google, Meta, Running, sha
from .test_meta_users import codes

State = dm.RequestStatusPerDestination.RequestStatus


def arm(sandbox: Running, kind: str, **fields: Any) -> None:
    """Arm one fault."""
    sandbox.control("faults", [{"kind": kind, **fields}])


@pytest.mark.parametrize(
    ("kind", "raised", "reason"),
    [
        ("http_429", exceptions.ResourceExhausted, "RATE_LIMIT_EXCEEDED"),
        ("quota_day", exceptions.ResourceExhausted, "RATE_LIMIT_EXCEEDED"),
        ("unavailable", exceptions.ServiceUnavailable, None),
        ("internal", exceptions.InternalServerError, "INTERNAL_ERROR"),
        ("reset", exceptions.ServiceUnavailable, None),
        ("html", exceptions.ServiceUnavailable, None),
        ("expired_token", exceptions.Unauthenticated, "ACCESS_TOKEN_EXPIRED"),
        ("terms", exceptions.FailedPrecondition, "TERMS_AND_CONDITIONS_NOT_SIGNED"),
        ("permission", exceptions.PermissionDenied, "PERMISSION_DENIED"),
        ("flagged", exceptions.FailedPrecondition, "SENSITIVE_USER_LIST_IMMUTABLE"),
        ("refuse_rows", exceptions.InvalidArgument, "INVALID_ARGUMENT"),
    ],
)
def test_google_refusals(
    sandbox: Running, google: Google, kind: str, raised: type[exceptions.GoogleAPICallError], reason: str | None
) -> None:
    """The request is refused once, nothing is applied, and the next one works."""
    audience = google.create(f"fault {kind}")
    arm(sandbox, kind, platform="google", op="ingest")
    with pytest.raises(raised) as caught:
        google.ingest(audience, ["anna"])
    assert caught.value.reason == reason
    if "quota_day" in kind:
        assert "PerDayPerProject" in caught.value.metadata["quota_limit"]
    assert sandbox.truth(audience)["pending"] == 0
    entry = sandbox.log("ingest")[-1]
    assert (entry["ok"], len(entry["rows"])) == (False, 1)
    assert google.ingest(audience, ["anna"])


def test_google_applies_and_does_not_answer(sandbox: Running, google: Google) -> None:
    """timeout_after_apply: the client cannot know, and the members arrive."""
    sandbox.graph("google", anna=["a"])
    audience = google.create("silent")
    arm(sandbox, "timeout_after_apply", platform="google", op="ingest")
    with pytest.raises(exceptions.DeadlineExceeded):
        google.ingest(audience, ["anna"])
    sandbox.advance("2h")
    assert sandbox.accounts(audience) == ["a"]
    entry = sandbox.log("ingest")[-1]
    assert (entry["ok"], entry["code"]) == (True, "timeout_after_apply")


def test_google_answers_nothing(sandbox: Running, google: Google) -> None:
    """empty: OK without a request id."""
    arm(sandbox, "empty", platform="google", op="ingest")
    assert google.ingest(google.create("nothing"), ["anna"]) == ""


def test_google_fails_later(sandbox: Running, google: Google) -> None:
    """Accepted, then FAILED or PARTIAL_SUCCESS, and only what succeeded arrived."""
    sandbox.graph("google", anna=["a"], bert=["b"])
    audience = google.create("later")
    arm(sandbox, "fail_later")
    failed = google.ingest(audience, ["anna"], ["bert"])
    sandbox.advance("2h")
    assert google.status(failed)[0].request_status == State.FAILED
    assert sandbox.accounts(audience) == []
    arm(sandbox, "partial_later")
    partial = google.ingest(audience, ["anna"], ["bert"])
    sandbox.advance("2h")
    (status,) = google.status(partial)
    assert status.request_status == State.PARTIAL_SUCCESS
    assert status.error_info.error_counts[0].record_count == 1
    assert sandbox.accounts(audience) == ["a"]


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("http_429", 429, (80003, 2446079)),
        ("quota_day", 400, (17, 2446079)),
        ("unavailable", 503, (2, None)),
        ("internal", 500, (1, None)),
        ("expired_token", 401, (190, 463)),
        ("terms", 403, (200, 1870090)),
        ("permission", 403, (294, None)),
        ("low_size", 403, (200, 1870047)),
        ("flagged", 400, (100, 1713230)),
        ("refuse_rows", 400, (100, None)),
    ],
)
def test_meta_refusals(sandbox: Running, meta: Meta, kind: str, status: int, expected: tuple[int, int | None]) -> None:
    """The request is refused once, nothing is applied, and the next one works."""
    audience = meta.create()
    arm(sandbox, kind, platform="meta", op="users_remove")
    answer = meta.users("DELETE", audience, "anna")
    assert (answer.status_code, codes(answer)) == (status, expected)
    if kind == "http_429":
        ((share,),) = json.loads(answer.headers["X-Business-Use-Case-Usage"]).values()
        assert share["estimated_time_to_regain_access"] == 7
    assert sandbox.truth(audience)["pending"] == 0
    assert meta.users("DELETE", audience, "anna").status_code == 200


@pytest.mark.parametrize(("kind", "pending"), [("reset", 0), ("timeout_after_apply", 1)])
def test_meta_connections_break(sandbox: Running, meta: Meta, kind: str, pending: int) -> None:
    """The connection ends without an answer, before or after the rows were taken."""
    audience = meta.create()
    arm(sandbox, kind, platform="meta", op="users_add")
    with pytest.raises(requests.ConnectionError):
        meta.users("POST", audience, "anna")
    assert sandbox.truth(audience)["pending"] == pending


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ({"kind": "html"}, 502, "<html>"),
        ({"kind": "html", "status": 200}, 200, "<html>"),
        ({"kind": "empty"}, 200, ""),
    ],
)
@pytest.mark.parametrize("applies", [False, True])
def test_meta_answers_nonsense(
    sandbox: Running, meta: Meta, fault: dict[str, Any], status: int, body: str, applies: bool
) -> None:
    """A page or nothing instead of JSON, whether the rows were taken or not."""
    audience = meta.create()
    sandbox.control("faults", [{"op": "users_add", "applies": applies, **fault}])
    answer = meta.users("POST", audience, "anna")
    assert answer.status_code == status
    assert answer.text.startswith(body)
    assert sandbox.truth(audience)["pending"] == applies


def test_google_and_meta_say_how_long_to_wait(sandbox: Running, google: Google, meta: Meta) -> None:
    """retry_after: so many seconds, or with 0 no word of it."""
    audience = google.create("told")
    arm(sandbox, "http_429", platform="google", op="ingest", retry_after=9)
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        google.ingest(audience, ["anna"])
    assert [each.retry_delay.seconds for each in caught.value.details if hasattr(each, "retry_delay")] == [9]
    other = meta.create()
    for seconds in (9, 0):
        arm(sandbox, "http_429", platform="meta", op="users_add", retry_after=seconds)
        answer = meta.users("POST", other, "anna")
        assert answer.status_code == 429
        assert answer.headers.get("Retry-After") == (str(seconds) if seconds else None)
        ((share,),) = json.loads(answer.headers["X-Business-Use-Case-Usage"]).values()
        assert share["estimated_time_to_regain_access"] == 0


def test_only_requests_that_hold_chosen_rows_are_refused(sandbox: Running, google: Google, meta: Meta) -> None:
    """keys: bert is poison, and everybody else may pass."""
    poison = [f"email:{sha('bert')}"]
    arm(sandbox, "refuse_rows", keys=poison, times=None)
    audience, other = google.create("poison"), meta.create()
    with pytest.raises(exceptions.InvalidArgument):
        google.ingest(audience, ["anna"], ["bert"])
    assert google.ingest(audience, ["anna"])
    assert meta.users("POST", other, "anna", "bert").status_code == 400
    assert meta.users("POST", other, "anna").status_code == 200


def test_answers_that_are_cut_or_count_wrongly(sandbox: Running, google: Google, meta: Meta) -> None:
    """truncated and wrong_counts: the rows were taken, and nobody can be sure of it."""
    audience, other = google.create("cut"), meta.create()
    arm(sandbox, "truncated", platform="google", op="ingest")
    with pytest.raises(exceptions.InternalServerError):
        google.ingest(audience, ["anna"])
    assert sandbox.truth(audience)["pending"] == 1
    arm(sandbox, "truncated", platform="meta", op="users_add")
    with pytest.raises(ValueError, match="char"):
        meta.users("POST", other, "anna").json()
    arm(sandbox, "wrong_counts", op="users_add")
    assert meta.users("POST", other, "anna", "bert").json()["num_received"] == 1
    assert sandbox.truth(other)["pending"] == 2


def test_faults_are_counted(sandbox: Running, meta: Meta) -> None:
    """skip lets calls pass, times ends it, and the op is the only one that breaks."""
    audience = meta.create()
    arm(sandbox, "internal", op="users_add", skip=1, times=2)
    seen = [meta.users("POST", audience, "anna").status_code for _ in range(4)]
    assert seen == [200, 500, 500, 200]
    assert meta.call("GET", audience).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "nonsense"},
        {"kind": "low_size", "platform": "google"},
        {"kind": "reset", "times": -1},
        {"kind": "reset", "probability": 2},
        {"kind": "reset", "often": 3},
        {"kind": "reset", "times": "3"},
        "reset",
    ],
)
def test_wrong_faults_are_refused(sandbox: Running, fault: Any) -> None:
    """A mistake in a test is told, not armed."""
    answer = requests.post(f"{sandbox.meta}/_sandbox/faults", json=[fault], timeout=5)
    assert answer.status_code == 400
    assert sandbox.control("faults")["armed"] == []
