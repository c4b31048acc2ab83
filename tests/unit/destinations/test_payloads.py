"""Requests built from columns are, to the byte, those that adding row by row would build."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
import pytest
from google.ads import datamanager_v1 as api
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.destinations.google import wire as google
from consentric.destinations.meta import wire as meta
from consentric.model.lists import Shape
from consentric.model.project import GoogleAccount

from .rows_of_people import row, table

ACCOUNT = GoogleAccount("google", "1234567890", "9998887776")
EMAIL, PHONE, ADDRESS, MOBILE_ID = 1, 2, 3, 4

Key = tuple[int, bytes]

examples = settings(max_examples=150, deadline=None, derandomize=True)

digests = st.binary(min_size=32, max_size=32)
# 127 and 128 bytes are where a length begins to need two; an address needs them from the start, and a whole member at 16,384.
postcodes = st.one_of(
    st.text(min_size=1, max_size=12), st.integers(1, 300).map("9".__mul__), st.just("ø" * 64), st.just("9" * 17_000)
)
regions = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
addresses = st.builds(
    lambda given, family, region, code: given + family + (region + code).encode(), digests, digests, regions, postcodes
)
keys = st.one_of(
    st.tuples(st.just(EMAIL), digests), st.tuples(st.just(PHONE), digests), st.tuples(st.just(ADDRESS), addresses)
)
people = st.lists(st.lists(keys, max_size=10), max_size=12)


def cells(*, of: list[list[Key]]) -> pa.Table:
    return table(*(row(*each) for each in of))


def add(request: Any, found: list[Key]) -> None:
    """One member, as the guides build it."""
    member = request.audience_members.add()
    member.destination_references.append("list")
    for kind, value in found:
        identifier = member.composite_data.user_data.user_identifiers.add()
        if kind == EMAIL:
            identifier.email_address = value.hex()
        elif kind == PHONE:
            identifier.phone_number = value.hex()
        else:
            identifier.address.given_name = value[:32].hex()
            identifier.address.family_name = value[32:64].hex()
            identifier.address.region_code = value[64:66].decode()
            identifier.address.postal_code = value[66:].decode()


@examples
@given(people)
def test_an_ingest_is_what_adding_member_by_member_builds(found: list[list[Key]]) -> None:
    """Whatever keys people have, in whatever order, and whatever their postcodes are written in."""
    sent = google.ingest(ACCOUNT, "77", cells(of=found))
    wanted = google.ingest(ACCOUNT, "77", cells(of=[])).request
    for each in found:
        if each:
            add(wanted, each)
    assert sent.request == wanted
    assert sent.request.SerializeToString(deterministic=True) == wanted.SerializeToString(deterministic=True)
    assert list(sent.rows) == [number for number, each in enumerate(found) if each]


@examples
@given(people)
def test_removals_are_what_adding_key_by_key_builds(found: list[list[Key]]) -> None:
    """One member for each key, in the order of the rows."""
    parts = list(google.removals(ACCOUNT, "77", cells(of=found)))
    assert len(parts) == any(found)
    for sent in parts:
        wanted = api.RemoveAudienceMembersRequest.pb()(encoding=api.Encoding.HEX)
        wanted.destinations.extend(sent.request.destinations)
        for each in found:
            for key in each:
                add(wanted, [key])
        assert sent.request == wanted
        assert sent.request.SerializeToString(deterministic=True) == wanted.SerializeToString(deterministic=True)
        assert list(sent.rows) == [number for number, each in enumerate(found) for _ in each]


@pytest.mark.parametrize("place", ["D\xe9".encode("latin-1") + b"2100", b"DK\xff", "éa1".encode()[1:]])
def test_an_address_that_is_no_text_is_not_sent(place: bytes) -> None:
    """Half a letter would be another postcode; the error does not show it."""
    with pytest.raises(ValueError, match="no text") as caught:
        google.ingest(ACCOUNT, "77", cells(of=[[(ADDRESS, bytes(64) + place)]]))
    assert caught.value.__cause__ is None
    assert "2100" not in str(caught.value)


blank_or = st.one_of(st.just(b""), digests)
riders = st.one_of(st.none(), st.lists(blank_or, min_size=4, max_size=11), st.just([]))
devices = st.uuids().map(lambda each: str(each).encode())
single_keys = st.permutations([EMAIL, PHONE, MOBILE_ID]).flatmap(
    lambda kinds: st.integers(0, 3).flatmap(
        lambda count: st.tuples(*(st.tuples(st.just(k), devices if k == MOBILE_ID else digests) for k in kinds[:count]))
    )
)


@examples
@given(st.lists(st.tuples(single_keys, riders), min_size=1, max_size=12))
def test_a_body_is_what_a_list_of_lists_is_as_json(found: list[tuple[tuple[Key, ...], list[bytes] | None]]) -> None:
    """Whatever cells are blank."""
    sent = meta.members(table(*(row(*keys, riders=cells) for keys, cells in found)), Shape.FULL, 9)
    width = max([4, *(len(cells or []) for _, cells in found)])
    with_devices = any(kind == MOBILE_ID for keys, _ in found for kind, _ in keys)
    wanted = [
        [
            dict(keys).get(EMAIL, b"").hex(),
            dict(keys).get(PHONE, b"").hex(),
            *(each.hex() for each in [*(cells or []), *[b""] * width][:width]),
            *([dict(keys).get(MOBILE_ID, b"").decode()] if with_devices else []),
        ]
        for keys, cells in found
    ]
    schema = (*meta.FULL_SCHEMA[: width + 2], *(["MADID"] if with_devices else []))
    assert sent.content == body(schema, wanted)
    assert sent.rows == len(found)


@examples
@given(
    st.lists(digests, min_size=1, max_size=12),
    st.sampled_from([(Shape.EMAIL, EMAIL, "EMAIL"), (Shape.PHONE, PHONE, "PHONE")]),
)
def test_a_removal_by_one_kind_of_key_is_a_list_of_lists_too(found: list[bytes], what: tuple[Shape, int, str]) -> None:
    """One cell a row."""
    shape, kind, name = what
    sent = meta.members(table(*(row((kind, each)) for each in found)), shape, 9)
    assert sent.content == body((name,), [[each.hex()] for each in found])


def body(schema: tuple[str, ...], cells: list[list[str]]) -> bytes:
    session = {"session_id": 9, "batch_seq": 1, "last_batch_flag": True, "estimated_num_total": len(cells)}
    return orjson.dumps({"payload": {"schema": schema, "data": cells}, "session": session})
