"""Outbox rows and questions as Marketing API bodies. No I/O. Every cell is 64 hex digits, a mobile id or blank.

Public pages: developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences (schema as
a list, unknown cells blank, sessions), …/reference/custom-audience/users (at most 10,000 rows, payload and session). A list
is fed by rows of one form: the string form of a schema is another data source to Meta, which does not mix them (2650).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from consentric.destinations.rows import EMAIL, MOBILE_ID, MOST_ROWS, PHONE, Keys, hex_cells, in_a_row, keys, whole
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
_TOO_MANY: Final = "a row for Meta has at most one e-mail, one phone and one mobile id"


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
    count = len(cells[0])
    if not 0 < count <= MOST_ROWS:
        raise ValueError("a request has from 1 to 10,000 rows")
    session = {
        "session_id": place.id,
        "batch_seq": place.seq,
        "last_batch_flag": place.last,
        "estimated_num_total": place.total,
    }
    # Hex digits, mobile ids and blanks have no character that JSON would escape, so rows are written as they are.
    between = [part for column in cells for part in (column, '","')]
    written = in_a_row(pc.binary_join_element_wise('["', *between[:-1], '"],', ""))[:-1]
    before, behind = b'{"payload":{"schema":%b,"data":[' % orjson.dumps(schema), orjson.dumps(session)
    return Body(b"".join((before, written, b']},"session":', behind, b"}")), count)


def session_id(*parts: object) -> int:
    """A positive int64 for one attempt at one request. Meta wants it unique in the ad account, so more than the number
    of the batch goes in: another installation, or a state folder that was put back, counts alike."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1 or 1


def _cells(rows: pa.Table | pa.RecordBatch, shape: Shape, least: int) -> tuple[Sequence[str], Sequence[pa.StringArray]]:
    match shape:
        case Shape.FULL:
            found = keys(rows)
            columns = [*_key_columns(found, rows.num_rows), *_rider_columns(rows, least)]
            schema = FULL_SCHEMA[: len(columns)]
            if least == _RIDERS or (found.kinds == MOBILE_ID).any():
                columns, schema = [*columns, _mobile_column(found, rows.num_rows)], (*schema, FULL_SCHEMA[-1])
            return schema, columns
        case Shape.EMAIL:
            return ("EMAIL",), [_single(keys(rows), EMAIL)]
        case Shape.PHONE:
            return ("PHONE",), [_single(keys(rows), PHONE)]
        case Shape.MOBILE_ID:
            return ("MADID",), [_single(keys(rows), MOBILE_ID)]
        case Shape.ADDRESS:
            raise ValueError("Meta matches nobody by an address")
        case _:
            assert_never(shape)


def _key_columns(found: Keys, count: int) -> Iterator[pa.StringArray]:
    """E-mail and phone of each row; a row has at most one of each (several are several rows of a person)."""
    if not np.isin(found.kinds, (EMAIL, PHONE, MOBILE_ID)).all():
        raise ValueError(_TOO_MANY)
    for kind in (EMAIL, PHONE):
        yield hex_cells(_of_kind(found, kind, count))


def _mobile_column(found: Keys, count: int) -> pa.StringArray:
    """The mobile id of each row, in clear."""
    return _of_kind(found, MOBILE_ID, count).cast(pa.string()).fill_null("")


def _of_kind(found: Keys, kind: int, count: int) -> pa.BinaryArray:
    """The key of one kind of each row, null where it has none."""
    places = np.flatnonzero(found.kinds == kind)
    rows = found.rows[places]
    if (rows[1:] == rows[:-1]).any():
        raise ValueError(_TOO_MANY)
    place = np.zeros(count, np.int64)
    place[rows] = places
    blank = np.ones(count, np.bool_)
    blank[rows] = False
    return found.values.take(pa.array(place, mask=blank))


def _rider_columns(rows: pa.Table | pa.RecordBatch, least: int) -> Iterator[pa.StringArray]:
    """What goes along, in the order of the schema, at least so many; a row that has fewer than another has blanks."""
    riders = whole(rows, "riders")
    sizes = pc.fill_null(pc.list_value_length(riders), 0).to_numpy()
    width = max(int(sizes.max(initial=0)), least)
    if width > _RIDERS or not set(np.unique(sizes).tolist()) <= {0, *range(_FIRST_RIDERS, _RIDERS + 1)}:
        raise ValueError("a row for Meta has four riders or more, or none")
    flat, starts = riders.flatten(), np.cumsum(sizes) - sizes
    for place in range(width):
        blank = sizes <= place
        yield hex_cells(flat.take(pa.array(np.where(blank, 0, starts + place), mask=blank)))


def _single(found: Keys, kind: int) -> pa.StringArray:
    if (found.kinds != kind).any():
        raise ValueError("a removal of one kind of key holds keys of another kind")
    return found.values.cast(pa.string()) if kind == MOBILE_ID else hex_cells(found.values)


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
