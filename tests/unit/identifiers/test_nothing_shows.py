"""No value is in the repr of a result, and none in an error of the compiled rules or of the kernel."""

from __future__ import annotations

import traceback
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from consentric.destinations.rows import keys
from consentric.engine.contacts import Contacts
from consentric.engine.kernel import address_parts, normalise
from consentric.errors import SourceError
from consentric.identifiers import compiled

TODAY = date(2026, 11, 23)
CANARY = "canary7f3a"
DEVICE = "38400000-8cf0-11bd-b23e-10b96e40000d"
CELLS = pa.array([f"{CANARY}@x.dk", CANARY, "20304050", "2100", "1997-02-16", DEVICE, "ab" * 32])
HOMES = pa.array(["DK"] * len(CELLS))


@pytest.mark.parametrize(
    "result",
    [
        compiled.emails(CELLS),
        compiled.phones(CELLS, HOMES),
        compiled.postcodes(CELLS, HOMES),
        compiled.birth_dates(CELLS, TODAY),
        compiled.mobile_ids(CELLS),
        compiled.external_ids(CELLS),
        compiled.sha256_hexes(CELLS),
        address_parts(b"a" * 64 + b"DK2100"),
    ],
    ids=lambda result: type(result).__name__,
)
def test_a_result_does_not_show_its_values(result: object) -> None:
    """Neither values nor hashes, should somebody print or log one."""
    shown = repr(result) + str(result)
    assert not any(each in shown for each in (*CELLS.to_pylist(), "aaaa", "x.dk", "ABAB"))


def test_keys_for_the_wire_do_not_show_themselves() -> None:
    """Hashes are personal data too."""
    cell = pa.array(
        [[{"kind": 1, "value": b"\xab" * 32}]], pa.list_(pa.struct([("kind", pa.int8()), ("value", pa.binary())]))
    )
    assert "abab" not in repr(keys(pa.RecordBatch.from_arrays([cell], names=["keys"])))


FIELDS: dict[str, Any] = {
    "emails": ("c",),
    "phones": ("c",),
    "mobile_ids": ("c",),
    "first_name": "c",
    "last_name": "c",
    "city": "c",
    "state": "c",
    "postcode": "c",
    "country": "c",
    "birth_date": "c",
    "gender": "c",
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("cells", [pa.array([[CANARY]]), pa.array([CANARY.encode()]), pa.array([{"a": CANARY}])])
def test_an_error_names_the_column_and_its_type(field: str, cells: pa.Array) -> None:
    """The whole traceback is free of the cell, whatever type a column of a file has."""
    with pytest.raises(SourceError) as caught:
        normalise(
            pa.RecordBatch.from_arrays([cells], names=["c"]), Contacts(**{field: FIELDS[field]}), identity_key=b"k" * 32
        )
    assert "column c" in caught.value.message
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert CANARY not in shown + caught.value.hint
