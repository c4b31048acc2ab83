"""Sources as people really save them: each bad file has a code, an exit code, and no cell in its message."""

from __future__ import annotations

import gzip
import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from consentric.errors import ConsentricError, SourceError, Stopped
from consentric.model.project import CsvDialect, Key, KeyKind, Source
from consentric.model.scan import ColumnType
from consentric.sources.files import column_type, open_files
from consentric.sources.rows import Reading

CANARY = "canary.person@example.dk"
PLAIN = CsvDialect()
HEADER = "id,email,word\n"


def source(file: str, dialect: CsvDialect = PLAIN) -> Source:
    return Source("people", file, (Key("email", "email", KeyKind.EMAIL),), dialect)


def read(root: Path, file: str, columns: Sequence[str] = ("email",), dialect: CsvDialect = PLAIN) -> list[object]:
    """The cells of the first of the columns."""
    reading = Reading(open_files(source(file, dialect), root), columns)
    return [row[columns[0]] for batch in reading.batches() for row in batch.to_pylist()]


def refused(root: Path, file: str, dialect: CsvDialect = PLAIN) -> ConsentricError:
    """The error of a file, after a look whether it tells a cell."""
    with pytest.raises(ConsentricError) as caught:
        read(root, file, dialect=dialect)
    error = caught.value
    assert "canary" not in f"{error!r} {error} {error.message} {error.hint} {error.__cause__!r}"
    assert error.__suppress_context__ or error.__context__ is None
    return error


