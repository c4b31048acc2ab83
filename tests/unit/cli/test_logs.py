"""Log lines: allow-listed fields, no payloads of libraries, and a second net under everything."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from consentric.cli.logs import set_up_logs
from consentric.cli.redaction import redacted


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    names = ["consentric", "google", "urllib3", "facebook_business", "grpc", "requests", "absl"]
    before = [(logging.getLogger(n), logging.getLogger(n).handlers, logging.getLogger(n).propagate) for n in names]
    raising = logging.raiseExceptions
    yield
    logging.raiseExceptions = raising
    for logger, handlers, propagate in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    "secret",
    [
        "canary.person@example.org",
        "Kåre.Ø@købmand.dk",
        "+45 20 30 40 50",
        "20304050",
        "0045 20304050",
        "a" * 64,
        "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
        "Bearer abc.def-ghi",
        "access_token=EAAGm0PX4ZCpsBAKZC",
        "EAAGm0PX4ZCpsBAKZCwZBZA",
        "ya29.a0AfH6SMBx-y_z",
        '"client_secret": "shhh"',
    ],
)
def test_what_looks_like_a_customer_or_a_secret_is_blacked_out(secret: str) -> None:
    """Wherever it stands in a line."""
    told = redacted(f"before {secret} after")
    assert secret not in told
    assert "canary" not in told
    assert told.startswith("before ")
    assert told.endswith(" after")


@pytest.mark.parametrize(
    "harmless",
    ["2026-11-23 05:30", "131 904 people", "plan 7f3a", "loyal_customers → meta", "account 1234567890 is closed"],
)
def test_numbers_that_people_need_stay(harmless: str) -> None:
    """Dates and counts are no phone numbers."""
    assert redacted(harmless) == harmless


def test_a_json_line_has_the_allow_listed_fields_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever else a caller attaches."""
    set_up_logs(verbosity=0, log_format="json")
    extra = {
        "event": "sent.add",
        "audience": "loyal",
        "platform": "meta",
        "count": 3,
        "request_id": "r",
        "email": "a@b.dk",
    }
    logging.getLogger("consentric.run").info("sent to %s", "a@b.dk", extra=extra)
    line = json.loads(capsys.readouterr().err)
    assert set(line) == {"ts", "level", "event", "audience", "platform", "count", "request_id", "message"}
    assert line["message"] == "sent to <email>"


def test_no_traceback_reaches_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    """It would hold the exception's text."""
    set_up_logs(verbosity=2, log_format="text")
    try:
        raise ValueError("a@b.dk")
    except ValueError:
        logging.getLogger("consentric.engine").exception("failed")
    assert capsys.readouterr().err.endswith("error: failed\n")


def test_platform_libraries_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """What they log is requests."""
    set_up_logs(verbosity=2, log_format="text")
    for name in ("google.ads.googleads.client", "urllib3.connectionpool", "facebook_business.api"):
        logging.getLogger(name).warning("payload a@b.dk")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("verbosity", "seen"), [(-1, "w"), (0, "iw"), (1, "diw")])
def test_quiet_and_verbose_choose_the_level(verbosity: int, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    """-q for problems only, -v for details."""
    set_up_logs(verbosity=verbosity, log_format="text")
    logger = logging.getLogger("consentric.run")
    logger.debug("d")
    logger.info("i")
    logger.warning("w")
    assert "".join(line[-1] for line in capsys.readouterr().err.splitlines()) == seen
