"""What each person could be found by on a platform, and what of it may be sent.

A key that several people hold is sent for nobody unless all of them consent, and never if more than 20 hold it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from consentric.engine.base import Crowd
from consentric.engine.connection import Connection
from consentric.engine.people import MOST_JOINED
from consentric.model.lists import KeyType
from consentric.model.people import NEVER_HELD_BACK, Reason
from consentric.model.project import ColumnRef, Identifiers, Platform
from consentric.planning.capabilities import CAPABILITIES, Capabilities, RowForm
from consentric.selection.catalog import rows_of
from consentric.selection.consent import GRANTED_RANK, RANK
from consentric.selection.sql import quoted
from consentric.selection.uses import SourceUse

_RIDERS: Final = {
    Platform.META: ("fn", "ln", "zip", "country", "fi", "ct", "st", "doby", "dobm", "dobd", "gen"),
    Platform.GOOGLE: (),
}
_FIRST_RIDERS: Final = 4
"""The least that a person has, also where nothing of it is known; beyond these, as many as some source declares."""
_TRUST: Final = 1_000_000_000_000
"""Rank of a key: place of its column in the order of trust, then the row."""

FINGERPRINT: Final = "unhex(md5(string_agg(k.kind || hex(k.value), ',' ORDER BY k.kind, k.value)))"


def gather(con: Connection, identifiers: Identifiers, used: Sequence[SourceUse], platform: Platform) -> None:
    """Makes `keys_PLATFORM(person, kind, value, rank)` and `riders_PLATFORM(person, riders)` from all rows."""
    aliases = {use.source.name: use.aliases for use in used}
    parts = [
        _column(ref, place, kind, f"{aliases[ref.source][ref.column]}.{platform}")
        for kind, refs in _single_columns(identifiers, platform)
        for place, ref in enumerate(refs)
    ]
    address = f"address.{platform}"
    parts += [_column(ref, place, KeyType.ADDRESS, address) for place, ref in _addresses(con, identifiers, address)]
    rows = (
        " UNION ALL ".join(parts)
        or "SELECT 0::BIGINT AS person, 0 AS kind, ''::BLOB AS value, 0::BIGINT AS rank LIMIT 0"
    )
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE keys_{platform} AS
            SELECT person, kind::TINYINT AS kind, value, min(rank) AS rank FROM ({rows})
            WHERE person IS NOT NULL AND value IS NOT NULL GROUP BY person, kind, value"""
    )
    _gather_riders(con, used, platform)


def _single_columns(identifiers: Identifiers, platform: Platform) -> Iterator[tuple[KeyType, tuple[ColumnRef, ...]]]:
    """The match keys of one column each that the platform takes into such a list."""
    yield KeyType.EMAIL, identifiers.email
    yield KeyType.PHONE, identifiers.phone
    if KeyType.MOBILE_ID in CAPABILITIES[platform].enough:
        yield KeyType.MOBILE_ID, identifiers.mobile_id


def _column(ref: ColumnRef, place: int, kind: KeyType, column: str) -> str:
    return (
        f"SELECT person, {int(kind)} AS kind, {quoted(column)} AS value, {place * _TRUST} + row AS rank "
        f"FROM {quoted(rows_of(ref.source))}"
    )


def _addresses(con: Connection, identifiers: Identifiers, column: str) -> list[tuple[int, ColumnRef]]:
    """Sources whose rows make a whole address for this platform, in the order of trust of the first name."""
    return [
        (place, ref) for place, ref in enumerate(identifiers.first_name) if column in con.columns(rows_of(ref.source))
    ]


