"""Contacts that cannot be used, counted for the people of an audience; contacts that too many people share."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from consentric.engine.match_keys import crowds
from consentric.engine.unusable import unusable_of
from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable
from consentric.model.conditions import Field
from consentric.model.lists import KeyType
from consentric.model.project import ColumnRef, Identifiers, Key, KeyKind, Platform, Source
from consentric.model.row_tests import Is, RowTest

from .room import CUSTOMER, Row, Setting, consent_rules, evaluated, write_csv

COLUMNS = ("customer_id", "club", "email", "mail2", "phone", "first_name", "last_name", "postcode", "country")
CONSENTS = ("customer_id", "email", "first", "second", "given_at", "withdrawn_at")
MAIL = Key("email", "email", KeyKind.EMAIL)
CUSTOMERS = Source("customers", "customers.csv", (CUSTOMER,))
PROOFS = Source("consents", "consents.csv", (CUSTOMER, MAIL), people=False)
KNOWN = Identifiers(
    email=(ColumnRef("customers", "email"), ColumnRef("customers", "mail2")),
    phone=(ColumnRef("customers", "phone"),),
    first_name=(ColumnRef("customers", "first_name"),),
    last_name=(ColumnRef("customers", "last_name"),),
    postcode=(ColumnRef("customers", "postcode"),),
    country=(ColumnRef("customers", "country"),),
    assume_country="DK",
)
AUDIENCES = {
    "gold": Field("customers", "club", Is(("gold",))),
    "red": Field("customers", "club", Is(("red",))),
}
CELLS: Mapping[str, Sequence[str]] = {
    "email": ("a@x.dk", "b@x.dk", "a@b", "test@test.dk", "ab" * 32, "a@x.dk;b@x.dk", "", " ", "a\0@x.dk"),
    "mail2": ("c@x.dk", "", "", "", "nobody"),
    "phone": ("20304050", "+4520304051", "12345678", "n/a", "4.51E+09", "", "20304050, 20304051"),
    "first_name": ("Anna", "Bo", "", "12", "a@b", "x" * 300, "n/a"),
    "last_name": ("Holm", "", "?", "Jr."),
    "postcode": ("8000", "ab", "", "94045-12"),
    "country": ("DK", "", "SE", "US", "Sverige", "n/a"),
}


def rows(seed: int, count: int = 300) -> list[Row]:
    chance = random.Random(seed)
    return [
        {"customer_id": str(number), "club": chance.choice(["gold", "red", "none"])}
        | {name: chance.choice(cells) for name, cells in CELLS.items()}
        for number in range(count)
    ]


def home(cell: str) -> str | None:
    code = rules.country(cell)
    return "DK" if code in (Unusable.EMPTY, Unusable.PLACEHOLDER) else None if isinstance(code, Unusable) else code


def plainly(people: Sequence[Row], club: str) -> dict[str, dict[str, int]]:
    """Cell by cell, with the rules themselves."""
    counted: dict[str, Counter[str]] = {}
    for row in people:
        if row["club"] != club:
            continue
        at = home(str(row["country"]))
        judged = [
            ("email", rules.email(str(row["email"]))),
            ("email", rules.email(str(row["mail2"]))),
            ("phone", rules.phone(str(row["phone"]), at)),
            ("first_name", rules.meta_name(str(row["first_name"]))),
            ("last_name", rules.meta_name(str(row["last_name"]))),
            ("postcode", rules.meta_postcode(str(row["postcode"]), at)),
            ("country", Unusable.NOT_A_COUNTRY if at is None else at),
        ]
        for field, form in judged:
            if isinstance(form, Unusable) and form is not Unusable.EMPTY:
                counted.setdefault(field, Counter())[str(form)] += 1
    return {field: dict(reasons) for field, reasons in counted.items()}


def test_cells_of_an_audience_are_counted_by_field_and_reason(tmp_path: Path) -> None:
    """As somebody with the rules and the file would count them; only of its own people."""
    people = rows(3)
    consents = [{"customer_id": row["customer_id"], "email": "not an address", "first": "yes"} for row in people]
    write_csv(tmp_path / "customers.csv", people, COLUMNS)
    write_csv(tmp_path / "consents.csv", consents, CONSENTS)
    con = evaluated(Setting((CUSTOMERS, PROOFS), consent_rules(), KNOWN, AUDIENCES), tmp_path)
    for club in AUDIENCES:
        found = {field: dict(reasons) for field, reasons in unusable_of(con, club).items()}
        assert found == plainly(people, club)
        for reasons in found.values():
            assert sorted(reasons.values(), reverse=True) == list(reasons.values())


def test_rows_that_do_not_count_have_no_unusable_cells(tmp_path: Path) -> None:
    """`only` rules them out, and so does belonging to nobody."""
    people: list[Row] = [
        {"customer_id": "1", "club": "gold", "email": "a@b"},
        {"customer_id": "2", "club": "red", "email": "a@b"},
        {"customer_id": "", "club": "gold", "email": "a@b"},
    ]
    only = Source("customers", "customers.csv", (CUSTOMER,), only=RowTest("club", Is(("gold",))))
    write_csv(tmp_path / "customers.csv", people, COLUMNS)
    write_csv(tmp_path / "consents.csv", [], CONSENTS)
    con = evaluated(Setting((only, PROOFS), consent_rules(), KNOWN, AUDIENCES), tmp_path)
    assert unusable_of(con, "gold") == {"email": {"not_an_email": 1}}
    assert unusable_of(con, "red") == {}


def test_shared_contacts_are_counted_with_those_who_lose_them(tmp_path: Path) -> None:
    """One phone of 500 customers, of whom 480 have an e-mail of their own; twenty who share one are no crowd."""
    people: list[Row] = [
        {"customer_id": str(number), "phone": "20304050", "email": f"a{number}@x.dk" if number < 480 else ""}
        for number in range(500)
    ]
    people += [{"customer_id": str(number), "email": "shared@x.dk"} for number in range(500, 520)]
    people += [{"customer_id": str(number), "email": "crowd@x.dk", "phone": "20304050"} for number in range(520, 541)]
    write_csv(tmp_path / "customers.csv", people, COLUMNS)
    write_csv(tmp_path / "consents.csv", [], CONSENTS)
    con = evaluated(Setting((CUSTOMERS, PROOFS), consent_rules(), KNOWN, AUDIENCES), tmp_path)
    for platform in Platform:
        email, phone = crowds(con, platform)
        assert (email.kind, email.values, email.people, email.alone) == (KeyType.EMAIL, 1, 21, 21)
        assert (phone.kind, phone.values, phone.people, phone.alone) == (KeyType.PHONE, 1, 521, 41)


def test_where_nothing_is_shared_there_is_no_crowd(tmp_path: Path) -> None:
    """Nor anything to be told."""
    write_csv(tmp_path / "customers.csv", [{"customer_id": "1", "email": "a@x.dk"}], COLUMNS)
    write_csv(tmp_path / "consents.csv", [], CONSENTS)
    con = evaluated(Setting((CUSTOMERS, PROOFS), consent_rules(), KNOWN, AUDIENCES), tmp_path)
    assert crowds(con, Platform.META) == []
