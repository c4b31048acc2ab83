"""Whom the data has that said no to us, by any key or contact of theirs; and those whom no source knows any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import pyarrow as pa

from consentric.engine.connection import Connection
from consentric.model.people import Reason, Suppression, Verb
from consentric.selection.consent import RANK

_WITHDREW: Final = RANK[Reason.WITHDREW]
_SUPPRESSED: Final = RANK[Reason.SUPPRESSED]


def suppress(con: Connection, suppressed: Iterable[Suppression], now: datetime) -> None:
    """Makes, from `people`, `known` and `identities`:

    `suppressed(person)`; `withdrawn(person, said_at)`: who withdrew by command, a decision like those of the consent source;
    `suppressed_names(id, rank)`: names under which somebody who said no may be on a list though the data has no such name.
    """
    con.register("arrow_suppressions", _table(suppressed, now))
    con.run("CREATE OR REPLACE TEMP TABLE suppressions AS SELECT * FROM arrow_suppressions")
    con.unregister("arrow_suppressions")
    con.run(
        """CREATE OR REPLACE TEMP TABLE suppressed AS
           SELECT DISTINCT i.person FROM identities i JOIN suppressions s USING (digest) WHERE NOT s.withdrew"""
    )
    con.run(
        """CREATE OR REPLACE TEMP TABLE withdrawn AS
           SELECT i.person, max(s.said_at) AS said_at FROM identities i JOIN suppressions s USING (digest) WHERE s.withdrew
           GROUP BY i.person"""
    )
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE suppressed_names AS
            SELECT digest AS id, CASE WHEN bool_and(withdrew) THEN {_WITHDREW} ELSE {_SUPPRESSED} END AS rank
            FROM suppressions
            WHERE digest NOT IN (SELECT id FROM people) AND NOT (withdrew AND digest IN (SELECT key FROM known))
            GROUP BY digest"""
    )


def relatives(con: Connection, judged: Iterable[str]) -> frozenset[tuple[bytes, bytes]]:
    """(suppressed digest, other digest of the same person), where nobody else who may be sent has the other one.

    So a person stays out who has a new address tomorrow. A key that joins nobody says nothing of one person.
    """
    ranks = " UNION ALL ".join(f"SELECT person, rank FROM {table}" for table in judged)
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE barred_people AS
            SELECT DISTINCT person FROM ({ranks}) WHERE rank IN ({_SUPPRESSED}, {_WITHDREW})
            AND person IN (SELECT person FROM suppressed UNION SELECT person FROM withdrawn)"""
    )
    found = con.table(
        """WITH others AS (
             SELECT i.person, i.digest FROM identities i SEMI JOIN barred_people b ON b.person = i.person
             ANTI JOIN suppressions s ON s.digest = i.digest
             WHERE i.digest NOT IN (SELECT key FROM crowds)),
           shared AS (
             SELECT DISTINCT i.digest FROM identities i SEMI JOIN others o ON o.digest = i.digest
             ANTI JOIN barred_people b ON b.person = i.person)
           SELECT DISTINCT s.digest AS known, o.digest AS other
           FROM others o JOIN identities i USING (person) JOIN suppressions s ON s.digest = i.digest
           WHERE o.digest NOT IN (SELECT digest FROM shared)"""
    )
    return frozenset(zip(found.column("known").to_pylist(), found.column("other").to_pylist(), strict=True))


def _table(suppressed: Iterable[Suppression], now: datetime) -> pa.Table:
    """A withdrawal that is dated in the future counts now."""
    rows = sorted((each.digest, each.verb is Verb.WITHDREW, min(each.at, now)) for each in suppressed)
    return pa.table(
        {
            "digest": pa.array([row[0] for row in rows], pa.binary()),
            "withdrew": pa.array([row[1] for row in rows], pa.bool_()),
            "said_at": pa.array([row[2] for row in rows], pa.timestamp("us", tz="UTC")),
        }
    )
