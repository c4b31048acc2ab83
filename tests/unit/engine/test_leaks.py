"""Whatever goes wrong in set work, no cell is in the error, its repr, its hint or its cause."""

from __future__ import annotations

import logging
import struct
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from consentric.engine.connection import Connection, EngineFailed
from consentric.errors import ConsentricError
from consentric.model import conditions as c
from consentric.model import row_tests as r
from consentric.model.project import ColumnRef, Identifiers, Source

from .room import CUSTOMER, EMAIL, Setting, consent_rules, evaluated, write_csv

CANARY = "canary.person@example.dk"

STATEMENTS = {
    "a cast": f"SELECT cast('{CANARY}' AS INTEGER)",
    "a cast of a column": "SELECT cast(c AS DATE) FROM cells",
    "a double key": "CREATE TEMP TABLE t (c VARCHAR PRIMARY KEY); INSERT INTO t SELECT c FROM cells, range(2)",
    "a division of text": "SELECT c::DOUBLE / 2 FROM cells",
    "a wrong name": f'SELECT "{CANARY}" FROM cells',
    "broken SQL": f"SELEC '{CANARY}'",
    "a function": f"SELECT error('{CANARY}')",
    "a file": f"SELECT * FROM read_csv('/tmp/{CANARY}')",
    "a struct": "SELECT {'a': c}::INTEGER FROM cells",
    "a wrong pattern": f"SELECT regexp_matches('a', '{CANARY}(')",
    "a strptime": "SELECT strptime(c, '%Y') FROM cells",
}


def connection() -> Connection:
    con = Connection(ZoneInfo("UTC"))
    con.register("cells", pa.table({"c": [CANARY]}))
    return con


@pytest.mark.parametrize("case", STATEMENTS)
@pytest.mark.parametrize("ask", ["run", "table", "row"])
def test_no_error_of_the_database_shows_a_cell(case: str, ask: str, caplog: pytest.LogCaptureFixture) -> None:
    """Every way to ask, every kind of failure."""
    con = connection()
    with caplog.at_level(logging.DEBUG), pytest.raises(EngineFailed) as caught:
        getattr(con, ask)(STATEMENTS[case])
    assert_silent(caught.value, caplog)


