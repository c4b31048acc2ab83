"""The demo's second act changes one customer, and the canaries know every personal value."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from consentric.demo import CHANGES_PHONE, NOW, WITHDRAWS, ShopFiles, apply_change, canaries
from consentric.demo.tables import read_csv


@pytest.fixture
def copy(shop: ShopFiles, tmp_path: Path) -> Path:
    shutil.copytree(shop.folder / "data", tmp_path / "data")
    return tmp_path


def _changed(shop: ShopFiles, copy: Path) -> set[str]:
    return {path.name for path in (copy / "data").iterdir() if path.read_bytes() != shop.path(path.name).read_bytes()}


def test_one_customer_withdraws(shop: ShopFiles, copy: Path) -> None:
    """One row is appended, for somebody who had agreed and bought within 30 days."""
    customer_id = apply_change(copy, WITHDRAWS)
    before, after = read_csv(shop.path("consents.csv")), read_csv(copy / "data" / "consents.csv")
    assert _changed(shop, copy) == {"consents.csv"}
    assert after[:-1] == before
    assert after[-1]["customer_id"] == customer_id
    assert after[-1]["withdrawn_at"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [row["personal_ads"] for row in before if row["customer_id"] == customer_id] == ["yes"]
    orders = pq.read_table(shop.path("orders.parquet")).to_pylist()
    assert any(
        order["customer_id"] == int(customer_id) and order["status"] == "paid" and (NOW - order["ordered_at"]).days < 30
        for order in orders
    )


def test_the_next_withdrawal_is_of_somebody_else(copy: Path) -> None:
    """Whoever withdrew is no candidate any more."""
    assert apply_change(copy, WITHDRAWS) != apply_change(copy, WITHDRAWS)


def test_one_customer_changes_phone(shop: ShopFiles, copy: Path) -> None:
    """One cell of customers.csv differs, and it holds another Danish mobile."""
    customer_id = apply_change(copy, CHANGES_PHONE)
    before, after = read_csv(shop.path("customers.csv")), read_csv(copy / "data" / "customers.csv")
    different = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert _changed(shop, copy) == {"customers.csv"}
    assert len(different) == 1
    old, new = different[0]
    assert old["customer_id"] == customer_id
    assert {**old, "mobile": new["mobile"]} == new
    assert re.fullmatch(r"\d{8}", new["mobile"])
    assert not any(row["mobile"].endswith(old["mobile"]) for row in before if row is not old)


def test_the_two_changes_concern_two_people(shop: ShopFiles, copy: Path) -> None:
    """So that the demo can show them one after the other, in either order."""
    shutil.copytree(shop.folder / "data", copy / "again" / "data")
    assert apply_change(copy, WITHDRAWS) != apply_change(copy / "again", CHANGES_PHONE)


def test_an_unknown_change_names_the_known_ones(copy: Path) -> None:
    """The message says what to write instead."""
    with pytest.raises(ValueError, match="one customer withdraws"):
        apply_change(copy, "one customer moves")


def test_canaries_hold_values_as_written_and_normalised(shop: ShopFiles) -> None:
    """Whatever form a leak takes, one of these strings is in it."""
    found = set(canaries(shop.folder))
    customers = read_csv(shop.path("customers.csv"))
    row = next(row for row in customers if re.fullmatch(r"\+45 \d{8}", row["mobile"]))
    national = row["mobile"][4:]
    assert {row["mobile"], f"+45{national}", f"45{national}", row["street"]} <= found
    upper = next(row for row in customers if re.fullmatch(r"[A-Z.-]+\d*@POST\.EXAMPLE", row["email"]))
    assert {upper["email"], upper["email"].lower()} <= found
    assert f"{row['first_name'].strip()} {row['last_name'].strip()}".lower() in found
    subscribers = read_csv(shop.path("newsletter.csv"))
    assert {entry["email"].strip().lower() for entry in subscribers} <= found


def test_canaries_never_cry_wolf(shop: ShopFiles) -> None:
    """Nothing that a report may say: placeholders, the owner's own address, dates, short fragments."""
    found = canaries(shop.folder)
    assert found == sorted(set(found))
    assert min(map(len, found)) >= 7
    for harmless in ("test@test.dk", "maria@hyggeshop.example", "privacy@hyggeshop.example", "Maria Holm", "12345678"):
        assert not any(value in harmless for value in found), harmless
    assert not any(re.fullmatch(r"202\d{5}", value) for value in found)
