"""One shop for all tests of the demo: smaller than the real one, read-only."""

from __future__ import annotations

from pathlib import Path

import pytest

from consentric.demo import ShopFiles, write_shop
from consentric.demo.tables import read_csv

Rows = list[dict[str, str]]
CUSTOMERS = 3_000


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ShopFiles:
    return write_shop(tmp_path_factory.mktemp("shop"), customers=CUSTOMERS)


@pytest.fixture(scope="session")
def customers(shop: ShopFiles) -> Rows:
    return read_csv(shop.path("customers.csv"))


@pytest.fixture(scope="session")
def consents(shop: ShopFiles) -> Rows:
    return read_csv(shop.path("consents.csv"))


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[3]