BAD: dict[str, tuple[bytes, CsvDialect, str, int]] = {
    "no byte": (b"", PLAIN, "A303", 4),
    "blank lines": (b"\n\n\n", PLAIN, "A303", 3),
    "UTF-16 that is not declared": (f"{HEADER}1,{CANARY},x\n".encode("utf-16"), PLAIN, "A305", 3),
    "Latin-1 that is not declared": (f"{HEADER}1,{CANARY},søn\n".encode("latin-1"), PLAIN, "A305", 3),
    "a Latin-1 header": (f"id,email,køn\n1,{CANARY},x\n".encode("latin-1"), PLAIN, "A305", 3),
    "UTF-8 that is cut off": (f"{HEADER}1,{CANARY},sø".encode()[:-1], PLAIN, "A305", 3),
    "an encoding that does not exist": (f"{HEADER}1,{CANARY},x\n".encode(), CsvDialect(encoding="utf-9"), "A305", 3),
    "an open quote": (f'{HEADER}1,"{CANARY},x\n2,b@x.dk,y\n'.encode(), PLAIN, "A307", 3),
    "two open quotes": (f'{HEADER}1,"{CANARY},x\n2,b@x.dk,y\n3,"c@x.dk,z\n'.encode(), PLAIN, "A307", 3),
    "text after a quote": (f'{HEADER}1,"{CANARY}"x,y\n'.encode(), PLAIN, "A307", 3),
    "a column twice": (f"id,email,email\n1,{CANARY},x\n".encode(), PLAIN, "A304", 3),
    "semicolons": (f"id;email;word\n1;{CANARY};x\n".encode(), PLAIN, "A306", 3),
    "tabs": (f"id\temail\tword\n1\t{CANARY}\tx\n".encode(), PLAIN, "A306", 3),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_csv_file_is_refused(tmp_path: Path, case: str) -> None:
    """Code and exit code."""
    content, dialect, code, exit_code = BAD[case]
    (tmp_path / "f.csv").write_bytes(content)
    error = refused(tmp_path, "f.csv", dialect)
    assert (error.code, error.exit_code) == (code, exit_code)


def test_a_wrong_byte_and_an_open_quote_are_told_with_their_line(tmp_path: Path) -> None:
    """So that somebody with a million rows finds them."""
    (tmp_path / "f.csv").write_bytes(HEADER.encode() + b"1,a@x.dk,x\n" * 5000 + b"2,s\xf8n@x.dk,x\n")
    assert "line 5002" in refused(tmp_path, "f.csv").message
    (tmp_path / "f.csv").write_bytes(HEADER.encode() + b"1,a@x.dk,x\n" * 5000 + b'2,"b@x.dk,x\n3,c@x.dk,y\n')
    assert "line 5002" in refused(tmp_path, "f.csv").message


GOOD: dict[str, tuple[bytes, CsvDialect, list[object]]] = {
    "a BOM": (b"\xef\xbb\xbfemail,id\na@x.dk,1\n", PLAIN, ["a@x.dk"]),
    "a BOM and quotes": (b'\xef\xbb\xbf"email","id"\n"a@x.dk","1"\n', PLAIN, ["a@x.dk"]),
    "UTF-16": ("id,email\n1,sø@x.dk\n".encode("utf-16"), CsvDialect(encoding="utf-16"), ["sø@x.dk"]),
    "Latin-1": ("id,email\n1,sø@x.dk\n".encode("latin-1"), CsvDialect(encoding="latin-1"), ["sø@x.dk"]),
    "mixed ends of lines": (b"id,email\r\n1,a@x.dk\n2,b@x.dk\r\n", PLAIN, ["a@x.dk", "b@x.dk"]),
    "CR only": (b"id,email\r1,a@x.dk\r2,b@x.dk\r", PLAIN, ["a@x.dk", "b@x.dk"]),
    "no end of the last line": (b"id,email\n1,a@x.dk", PLAIN, ["a@x.dk"]),
    "line breaks in quotes": (b'id,email\n1,"a\nb\r\nc"\n2,b@x.dk\n', PLAIN, ["a\nb\r\nc", "b@x.dk"]),
    "doubled quotes": (b'id,email\n1,"a""b"\n2,""\n', PLAIN, ['a"b', ""]),
    "semicolons": (b"id;email\n1;a@x.dk\n", CsvDialect(delimiter=";"), ["a@x.dk"]),
    "another quote": (b"id,email\n1,'a,b'\n", CsvDialect(quote="'"), ["a,b"]),
    "NUL": (b"id,email\n1,a\0b\n", PLAIN, ["a\0b"]),
    "words that others read as nothing": (
        b"id,email\n1,NULL\n2,NA\n3,nan\n4,\n",
        CsvDialect(),
        ["NULL", "NA", "nan", ""],
    ),
    "short and long rows": (b"id,email\n1\n2,b@x.dk\n3,c@x.dk,x\n", PLAIN, ["b@x.dk"]),
    "a header only": (b"id,email\n", PLAIN, []),
    "a header only, without its end": (b"id,email", PLAIN, []),
    "a line break in the header": (b'"the\nid",email\n1,a@x.dk\n', PLAIN, ["a@x.dk"]),
    "a cell of three megabytes": (b"id,email\n1," + b"a" * 3_000_000 + b"\n", PLAIN, ["a" * 3_000_000]),
}


@pytest.mark.parametrize("case", GOOD)
def test_an_odd_csv_file_is_read(tmp_path: Path, case: str) -> None:
    """Cells as they are; nothing is sniffed and nothing is guessed."""
    content, dialect, cells = GOOD[case]
    (tmp_path / "f.csv").write_bytes(content)
    assert read(tmp_path, "f.csv", dialect=dialect) == cells


def test_rows_with_too_many_or_too_few_cells_are_counted(tmp_path: Path) -> None:
    """They are left out, and the others go on."""
    (tmp_path / "f.csv").write_bytes(b"id,email\n1\n2,b@x.dk\n3,c@x.dk,x\n")
    reading = Reading(open_files(source("f.csv"), tmp_path), ("email",))
    assert sum(batch.num_rows for batch in reading.batches()) == reading.rows == 1
    assert reading.ragged == 2


PLACES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "nothing": (lambda root: None, "gone.csv", "A301"),
    "nothing that matches": (lambda root: None, "gone*.csv", "A301"),
    "a folder": (lambda root: (root / "f.csv").mkdir(), "f.csv", "A302"),
    "a pipe": (lambda root: os.mkfifo(root / "f.csv"), "f.csv", "A302"),
    "a link to itself": (lambda root: (root / "f.csv").symlink_to("f.csv"), "f.csv", "A301"),
    "a device": (lambda root: None, "/dev/zero", "A302"),
    "a name that is too long": (lambda root: None, "a" * 300 + ".csv", "A301"),
    "CSV and Parquet": (
        lambda root: [(root / f"f.{end}").write_bytes(b"a") for end in ("csv", "parquet")],
        "f.*",
        "A302",
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, case: str) -> None:
    """Nothing hangs; exit 3."""
    make, file, code = PLACES[case]
    make(tmp_path)
    error = refused(tmp_path, file)
    assert (error.code, error.exit_code) == (code, 3)


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1PAR1PAR1", b"x" * 99, b"PAR1" + b"\xff" * 40 + b"PAR1"])
def test_a_broken_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """A308."""
    (tmp_path / "f.parquet").write_bytes(content)
    assert refused(tmp_path, "f.parquet").code == "A308"


@pytest.mark.parametrize("name", ["f.csv", "f.csv.gz"])
def test_a_packed_file_is_refused(tmp_path: Path, name: str) -> None:
    """Under its own name and under another's."""
    (tmp_path / name).write_bytes(gzip.compress(f"{HEADER}1,{CANARY},x\n".encode()))
    assert refused(tmp_path, name).exit_code == 3


def parquet(root: Path, rows: int = 200) -> bytes:
    table = pa.table({"email": [f"{each}{CANARY}" for each in range(rows)], "id": [str(each) for each in range(rows)]})
    pq.write_table(table, root / "f.parquet")
    return (root / "f.parquet").read_bytes()


def test_damage_to_a_parquet_file_is_an_error_or_goes_unseen(tmp_path: Path) -> None:
    """Single flipped bits and cut ends: never another exception, never a cell in a message."""
    good, chance = parquet(tmp_path), random.Random(7)
    seen: Counter[str] = Counter()
    for turn in range(120):
        damaged = bytearray(good[: chance.randrange(len(good))] if turn % 2 else good)
        if damaged and turn % 2 == 0:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        (tmp_path / "f.parquet").write_bytes(damaged)
        try:
            read(tmp_path, "f.parquet")
            seen["read"] += 1
        except UnicodeDecodeError:
            seen["read"] += 1  # the test's own look at a cell
        except ConsentricError as error:
            assert "canary" not in f"{error!r}{error.hint}"
            seen[error.code] += 1
    assert seen["A308"] >= 60


def test_a_column_that_parquet_has_twice_is_refused(tmp_path: Path) -> None:
    """As in CSV."""
    cells = [pa.array(["a@x.dk"]), pa.array(["b@x.dk"])]
    pq.write_table(pa.Table.from_arrays(cells, names=["email", "email"]), tmp_path / "f.parquet")
    assert refused(tmp_path, "f.parquet").code == "A304"


CHANGES: dict[str, Callable[[Path], object]] = {
    "written to": lambda path: path.write_bytes(path.read_bytes() + b"2,b@x.dk,y\n"),
    "cut off": lambda path: path.write_bytes(b""),
    "replaced": lambda path: _replace(path, b"email,id,word\nb@x.dk,1,y\n"),
    "deleted": lambda path: path.unlink(),
}


def _replace(path: Path, content: bytes) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(content)
    other.rename(path)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_that_changes_after_it_was_opened_is_refused(tmp_path: Path, change: str, ending: str) -> None:
    """A309 and exit 4: half an old and half a new export is nobody's data."""
    if ending == "csv":
        (tmp_path / "f.csv").write_text(f"{HEADER}1,{CANARY},x\n")
    else:
        parquet(tmp_path)
    scan = open_files(source(f"f.{ending}"), tmp_path)
    CHANGES[change](scan.paths[0])
    with pytest.raises(Stopped, match="A309") as caught:
        list(Reading(scan, ("email",)).batches())
    assert caught.value.exit_code == 4


def test_a_file_that_is_rewritten_all_the_time_is_never_read_mixed(tmp_path: Path) -> None:
    """A writer that is not atomic, and a reader that says so or has one version."""
    path, over = tmp_path / "f.csv", threading.Event()
    path.write_text("id,email\n" + "1,old@x.dk\n" * 500)

    def write() -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            path.write_text("id,email\n" + f"1,{turn}@x.dk\n" * 500)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(150):
            try:
                assert len(set(read(tmp_path, "f.csv"))) <= 1
            except (SourceError, Stopped):
                continue
    finally:
        over.set()
        writer.join()


def test_files_of_one_pattern_must_have_the_same_columns(tmp_path: Path) -> None:
    """A310 where one lacks a column; in another order each cell is still found by its name."""
    (tmp_path / "f1.csv").write_text("id,email\n1,a@x.dk\n")
    (tmp_path / "f2.csv").write_text("email,id\nb@x.dk,2\n")
    assert read(tmp_path, "f*.csv") == ["a@x.dk", "b@x.dk"]
    (tmp_path / "f3.csv").write_text("id,mail\n3,c@x.dk\n")
    assert refused(tmp_path, "f*.csv").code == "A310"


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        (pa.string(), ColumnType.TEXT), (pa.large_string(), ColumnType.TEXT), (pa.string_view(), ColumnType.TEXT),
        (pa.dictionary(pa.int8(), pa.string()), ColumnType.TEXT), (pa.int8(), ColumnType.NUMBER),
        (pa.uint64(), ColumnType.NUMBER), (pa.float32(), ColumnType.NUMBER), (pa.decimal128(9, 2), ColumnType.NUMBER),
        (pa.bool_(), ColumnType.BOOLEAN), (pa.date32(), ColumnType.DATE), (pa.timestamp("ns"), ColumnType.INSTANT),
        (pa.timestamp("us", tz="UTC"), ColumnType.INSTANT), (pa.list_(pa.string()), ColumnType.OTHER),
        (pa.binary(), ColumnType.OTHER),
    ],
    ids=str,
)  # fmt: skip
def test_types_of_columns(type_: pa.DataType, kind: ColumnType) -> None:
    """How a test reads a column of each Arrow type."""
    assert column_type(type_) is kind
