"""A project in memory, its sources as real files, and an engine that has evaluated them."""

from __future__ import annotations

import csv
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from consentric.engine.connection import Connection
from consentric.engine.duckdb import DuckEngine
from consentric.model.conditions import Condition
from consentric.model.people import Suppression, Verb
from consentric.model.project import (
    Audience,
    ConsentRules,
    GoogleAccount,
    Guards,
    Identifiers,
    Key,
    KeyKind,
    MetaAccount,
    Project,
    Proof,
    Purpose,
    Source,
)
from consentric.model.scan import ColumnType
from consentric.model.time import Duration, Unit
from consentric.selection.catalog import Catalog, Table
from consentric.selection.uses import uses
from consentric.sources.files import open_files
from consentric.sources.rows import Reading

Cell = str | bool | int | Decimal | date | None
Row = Mapping[str, Cell]
Rows = Mapping[str, Sequence[Row]]
Kinds = Mapping[str, Mapping[str, pa.DataType]]

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
NOW: Final = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
SECRET: Final = b"k" * 32
CUSTOMER: Final = Key("customer_id", "customer_id", KeyKind.TEXT)
EMAIL: Final = Key("email", "email", KeyKind.EMAIL)
TWO_YEARS: Final = Duration(24, Unit.MONTH)
WEB_FORM: Final = Proof(text="form: web")
LOYALTY: Final = Key("loyalty", "loyalty", KeyKind.TEXT)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a test fixes besides its rows."""

    sources: Sequence[Source]
    consent: ConsentRules
    identifiers: Identifiers = Identifiers()
    audiences: Mapping[str, Condition] = field(default_factory=dict)
    now: datetime = NOW
    suppressed: frozenset[bytes] = frozenset()


def consent_rules(
    source: str = "consents",
    valid_for: Duration | None = TWO_YEARS,
    proof: Proof = WEB_FORM,
) -> ConsentRules:
    """Google needs both purposes, Meta the second one."""
    granted, refused = frozenset({"yes", "ja"}), frozenset({"no", "nej"})
    return ConsentRules(
        source=source,
        purposes=(Purpose("first", "first", granted, refused), Purpose("second", "second", granted, refused)),
        given_at="given_at",
        withdrawn_at="withdrawn_at",
        valid_for=valid_for,
        proof=proof,
        needed={"google": ("first", "second"), "meta": ("second",)},
        fresh_within=Duration(2, Unit.DAY),
    )


def project(setting: Setting, root: Path) -> Project:
    return Project(
        path=root / "audiences.yaml",
        root=root,
        config_sha256="0" * 64,
        timezone=COPENHAGEN,
        currency=None,
        sources={each.name: each for each in setting.sources},
        identifiers=setting.identifiers,
        consent=setting.consent,
        destinations={
            "google": GoogleAccount("google", "1234567890", endpoint="127.0.0.1:1"),
            "meta": MetaAccount("meta", "act_1", endpoint="http://127.0.0.1:1"),
        },
        privacy=None,
        guards=Guards(),
        audiences={key: Audience(key, key, who) for key, who in setting.audiences.items()},
    )


def evaluated(setting: Setting, root: Path) -> Connection:
    """Everything up to `select` has run over the files in `root`; the relations are in the connection."""
    whole = project(setting, root)
    used = uses(whole)
    scans = {name: open_files(use.source, root) for name, use in used.items()}
    tables = {
        name: Table(
            name,
            {
                column: ColumnType.TEXT if column in use.contacts else type_
                for column, type_ in scans[name].columns.items()
            },
            use.source.timezone or whole.timezone,
        )
        for name, use in used.items()
    }
    engine = DuckEngine(whole, Catalog(tables, whole.timezone, setting.now), SECRET)
    for name, use in used.items():
        engine.load(use, Reading(scans[name], use.columns).batches())
    engine.identify(
        list(used.values()), frozenset(Suppression(each, Verb.OBJECTED, setting.now) for each in setting.suppressed)
    )
    engine.weigh(list(used.values()), list(whole.destinations.values()))
    engine.select(whole.audiences)
    return engine._con


def write_csv(path: Path, rows: Sequence[Row], columns: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows([_spelled(row.get(name)) for name in columns] for row in rows)


def write_parquet(path: Path, rows: Sequence[Row], types: Mapping[str, pa.DataType]) -> None:
    columns = {name: pa.array([row.get(name) for row in rows], type_) for name, type_ in types.items()}
    pq.write_table(pa.table(columns), path)


def _spelled(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def digest(kind: str, value: str) -> bytes:
    """The digest of an e-mail (`email`), or of a text key (`text`, value `name\\nvalue`)."""
    return hmac.digest(SECRET, f"{kind}\n{value}".encode(), "sha256")[:16]


def people_of(con: Connection) -> dict[bytes, int]:
    """The number of the person of every known key."""
    return {each["key"]: each["person"] for each in con.table("SELECT key, person FROM known").to_pylist()}


def fitting(con: Connection, audience: str) -> set[int]:
    return set(con.table(f'SELECT person FROM "rule:{audience}"').column("person").to_pylist())


def sent(con: Connection, platform: str, judged: str) -> dict[int, set[bytes]]:
    """The match keys that may be sent, by person."""
    found = con.table(f"SELECT person, keys FROM sendable_{platform}_{judged}").to_pylist()
    return {each["person"]: {key["value"] for key in each["keys"]} for each in found}


def ranks(con: Connection, relation: str) -> dict[int, int]:
    return {each["person"]: each["rank"] for each in con.table(f"SELECT person, rank FROM {relation}").to_pylist()}
