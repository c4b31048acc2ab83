"""What a cell of a table says: as text, as a number, as an instant. An unreadable cell is an empty one (None).

A cell of a CSV file is always text; a Parquet cell keeps its type.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from math import isfinite
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

Cell: TypeAlias = str | bool | int | float | Decimal | date | datetime | None

# Unicode White_Space. Python's own strip() also takes U+001C to U+001F.
SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?", re.ASCII
)


@cache
def fold(text: str) -> str:
    """Text as it is compared: NFC, then lower case code point by code point, without the space around it."""
    lowered = (letter.lower() for letter in unicodedata.normalize("NFC", text).strip(SPACE))
    return "".join(letter if len(letter) == 1 else letter[0] for letter in lowered)


def text_of(cell: Cell) -> str | None:
    """Trimmed text, None when nothing is left. A whole-number float is written as the integer."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | Decimal):
        return str(int(cell)) if isfinite(cell) and cell == int(cell) else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip(SPACE) or None


def number_of(cell: Cell) -> Decimal | None:
    """A number with a dot decimal."""
    if isinstance(cell, bool) or cell is None or isinstance(cell, date):
        return None
    if isinstance(cell, int | float | Decimal):
        number = Decimal(str(cell))
        return number if number.is_finite() else None
    trimmed = cell.strip(SPACE)
    if not _NUMBER.fullmatch(trimmed):
        return None
    try:
        return Decimal(trimmed)
    except InvalidOperation:
        return None


def instant_of(cell: Cell, zone: ZoneInfo, *, latest: bool = False) -> datetime | None:
    """An ISO 8601 instant, naive ones in `zone`; `latest` picks the later of two where the clocks change."""
    if isinstance(cell, datetime):
        return _in_zone(cell, zone, latest)
    if isinstance(cell, date):
        return _in_zone(datetime.combine(cell, time()), zone, latest)
    if not isinstance(cell, str):
        return None
    found = _INSTANT.fullmatch(cell.strip(SPACE))
    if found is None:
        return None
    day, clock, offset = found.groups()
    clock = re.sub(r"(\.\d{6})\d+", r"\1", clock or "00:00")
    try:
        return _in_zone(datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}"), zone, latest)
    except (ValueError, OverflowError):
        return None


def _in_zone(moment: datetime, zone: ZoneInfo, latest: bool) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    readings = [moment.replace(tzinfo=zone, fold=side).astimezone(UTC) for side in (0, 1)]
    return max(readings) if latest else min(readings)
