"""`identify`: the answer is the rules' own, row by row, in the order of the file; and every way in which a file is dirty."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from consentric.engine.identified import ROWS_AT_ONCE, Identification, Tally, Wanted, identified
from consentric.errors import ConsentricError
from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.recipes import RECIPES, Field, Ingredient, Leaves, MatchKey, Recipe
from consentric.model.identified import Identified
from consentric.model.project import CsvDialect, Platform
from consentric.model.scan import ColumnType, FileFormat, FileScan
from consentric.workflows.foreign_columns import choose_columns
from consentric.workflows.identify import Request, run
from consentric.workflows.opening import Shell
from fakes import Quiet, StandingClock

HASH: Final = "ab" * 32
HEADER: Final = ("customer_id", "E-mail", "Mobil", "Fornavn", "Efternavn", "Postnr", "Land")
DIRT: Final = (
    ("1", " Foo@Example.DK ", "20 30 40 50", "Søren", "Holm", "8000", ""),
    ("2", "foo.bar+x@gmail.com", "004520304050", "Mr. Bo", "Quinn-Alex, PhD", "0123", "SE"),
    ("3", "a@b", "12 34 56 78", "x@y.dk", "12", "ab", "Sverige"),
    ("4", "a@@b.dk", "+45 (0)20304050", "", "-", "8000.0", "DK"),
    ("5", "a b@x.dk", "tel:+4520304050", "Anne Marie", "O'Neill", "", "dk"),
    ("6", "@x.dk", "4520304050.0", "N/A", "n/a", "SW1A 1AA", "UK"),
    ("7", "Foo <a@x.dk>", "4.51E+09", "A\0nna", "Holm\x07", "94045-1234", "US"),
    ("8", "søren@bogense-æ.dk", "20304050, 20304051", "٠", "정", "9404", "US"),
    ("9", "\u200bfoo@x.dk\u00a0", "٢٠٣٠٤٠٥٠", "Ida-Marie", "Nielsen", "8000", "null"),
    ("10", "foo＠x.dk", HASH, HASH, HASH, HASH, HASH),
    ("11", HASH, "", "x" * 300, "y" * 300, "1" * 300, "z" * 1200),
    ("12", "d41d8cd98f00b204e9800998ecf8427e", "-", " Åse ", " Ærø ", "8000 C", "DNK"),
    ("13", "test@test.dk", "N/A", "Test", "Null", "?", "-"),
    ("14", "noemail@shop.dk", "1" * 200, "", "", "", ""),
    ("15", "a@x.dk; b@x.dk", "20304050", "", "", "8000", "XX"),
    ("16", "a\0b@x.dk", "203\x0004050", "", "", "80\x0000", "D\x00K"),
    ("17", f"{'x' * 300}@x.dk", "phone", "", "", "", ""),
    ("18", "", "0701234567", "", "", "12345", "Norge"),
)


OF_META_ALONE: Final = frozenset(
    {"not_a_place", "not_a_date", "implausible_date", "not_m_or_f", "not_a_device", "not_a_hash"}
)
"""Reasons of fields that Google takes nothing of."""


def written(folder: Path, rows: Any = DIRT, header: Any = HEADER, name: str = "file.csv", **dialect: str) -> Path:
    path = folder / name
    with path.open("w", encoding=dialect.pop("encoding", "utf-8"), newline="") as file:
        csv.writer(file, **{"lineterminator": "\n", **dialect}).writerows([header, *rows])  # type: ignore[arg-type]
    return path


def asked(file: Path, platform: Platform = Platform.GOOGLE, **more: Any) -> tuple[Identified, list[dict[str, Any]]]:
    out = file.with_suffix(".out.parquet")
    request = Request(file, platform, **{"country": "DK", "out": out, **more})
    found = run(shell(file.parent), request)
    return found, pq.read_table(out).to_pylist()


def shell(folder: Path) -> Shell:
    clock = StandingClock(datetime(2026, 11, 23, 4, 30, tzinfo=UTC))
    return Shell(folder / "none.yaml", folder / "none", {}, clock, Quiet(), lambda name: None)


def refused(file: Path, **more: Any) -> ConsentricError:
    with pytest.raises(ConsentricError) as caught:
        asked(file, **more)
    assert not list(file.parent.glob(".*unfinished"))
    return caught.value


def home(cell: str, assumed: str | None = "DK") -> str | None:
    """The country of a row, as the documentation says it."""
    code = rules.country(cell)
    return assumed if code in (Unusable.EMPTY, Unusable.PLACEHOLDER) else None if isinstance(code, Unusable) else code


def plainly(platform: Platform, row: tuple[str, ...]) -> list[str | Unusable]:
    """What the rules say of each cell of a row, one after the other."""
    _, mail, number, first, last, code, land = row
    at = home(land)
    address, phone = rules.email(mail), rules.phone(number, at)
    region = rules.country(land) if at is None else at
    if platform is Platform.GOOGLE:
        return [
            address if isinstance(address, Unusable) else rules.google_email(address),
            phone if isinstance(phone, Unusable) else rules.google_phone(phone),
            rules.google_first_name(first),
            rules.google_last_name(last),
            rules.google_postcode(code, at),
            region,
        ]
    return [
        address if isinstance(address, Unusable) else rules.meta_email(address),
        phone if isinstance(phone, Unusable) else rules.meta_phone(phone),
        rules.meta_name(first),
        rules.meta_name(last),
        rules.meta_postcode(code, at),
        region if isinstance(region, Unusable) else rules.meta_country(region),
    ]


def sent(form: str, *, hashed: bool) -> str:
    return sha256(form.encode()).hexdigest() if hashed else form


@pytest.mark.parametrize("platform", Platform)
def test_every_cell_is_what_the_rules_say(tmp_path: Path, platform: Platform) -> None:
    """Value, reason and normal form of a file with every kind of dirt; the rows in their order."""
    found, rows = asked(written(tmp_path), platform, kept=("customer_id",), shows=True)
    assert [row["customer_id"] for row in rows] == [row[0] for row in DIRT]
    for row, answer in zip(DIRT, rows, strict=True):
        for name, form in zip(HEADER[1:], plainly(platform, row), strict=True):
            hashed = platform is Platform.META or name not in {"Postnr", "Land"}
            usable = not isinstance(form, Unusable)
            assert answer[f"{name}_normalised"] == (form if usable else None), (row[0], name)
            assert answer[f"{name}_value"] == (sent(form, hashed=hashed) if usable else None), (row[0], name)
            assert answer[f"{name}_reason"] == (None if usable else str(form)), (row[0], name)
    assert found.rows == len(DIRT)


def test_every_reason_occurs_and_is_counted(tmp_path: Path) -> None:
    """The dirt is all the dirt there is, and the counts are those of the rows."""
    found, rows = asked(written(tmp_path))
    occurring = {reason for column in found.columns for reason in column.unusable}
    assert occurring == {each.value for each in Unusable} - OF_META_ALONE
    for column in found.columns:
        reasons = Counter(row[f"{column.written_as}_reason"] for row in rows)
        assert column.usable == reasons.pop(None, 0)
        assert column.unusable == dict(reasons)


def test_rows_with_a_whole_address_are_counted(tmp_path: Path) -> None:
    """Google finds nobody by a part of it; an assumed country is a country, and a missing column is none."""
    found, _ = asked(written(tmp_path))
    (address,) = found.whole
    forms = [plainly(Platform.GOOGLE, row)[2:] for row in DIRT]
    assert address.rows == sum(not any(isinstance(each, Unusable) for each in parts) for parts in forms)
    assert 0 < address.rows < len(DIRT)
    names = ("fornavn", "efternavn", "postnr")
    file = written(tmp_path, [("Anna", "Holm", "8000"), ("Bo", "", "8000")], names, name="other.csv")
    assert [each.rows for each in asked(file)[0].whole] == [1]
    assert [each.rows for each in asked(file, country=None, overwrites=True)[0].whole] == [None]
    assert asked(file, Platform.META, overwrites=True)[0].whole == ()


def test_a_parquet_file_gives_the_same_as_a_csv_file(tmp_path: Path) -> None:
    """Text for text; and a key keeps its type."""
    _, rows = asked(written(tmp_path), kept=("customer_id",))
    columns = dict(zip(HEADER, map(list, zip(*DIRT, strict=True)), strict=True))
    columns["customer_id"] = [int(each) for each in columns["customer_id"]]  # type: ignore[misc]
    pq.write_table(pa.table(columns), tmp_path / "other.parquet")
    _, others = asked(tmp_path / "other.parquet", kept=("customer_id",))
    assert others == [{**row, "customer_id": int(row["customer_id"])} for row in rows]


def test_a_key_of_any_type_is_kept(tmp_path: Path) -> None:
    """Also one that must not be null, and one that repeats its texts."""
    schema = pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            ("kind", pa.dictionary(pa.int32(), pa.string())),
            ("at", pa.timestamp("ns")),
            ("tags", pa.list_(pa.string())),
            ("email", pa.large_string()),
        ]
    )
    rows = [{"id": 7, "kind": "a", "at": datetime(2026, 1, 1), "tags": ["x"], "email": "A@x.dk"}]
    pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / "file.parquet")
    _, (row,) = asked(tmp_path / "file.parquet", kept=("id", "kind", "at", "tags"), shows=True)
    assert (row["id"], row["kind"], row["tags"], row["email_normalised"]) == (7, "a", ["x"], "a@x.dk")


def test_numbers_in_a_parquet_file_are_read_as_numbers_are_written(tmp_path: Path) -> None:
    """A data frame makes floats of phones."""
    pq.write_table(pa.table({"phone": [20304050.0, None], "zip": [8000, None]}), tmp_path / "file.parquet")
    _, rows = asked(tmp_path / "file.parquet", shows=True)
    assert [row["phone_normalised"] for row in rows] == ["+4520304050", None]
    assert [row["zip_normalised"] for row in rows] == ["8000", None]


def test_the_order_holds_over_many_batches(tmp_path: Path) -> None:
    """More rows than are taken at once."""
    count = ROWS_AT_ONCE + 50_000
    rows = ((str(number), f"a{number}@x.dk") for number in range(count))
    found, _ = asked(written(tmp_path, rows, ("id", "email")), kept=("id",))
    table = pq.read_table(tmp_path / "file.out.parquet")
    assert table.column("id").to_pylist() == [str(number) for number in range(count)]
    for number in (0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, count - 1):
        assert table.column("email_value")[number].as_py() == sha256(f"a{number}@x.dk".encode()).hexdigest()
    assert found.columns[0].usable == found.rows == count


def test_a_large_batch_is_taken_in_pieces() -> None:
    """Whatever the file hands over at once."""
    ingredient = RECIPES[Platform.META].match_keys[0].parts[0]
    wanted = Identification((Wanted("email", ingredient, "email"),))
    batch = pa.RecordBatch.from_pydict({"email": pa.array(["a@x.dk"] * (ROWS_AT_ONCE + 1))})
    tally = Tally()
    assert [each.num_rows for each in identified(batch, wanted, tally)] == [ROWS_AT_ONCE, 1]
    assert tally.usable["email"] == tally.rows == ROWS_AT_ONCE + 1


def test_nothing_is_copied_that_was_not_asked_for(tmp_path: Path) -> None:
    """Only what is made of identifiers, and the key."""
    file = written(tmp_path, [("1", "a@x.dk", "secret")], ("id", "email", "diagnosis"))
    assert list(asked(file)[1][0]) == ["email_value", "email_reason"]
    found, rows = asked(file, kept=("id",), overwrites=True)
    assert list(rows[0]) == ["id", "email_value", "email_reason"]
    assert found.in_clear == ()
    assert not found.shows_contacts


def test_a_kept_contact_is_told(tmp_path: Path) -> None:
    """It is a contact in clear, flag or no flag."""
    found, _ = asked(written(tmp_path), kept=("E-mail",))
    assert found.shows_contacts
    assert found.in_clear == ("E-mail", "Postnr_value", "Land_value")


def test_several_columns_of_a_field_are_each_written(tmp_path: Path) -> None:
    """And the first column of countries is the country of the row."""
    rows = [("a@x.dk", "b@x.dk", "0701234567", "SE", "DK")]
    _, (row,) = asked(written(tmp_path, rows, ("email", "mail", "phone", "country", "land")), shows=True)
    assert (row["email_normalised"], row["mail_normalised"]) == ("a@x.dk", "b@x.dk")
    assert row["phone_normalised"] == "+46701234567"
    assert (row["country_value"], row["land_value"]) == ("SE", "DK")


def test_a_column_is_named_and_the_others_of_its_field_are_not_taken(tmp_path: Path) -> None:
    """Other fields are still found by their names."""
    file = written(tmp_path, [("a@x.dk", "b@x.dk", "20304050")], ("email", "Kontakt", "Mobil"))
    found, _ = asked(file, named=(("email", "Kontakt"),))
    assert [each.column for each in found.columns] == ["Kontakt", "Mobil"]


RECIPE: Final = Recipe(
    (
        MatchKey("email", (Ingredient(Field.EMAIL, "meta_email", Leaves.HASHED, "EMAIL"),)),
        MatchKey(
            "name",
            (
                Ingredient(Field.FIRST_NAME, "meta_name", Leaves.HASHED, "user.FN"),
                Ingredient(Field.FIRST_NAME, "google_first_name", Leaves.IN_CLEAR, "user.FN2"),
            ),
        ),
    )
)


def test_a_recipe_says_what_is_taken_of_a_file() -> None:
    """What it does not name is told; what it wants in several ways is written in each."""
    names = ("id", "phone", "first_name", "email", "land")
    scan = FileScan(
        "FILE", FileFormat.CSV, (), (), dict.fromkeys(names, ColumnType.TEXT), datetime(2026, 1, 1, tzinfo=UTC)
    )
    chosen = choose_columns(scan, RECIPE, ())
    assert [each.written_as for each in chosen.wanted] == ["first_name", "first_name_fn2", "email"]
    assert chosen.not_sent == ("phone", "land")
    assert chosen.country == "land"


def test_rows_of_another_length_are_left_out_and_counted(tmp_path: Path) -> None:
    """Up to one in ten; beyond that the file is not what it says."""
    file = tmp_path / "file.csv"
    file.write_text("id,email\n" + "1,a@x.dk\n" * 10 + "2\n")
    found, rows = asked(file)
    assert (found.rows, found.left_out, len(rows)) == (10, 1, 10)
    file.write_text("id,email\n" + "1,a@x.dk\n" * 10 + "2\n3,b@x.dk,\n")
    error = refused(file, overwrites=True)
    assert (error.code, error.exit_code) == ("A311", 3)


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_file_with_a_header_only_has_no_rows(tmp_path: Path, end: str) -> None:
    """Nothing goes wrong, since nothing is sent: the answer has the columns and no rows."""
    (tmp_path / "file.csv").write_text("id,email" + end)
    found, rows = asked(tmp_path / "file.csv")
    assert (found.rows, rows) == (0, [])
    assert pq.read_schema(tmp_path / "file.out.parquet").names == ["email_value", "email_reason"]


def test_cells_of_three_megabytes_are_too_long(tmp_path: Path) -> None:
    """For any field, and quickly."""
    rows = [("x" * 3_000_000 + "@x.dk", "1" * 3_000_000, "n" * 3_000_000)]
    _, (row,) = asked(written(tmp_path, rows, ("email", "phone", "fornavn")))
    assert [row["email_reason"], row["phone_reason"], row["fornavn_reason"]] == ["too_long"] * 3


@pytest.mark.parametrize(
    ("settings", "dialect"),
    [
        ({"delimiter": ";"}, CsvDialect(";")),
        ({"delimiter": "\t", "encoding": "utf-16"}, CsvDialect("\t", "utf-16")),
        ({"encoding": "latin-1", "quotechar": "'"}, CsvDialect(encoding="latin-1", quote="'")),
    ],
)
def test_a_csv_file_is_read_as_it_is_said_to_be_written(
    tmp_path: Path, settings: dict[str, str], dialect: CsvDialect
) -> None:
    """Nothing is guessed."""
    file = written(tmp_path, [("Søren, jr.", "a@x.dk")], ("fornavn", "email"), **settings)
    _, (row,) = asked(file, dialect=dialect, shows=True)
    assert (row["fornavn_normalised"], row["email_normalised"]) == ("søren, jr.", "a@x.dk")


WRONG: Final = {
    "missing": (None, "A301", 3),
    "empty": (b"", "A303", 3),
    "blank header": (b"\n1,a@x.dk\n", "A303", 3),
    "a name twice": (b"email,email\na@x.dk,b@x.dk\n", "A304", 3),
    "Latin-1": ("email,navn\na@x.dk,Søren\n".encode("latin-1"), "A305", 3),
    "UTF-16": ("email\na@x.dk\n".encode("utf-16"), "A305", 3),
    "semicolons": (b"email;phone\na@x.dk;20304050\n", "A306", 3),
    "an open quote": (b'email,phone\n"a@x.dk,20304050\nb@x.dk,1\n', "A307", 3),
    "no known name": (b"kunde,navn\n1,a\n", "A341", 3),
    "no header": (b"a@x.dk,20304050\nb@x.dk,20304051\n", "A342", 3),
    "only a phone for a header": (b"20304050\n20304051\n", "A342", 3),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_cannot_be_read_is_told_once(tmp_path: Path, name: str) -> None:
    """Its author is told what to write instead, and none of it is shown."""
    content, code, exit_code = WRONG[name]
    if content is not None:
        (tmp_path / "file.csv").write_bytes(content)
    error = refused(tmp_path / "file.csv")
    assert (error.code, error.exit_code) == (code, exit_code)
    assert "audiences" not in error.message + error.hint
    assert not (tmp_path / "file.out.parquet").exists()


def test_the_columns_are_listed_where_none_is_known(tmp_path: Path) -> None:
    """So that they can be named; not where one of them may be a customer's."""
    assert "kunde, navn" in refused(written(tmp_path, [], ("kunde", "navn"))).hint
    assert "Hansen" not in refused(written(tmp_path, [], ("Anna", "Hansen", "8000"))).hint


