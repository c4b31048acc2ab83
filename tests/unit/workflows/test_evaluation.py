"""A project evaluated on its data: what stops a run, and what stops a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from consentric.errors import ConsentricError
from consentric.ledger import passing_keys
from consentric.workflows.evaluation import Evaluation, evaluate
from consentric.workflows.opening import Opened, Shell, open_project, read_file
from fakes import Quiet, StandingClock

DOCUMENT = """
    version: 1
    timezone: Europe/Copenhagen
    sources:
      customers: {file: customers.csv, key: [customer_id, email]}
      orders: {file: orders.csv, key: customer_id, at: ordered_at}
      consents: {file: consents.csv, key: [customer_id, email], people: false}
    identifiers: {email: customers.email}
    consent: {from: consents, granted: ads, given_at: given_at, valid_for: never, proof: {form: web}}
    destinations: {meta: {platform: meta, ad_account: act_1, endpoint: "http://127.0.0.1:9001"}}
    defaults: {send_to: meta}
    audiences:
      buyers: {who: {did: orders}}
      lapsed: {who: {did_not: orders}}
      calm: {who: {did: orders, sum: amount, less_than: 5}, guards: {max_source_shrink: off, max_rejected: off}}
"""
FILES = {
    "customers": "customer_id,email\n1,a@x.dk\n2,b@x.dk\n",
    "orders": "customer_id,ordered_at,amount\n1,2026-11-01,12.50\n",
    "consents": "customer_id,email,ads,given_at\n1,a@x.dk,yes,2026-01-01\n",
}


def looked_at(root: Path, before: Mapping[str, int] | None = None, **files: str) -> tuple[Opened, Evaluation]:
    (root / "audiences.yaml").write_text(dedent(DOCUMENT))
    for name, content in {**FILES, **files}.items():
        (root / f"{name}.csv").write_text(content)
    shell = Shell(
        root / "audiences.yaml", root / "state", {}, StandingClock(datetime.now(UTC)), Quiet(), lambda name: None
    )
    opened = open_project(shell, read_file(shell, contact=False))
    return opened, evaluate(shell, opened, passing_keys(), frozenset(), before or {})


def refused(root: Path, before: Mapping[str, int] | None = None, **files: str) -> ConsentricError:
    with pytest.raises(ConsentricError) as caught:
        looked_at(root, before, **files)
    return caught.value


@pytest.mark.parametrize("name", ["customers", "consents"])
@pytest.mark.parametrize("content", ["", "header only", "header only, no end"])
def test_a_source_of_people_or_consent_without_rows_ends_the_run(tmp_path: Path, name: str, content: str) -> None:
    """A303 and exit 4: nobody is removed because of an export that failed."""
    header = FILES[name].partition("\n")[0]
    text = {"": "", "header only": f"{header}\n", "header only, no end": header}[content]
    error = refused(tmp_path, None, **{name: text})
    assert (error.code, error.exit_code) == ("A303", 4)


@pytest.mark.parametrize("end", ["\n", ""])
def test_activity_without_rows_is_a_warning_unless_it_had_some(tmp_path: Path, end: str) -> None:
    """A shop that never sold anything is a shop; one that lost all its orders has a broken export."""
    header = f"customer_id,ordered_at,amount{end}"
    _, found = looked_at(tmp_path, orders=header)
    assert "W315" in {each.code for each in found.notices}
    assert refused(tmp_path, {"orders": 3}, orders=header).exit_code == 4


@pytest.mark.parametrize("name", ["customers", "consents"])
def test_an_unreadable_source_of_people_or_consent_ends_with_4(tmp_path: Path, name: str) -> None:
    """An open quote: the owner of the export is told, and nobody retries."""
    assert refused(tmp_path, None, **{name: FILES[name] + '3,"c@x.dk,yes,2026-01-01\n'}).exit_code == 4


UNREADABLE = {
    "ordered_at": "1,24-12-2025,5\n",
    "amount": '1,2025-12-24,"5,00"\n',
}


@pytest.mark.parametrize("column", UNREADABLE)
def test_more_than_one_per_cent_of_unreadable_cells_is_an_error(tmp_path: Path, column: str) -> None:
    """A date as Danes write it would make everybody somebody who never bought; it counts as empty up to one in a hundred."""
    good = "1,2026-11-01,12.50\n"
    header = "customer_id,ordered_at,amount\n"
    looked_at(tmp_path, orders=header + good * 99 + UNREADABLE[column])
    error = refused(tmp_path, orders=header + good * 97 + UNREADABLE[column] * 3)
    assert error.exit_code in {3, 4}
    assert column in error.message


def test_damaged_rows_end_the_run_beyond_a_tenth(tmp_path: Path) -> None:
    """A311; below that they are left out and told."""
    good = "1,2026-11-01,12.50\n"
    header = "customer_id,ordered_at,amount\n"
    _, found = looked_at(tmp_path, orders=header + good * 9 + "1\n")
    assert "W316" in {each.code for each in found.notices}
    assert refused(tmp_path, orders=header + good * 8 + "1\n").code == "A311"


def test_hashed_addresses_end_the_run(tmp_path: Path) -> None:
    """A330 names the column and shows no value."""
    error = refused(tmp_path, customers=f"customer_id,email\n1,{'ab' * 32}\n2,b@x.dk\n")
    assert error.code == "A330"
    assert "abab" not in str(error) + error.hint


def test_a_contact_that_too_many_share_is_told_with_those_who_lose_it(tmp_path: Path) -> None:
    """W313 names the column, how many values, how many people, and how many of them have nothing else."""
    header = "customer_id,email\n"
    rows = "".join(f"{number},shared@x.dk\n" for number in range(21))
    _, found = looked_at(tmp_path, customers=header + rows + "30,a@x.dk\n31,a@b\n")
    told = {each.where: each for each in found.notices if each.code == "W313"}
    assert set(told) == {"keys", "customers.email"}
    assert (told["keys"].count, dict(told["keys"].parts)) == (1, {})
    assert told["customers.email"].count == 1
    assert told["customers.email"].parts == {"people": 21, "alone": 21}
    assert found.audiences["lapsed"].unusable == {"email": {"not_an_email": 1}}
    assert found.audiences["buyers"].unusable == {}


def test_a_shrunken_source_stops_the_lists_that_read_it(tmp_path: Path) -> None:
    """Each audience by its own limits; the consent source stops all."""
    opened, found = looked_at(tmp_path, {"orders": 1000})
    assert [each.code for each in found.troubles_of(opened, "buyers")] == ["A605"]
    opened, found = looked_at(tmp_path, {"consents": 1000})
    assert [each.code for each in found.troubles_of(opened, "buyers")] == ["A605"]


def test_an_audience_may_switch_a_guard_of_sources_off(tmp_path: Path) -> None:
    """Guards of the file hold for all, those of an audience for its lists."""
    opened, found = looked_at(tmp_path, {"orders": 1000})
    assert found.troubles_of(opened, "calm") == ()
