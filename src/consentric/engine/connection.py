"""A DuckDB in memory that reaches nothing outside: no files, no network, no extensions, no spill.

DuckDB's own error texts show cells, so none of them leaves this module. Spilling is off: a spill file would hold hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from consentric.errors import ConsentricError
from consentric.selection.sql import quoted

_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "temp_directory": "",
    "preserve_insertion_order": "false",
}


class Connection:
    """Runs statements; answers are Arrow tables or single rows."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._con = duckdb.connect(":memory:", config=_SETTINGS)
        self._broken: BaseException | None = None
        self._con.execute("SET TimeZone = $zone", {"zone": zone.key})
        for last in ("enable_external_access = false", "lock_configuration = true"):
            self._con.execute(f"SET {last}")

    def run(self, statement: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Executes one statement. Raises EngineFailed without a word of what DuckDB said of the data."""
        try:
            self._con.execute(statement, dict(parameters or {}))
        except duckdb.Error as error:
            raise self._told(error) from None

    def table(self, query: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        try:
            return self._con.sql(query, params=dict(parameters or {})).to_arrow_table()
        except duckdb.Error as error:
            raise self._told(error) from None

    def batches(self, query: str, rows: int) -> Iterator[pa.RecordBatch]:
        """The answer as it comes, so many rows at a time; nothing else may run in between."""
        try:
            yield from self._con.sql(query).to_arrow_reader(rows)
        except duckdb.Error as error:
            raise self._told(error) from None

    def row(self, query: str, parameters: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
        """The one row of an aggregate."""
        try:
            found = self._con.execute(query, dict(parameters or {})).fetchall()
        except duckdb.Error as error:
            raise self._told(error) from None
        return tuple(found[0])

    def number(self, query: str, parameters: Mapping[str, Any] | None = None) -> int:
        return int(self.row(query, parameters)[0] or 0)

    def columns(self, relation: str) -> frozenset[str]:
        return frozenset(self.table(f"SELECT * FROM {quoted(relation)} LIMIT 0").schema.names)

    def register(self, name: str, data: pa.Table | pa.RecordBatch) -> None:
        """Lets statements read Arrow data under a name, without a copy."""
        self._con.register(name, data if isinstance(data, pa.Table) else pa.Table.from_batches([data]))

    def stream(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Lets one statement read batches under a name as they come; what they raise, `run` raises."""
        self._con.register(name, pa.RecordBatchReader.from_batches(schema, self._watched(batches)))

    def _told(self, error: duckdb.Error) -> BaseException:
        broken, self._broken = self._broken, None
        return broken or _failed(error)

    def _watched(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """DuckDB would make an error of its own out of what a reader raises."""
        self._broken = None
        try:
            yield from batches
        except BaseException as error:
            if not isinstance(error, GeneratorExit):
                self._broken = error
            raise

    def unregister(self, name: str) -> None:
        self._con.unregister(name)

    def close(self) -> None:
        self._con.close()


class EngineFailed(ConsentricError):
    """The set work itself failed: out of memory, or a defect of consentric."""


def _failed(error: duckdb.Error) -> EngineFailed:
    if isinstance(error, duckdb.OutOfMemoryException):
        return EngineFailed("A390", "not enough memory for this data", hint="run on a machine with more memory")
    return EngineFailed(
        "A391", f"the engine failed ({type(error).__name__})", hint="this is a defect: please report it"
    )
