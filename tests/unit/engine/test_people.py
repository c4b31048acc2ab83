"""Who is who: rows that share a key are one person, and how a person is named."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from consentric.engine.connection import Connection
from consentric.model.project import Source

from .room import CUSTOMER, EMAIL, LOYALTY, Row, Setting, consent_rules, digest, evaluated, people_of, write_csv

CONSENTS = ("customer_id", "email", "first", "second", "given_at", "withdrawn_at")
CUSTOMERS = Source("customers", "customers.csv", (CUSTOMER, EMAIL, LOYALTY))
PROOFS = Source("consents", "consents.csv", (CUSTOMER, EMAIL), people=False)


def known(files: Mapping[str, Sequence[Row]], *more: Source) -> tuple[dict[bytes, int], Connection]:
    """The person of every key; the connection is open for more questions."""
    sources = (CUSTOMERS, *more, PROOFS)
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            names = CONSENTS if source is PROOFS else [key.column for key in source.keys]
            write_csv(Path(folder) / source.file, files.get(source.name, [{}]), names)
        con = evaluated(Setting(sources, consent_rules()), Path(folder))
    return people_of(con), con


def number(value: object) -> bytes:
    return digest("text", f"customer_id\n{value}")


def address(value: str) -> bytes:
    return digest("email", value)


def names(con: Connection) -> set[bytes]:
    return set(con.table("SELECT id FROM people").column("id").to_pylist())


def test_a_chain_over_several_keys_is_one_person() -> None:
    """Number, address, card, number: each row shares one key with the next."""
    found, _ = known(
        {
            "customers": [
                {"customer_id": "1", "email": " A@x.dk "},
                {"email": "a@X.DK", "loyalty": "L1"},
                {"customer_id": "2.0", "loyalty": " L1"},
                {"customer_id": "2", "email": "b@x.dk"},
                {"customer_id": "02", "email": "n/a"},
                {"customer_id": "3", "email": "n/a"},
            ]
        }
    )
    assert len({found[each] for each in (number(1), number(2), address("a@x.dk"), address("b@x.dk"))}) == 1
    assert len({found[each] for each in (number(1), number("02"), number(3))}) == 3


def test_a_chain_of_many_people_ends() -> None:
    """Sixty customers, each with an address of the one before, in any order of rows: one person, and no failure."""
    order = list(range(60))
    random.Random(5).shuffle(order)
    rows: list[Row] = [
        {"customer_id": f"c{order[n]}", "email": f"p{each}@x.dk"} for n in range(59) for each in (n, n + 1)
    ]
    random.Random(6).shuffle(rows)
    found, _ = known({"customers": rows})
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("people", [20, 21])
@pytest.mark.parametrize("first", ["customer_id", "email"])
def test_a_value_of_more_than_twenty_people_joins_nobody(people: int, first: str) -> None:
    """Twenty may be a family; twenty-one are an office, in whatever order a source names its keys."""
    keys = (CUSTOMER, EMAIL) if first == "customer_id" else (EMAIL, CUSTOMER)
    desk = Source("desk", "desk.csv", keys)
    found, _ = known({"desk": [{"customer_id": str(each), "email": "info@x.dk"} for each in range(people)]}, desk)
    assert len({found[number(each)] for each in range(people)}) == (1 if people == 20 else people)


def test_facts_about_people_make_and_join_nobody() -> None:
    """Rows of a `people: false` source belong to the person of their first key that is known."""
    web = Source("web", "web.csv", (CUSTOMER, EMAIL), people=False)
    files: dict[str, Sequence[Row]] = {
        "customers": [{"customer_id": "1", "email": "a@x.dk"}, {"customer_id": "2", "email": "b@x.dk"}],
        "web": [
            {"customer_id": "1", "email": "b@x.dk"},
            {"customer_id": "9", "email": "b@x.dk"},
            {"customer_id": "9", "email": "z@x.dk"},
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        for source in (CUSTOMERS, web):
            write_csv(Path(folder) / source.file, files[source.name], [key.column for key in source.keys])
        write_csv(Path(folder) / "consents.csv", [{}], CONSENTS)
        rows = Source("web", "web.csv", (CUSTOMER, EMAIL), people=False, only=None)
        from consentric.model.conditions import Field
        from consentric.model.row_tests import Exists

        who = {"a": Field("web", "email", Exists(wanted=True))}
        con = evaluated(Setting((CUSTOMERS, rows, PROOFS), consent_rules(), audiences=who), Path(folder))
    found = people_of(con)
    assert set(found) == {number(1), number(2), address("a@x.dk"), address("b@x.dk")}
    assert found[number(1)] != found[number(2)]
    placed = con.table('SELECT person FROM "rows:web" ORDER BY row').column("person").to_pylist()
    assert placed == [found[number(1)], found[number(2)], None]


@pytest.mark.parametrize(
    ("ids", "name"),
    [(("10", "9"), "9"), (("10", "9.0"), "9"), (("10", "9a"), "10"), (("b", "a"), "a"), ((" 9 ", "10"), "9")],
)
def test_a_joined_person_is_named_by_the_smallest_number(ids: tuple[str, str], name: str) -> None:
    """As numbers where all are numbers, else as texts."""
    _, con = known({"customers": [{"customer_id": each, "email": "a@x.dk"} for each in ids]})
    assert names(con) == {number(name)}


def test_whoever_has_no_primary_key_is_named_by_another() -> None:
    """A subscriber who never became a customer."""
    newsletter = Source("newsletter", "newsletter.csv", (EMAIL,))
    _, con = known({"newsletter": [{"email": "e@x.dk"}]}, newsletter)
    assert names(con) == {address("e@x.dk")}
