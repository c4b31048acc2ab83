"""What `identify` made of a file: counts for each column, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consentric.model.project import Platform


@dataclass(frozen=True, slots=True)
class IdentifiedColumn:
    """One column of the file as one field of the platform. `unusable` cells by reason, blank ones too.

    `written_as` begins the names of its columns in the answer; it is `column` unless that feeds several fields.
    """

    column: str
    written_as: str
    field: str
    sent_as: str
    hashed: bool
    usable: int
    unusable: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WholeKey:
    """What finds a person only whole: in how many `rows` every one of its `fields` can be used, each by its first column.

    None: a field has no column in this file.
    """

    name: str
    fields: tuple[str, ...]
    rows: int | None


@dataclass(frozen=True, slots=True)
class Identified:
    """`left_out` rows had too many or too few cells. `not_sent` are recognised columns that the platform does not take.

    `out` is the file that was written, `kept` its columns that are copies, `in_clear` those that hold identifiers as they
    are read. `shows_contacts`: among these are contacts, which no platform wants in clear.
    """

    file: str
    at: datetime
    platform: Platform
    country: str | None
    rows: int
    left_out: int
    columns: tuple[IdentifiedColumn, ...]
    whole: tuple[WholeKey, ...] = ()
    not_sent: tuple[str, ...] = ()
    out: str | None = None
    kept: tuple[str, ...] = ()
    in_clear: tuple[str, ...] = ()
    shows_contacts: bool = False
