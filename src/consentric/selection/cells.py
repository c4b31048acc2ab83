"""How a test reads a cell, so that CSV, Parquet and databases give the same people.

Number tests read a number with a dot, date tests ISO 8601; `is` compares text without regard to case and surrounding
space, except on a column that is a number, a date or a boolean in its source. What cannot be read counts as empty.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from sqlglot import exp

from consentric.model.scan import ColumnType
from consentric.selection.sql import DIALECT, Sql, all_of, call, text

WHITE_SPACE: Final = "".join(
    map(
        chr,
        [*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000],
    )
)
"""Unicode's White_Space; DuckDB's own trim knows the blank only."""

_NUMBER: Final = r"[+-]?([0-9]{1,15}([.][0-9]*)?|[.][0-9]+)"
_LARGEST: Final = "1000000000000000"
"""Beyond a million milliards a cell is a slip, and sums of such would overflow: it counts as unreadable."""
_EXACT: Final = "decimal(38, 9)"
"""Sums of money must not depend on the order of their rows."""
_INSTANT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?"
)
_OFFSET: Final = r".*:.*(Z|[+-][0-9]{2}(:?[0-9]{2})?)"


def trimmed(cell: Sql) -> Sql:
    return call("trim", cell, text(WHITE_SPACE))


def folded(cell: Sql) -> Sql:
    """Text as it is compared: NFC, then lower case code point by code point, no surrounding space."""
    return exp.Lower(this=trimmed(call("nfc_normalize", exp.cast(cell, "varchar"))))


def is_filled(cell: Sql, type_: ColumnType) -> Sql:
    """Neither null nor a blank text."""
    there = exp.Not(this=exp.Is(this=cell, expression=exp.Null()))
    if type_ is not ColumnType.TEXT:
        return there
    return all_of([there, exp.NEQ(this=trimmed(cell), expression=text(""))])


def as_number(cell: Sql, type_: ColumnType) -> Sql:
    """An exact decimal, null if the cell holds none."""
    if type_ is ColumnType.NUMBER:
        size = exp.Abs(this=exp.TryCast(this=cell, to=exp.DataType.build("double", dialect=DIALECT)))
        small = exp.LT(this=size, expression=exp.Literal.number(_LARGEST))
        return exp.Case().when(small, exp.TryCast(this=cell, to=exp.DataType.build(_EXACT, dialect=DIALECT)))
    if type_ is not ColumnType.TEXT:
        return exp.Null()
    looks = call("regexp_full_match", trimmed(cell), text(_NUMBER))
    value = exp.TryCast(this=trimmed(cell), to=exp.DataType.build(_EXACT, dialect=DIALECT))
    return exp.Case().when(looks, value)


def as_instant(cell: Sql, type_: ColumnType, zone: ZoneInfo) -> Sql:
    """An instant; naive ones are local times of `zone`, dates their first moment."""
    match type_:
        case ColumnType.DATE:
            return _local(exp.cast(cell, "timestamp"), zone)
        case ColumnType.TEXT:
            return _text_instant(cell, zone)
        case ColumnType.INSTANT:
            return _local_or_fixed(cell, zone)
        case _:
            return exp.Null()


def _local(moment: Sql, zone: ZoneInfo) -> Sql:
    return call("timezone", text(zone.key), moment)


def _local_or_fixed(cell: Sql, zone: ZoneInfo) -> Sql:
    fixed = exp.cast(cell, "timestamptz", dialect=DIALECT)
    naive = exp.EQ(this=call("typeof", cell), expression=text("TIMESTAMP WITH TIME ZONE"))
    return exp.Case().when(naive, fixed).else_(_local(exp.cast(exp.cast(cell, "varchar"), "timestamp"), zone))


def _text_instant(cell: Sql, zone: ZoneInfo) -> Sql:
    value = trimmed(cell)
    looks = call("regexp_full_match", value, text(_INSTANT))
    fixed = exp.TryCast(this=value, to=exp.DataType.build("timestamptz", dialect=DIALECT))
    local = _local(exp.TryCast(this=value, to=exp.DataType.build("timestamp", dialect=DIALECT)), zone)
    has_offset = call("regexp_full_match", value, text(_OFFSET))
    return exp.Case().when(exp.Not(this=looks), exp.Null()).when(has_offset, fixed).else_(local)