def _gather_riders(con: Connection, used: Sequence[SourceUse], platform: Platform) -> None:
    known = {name for use in used for name in con.columns(rows_of(use.source.name))}
    last = max((place for place, name in enumerate(_RIDERS[platform], 1) if f"{name}.{platform}" in known), default=0)
    names = _RIDERS[platform][: max(last, _FIRST_RIDERS)]
    if not names:
        con.run(
            f"CREATE OR REPLACE TEMP TABLE riders_{platform} AS SELECT 0::BIGINT AS person, []::BLOB[] AS riders LIMIT 0"
        )
        return
    selects = []
    for place, use in enumerate(used):
        present = con.columns(rows_of(use.source.name))
        if not any(f"{name}.{platform}" in present for name in names):
            continue
        cells = ", ".join(
            f'"{name}.{platform}" AS {name}' if f"{name}.{platform}" in present else f"NULL::BLOB AS {name}"
            for name in names
        )
        selects.append(
            f"SELECT person, {place * _TRUST} + row AS rank, {cells} FROM {quoted(rows_of(use.source.name))}"
        )
    rows = " UNION ALL ".join(selects) or (
        "SELECT 0::BIGINT AS person, 0::BIGINT AS rank, "
        + ", ".join(f"NULL::BLOB AS {name}" for name in names)
        + " LIMIT 0"
    )
    best = ", ".join(f"coalesce(arg_min({name}, rank), ''::BLOB)" for name in names)
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE riders_{platform} AS
            SELECT person, [{best}] AS riders FROM ({rows}) WHERE person IS NOT NULL GROUP BY person"""
    )


def weigh(con: Connection, platform: Platform, capabilities: Capabilities, judged: str, name: str) -> None:
    """For one platform and one set of purposes (`judged`, see consenting.judge), makes

    `sendable_NAME(person, id, keys, fp, riders, evidence, size, kinds)`: whom anything may be sent of, keys in the order of
    the wire; `size` is how many keys they are, `kinds` has a bit for each kind among them;
    `standing_NAME(person, id, rank)`: like `judged`, with shared_key and -1 (unmatchable) for those without a key;
    `exempt_NAME(kind, value)`: keys that some holder took away, so that no guard holds their removal back.
    """
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE barred AS
            SELECT k.kind, k.value
            FROM keys_{platform} k JOIN {judged} j USING (person) GROUP BY k.kind, k.value
            HAVING count(*) > 1 AND (count(*) > {MOST_JOINED} OR bool_or(j.rank <> {GRANTED_RANK}))"""
    )
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE exempt_{name} AS
            SELECT DISTINCT k.kind, k.value FROM keys_{platform} k JOIN {judged} j USING (person)
            WHERE j.rank IN ({_ranks()})"""
    )
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE allowed AS
            SELECT k.* FROM keys_{platform} k JOIN {judged} j USING (person)
            WHERE j.rank = {GRANTED_RANK} AND (k.kind, k.value) NOT IN (SELECT (kind, value) FROM barred)"""
    )
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE sendable_{name} AS
            WITH placed AS (
              SELECT *, row_number() OVER (PARTITION BY person, kind ORDER BY rank, value) AS nth FROM allowed),
            chosen AS (
              SELECT person, kind, value, row_number() OVER (PARTITION BY person ORDER BY {_wire_order()}) AS place
              FROM placed QUALIFY {_limit(capabilities)}),
            bundled AS (
              SELECT k.person, list({{'kind': k.kind, 'value': k.value}} ORDER BY k.place) AS keys, {FINGERPRINT} AS fp,
                     count(*) AS size, bit_or(1 << k.kind)::INTEGER AS kinds
              FROM chosen k GROUP BY k.person)
            SELECT b.person, j.id, b.keys, b.fp, r.riders, j.evidence, b.size, b.kinds
            FROM bundled b JOIN {judged} j USING (person) LEFT JOIN riders_{platform} r USING (person)"""
    )
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE standing_{name} AS
            SELECT j.person, j.id,
                   CASE WHEN j.rank <> {GRANTED_RANK} OR s.person IS NOT NULL THEN j.rank
                        WHEN k.person IS NOT NULL THEN {_shared()} ELSE -1 END AS rank
            FROM {judged} j LEFT JOIN sendable_{name} s USING (person)
            LEFT JOIN (SELECT DISTINCT person FROM keys_{platform}) k USING (person)"""
    )


def crowds(con: Connection, platform: Platform) -> list[Crowd]:
    """The match keys that more than 20 people hold, by kind."""
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE crowded AS
            SELECT kind, value FROM keys_{platform} GROUP BY kind, value HAVING count(*) > {MOST_JOINED}"""
    )
    if not con.number("SELECT count(*) FROM crowded"):
        return []
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE crowding AS
            SELECT k.person, k.kind FROM keys_{platform} k SEMI JOIN crowded c ON c.kind = k.kind AND c.value = k.value"""
    )
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE crowding_alone AS
            SELECT k.person FROM keys_{platform} k SEMI JOIN crowding w ON w.person = k.person
            GROUP BY k.person HAVING bool_and((k.kind, k.value) IN (SELECT (kind, value) FROM crowded))"""
    )
    counted = con.table(
        """SELECT kind, (SELECT count(*) FROM crowded c WHERE c.kind = w.kind) AS values, count(DISTINCT person) AS people,
                  count(DISTINCT person) FILTER (person IN (SELECT person FROM crowding_alone)) AS alone
           FROM crowding w GROUP BY kind ORDER BY kind"""
    ).to_pylist()
    return [Crowd(KeyType(each["kind"]), each["values"], each["people"], each["alone"]) for each in counted]


def _ranks() -> str:
    return ", ".join(str(RANK[reason]) for reason in sorted(NEVER_HELD_BACK))


def _shared() -> int:
    return RANK[Reason.SHARED_KEY]


def _wire_order() -> str:
    """Addresses first, then e-mail and phone in turn, by trust."""
    return f"CASE WHEN kind = {int(KeyType.ADDRESS)} THEN 0 ELSE 1 END, nth, kind"


def _limit(capabilities: Capabilities) -> str:
    return f"place <= {capabilities.keys_per_row}" if capabilities.row_form is RowForm.ONE_ROW else "true"
