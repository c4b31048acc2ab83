"""Mobile ids, cities, birth dates and ready hashes through the whole of it: sent, changed, removed, and told in the plan."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from judge.accounts import ADDS, REMOVALS
from scenarios.harness import Stage, open_stage

YAML = """version: 1
timezone: Europe/Copenhagen
sources:
  customers: {file: customers.csv, key: customer_id}
  partners: {file: partners.csv, key: partner_id}
  consents: {file: consents.csv, key: [customer_id, partner_id], people: false}
identifiers:
  email: [customers.email, {column: partners.mail_hash, prehashed: sha256}]
  first_name: customers.first_name
  city: customers.city
  state: customers.state
  country: customers.country
  birth_date: customers.birth_date
  gender: customers.gender
  mobile_id: customers.device
consent:
  from: consents
  purposes: {ad_user_data: {column: a}, ad_personalization: {column: b}}
  given_at: at
  withdrawn_at: until
  valid_for: never
  proof: {form: web}
destinations:
  google: {platform: google, customer_id: "1234567890", terms_accepted: true, endpoint: "${CONSENTRIC_GOOGLE_ENDPOINT}"}
  meta: {platform: meta, ad_account: act_1234, endpoint: "${CONSENTRIC_META_ENDPOINT}"}
guards: {min_size: 1, max_removals: "off", max_additions: "off", max_vanished: "off"}
audiences:
  everybody: {who: {any: [{field: customers.kind, is: c}, {field: partners.kind, is: p}]}, send_to: [google, meta]}
"""
CUSTOMERS = ("customer_id", "kind", "email", "first_name", "city", "state", "country", "birth_date", "gender", "device")
OLD, NEW = "38400000-8CF0-11BD-B23E-10B96E40000D", "6d92078a-8246-4ba4-ae5b-76104861e7dc"
ANNA = {
    "customer_id": "1", "kind": "c", "email": "anna@post.example", "first_name": "Åse", "city": "San José", "state": "California",
    "country": "US", "birth_date": "1997-02-16", "gender": "Female", "device": OLD,
}  # fmt: skip
BO = {"customer_id": "2", "kind": "c", "device": "AECE52E7-03EE-455A-B3C4-E57283966239", "country": "DK"}
PARTNER = {"partner_id": "p3", "kind": "p", "mail_hash": sha256(b"carl@post.example").hexdigest().upper()}


def write(path: Path, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def shop(folder: Path, *customers: Mapping[str, str], until: str = "") -> None:
    write(folder / "customers.csv", CUSTOMERS, customers)
    write(folder / "partners.csv", ("partner_id", "kind", "mail_hash"), [PARTNER])
    yes = {"a": "yes", "b": "yes", "at": "2026-01-01"}
    rows = [{"customer_id": "1", "until": until, **yes}, {"customer_id": "2", **yes}, {"partner_id": "p3", **yes}]
    write(folder / "consents.csv", ("customer_id", "partner_id", "a", "b", "at", "until"), rows)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "audiences.yaml").write_text(YAML)
    shop(folder, ANNA, BO)
    with open_stage(folder) as opened:
        yield opened


def keys_sent(stage: Stage, since: int, operations: frozenset[str]) -> list[frozenset[str]]:
    """The match keys of each row of Meta's requests of one kind, as its log has them."""
    entries = [each for each in stage.sandbox.log(since) if each["platform"] == "meta" and each["op"] in operations]
    return [frozenset(row) for each in entries for row in each["rows"]]


def of_meta(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    one: Mapping[str, Any] = plan["audiences"]["everybody"]["lists"]["meta"]
    return one


def test_what_is_declared_is_sent_and_told(stage: Stage) -> None:
    """The plan names what leaves hashed and in clear; somebody with a device alone is on Meta's list and not on Google's."""
    plan = stage.plan()
    told = of_meta(plan)
    assert told["in_clear"] == ["mobile id"]
    assert told["hashed"] == ["email", "first name", "country", "city", "state", "birth date", "gender"]
    assert plan["audiences"]["everybody"]["lists"]["google"]["in_clear"] == []
    assert told["members"] == 3
    assert plan["audiences"]["everybody"]["lists"]["google"]["members"] == 2
    run = stage.sync()
    assert run.exit == 0, run
    rows = [
        (set(row), set(riders))
        for entry in stage.sandbox.log()
        if entry.get("platform") == "meta" and entry.get("rows")
        for row, riders in zip(entry["rows"], entry["riders"], strict=True)
    ]
    anna = next(riders for keys, riders in rows if f"madid:{OLD.lower()}" in keys)
    forms = {
        "FN": "åse", "FI": "a", "CT": "sanjose", "ST": "ca", "COUNTRY": "us", "DOBY": "1997", "DOBM": "02", "DOBD": "16",
        "GEN": "f",
    }  # fmt: skip
    assert anna == {f"{name}:{sha256(form.encode()).hexdigest()}" for name, form in forms.items()}
    sent = set().union(*(keys for keys, _ in rows))
    assert f"email:{sha256(b'carl@post.example').hexdigest()}" in sent
    assert f"madid:{BO['device'].lower()}" in sent


def test_a_changed_device_is_keyed_anew(stage: Stage) -> None:
    """The old id is removed by itself and with its row, and only afterwards the new one is added."""
    stage.converge()
    shop(stage.folder, {**ANNA, "device": NEW}, BO)
    assert of_meta(stage.plan())["rekey"] == 1
    before = stage.sandbox.last_entry()
    assert stage.sync().exit == 0
    removed = keys_sent(stage, before, REMOVALS)
    assert removed == [{f"madid:{OLD.lower()}"}] * 2
    assert not any(f"madid:{NEW}" in row for row in keys_sent(stage, before, ADDS))
    stage.sandbox.advance("24h")
    stage.converge()
    assert any(f"madid:{NEW}" in row for row in keys_sent(stage, before, ADDS))
    assert not any(f"madid:{OLD.lower()}" in row for row in keys_sent(stage, before, ADDS))


def test_who_withdraws_is_removed_by_every_key(stage: Stage) -> None:
    """The e-mail and the device each in a request of its own, and the row as it was sent."""
    stage.converge()
    shop(stage.folder, ANNA, BO, until="2026-11-20")
    before = stage.sandbox.last_entry()
    assert stage.sync().exit == 0
    email, device = f"email:{sha256(b'anna@post.example').hexdigest()}", f"madid:{OLD.lower()}"
    assert sorted(map(sorted, keys_sent(stage, before, REMOVALS))) == sorted([[email], [device], [email, device]])
    stage.sandbox.advance("24h")
    stage.converge()
    assert not any(row & {email, device} for row in keys_sent(stage, before, ADDS))


def test_who_withdraws_by_address_leaves_though_only_a_hash_is_known(stage: Stage) -> None:
    """`withdraw` is given an address that stands in no file: the person of its hash leaves both lists and stays out."""
    stage.converge()
    run = stage.no("withdraw", "Carl@post.example")
    assert run.exit == 0, run
    stage.sandbox.advance("24h")
    before = stage.sandbox.last_entry()
    stage.converge()
    carl = f"email:{sha256(b'carl@post.example').hexdigest()}"
    assert carl not in set().union(*keys_sent(stage, before, ADDS))
    members = {name: one["members"] for name, one in stage.plan()["audiences"]["everybody"]["lists"].items()}
    assert members == {"google": 1, "meta": 2}
    assert [carl] in [sorted(row) for row in keys_sent(stage, 0, REMOVALS)]
