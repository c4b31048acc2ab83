"""Outbox rows and questions as Marketing API bodies. No I/O. Every cell is 64 hex digits, a mobile id or blank.

Public pages: developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences (schema as
a list, unknown cells blank, sessions), …/reference/custom-audience/users (at most 10,000 rows, payload and session). A list
is fed by rows of one form: the string form of a schema is another data source to Meta, which does not mix them (2650).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from consentric.destinations.rows import EMAIL, MOBILE_ID, MOST_ROWS, PHONE, Keys, hex_cells, keys, whole
from consentric.model.lists import ListSpec, Replacement, Shape

# For all full rows of all lists in this order, from its beginning up to what some row of a request has; MADID wherever some
# row has one.
FULL_SCHEMA: Final = (
    "EMAIL", "PHONE", "FN", "LN", "ZIP", "COUNTRY", "FI", "CT", "ST", "DOBY", "DOBM", "DOBD", "GEN", "MADID",
)  # fmt: skip
_KEYS: Final = 3
_RIDERS: Final = len(FULL_SCHEMA) - _KEYS
_FIRST_RIDERS: Final = 4
_ONE_BATCH: Final = 1


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON body and how many rows it has."""

    content: bytes
    rows: int


def members(rows: pa.Table | pa.RecordBatch, shape: Shape, session: int) -> Body:
    """The body of POST and DELETE on /users: a session of one request, so that nothing depends on a later one."""
    return _body(rows, shape, Replacement(session, _ONE_BATCH, last=True, before=0, total=rows.num_rows))


def replacing(rows: pa.Table | pa.RecordBatch, place: Replacement) -> Body:
    """The body of one POST on /usersreplace; the requests of a series share its number, and have one schema."""
    return _body(rows, Shape.FULL, place, least=_RIDERS)


def _body(rows: pa.Table | pa.RecordBatch, shape: Shape, place: Replacement, least: int = _FIRST_RIDERS) -> Body:
    schema, cells = _cells(rows, shape, least)
    if not 0 < len(cells) <= MOST_ROWS:
        raise ValueError("a request has from 1 to 10,000 rows")
    session = {
        "session_id": place.id,
        "batch_seq": place.seq,
        "last_batch_flag": place.last,
        "estimated_num_total": place.total,
    }
    return Body(orjson.dumps({"payload": {"schema": schema, "data": cells}, "session": session}), len(cells))


def session_id(*parts: object) -> int:
    """A positive int64 for one attempt at one request. Meta wants it unique in the ad account, so more than the number
    of the batch goes in: another installation, or a state folder that was put back, counts alike."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1 or 1


def _cells(rows: pa.Table | pa.RecordBatch, shape: Shape, least: int) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    match shape:
        case Shape.FULL:
            emails, phones, mobiles = _key_columns(keys(rows), rows.num_rows)
            columns = [emails, phones, *_rider_columns(rows, least)]
            schema = FULL_SCHEMA[: len(columns)]
            if least == _RIDERS or any(mobiles):
                columns, schema = [*columns, mobiles], (*schema, FULL_SCHEMA[-1])
            return schema, list(zip(*columns, strict=True))
        case Shape.EMAIL:
            return ("EMAIL",), _single(keys(rows), EMAIL)
        case Shape.PHONE:
            return ("PHONE",), _single(keys(rows), PHONE)
        case Shape.MOBILE_ID:
            return ("MADID",), _single(keys(rows), MOBILE_ID)
        case Shape.ADDRESS:
            raise ValueError("Meta matches nobody by an address")
        case _:
            assert_never(shape)


def _key_columns(found: Keys, count: int) -> tuple[list[str], list[str], list[str]]:
    """E-mail, phone and mobile id of each row; a row has at most one of each (several are several rows of a person)."""
    emails, phones, mobiles = [""] * count, [""] * count, [""] * count
    columns = {EMAIL: emails, PHONE: phones, MOBILE_ID: mobiles}
    for row, kind, cell in found:
        column = columns.get(kind)
        if column is None or column[row]:
            raise ValueError("a row for Meta has at most one e-mail, one phone and one mobile id")
        column[row] = cell
    return emails, phones, mobiles


def _rider_columns(rows: pa.Table | pa.RecordBatch, least: int) -> list[list[str]]:
    """What goes along, in the order of the schema; a row that has fewer than another has blanks."""
    riders = whole(rows, "riders")
    sizes = pc.fill_null(pc.list_value_length(riders), 0)
    width = max(pc.max(sizes).as_py() or 0, least)
    if width > _RIDERS or not set(pc.unique(sizes).to_pylist()) <= {0, *range(_FIRST_RIDERS, _RIDERS + 1)}:
        raise ValueError("a row for Meta has four riders or more, or none")
    cells = hex_cells(riders.flatten())
    if len(cells) == width * rows.num_rows:
        return [cells[place::width] for place in range(width)]
    columns = [[""] * rows.num_rows for _ in range(width)]
    taken = iter(cells)
    for row, size in enumerate(sizes.to_pylist()):
        for place in range(size):
            columns[place][row] = next(taken)
    return columns


def _single(found: Keys, kind: int) -> list[tuple[str]]:
    if set(found.kinds) - {kind}:
        raise ValueError("a removal of one kind of key holds keys of another kind")
    return [(cell,) for cell in found.cells]


def create(spec: ListSpec) -> dict[str, str]:
    """Parameters of POST act_…/customaudiences. No `retention_days`: it is unknown whether adding again renews it."""
    return {
        "name": spec.name,
        "subtype": "CUSTOM",
        "customer_file_source": "USER_PROVIDED_ONLY",
        "description": description(spec),
    }


def rename(spec: ListSpec) -> dict[str, str]:
    """Parameters of POST /{audience}: the description carries our tag, so it is written whole."""
    return {"name": spec.name, "description": description(spec)}


def description(spec: ListSpec) -> str:
    """The user's text and, at its end in brackets, our tag: Meta has no field of its own for it."""
    return f"{spec.description} {_mark(spec.tag)}".strip()


def carries(text: object, tag: str) -> bool:
    """Whether a description is that of the list with our tag."""
    return isinstance(text, str) and text.endswith(_mark(tag))


def _mark(tag: str) -> str:
    return f"[{tag}]"