def test_a_column_of_lists_is_refused(tmp_path: Path) -> None:
    """A321, after some rows were written perhaps: nothing of them stays."""
    pq.write_table(pa.table({"phone": ["20304050"], "email": [["a@x.dk"]]}), tmp_path / "file.parquet")
    assert refused(tmp_path / "file.parquet").code == "A321"


def test_a_file_that_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    """Nor is one that was cut off."""
    (tmp_path / "file.parquet").write_bytes(b"PAR1 and no more")
    assert refused(tmp_path / "file.parquet").code == "A308"


def test_what_goes_wrong_with_names_is_the_command_line(tmp_path: Path) -> None:
    """64, with a way out; a column that is not there is the file's (3)."""
    file = written(tmp_path)
    assert refused(file, named=(("fone", "Mobil"),)).code == "A950"
    assert "phone" in refused(file, named=(("phon", "Mobil"),)).hint
    assert refused(file, named=(("phone", "Land"), ("country", "Land"))).code == "A950"
    assert refused(file, country="Danmark").code == "A950"
    for wrong in ({"named": (("phone", "mobil"),)}, {"kept": ("id",)}):
        assert (refused(file, **wrong).code, refused(file, **wrong).exit_code) == ("A340", 3)
    assert refused(written(tmp_path, [], ("email", "email_value")), kept=("email_value",)).code == "A941"


def test_an_answer_replaces_nothing_unless_it_is_told_to(tmp_path: Path) -> None:
    """Neither a file nor what it reads, and it is a Parquet file."""
    file = written(tmp_path)
    asked(file)
    assert refused(file).code == "A951"
    asked(file, overwrites=True)
    pq.write_table(pa.table({"email": ["a@x.dk"]}), tmp_path / "in.parquet")
    same = tmp_path / "in.parquet"
    assert refused(same, out=same, overwrites=True).code == "A941"
    (tmp_path / "folder.parquet").mkdir()
    assert refused(file, out=tmp_path / "folder.parquet", overwrites=True).code == "A951"
    for name in ("-", "out.csv", "out"):
        assert refused(file, out=tmp_path / name).code == "A951"
    assert refused(file, out=None, kept=("Land",)).code == "A941"
