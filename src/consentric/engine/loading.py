"""Loads the rows of one source into its relation. Contacts become digests and hashes on the way in, never after.

The relation `rows:NAME` (see selection/catalog.py) also holds, for later steps: `row` (its number), `k1`, `k2`, …
(digests of the keys, in their order), `pk` (the primary key's text where that is no contact), and the kernel's columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine.connection import Connection
from consentric.engine.contacts import Contacts
from consentric.engine.kernel import normalise, text_key
from consentric.engine.unusable import identifying, unusable_cells
from consentric.errors import SourceError
from consentric.identifiers.compiled.cells import key_text
from consentric.identifiers.recipes import Field
from consentric.model.project import Identifiers, KeyKind, Platform
from consentric.model.scan import ColumnType
from consentric.selection.catalog import AT, EVENT, PERSON, Catalog, Table, cell_of, rows_of
from consentric.selection.cells import as_instant
from consentric.selection.row_tests import row_condition
from consentric.selection.sql import column, quoted, render
from consentric.selection.uses import SourceUse


@dataclass(slots=True)
class Loaded:
    """What came in: `rows` that count, `rejects` by (column, reason), `filled` cells by contact column.

    `unusable` are cells of identifiers that cannot be used (engine/unusable.py).
    """

    source: str
    rows: int = 0
    rejects: Counter[tuple[str, str]] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    unusable: list[pa.Table] = field(default_factory=list)


def load(
    con: Connection,
    use: SourceUse,
    batches: Iterable[pa.RecordBatch],
    catalog: Catalog,
    *,
    identifiers: Identifiers,
    identity_key: bytes,
    primary: str | None,
    platforms: Collection[Platform] = frozenset(Platform),
) -> Loaded:
    """Reads all batches into `rows:NAME`. `primary` is the name of the primary key; hashes are those of `platforms`."""
    _check_types(use, catalog.tables[use.source.name])
    loaded = Loaded(use.source.name)
    contacts = _contacts(use, identifiers.assume_country, catalog.today)
    fields = identifying(identifiers, use.source.name)
    created = False
    for batch in _with_row_numbers(batches):
        wide = _widen(batch, use, contacts, identity_key, primary, loaded, fields, platforms)
        con.register("incoming", wide)
        con.run(_statement(use, wide, catalog, create=not created))
        con.unregister("incoming")
        created = True
    if not created:
        wide = _widen(_nothing(use), use, contacts, identity_key, primary, loaded, fields, platforms)
        con.register("incoming", wide)
        con.run(_statement(use, wide, catalog, create=True))
        con.unregister("incoming")
    loaded.rows = con.number(f"SELECT count(*) FROM {quoted(rows_of(use.source.name))}")
    return loaded


def _contacts(use: SourceUse, assume_country: str | None, today: date) -> Contacts:
    """The layout of `_plainly_named`."""
    names = use.aliases
    places = {place: place for place, name in use.places.items() if name is not None}
    return Contacts(
        emails=tuple(names[each] for each in use.emails),
        phones=tuple(names[each] for each in use.phones),
        mobile_ids=tuple(names[each] for each in use.mobile_ids),
        first_name="first_name" if use.first_name else None,
        last_name="last_name" if use.last_name else None,
        **places,
        assume_country=assume_country,
        today=today,
        prehashed=frozenset(names[each] for each in use.prehashed),
        beside_hashed=use.beside_hashed,
    )


def _plainly_named(batch: pa.RecordBatch, use: SourceUse) -> pa.RecordBatch:
    """The contacts of a batch under names of ours."""
    places = {"first_name": use.first_name, "last_name": use.last_name, **use.places}
    columns = {alias: batch.column(name) for name, alias in use.aliases.items()}
    columns |= {alias: batch.column(name) for alias, name in places.items() if name is not None}
    columns["row"] = batch.column("\0row")
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _with_row_numbers(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    first = 0
    for batch in batches:
        numbers = pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64))
        yield batch.append_column("\0row", numbers)
        first += batch.num_rows


def _nothing(use: SourceUse) -> pa.RecordBatch:
    fields = [pa.field(name, pa.string()) for name in use.columns] + [pa.field("\0row", pa.int64())]
    return pa.RecordBatch.from_pylist([], schema=pa.schema(fields))


def _widen(
    batch: pa.RecordBatch,
    use: SourceUse,
    contacts: Contacts,
    key: bytes,
    primary: str | None,
    loaded: Loaded,
    fields: Mapping[str, Field],
    platforms: Collection[Platform],
) -> pa.RecordBatch:
    """The batch with digests and hashes instead of contacts."""
    made = normalise(_plainly_named(batch, use), contacts, identity_key=key, platforms=platforms)
    names = use.aliases
    _count_rejects(made, use, loaded)
    if found := unusable_cells(batch, made, use, fields, contacts.assume_country):
        loaded.unusable.append(found)
    arrays: dict[str, pa.Array] = {"row": batch.column("\0row")}
    for place, each in enumerate(use.source.keys, start=1):
        cells = batch.column(each.column)
        is_text = each.kind is KeyKind.TEXT
        arrays[f"k{place}"] = (
            text_key(cells, each.name, key) if is_text else made.column(f"{names[each.column]}.identity")
        )
        if is_text and each.name == primary:
            arrays["pk"] = key_text(cells)
    for name in dict.fromkeys([*use.cells, *_named(use.source.at, use.source.event)]):
        arrays[cell_of(name)] = _cell(batch, made, name, use)
    hashes = [name for name in made.schema.names if name.endswith((".google", ".meta", ".identity"))]
    arrays |= {name: made.column(name) for name in hashes}
    return pa.RecordBatch.from_arrays([_flat(each) for each in arrays.values()], names=list(arrays))


def _named(*names: str | None) -> list[str]:
    return [name for name in names if name is not None]


def _flat(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array.cast(pa.binary()) if pa.types.is_fixed_size_binary(array.type) else array


def _cell(batch: pa.RecordBatch, made: pa.RecordBatch, name: str, use: SourceUse) -> pa.Array:
    """An ordinary cell as it is; of a contact or key only what may be tested: its domain, else `?`, null if blank."""
    cells = batch.column(name)
    if name not in use.contacts:
        return _plain(cells)
    filled = pc.not_equal(pc.utf8_trim_whitespace(pc.fill_null(cells.cast(pa.string()), "")), "")
    domain = made.column(f"{use.aliases[name]}.domain") if name in use.emails else pa.nulls(len(cells), pa.string())
    return pc.if_else(filled, pc.coalesce(domain, pa.scalar("?")), pa.scalar(None, pa.string()))


def _plain(cells: pa.Array) -> pa.Array:
    """Without dictionaries, instants in microseconds, and a column of nothing as text."""
    if pa.types.is_dictionary(cells.type):
        return cells.dictionary_decode()
    if pa.types.is_timestamp(cells.type) and cells.type.unit != "us":
        return cells.cast(pa.timestamp("us", cells.type.tz), safe=False)
    return cells.cast(pa.string()) if pa.types.is_null(cells.type) else cells


def _check_types(use: SourceUse, table: Table) -> None:
    for name in dict.fromkeys([*use.cells, *_named(use.source.at, use.source.event)]):
        if table.types[name] is ColumnType.OTHER:
            raise SourceError(
                "A321",
                f"{use.source.name}.{name} is of a type that no condition can test",
                hint="export it as text, as a number, a date or a boolean",
            )


def _count_rejects(made: pa.RecordBatch, use: SourceUse, loaded: Loaded) -> None:
    for name in use.counted:
        reasons = made.column(f"{use.aliases[name]}.reason")
        loaded.filled[name] += reasons.null_count  # no reason against it
        for each in pc.value_counts(reasons.drop_null()).to_pylist():
            if each["values"] != "empty":
                loaded.rejects[name, each["values"]] += each["counts"]
                loaded.filled[name] += each["counts"]


def _statement(use: SourceUse, wide: pa.RecordBatch, catalog: Catalog, *, create: bool) -> str:
    """Copies `incoming` into the relation; rows that `only` rules out do not exist for us."""
    name, table = quoted(rows_of(use.source.name)), catalog.tables[use.source.name]
    chosen = ", ".join(_expressions(use, wide, table))
    only = "" if use.source.only is None else f" WHERE {render(row_condition(use.source.only, table, catalog))}"
    into = f"CREATE TABLE {name} AS" if create else f"INSERT INTO {name} BY NAME"
    return f"{into} SELECT {chosen} FROM incoming{only}"


def _expressions(use: SourceUse, wide: pa.RecordBatch, table: Table) -> Iterator[str]:
    yield f"NULL::BIGINT AS {PERSON}"
    for name in wide.schema.names:
        yield quoted(name)
    if use.source.at is not None:
        moment = as_instant(column(cell_of(use.source.at)), table.types[use.source.at], table.timezone)
        yield f"{render(moment)} AS {quoted(AT)}"
    if use.source.event is not None:
        yield f"{quoted(cell_of(use.source.event))} AS {quoted(EVENT)}"
