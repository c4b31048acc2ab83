"""The demo shop's files: the same each time, of the promised shape, with a realistic skew and nobody real."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from consentric.demo import NOW, ShopFiles, write_shop
from consentric.demo.tables import read_csv

Rows = list[dict[str, str]]

# `test.dk` is the placeholder that people type; on gmail.com only boxes longer than Gmail allows.
ALLOWED_DOMAINS = re.compile(r"(\.example|^gmail\.com|^test\.dk)$")
FILES = {
    "customers.csv",
    "orders.parquet",
    "order_lines.parquet",
    "newsletter.csv",
    "web.parquet",
    "loyalty.csv",
    "tickets.csv",
    "survey.csv",
    "consents.csv",
}


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "data").iterdir()}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """A demo that changes from run to run cannot be documented."""
    for name in ("one", "other"):
        write_shop(tmp_path / name, customers=600)
    assert _digests(tmp_path / "one") == _digests(tmp_path / "other")


def test_another_seed_writes_another_shop(tmp_path: Path) -> None:
    """Every file depends on the seed."""
    write_shop(tmp_path / "one", customers=600, seed=1)
    write_shop(tmp_path / "other", customers=600, seed=2)
    one, other = _digests(tmp_path / "one"), _digests(tmp_path / "other")
    assert [name for name in one if one[name] == other[name]] == []


def test_a_later_now_moves_everything_along(tmp_path: Path) -> None:
    """Instants are relative to `now`: nothing but known mistakes lies after it."""
    later = NOW + timedelta(days=400)
    shop = write_shop(tmp_path, customers=600, now=later)
    newest = pc.max(pq.read_table(shop.path("orders.parquet"))["ordered_at"]).as_py()
    assert later - timedelta(days=3) < newest < later


def test_now_needs_a_zone_and_a_shop_needs_customers(tmp_path: Path) -> None:
    """Both mistakes would give a silently wrong shop."""
    with pytest.raises(ValueError, match="time zone"):
        write_shop(tmp_path, now=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="at least 500"):
        write_shop(tmp_path, customers=20)


def test_every_file_is_written_with_the_rows_it_reports(shop: ShopFiles) -> None:
    """The counts that the demo prints are the counts of the files."""
    assert set(shop.rows) == FILES == {path.name for path in (shop.folder / "data").iterdir()}
    for name, count in shop.rows.items():
        path = shop.path(name)
        found = pq.read_metadata(path).num_rows if path.suffix == ".parquet" else len(read_csv(path))
        assert found == count > 0, name


def test_few_customers_place_many_orders(shop: ShopFiles) -> None:
    """Orders per customer have a long tail: the median is small, the largest is not."""
    orders = Counter(pq.read_table(shop.path("orders.parquet"))["customer_id"].to_pylist())
    counts = sorted(orders.values())
    assert counts[len(counts) // 2] <= 3
    assert counts[-1] >= 25
    assert sum(counts[-len(counts) // 10 :]) > 0.3 * sum(counts)


def test_an_order_is_the_sum_of_its_lines(shop: ShopFiles) -> None:
    """Amounts agree to the øre, and a line happens when its order does."""
    orders = pq.read_table(shop.path("orders.parquet"))
    lines = pq.read_table(shop.path("order_lines.parquet"))
    lines = lines.group_by("order_id").aggregate([("amount", "sum"), ("ordered_at", "max")])
    joined = orders.join(lines, "order_id")
    assert joined.num_rows == orders.num_rows
    assert joined["amount"].to_pylist() == joined["amount_sum"].to_pylist()
    assert joined["ordered_at"].equals(joined["ordered_at_max"])


def test_no_address_can_reach_anybody(shop: ShopFiles, customers: Rows, consents: Rows) -> None:
    """Domains are reserved ones; the few at gmail.com are longer than Gmail's 30 letters."""
    newsletter, survey = read_csv(shop.path("newsletter.csv")), read_csv(shop.path("survey.csv"))
    written = [row["email"] for row in (*customers, *consents, *newsletter, *survey)]
    written += [row["requester_email"] for row in read_csv(shop.path("tickets.csv"))]
    written += [email for email in pq.read_table(shop.path("web.parquet"))["email"].to_pylist() if email]
    for email in (text for text in written if re.search(r"@.", text)):
        local, _, domain = email.strip(" \u00a0\u200b>").lower().rpartition("@")
        assert ALLOWED_DOMAINS.search(domain), email
        if domain == "gmail.com":
            assert len(local.partition("+")[0].replace(".", "")) > 30, email


def test_web_events_say_what_they_are_about(shop: ShopFiles) -> None:
    """Downloads name a file, clicks and baskets an article, strangers have no e-mail."""
    rows = pq.read_table(shop.path("web.parquet")).to_pylist()
    assert {row["event_name"] for row in rows} == {"page_view", "product_click", "add_to_cart", "download", "form_fill"}
    assert all((row["file"] is not None) == (row["event_name"] == "download") for row in rows)
    assert all((row["sku"] is not None) == (row["event_name"] in {"product_click", "add_to_cart"}) for row in rows)
    assert any(row["email"] is None for row in rows)


def test_some_orders_belong_to_nobody_known(shop: ShopFiles, customers: Rows) -> None:
    """Deleted accounts leave orders behind."""
    known = {int(row["customer_id"]) for row in customers}
    buyers = set(pq.read_table(shop.path("orders.parquet"))["customer_id"].to_pylist())
    assert 0 < len(buyers - known) < 0.01 * len(buyers)
