"""Reading the payload of member rows: schema, width, and every cell.

Sources: Custom Audience guide (schema keys, hashing, blank cells) and the users reference
(num_invalid_entries counts entries sent with incorrect hashing). Cells that are not hashes are
counted and forgotten, never kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from consentric.sandbox.meta_errors import MetaError, invalid, not_updated
from consentric.sandbox.request_log import Row

MOST_ROWS: Final = 10_000
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_MADID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEYS: Final = {"EMAIL": "email", "PHONE": "phone", "MADID": "madid", "EXTERN_ID": "extern"}
_HASHED_RIDERS: Final = frozenset({"GEN", "DOBY", "DOBM", "DOBD", "LN", "FN", "FI", "CT", "ST", "ZIP", "COUNTRY"})
_VALUE: Final = "LOOKALIKE_VALUE"
_PROCESSING: Final = frozenset(
    {
        "DATA_PROCESSING_OPTIONS",
        "DATA_PROCESSING_OPTIONS_COUNTRY",
        "DATA_PROCESSING_OPTIONS_STATE",
    }
)
_SCHEMA: Final = frozenset({*_KEYS, *_HASHED_RIDERS, *_PROCESSING, _VALUE})


@dataclass(slots=True)
class Payload:
    """The rows of a request as far as they were readable, and why they are refused if they are."""

    schema: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    riders: list[Row] = field(default_factory=list)
    received: int = 0
    invalid: int = 0
    problem: MetaError | None = None

    @property
    def has_values(self) -> bool:
        """Whether rows carry a value for value-based lookalikes."""
        return _VALUE in self.schema


def read_payload(given: Any) -> Payload:
    """Read ``payload``; problems are kept, so that what was sent can be logged before refusing."""
    payload = Payload()
    try:
        _read(payload, given)
    except MetaError as problem:
        payload.problem = problem
    return payload


def _read(payload: Payload, given: Any) -> None:
    if not isinstance(given, dict):
        raise invalid("The parameter payload is required")
    schema, rows = given.get("schema"), given.get("data")
    if isinstance(schema, str):
        # The single-key form is another data source than the list form of the same audience.
        raise not_updated(
            None,
            "The custom audience was created from data source FILE_IMPORTED.MULTI_HASHES, which "
            "does not support FILE_IMPORTED.HASHES_OR_USER_IDS.",
        )
    if not isinstance(schema, list) or not schema:
        raise invalid("payload.schema must be a list of keys")
    if not all(isinstance(key, str) and key in _SCHEMA for key in schema):
        raise invalid("payload.schema has an unknown key")
    if len(set(schema)) != len(schema):
        raise invalid("payload.schema has a key twice")
    payload.schema = tuple(schema)
    if not isinstance(rows, list):
        raise invalid("payload.data must be a list of rows")
    payload.received = len(rows)
    cells = [_reader(key) for key in schema]
    for row in rows:
        if not isinstance(row, list) or len(row) != len(schema):
            raise invalid("A row of payload.data is not as wide as payload.schema")
        _read_row(payload, row, cells)
    if len(rows) > MOST_ROWS:
        raise invalid("At most 10000 rows can be sent in one request")


Cell = Callable[[Any], tuple[str, str] | None]


def _read_row(payload: Payload, row: list[Any], cells: list[Cell]) -> None:
    """A row with an incorrectly hashed cell is an invalid entry and matches nobody."""
    keys: list[str] = []
    riders: list[str] = []
    wrong = False
    for value, cell in zip(row, cells, strict=True):
        if value == "" or value is None:
            if value is None:
                raise invalid("A cell of payload.data is null; unknown cells are blank")
            continue
        read = cell(value)
        if read is None:
            wrong = True
        elif read[0]:
            keys.append(f"{read[0]}:{read[1]}")
        else:
            riders.append(read[1])
    payload.invalid += wrong
    payload.rows.append(tuple(keys))
    payload.riders.append(tuple(riders))
    if wrong:
        payload.rows[-1] = ()


def _reader(key: str) -> Cell:
    """How to read the cells of one column: (kind of key, value), ("", rider), or None if wrong."""
    if key in ("EMAIL", "PHONE"):
        kind = _KEYS[key]
        return lambda value: (kind, value) if _HASH.fullmatch(_text(value)) else None
    if key == "MADID":
        return lambda value: ("madid", value) if _MADID.fullmatch(_text(value)) else None
    if key == "EXTERN_ID":
        return lambda value: ("extern", _text(value))
    if key in _HASHED_RIDERS:
        return lambda value: ("", f"{key}:{value}") if _HASH.fullmatch(_text(value)) else None
    if key == _VALUE:
        return lambda value: ("", f"{key}:{_value(value)}")
    return lambda _: ("", key)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise invalid("A cell of payload.data is not a string")
    return value


def _value(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid("LOOKALIKE_VALUE must be a number")
    if not math.isfinite(value) or value < 0:
        raise invalid("LOOKALIKE_VALUE must not be negative")
    return float(value)
