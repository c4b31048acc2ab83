"""Progress: log lines with allow-listed fields, and bars that know their end."""

from __future__ import annotations

import io
import logging

import pytest
from rich.console import Console

from consentric.model.lists import Operation, Shape
from consentric.reporting.progress import BarReporter, LogReporter

from .plans import LOYAL_META, ordinary_night


def test_a_batch_is_one_log_line_with_fields(caplog: pytest.LogCaptureFixture) -> None:
    """Audience, platform, count and the request's own name."""
    with caplog.at_level(logging.INFO, logger="consentric.run"), LogReporter() as reporter:
        reporter.sent(LOYAL_META, Operation.ADD, Shape.FULL, 1039, "req-1")
    (record,) = caplog.records
    assert record.getMessage() == "loyal_customers → meta: add 1 039 people (request req-1)"
    fields = ("event", "audience", "platform", "count", "request_id")
    assert [getattr(record, name) for name in fields] == ["sent.add", "loyal_customers", "meta", 1039, "req-1"]


def test_a_removal_in_parts_does_not_look_like_several(caplog: pytest.LogCaptureFixture) -> None:
    """One line per request, and each says which part it is."""
    with caplog.at_level(logging.INFO, logger="consentric.run"), LogReporter() as reporter:
        for shape in (Shape.EMAIL, Shape.PHONE, Shape.FULL):
            reporter.sent(LOYAL_META, Operation.REMOVE, shape, 1, "req-1")
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "remove 1 person by e-mail (request req-1)",
        "remove 1 person by phone (request req-1)",
        "remove 1 person by all keys together (request req-1)",
    ]


def test_a_bar_counts_people_per_destination() -> None:
    """Once, however many requests are about them; and it is silent while a question is asked."""
    out = io.StringIO()
    reporter = BarReporter(Console(file=out, force_terminal=True, width=100, force_interactive=True))
    with reporter:
        reporter.stage("reading customers")
        reporter.pause()
        reporter.expect(ordinary_night())
        reporter.sent(LOYAL_META, Operation.ADD, Shape.FULL, 39, "req-1")
        for number, shape in enumerate((Shape.EMAIL, Shape.PHONE, Shape.FULL)):
            reporter.sent(LOYAL_META, Operation.REMOVE, shape, 10, f"req-2{number}")
        reporter.note("a note")
    told = out.getvalue()
    assert "reading customers" in told
    assert "49 people" in told
    assert "a note" in told
