"""The relations that conditions are written against: names, types and time zones, no data.

A source `orders` is the relation `rows:orders`. Its columns are `person` (the number of the person, null for nobody), `row`,
`at` and `event` where the source has them, and one `c:NAME` for each column in use. Of a contact or key column only
what may be tested is there: its domain with the `@`, else `?`, and null where the cell is blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from consentric.model.scan import ColumnType

_EARLIEST = date(1, 1, 3)
_LATEST = date(9999, 12, 28)

PERSON = "person"
ROW = "row"
AT = "at"
EVENT = "event"


def rows_of(source: str) -> str:
    """The relation that holds the rows of a source."""
    return f"rows:{source}"


def rule_of(audience: str) -> str:
    """The relation of the people who fit the rule of an audience."""
    return f"rule:{audience}"


def left_of(audience: str) -> str:
    """The same without the people whom it excludes."""
    return f"left:{audience}"


def cell_of(column: str) -> str:
    """The column of such a relation that holds the cells of a column of the source."""
    return f"c:{column}"


@dataclass(frozen=True, slots=True)
class Table:
    """`timezone` is where naive instants of the source were written."""

    source: str
    types: Mapping[str, ColumnType]
    timezone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Catalog:
    """`timezone` is the file's: whole local days are days there. One `now` holds for the whole run."""

    tables: Mapping[str, Table]
    timezone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.timezone).date()

    def day_begins(self, day: date) -> datetime:
        """The first instant of a local day, in UTC; days at the ends of the calendar are cut to what clocks can say."""
        day = min(max(day, _EARLIEST), _LATEST)
        return datetime.combine(day, time(), self.timezone).astimezone(UTC)

    def day_ends(self, day: date) -> datetime:
        """The first instant after a local day, in UTC."""
        return self.day_begins(min(day, _LATEST) + timedelta(days=1))
