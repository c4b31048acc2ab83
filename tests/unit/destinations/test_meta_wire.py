"""Rows to Marketing API bodies, to the byte."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from consentric.destinations.meta import wire
from consentric.model.lists import ListRef, ListSpec, Replacement, Shape
from consentric.model.project import Platform

from .rows_of_people import ANN, BOB, COUNTRY, FIRST, HOME, LAST, MOBILE, ZIP, row, table

SPEC = ListSpec(ListRef("vip", "meta"), Platform.META, "act_1", "VIPs", "Our best", "consentric:1:vip", 180)
RIDERS = [FIRST, LAST, ZIP, COUNTRY]


def test_full_rows_have_one_form() -> None:
    """A list schema of six columns, in order; what is unknown is blank, never the digest of nothing."""
    rows = table(
        row((1, ANN), (2, MOBILE), riders=RIDERS),
        row((2, MOBILE), riders=[b"", LAST, b"", COUNTRY]),
        row((1, BOB)),
    )
    body = wire.members(rows, Shape.FULL, 99)
    assert body.rows == 3
    assert json.loads(body.content) == {
        "payload": {
            "schema": ["EMAIL", "PHONE", "FN", "LN", "ZIP", "COUNTRY"],
            "data": [
                ["01" * 32, "03" * 32, "04" * 32, "05" * 32, "06" * 32, "07" * 32],
                ["", "03" * 32, "", "05" * 32, "", "07" * 32],
                ["02" * 32, "", "", "", "", ""],
            ],
        },
        "session": {"session_id": 99, "batch_seq": 1, "last_batch_flag": True, "estimated_num_total": 3},
    }


MORE = [*RIDERS, ANN, b"", BOB]


def test_a_row_may_have_more_than_another() -> None:
    """The schema is as long as the longest row of the request; a row that was sent with fewer has blanks at its end."""
    rows = table(row((1, ANN), riders=RIDERS), row((1, BOB), riders=MORE), row((2, MOBILE)))
    payload = json.loads(wire.members(rows, Shape.FULL, 99).content)["payload"]
    assert payload["schema"] == ["EMAIL", "PHONE", "FN", "LN", "ZIP", "COUNTRY", "FI", "CT", "ST"]
    shared = ["04" * 32, "05" * 32, "06" * 32, "07" * 32]
    assert payload["data"] == [
        ["01" * 32, "", *shared, "", "", ""],
        ["02" * 32, "", *shared, "01" * 32, "", "02" * 32],
        ["", "03" * 32, *[""] * 7],
    ]


def test_a_series_has_one_schema_whatever_its_rows_have() -> None:
    """Meta wants the first batch's schema kept."""
    place = Replacement(99, 1, last=False, before=0, total=2)
    bodies = [wire.replacing(table(row((1, ANN), riders=each)), place) for each in (None, RIDERS, MORE)]
    schemas = [json.loads(body.content)["payload"]["schema"] for body in bodies]
    assert schemas == [list(wire.FULL_SCHEMA)] * 3
    assert all(
        len(row) == len(wire.FULL_SCHEMA) for body in bodies for row in json.loads(body.content)["payload"]["data"]
    )


def test_the_requests_of_a_series_share_its_number() -> None:
    """Each has its place, and the last says so."""
    body = wire.replacing(table(row((1, ANN)), row((1, BOB))), Replacement(99, 3, last=True, before=4, total=6))
    assert json.loads(body.content)["session"] == {
        "session_id": 99,
        "batch_seq": 3,
        "last_batch_flag": True,
        "estimated_num_total": 6,
    }


@pytest.mark.parametrize(("shape", "kind", "name"), [(Shape.EMAIL, 1, "EMAIL"), (Shape.PHONE, 2, "PHONE")])
def test_removals_by_one_kind_of_key_are_a_list_of_one_column(shape: Shape, kind: int, name: str) -> None:
    """The list form even for one column: the string form is another data source to Meta."""
    body = json.loads(wire.members(table(row((kind, ANN)), row((kind, BOB))), shape, 1).content)
    assert body["payload"] == {"schema": [name], "data": [["01" * 32], ["02" * 32]]}


@pytest.mark.parametrize(
    ("rows", "shape"),
    [
        (table(row((1, b"ann@example.com"))), Shape.FULL),
        (table(row((1, b"ann@example.com"))), Shape.EMAIL),
        (table(row((1, ANN), riders=[b"ann", b"", b"", b""])), Shape.FULL),
        (table(row((1, ANN), riders=[FIRST])), Shape.FULL),
        (table(row((1, ANN), (1, BOB))), Shape.FULL),
        (table(row((3, HOME))), Shape.FULL),
        (table(row((2, MOBILE))), Shape.EMAIL),
        (table(row((3, HOME))), Shape.ADDRESS),
        (table(), Shape.FULL),
        (table(*[row((1, ANN))] * 10_001), Shape.FULL),
    ],
)
def test_what_must_not_be_sent_cannot_be_built(rows: pa.Table, shape: Shape) -> None:
    """Clear text, wrong keys, too many rows, none; and the error shows no value."""
    with pytest.raises(ValueError) as caught:
        wire.members(rows, shape, 1)
    assert "ann" not in str(caught.value)


def test_slices_and_batches_build_the_same() -> None:
    """However the rows come out of Parquet."""
    rows = table(*(row((1, bytes([number]) * 32), riders=RIDERS if number % 2 else None) for number in range(1, 9)))
    part = rows.slice(3, 4)
    expected = wire.members(table(*part.to_pylist()), Shape.FULL, 1)
    for each in (
        part,
        pa.concat_tables([rows.slice(3, 2), rows.slice(5, 2)]),
        part.combine_chunks().to_batches()[0],
    ):
        assert wire.members(each, Shape.FULL, 1) == expected


def test_session_ids_are_positive_int64_and_differ() -> None:
    """By account, list, number and attempt; none repeats in a hundred thousand."""
    seen = {wire.session_id("act_1", "77", number, attempt) for number in range(50_000) for attempt in (1, 2)}
    assert len(seen) == 100_000
    assert all(0 < each < 2**63 for each in seen)
    assert wire.session_id("act_1", "77", 1) != wire.session_id("act_1", "771", "")


def test_a_list_is_created_with_our_tag_in_its_description() -> None:
    """First-party data; `retention_days` is never set."""
    assert wire.create(SPEC) == {
        "name": "VIPs",
        "subtype": "CUSTOM",
        "customer_file_source": "USER_PROVIDED_ONLY",
        "description": "Our best [consentric:1:vip]",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our best [consentric:1:vip]", True),
        ("[consentric:1:vip]", True),
        ("Our best [consentric:1:vip2]", False),
        ("copy of [consentric:1:vip] by hand", False),
        ("consentric:1:vip", False),
        (None, False),
    ],
)
def test_a_description_is_ours_only_with_the_whole_tag(text: object, found: bool) -> None:
    """A tag that begins alike, or that somebody quoted, is another list's."""
    assert wire.carries(text, "consentric:1:vip") is found