def assert_silent(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what is shown nor what a traceback prints."""
    assert "canary" not in f"{error!r} {error} {getattr(error, 'hint', '')} {error.__cause__!r}"
    lines = [line for line in traceback.format_exception(error) if not line.lstrip().startswith("File ")]
    assert "canary" not in "".join(lines)
    assert "canary" not in caplog.text


@pytest.mark.parametrize("statement", [
    "COPY cells TO '/tmp/out.csv'", "ATTACH '/tmp/x.db'", "INSTALL httpfs", "LOAD httpfs", "SET threads = 1",
    "SET enable_external_access = true", "SELECT * FROM glob('/etc/*')", "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'", "EXPORT DATABASE '/tmp/x'", "SET temp_directory = '/tmp'",
])  # fmt: skip
def test_the_database_reaches_nothing_outside(statement: str) -> None:
    """No files, no network, no extensions, no change of that."""
    with pytest.raises(EngineFailed):
        connection().run(statement)


def broken_text() -> pa.Array:
    """Three texts, the first of which is not UTF-8, as damage or a careless writer leaves them."""
    cells = b"canary\xff\xfe@x.dk" + b"b@x.dk" + b"c@x.dk"
    offsets = struct.pack("<4i", 0, 13, 19, 25)
    return pa.Array.from_buffers(pa.string(), 3, [None, pa.py_buffer(offsets), pa.py_buffer(cells)])


ODD_COLUMNS: Mapping[str, pa.Array] = {
    "text that is not UTF-8": broken_text(),
    "half floats": pa.array([1, 2, 3], pa.float16()),
    "wide decimals": pa.array([1, 2, 3], pa.decimal256(50, 2)),
    "lists": pa.array([[CANARY], [], None]),
    "bytes": pa.array([CANARY.encode(), b"\xff", None]),
    "structs": pa.array([{"a": CANARY}, None, None]),
    "spans": pa.array([1, 2, None], pa.duration("us")),
    "times": pa.array([1, 2, None], pa.time64("us")),
    "far dates": pa.array([2**31 - 1, -(2**31), None], pa.date32()),
    "far instants": pa.array([2**62, -(2**62), None], pa.timestamp("us")),
    "far instants with a zone": pa.array([2**62, -(2**62), None], pa.timestamp("us", tz="UTC")),
    "nothing": pa.nulls(3),
    "views": pa.array([CANARY, "b", "c"], pa.string_view()),
    "words by number": pa.array([CANARY, "b", None]).dictionary_encode(),
}
TESTS: tuple[c.Test, ...] = (
    r.Is(("1",)), r.Text(r.TextMatch.CONTAINS, "a"), r.Compare(r.Comparator.AT_LEAST, 1), r.Exists(wanted=True),
)  # fmt: skip


@pytest.mark.parametrize("case", ODD_COLUMNS)
@pytest.mark.parametrize("place", ["cell", "key", "email", "consent"])
def test_a_column_of_any_type_is_read_or_refused(case: str, place: str, caplog: pytest.LogCaptureFixture) -> None:
    """As a cell of conditions, a key, an identifier and a word of consent: an answer, or an error with a code, no cell."""
    plain = {
        "customer_id": pa.array(["1", "2", "3"]),
        "email": pa.array(["a@x.dk", "b@x.dk", "c@x.dk"]),
        "cell": pa.array(["x"] * 3),
    }
    consents = {
        **{name: pa.array(["1", "2", "3"]) for name in ("customer_id",)},
        **{name: pa.array(["yes"] * 3) for name in ("first", "second")},
        "given_at": pa.array(["2026-01-01"] * 3),
        "withdrawn_at": pa.array([""] * 3),
    }
    if place == "consent":
        consents["first"] = ODD_COLUMNS[case]
    else:
        plain["customer_id" if place == "key" else place] = ODD_COLUMNS[case]
    sources = (
        Source("customers", "customers.parquet", (CUSTOMER, EMAIL)),
        Source("consents", "consents.parquet", (CUSTOMER,), people=False),
    )
    who = {f"a{number}": c.Field("customers", "cell", test) for number, test in enumerate(TESTS)}
    known = Identifiers(email=(ColumnRef("customers", "email"),))
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(pa.table(plain), Path(folder) / "customers.parquet")
        pq.write_table(pa.table(consents), Path(folder) / "consents.parquet")
        try:
            evaluated(Setting(sources, consent_rules(), known, audiences=who), Path(folder))
        except ConsentricError as error:
            assert_silent(error, caplog)
            assert error.code != "A391", "a column that cannot be read is no defect of consentric"
            assert error.code.startswith("A"), "a code that `consentric explain` knows"


def test_a_repr_of_the_engine_holds_nothing(tmp_path: Path) -> None:
    """Objects that may end in a log."""
    write_csv(tmp_path / "customers.csv", [{"customer_id": "1", "email": CANARY}], ("customer_id", "email"))
    write_csv(tmp_path / "consents.csv", [{}], ("customer_id", "first", "second", "given_at", "withdrawn_at"))
    sources = (
        Source("customers", "customers.csv", (CUSTOMER, EMAIL)),
        Source("consents", "consents.csv", (CUSTOMER,), people=False),
    )
    con = evaluated(Setting(sources, consent_rules()), tmp_path)
    assert "canary" not in repr(con)
    tables = [each["name"] for each in con.table("SELECT name FROM (SHOW ALL TABLES)").to_pylist()]
    assert tables
    for name in tables:
        for column in con.table(f'SELECT * FROM "{name}"').to_pydict().values():
            assert not any(b"canary" in _bytes(cell) for cell in column)


def _bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()
