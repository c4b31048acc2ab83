"""The second pass: columns of the file against columns of the data."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from consentric.config import resolve
from consentric.errors import ConfigError, Diagnostic
from consentric.model.conditions import All, Any, Field, Not
from consentric.model.project import ColumnRef, KeyKind
from consentric.model.row_tests import Is
from consentric.model.scan import ColumnType

from .conftest import CORRECT, Read, bent, place, with_who

NAMES = {
    "customers": "customer_id mail mobile country ads given_at form",
    "newsletter": "email status Phone",
    "orders": "customer_id ordered_at status amount",
    "web": "email occurred_at kind file country",
}
Columns = Mapping[str, Mapping[str, ColumnType]]
UNNAMED = bent(CORRECT[CORRECT.index("identifiers:") : CORRECT.index("consent:")], "")


def columns(**changed: str) -> Columns:
    return {name: dict.fromkeys(text.split(), ColumnType.TEXT) for name, text in {**NAMES, **changed}.items()}


def problems(read: Read, text: str, data: Columns) -> list[Diagnostic]:
    loaded = read(text)
    with pytest.raises(ConfigError) as caught:
        resolve(loaded, data)
    assert caught.value.exit_code == 3
    return list(caught.value.diagnostics)


def test_all_is_there(read: Read) -> None:
    """A file whose columns all exist comes back unchanged."""
    loaded = read(CORRECT)
    assert resolve(loaded, columns()) == loaded.project


def test_bare_column_finds_its_source(read: Read) -> None:
    """A bare column belongs to the one source of known things that has it, at any depth."""
    loaded = read(with_who("[{any: [{not: {field: country, is: NO}}]}]"))
    who = resolve(loaded, columns()).audiences["buyers"].who
    assert who == All((Any((Not(Field("customers", "country", Is(("NO",)))),)),))


def test_bare_column_of_two_sources(read: Read) -> None:
    """Two candidates are listed; nothing is guessed."""
    found = problems(read, with_who("{field: country, is: NO}"), columns(newsletter="email country"))
    assert [each.code for each in found] == ["A205"]
    assert found[0].hint == "write `customers.country` or `newsletter.country`"


def test_bare_column_of_no_source(read: Read) -> None:
    """The nearest column is offered with its source."""
    found = problems(read, with_who("{field: contry, is: NO}"), columns())
    assert [place(each) for each in found] == [("A202", 15, 18)]
    assert found[0].hint == "did you mean `customers.country`?"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("{email: mail}]", "{email: maill}]", "maill"),
        ("[customer_id, {email", "[customer_idd, {email", "customer_idd"),
        ("at: ordered_at", "at: orderd_at", "orderd_at"),
        ("event: kind", "event: kindd", "kindd"),
        ("only: {field: status", "only: {field: statis", "statis"),
        ("phone: [customers.mobile]", "phone: [customers.mobil]", "customers.mobil"),
        ("granted: ads", "granted: adds", "adds"),
        ("given_at: given_at", "given_at: givn_at", "givn_at"),
        ("proof: form", "proof: fom", "fom"),
        ("{did: orders}", "{did: orders, where: {field: statuss, is: a}}", "statuss"),
        ("{did: orders}", "{did: orders, sum: amont, at_least: 1}", "amont"),
        ("{did: orders}", "{field: customers.contry, is: a}", "customers.contry"),
    ],
)
def test_unknown_columns(read: Read, old: str, new: str, wrong: str) -> None:
    """Wherever a column is named, one that is not in the data is found at its place, with the near one."""
    text = bent(old, new)
    before = text[: text.index(wrong)].split("\n")
    found = problems(read, text, columns())
    assert [(*place(each), each.width) for each in found] == [("A202", len(before), len(before[-1]) + 1, len(wrong))]
    assert "did you mean" in found[0].hint


def test_missing_consent_column_is_never_a_yes(read: Read) -> None:
    """Without its consent columns a file stops, all of them named at once."""
    found = problems(read, CORRECT, columns(customers="customer_id mail mobile country"))
    assert [each.code for each in found] == ["A202"] * 3


def test_identifiers_by_name(read: Read) -> None:
    """Where none are named, columns called email and phone are taken from sources that make people."""
    project = resolve(read(UNNAMED), columns(customers="customer_id mail email ads given_at form"))
    assert project.identifiers.email == (ColumnRef("customers", "email"), ColumnRef("newsletter", "email"))
    assert project.identifiers.phone == (ColumnRef("newsletter", "Phone"),)
    assert not project.identifiers.declared


def test_key_kind_of_a_recognised_column(read: Read) -> None:
    """A key on a column called phone is compared as a phone, whatever the key is called."""
    text = UNNAMED.replace("newsletter.csv, key: email", "newsletter.csv, key: {mobile: Phone}")
    project = resolve(read(text), columns())
    assert project.sources["newsletter"].keys[0].kind is KeyKind.PHONE


@pytest.mark.parametrize("test", ["is: 45", "starts_with: 45", "is_not: 45"])
def test_recognised_contact_columns_are_nobodys_condition(read: Read, test: str) -> None:
    """A bare phone column says who somebody is, also when nothing names it."""
    loaded_text = UNNAMED.replace("{did: orders}", f"{{field: mobile, {test}}}")
    text = loaded_text.replace("newsletter.csv, key: email", "newsletter.csv, key: {mobile: mobile}")
    found = problems(read, text, columns(customers="customer_id mail ads given_at form", newsletter="mobile"))
    assert [each.code for each in found] == ["A209"]
