"""Who is who: rows that share a key are one person, across all sources that make people.

A key that would join more than 20 people joins nobody. Rows of a source with `people: false` belong to the person of
their first key that is known. A person is named by the smallest primary key (as a number where all are numbers), else
by the smallest other key; the name's digest is what the ledger knows the person by.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from consentric.engine.components import label
from consentric.engine.connection import Connection
from consentric.selection.catalog import rows_of
from consentric.selection.sql import quoted
from consentric.selection.uses import SourceUse

MOST_JOINED: Final = 20


def identify(con: Connection, used: Iterable[SourceUse], primary: str | None) -> None:
    """Fills `person` in every `rows:` relation, and makes

    `people(person, id)`, `units(unit, person, is_primary)`, `owned(unit, key)`, `identities(person, digest)`.
    """
    sources = list(used)
    makers = [use for use in sources if use.source.people]
    con.run("CREATE TEMP TABLE links (source INT, row BIGINT, place INT, key BLOB, is_primary BOOL, pk VARCHAR)")
    for number, use in enumerate(makers):
        _collect_links(con, number, use, primary)
    _drop_crowds(con)
    _join(con)
    _name(con)
    for use in sources:
        assign(con, use)
    _units(con)
    _identities(con, sources)


def _collect_links(con: Connection, number: int, use: SourceUse, primary: str | None) -> None:
    """One row for each key of each row; a source with a single key links nothing, so its keys are enough."""
    name = rows_of(use.source.name)
    has_text = "pk" in con.columns(name)
    single = len(use.source.keys) == 1
    for place, key in enumerate(use.source.keys, start=1):
        is_primary = key.name == primary
        pk = "pk" if is_primary and has_text else "NULL"
        row, pk, group = ("min(row)", f"min({pk})", f"GROUP BY k{place}") if single else ("row", pk, "")
        con.run(
            f"""INSERT INTO links SELECT {number}, {row}, {place}, k{place}, {is_primary}, {pk}
                FROM {quoted(name)} WHERE k{place} IS NOT NULL {group}"""
        )


def _drop_crowds(con: Connection) -> None:
    """Forgets keys that more than 20 people hold; `crowds` keeps them. A primary key is one person by definition.

    People are counted before they are joined: by the primary key of the rows that hold the value, else by their first key.
    """
    con.run(
        """CREATE TEMP TABLE crowds AS
           WITH anchored AS (
             SELECT key, is_primary,
                    first_value(key) OVER (PARTITION BY source, row ORDER BY is_primary DESC, place) AS anchor FROM links)
           SELECT key, count(DISTINCT anchor) AS people FROM anchored WHERE key <> anchor AND NOT is_primary
           GROUP BY key HAVING count(DISTINCT anchor) > $most""",
        {"most": MOST_JOINED},
    )
    con.run("DELETE FROM links WHERE key IN (SELECT key FROM crowds)")


def _join(con: Connection) -> None:
    con.run(
        "CREATE TEMP TABLE nodes AS SELECT key, row_number() OVER () - 1 AS id FROM (SELECT DISTINCT key FROM links)"
    )
    con.run(
        """CREATE TEMP TABLE edges AS
           WITH anchored AS (
             SELECT key, first_value(key) OVER (PARTITION BY source, row ORDER BY place) AS anchor FROM links)
           SELECT DISTINCT a.id AS a, b.id AS b
           FROM anchored JOIN nodes a ON a.key = anchored.anchor JOIN nodes b ON b.key = anchored.key"""
    )
    label(con, "edges", "node_labels")
    con.run(
        """CREATE TEMP TABLE known AS
           SELECT n.key, l.label AS person FROM nodes n JOIN node_labels l ON l.id = n.id"""
    )
    con.run("DROP TABLE edges")


def _name(con: Connection) -> None:
    con.run(
        """CREATE TEMP TABLE people AS
           WITH named AS (SELECT DISTINCT k.person, l.key, l.is_primary, l.pk FROM links l JOIN known k USING (key)),
           first_keys AS (
             SELECT person, bool_and(coalesce(regexp_full_match(pk, '[0-9]{1,30}'), false)) AS numeric,
                    arg_min(key, try_cast(pk AS HUGEINT)) AS by_number, arg_min(key, pk) AS by_text, min(key) AS by_digest
             FROM named WHERE is_primary GROUP BY person),
           others AS (SELECT person, min(key) AS key FROM named GROUP BY person)
           SELECT o.person, coalesce(CASE WHEN f.numeric THEN f.by_number ELSE f.by_text END, f.by_digest, o.key) AS id
           FROM others o LEFT JOIN first_keys f USING (person)"""
    )


def assign(con: Connection, use: SourceUse) -> None:
    """Rebuilds the relation with `person` filled: by the first key that is known."""
    name = rows_of(use.source.name)
    places = range(1, len(use.source.keys) + 1)
    joins = " ".join(f"LEFT JOIN known p{place} ON p{place}.key = r.k{place}" for place in places)
    person = ", ".join(f"p{place}.person" for place in places)
    con.run(f"CREATE TABLE assigned AS SELECT r.* REPLACE (coalesce({person}) AS person) FROM {quoted(name)} r {joins}")
    con.run(f"DROP TABLE {quoted(name)}")
    con.run(f"ALTER TABLE assigned RENAME TO {quoted(name)}")


def _units(con: Connection) -> None:
    """What consent is recorded under: each primary key, or the person where there is none; and whose rows hold a key."""
    con.run(
        """CREATE TEMP TABLE units AS
           SELECT DISTINCT l.key AS unit, k.person, true AS is_primary FROM links l JOIN known k USING (key)
           WHERE l.is_primary
           UNION ALL
           SELECT p.id, p.person, true FROM people p
           WHERE p.person NOT IN (SELECT k.person FROM links l JOIN known k USING (key) WHERE l.is_primary)"""
    )
    con.run(
        """CREATE TEMP TABLE owned AS
           SELECT DISTINCT a.key AS unit, b.key FROM links a JOIN links b ON b.source = a.source AND b.row = a.row
           WHERE a.is_primary"""
    )


def _identities(con: Connection, sources: Iterable[SourceUse]) -> None:
    """Makes `identities(person, digest)`: every key and every contact of a person, also those that join nobody."""
    parts = ["SELECT person, key AS digest FROM known"]
    for use in sources:
        rows = quoted(rows_of(use.source.name))
        names = [each for each in con.columns(rows_of(use.source.name)) if each.endswith(".identity")]
        parts += [f"SELECT person, {quoted(name)} FROM {rows}" for name in names]
    con.run(
        f"""CREATE TEMP TABLE identities AS
            SELECT DISTINCT person, digest FROM ({" UNION ALL ".join(parts)})
            WHERE person IS NOT NULL AND digest IS NOT NULL"""
    )
