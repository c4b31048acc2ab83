"""Cells of any type as text: what CSV, Parquet, spreadsheets and databases call the same value becomes the same text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers.rules.text import WHITE_SPACE

_FLOAT_OF_WHOLE = r"^-?(?:0|[1-9][0-9]*)\.0+$"
_WHOLE_NUMBERS_UP_TO = {pa.float16(): 2.0**11, pa.float32(): 2.0**24, pa.float64(): 2.0**53}
"""Beyond these a float no longer tells neighbouring whole numbers apart: its digits are not the original's."""


class UnreadableColumnError(TypeError):
    """A column whose type holds no texts or numbers. Names the type, never a value."""


def as_text(cells: pa.Array) -> pa.StringArray:
    """The cells as utf8; NaN is null; a float that is a whole number is written as the whole number."""
    kind = cells.type
    if pa.types.is_string(kind):
        return cells
    if pa.types.is_dictionary(kind):
        return as_text(cells.dictionary).take(cells.indices)
    if pa.types.is_floating(kind):
        return _floats_as_text(cells)
    if _has_a_text_form(kind):
        return _cast(cells, pa.string())
    raise UnreadableColumnError(f"a column of type {kind} holds no identifiers")


def key_text(cells: pa.Array) -> pa.StringArray:
    """As keys are compared: without space around, `12.0` as `12`, blank as null; `012` stays another key than `12`."""
    text = pc.utf8_trim(as_text(cells), characters=WHITE_SPACE)
    text = pc.if_else(pc.equal(text, ""), None, text)
    floats = pc.fill_null(pc.match_substring_regex(text, _FLOAT_OF_WHOLE), False)
    if not pc.any(floats).as_py():
        return text
    whole = pc.replace_substring_regex(text.filter(floats), r"\.0+$", "")
    whole = pc.if_else(pc.equal(whole, "-0"), "0", whole)
    return pc.replace_with_mask(text, floats, whole)


def _floats_as_text(cells: pa.Array) -> pa.StringArray:
    limit = _WHOLE_NUMBERS_UP_TO[cells.type]
    wide = pc.cast(cells, pa.float64())
    wide = pc.if_else(pc.is_nan(wide), None, wide)
    exact = pc.less(pc.abs(wide), limit)
    whole = pc.and_(exact, pc.equal(wide, pc.floor(wide)))
    as_integers = pc.cast(pc.if_else(whole, wide, None), pa.int64())
    text = pc.if_else(whole, pc.cast(as_integers, pa.string()), _cast(wide, pa.string()))
    rounded = pc.fill_null(pc.invert(exact), False)
    if not pc.any(rounded).as_py():
        return text
    exponents = pa.array([f"{each:e}" for each in wide.filter(rounded).to_pylist()], pa.string())
    return pc.replace_with_mask(text, rounded, exponents)


def _has_a_text_form(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_temporal(kind)
        or pa.types.is_null(kind)
    )


def _cast(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    """Arrow's own messages quote the value that it could not cast."""
    try:
        return pc.cast(cells, kind)
    except pa.ArrowException:
        raise UnreadableColumnError(f"a column of type {cells.type} cannot be read as text") from None
