"""Invented customers for the benchmarks, the same for the same numbers: a Parquet file as a shop would export it.

Six countries (Denmark, Sweden, Norway, Germany, the United Kingdom, France). Four phones in five are written as one dials
them at home, with and without spaces; one cell in a hundred is dirt. No number, name or address is anybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Draw = np.random.Generator
Places = npt.NDArray[np.int64]

AT_ONCE: Final = 131_072
CONSENTED, BOUGHT = 0.9, 0.85
"""Shares of those who consented and of those who ever bought; who did both is hashed."""

SCHEMA: Final = pa.schema(
    [
        pa.field("customer_id", pa.int64()),
        pa.field("email", pa.string()),
        pa.field("phone", pa.string()),
        pa.field("first_name", pa.string()),
        pa.field("last_name", pa.string()),
        pa.field("postcode", pa.string()),
        pa.field("country", pa.string()),
        pa.field("consent", pa.string()),
        pa.field("orders", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Country:
    """`prefixes` begin a number as it is dialled at home, `digits` follow them, written in `groups` where not in one piece."""

    code: str
    share: float
    calling_code: str
    trunk: str
    prefixes: tuple[str, ...]
    digits: int
    groups: tuple[int, ...]
    postcodes: pa.StringArray


def _codes(first: int, last: int, step: int = 1) -> pa.StringArray:
    return pa.array(np.arange(first, last, step)).cast(pa.string())


_AREAS: Final = ("B", "E", "LS", "M", "N", "NE", "SW", "YO")
_FIVE: Final = _codes(10_000, 99_999, 11)
_SWEDISH: Final = pc.utf8_replace_slice(_codes(10_000, 99_000, 7), 3, 3, " ")
_BRITISH: Final = pa.array(
    [
        f"{area}{number} {sector}{first}{last}"
        for area in _AREAS
        for number, sector in product(range(1, 30), range(10))
        for first, last in product("ABDEGH", "JLNPQR")
    ]
)
COUNTRIES: Final = (
    Country("DK", 0.35, "45", "", ("26", "27", "28"), 6, (2, 2, 2, 2), _codes(1000, 9999)),
    Country("SE", 0.15, "46", "0", ("070", "072", "073", "076"), 7, (3, 3, 2, 2), _SWEDISH),
    Country("NO", 0.15, "47", "", ("40", "41", "45", "90", "92", "95"), 6, (3, 2, 3), _codes(1000, 9999)),
    Country("DE", 0.15, "49", "0", ("0160", "0170", "0171", "0172", "0175"), 7, (4, 7), _FIVE),
    Country("GB", 0.1, "44", "0", ("07400", "07711", "07811", "07900"), 6, (5, 6), _BRITISH),
    Country("FR", 0.1, "33", "0", ("0612", "0613", "0660", "0671"), 6, (2, 2, 2, 2, 2), _FIVE),
)
HOSTS: Final = ("gmail.com", "hotmail.com", "live.dk", "mail.example", "post.example", "web.example", "icloud.com")
DIRT: Final = {
    "email": ("", "n/a", "noemail@", "anna@", "a@b@c.example", "anna berg@mail.example", "test@test.dk"),
    "phone": ("", "0", "12", "4,51E+09", "20304050 / 20304051", "n/a", "ukendt"),
    "first_name": ("", "-", "N/A", "12"),
    "last_name": ("", "-", "N/A", "12"),
    "postcode": ("", "0", "-", "?"),
}
DIRTY: Final = 0.01

_STEMS: Final = ("An", "Bir", "Car", "Dor", "El", "Fre", "Gun", "Hen", "Ing", "Jo", "Kar", "Lou", "Ma", "Ni", "Os")
_ENDS: Final = ("na", "te", "la", "the", "se", "da", "rik", "mar", "na-Lise", "han", "sten", "lle", "ja", "ve", "é")
_MIDDLES: Final = ("der", "gen", "kel", "lund", "mann", "nes", "ring", "sted", "ø", "wald", "å", "berg", "tor", "vik")
_LAST: Final = ("sen", "sson", "er", "dal", "gaard", "hoff", "ton", "ier", "mann", "ley", "rup", "feld", "et", "stein")
FIRST_NAMES: Final = ["".join(each) for each in product(_STEMS, _ENDS)]
LAST_NAMES: Final = ["".join(each) for each in product(_STEMS, _MIDDLES, _LAST)]


def write(path: Path, rows: int, seed: int = 1) -> None:
    """The file of so many customers."""
    with pq.ParquetWriter(path, SCHEMA) as file:
        for first in range(0, rows, AT_ONCE):
            file.write_batch(_batch(np.random.default_rng((seed, first)), first, min(AT_ONCE, rows - first)))


def _batch(draw: Draw, first: int, rows: int) -> pa.RecordBatch:
    home = draw.choice(len(COUNTRIES), rows, p=[each.share for each in COUNTRIES])
    first_name, last_name = _some(draw, FIRST_NAMES, rows), _some(draw, LAST_NAMES, rows)
    columns = {
        "email": _emails(draw, first, first_name, last_name),
        "phone": _by_country(draw, home, _phones),
        "first_name": first_name,
        "last_name": last_name,
        "postcode": _by_country(draw, home, lambda draw, country, rows: _some(draw, country.postcodes, rows)),
    }
    columns = {name: _dirtied(draw, column, DIRT[name]) for name, column in columns.items()}
    columns |= {
        "customer_id": pa.array(np.arange(first, first + rows)),
        "country": pa.array([each.code for each in COUNTRIES]).take(pa.array(home)),
        "consent": _some(draw, ["yes", "no"], rows, [CONSENTED, 1 - CONSENTED]),
        "orders": pa.array((draw.random(rows) < BOUGHT) * draw.integers(1, 30, rows, np.int32), pa.int32()),
    }
    return pa.RecordBatch.from_pydict(columns, schema=SCHEMA)


def _emails(draw: Draw, first: int, first_name: pa.Array, last_name: pa.Array) -> pa.Array:
    """As people type them: every third in capitals somewhere, every tenth with a tag."""
    rows = len(first_name)
    number = pa.array(np.arange(first, first + rows)).cast(pa.string())
    host = _some(draw, list(HOSTS), rows)
    between, tag = _some(draw, [".", "", "_"], rows), _some(draw, ["", "+shop"], rows, [0.9, 0.1])
    plain = [pc.replace_substring_regex(each, "[^a-zA-Z]", "x") for each in (first_name, last_name)]
    written = _joined(plain[0], between, plain[1], number, tag, "@", host)
    return pc.if_else(pa.array(draw.random(rows) < 1 / 3), written, pc.utf8_lower(written))


def _phones(draw: Draw, country: Country, rows: int) -> pa.Array:
    digits = pa.array(draw.integers(0, 10**country.digits, rows)).cast(pa.string())
    national = _joined(_some(draw, list(country.prefixes), rows), pc.utf8_lpad(digits, country.digits, "0"))
    ends = np.cumsum((0, *country.groups))
    spaced = _joined(*(pc.utf8_slice_codeunits(national, *each) for each in pairwise(ends)), by=" ")
    behind = pc.utf8_slice_codeunits(national, len(country.trunk))
    forms = [
        national,
        spaced,
        _joined("+" + country.calling_code, behind),
        _joined("00" + country.calling_code, behind),
    ]
    return pc.choose(pa.array(draw.choice(4, rows, p=[0.5, 0.3, 0.17, 0.03])), *forms)


def _by_country(draw: Draw, home: Places, make: Callable[[Draw, Country, int], pa.Array]) -> pa.Array:
    """Each country's cells, in the rows of its customers."""
    rows = [np.flatnonzero(home == number) for number in range(len(COUNTRIES))]
    cells = [make(draw, country, len(own)) for country, own in zip(COUNTRIES, rows, strict=True)]
    place = np.empty(len(home), np.int64)
    place[np.concatenate(rows)] = np.arange(len(home))
    return pa.concat_arrays(cells).take(pa.array(place))


def _some(draw: Draw, values: pa.Array | Sequence[str], rows: int, shares: list[float] | None = None) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(draw.choice(len(values), rows, p=shares)))


def _joined(*parts: pa.Array | str, by: str = "") -> pa.Array:
    return pc.binary_join_element_wise(*parts, by)


def _dirtied(draw: Draw, column: pa.Array, dirt: tuple[str, ...]) -> pa.Array:
    dirty = pa.array(draw.random(len(column)) < DIRTY)
    return pc.if_else(dirty, _some(draw, list(dirt), len(column)), column)
