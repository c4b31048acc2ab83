"""Columns of any type as text, and hashes over columns."""

from __future__ import annotations

import hmac
from decimal import Decimal
from hashlib import sha256

import pyarrow as pa
import pytest

from consentric.identifiers.compiled import UnreadableColumnError, as_text, keyed_digest, sha256_column
from consentric.identifiers.compiled.cells import key_text


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (pa.array([4520304050, None]), ["4520304050", None]),
        (pa.array([4520304050.0, float("nan"), 0.5, -0.0]), ["4520304050", None, "0.5", "0"]),
        (pa.array(["a", "b", None, "a"]).dictionary_encode(), ["a", "b", None, "a"]),
        (pa.array([7, 8]).dictionary_encode(), ["7", "8"]),
        (pa.array(["a"], pa.large_string()), ["a"]),
        (pa.array(["a"], pa.string_view()), ["a"]),
        (pa.nulls(2), [None, None]),
        (pa.array([Decimal("12.00")]), ["12.00"]),
    ],
)
def test_cells_as_text(cells: pa.Array, text: list[str | None]) -> None:
    """What a spreadsheet calls a float and a database an integer is one text."""
    assert as_text(cells).to_pylist() == text
    assert as_text(cells).type == pa.string()


def test_a_rounded_float_shows_that_its_digits_are_gone() -> None:
    """Beyond the whole numbers that its type can tell apart a float is written with an exponent."""
    assert as_text(pa.array([4520304050.0], pa.float32())).to_pylist() == ["4.520304e+09"]
    assert as_text(pa.array([2.0**53])).to_pylist() == ["9.007199e+15"]


@pytest.mark.parametrize("cells", [pa.array([["a"]]), pa.array([{"a": "b"}]), pa.array([b"a"])])
def test_a_column_of_another_type_is_refused_by_its_type(cells: pa.Array) -> None:
    """Lists, structs and bytes hold no identifiers; the error names the type."""
    with pytest.raises(UnreadableColumnError, match="column of type"):
        as_text(cells)


def test_key_text() -> None:
    """Trimmed by White_Space; a whole-number float is the integer; leading zeros stay; blank is null."""
    cells = pa.array([" 12\u3000", "12.0", "012", "012.0", "", "\xa0", None, "-0.0", "1.50", "\u200b"])
    assert key_text(cells).to_pylist() == ["12", "12", "012", "012.0", None, None, None, "0", "1.50", "\u200b"]
    assert key_text(pa.array([12.0, 12.5])).to_pylist() == ["12", "12.5"]
    assert key_text(pa.array([12])).to_pylist() == ["12"]
    assert key_text(pa.array([Decimal("12.00")])).to_pylist() == ["12"]


@pytest.mark.parametrize("values", [[], ["a"], [None], ["a", None, "æ"], [None, "a"] * 20])
def test_sha256_of_a_column(values: list[str | None]) -> None:
    """The digest of each value in its row, null for null."""
    wanted = [None if each is None else sha256(each.encode()).digest() for each in values]
    assert sha256_column(pa.array(values, pa.string())).to_pylist() == wanted
    assert sha256_column(pa.array([*values, "z"], pa.string()).slice(1)).to_pylist()[:-1] == wanted[1:]


@pytest.mark.parametrize("key", [b"", b"k" * 32, b"k" * 64, b"k" * 200])
def test_keyed_digest_is_hmac_cut_to_sixteen_bytes(key: bytes) -> None:
    """The standard library's HMAC agrees, for keys shorter and longer than a block."""
    values = ["a", None, "æ" * 100]
    wanted = [None if each is None else hmac.digest(key, b"p\n" + each.encode(), "sha256")[:16] for each in values]
    assert keyed_digest(pa.array(values), key, b"p\n").to_pylist() == wanted
