"""What the two short screens say, and what they leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from consentric.model.people import Verb
from consentric.model.results import BatchCounts, ConfirmResult
from consentric.reporting.confirm_screen import confirm_screen
from consentric.reporting.look import Look
from consentric.reporting.status_json import status_json
from consentric.reporting.status_screen import status_screen

from .plans import AT, LOYAL_GOOGLE, LOYAL_META
from .results import NEWSLETTER, confirmed, status


def test_a_page_has_one_time_zone() -> None:
    """The file's, whatever zone the record is kept in."""
    report = status()
    lists = {ref: replace(one, last_sync=AT.astimezone(UTC)) for ref, one in report.lists.items()}
    told = status_screen(replace(report, lists=lists), Look()).plain
    assert "Every list: last sync Mon 23 Nov 2026 05:30 Copenhagen" in told
    assert "UTC" not in told
    document = str(status_json(replace(report, lists=lists)))
    assert "2026-11-23T05:30:00+01:00" in document
    assert "+00:00" not in document


def test_one_pending_request_is_one() -> None:
    """And a masked one is not told by its grammar."""
    one = replace(status().lists[LOYAL_GOOGLE], pending_adds=1, pending_removals=1)
    report = replace(status(), lists={LOYAL_GOOGLE: one}, suppressed={Verb.OBJECTED: 1})
    told = status_screen(report, Look()).plain
    assert "1 add not confirmed yet" in told
    assert "1 removal not confirmed yet" in told
    assert "1 person asked to be left out and stays out: 1 objected." in told
    assert (
        "<10 people asked to be left out and stay out: <10 objected."
        in status_screen(report, Look(mask_below=10)).plain
    )


@pytest.mark.parametrize("kind", ["confirmed", "waiting"])
def test_lists_are_not_named_where_one_line_says_it_all(kind: str) -> None:
    """Everything is confirmed, or everything still waits."""
    lists = {ref: BatchCounts(**{kind: 2}) for ref in (LOYAL_GOOGLE, LOYAL_META)}
    told = confirm_screen(ConfirmResult(AT, BatchCounts(**{kind: 4}), lists), Look()).plain
    assert "4 requests" in told
    assert "loyal_customers" not in told


def test_only_lists_with_something_to_say_are_named() -> None:
    """Those on which something failed or still waits."""
    result = confirmed()
    lists = {**result.lists, NEWSLETTER: BatchCounts(confirmed=2)}
    told = confirm_screen(replace(result, lists=lists), Look()).plain
    assert "loyal_customers → google" in told
    assert "loyal_customers → meta" in told
    assert "newsletter_non_buyers" not in told
