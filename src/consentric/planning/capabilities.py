"""What platforms can do, as data. The core asks these values and never which platform it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from consentric.model.lists import KeyType, Shape
from consentric.model.project import Platform


class RowForm(Enum):
    """How a person's keys become wire rows."""

    ONE_ROW = "all keys of a person in one row"
    KEY_OF_EACH_KIND = "row i carries the i-th key of each kind, the other cells repeat"


class RebuildForm(Enum):
    """How a list is filled anew without running empty."""

    REMOVE_REST = "everybody is added again, then whoever was last added before leaves"
    REPLACE = "one series of requests replaces the list"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`settle_after`: a request counts as processed this long after acceptance; None = the platform reports it.

    `add_shapes`/`remove_shapes`: which requests an add or a removal takes. `lapses`: members expire by themselves.
    `enough` are the kinds of key of which one makes a person uploadable. `max_keep_for` in days. `requests_in_flight`: to
    one list at the same time.
    """

    row_form: RowForm
    keys_per_row: int
    rows_per_request: int
    requests_in_flight: int
    enough: frozenset[KeyType]
    remove_shapes: tuple[Shape, ...]
    settle_after: timedelta | None
    lapses: bool
    max_keep_for: int | None
    rebuild: RebuildForm


MOST_IN_FLIGHT: Final = 10
"""Requests of one run at the same time, to all lists together; so many may have to be sent again after a crash."""

CAPABILITIES: Final = {
    # Data Manager: devguides/limits (10,000 members, 10 identifiers); statuses by RetrieveRequestStatus
    Platform.GOOGLE: Capabilities(
        row_form=RowForm.ONE_ROW,
        keys_per_row=10,
        rows_per_request=10_000,
        requests_in_flight=4,
        enough=frozenset({KeyType.EMAIL, KeyType.PHONE, KeyType.ADDRESS}),
        remove_shapes=(Shape.FULL,),
        settle_after=None,
        lapses=True,
        max_keep_for=540,
        rebuild=RebuildForm.REMOVE_REST,
    ),
    # Marketing API: reference/custom-audience/users (10,000 rows, one request of an audience after the other; changes take
    # up to 24 hours, nothing reports them)
    Platform.META: Capabilities(
        row_form=RowForm.KEY_OF_EACH_KIND,
        keys_per_row=3,
        rows_per_request=10_000,
        requests_in_flight=1,
        enough=frozenset({KeyType.EMAIL, KeyType.PHONE, KeyType.MOBILE_ID}),
        remove_shapes=(Shape.EMAIL, Shape.PHONE, Shape.MOBILE_ID, Shape.FULL),
        settle_after=timedelta(hours=23),
        lapses=False,
        max_keep_for=None,
        rebuild=RebuildForm.REPLACE,
    ),
}


def rows_per_request(platform: Platform, most: int | None) -> int:
    """As many as the platform takes, or fewer where a rehearsal wants `most`."""
    takes = CAPABILITIES[platform].rows_per_request
    return takes if most is None else min(takes, most)
