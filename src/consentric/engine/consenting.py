"""The consent state of every person for a set of purposes: all primary keys must be granted for all of them."""

from __future__ import annotations

from typing import Final

from consentric.engine.connection import Connection
from consentric.model.people import Reason
from consentric.model.project import ConsentRules
from consentric.selection.catalog import Catalog, cell_of, rows_of
from consentric.selection.consent import GRANTED_RANK, RANK, decisions
from consentric.selection.sql import quoted, render
from consentric.selection.uses import SourceUse


def attach_consent(con: Connection, use: SourceUse, primary: str | None) -> None:
    """Makes `consent_units(row, unit, may_grant)`: under what each consent row is recorded.

    That is its primary key, if that is known. Else every primary key whose own rows hold its first known key; and where
    there is none, that key itself, beside the primary keys of the person: joining people never grants anything. A row
    whose primary key nobody knows may only take away.
    """
    places = range(1, len(use.source.keys) + 1)
    known = " ".join(f"LEFT JOIN known p{place} ON p{place}.key = r.k{place}" for place in places)
    own = [place for place, key in zip(places, use.source.keys, strict=True) if key.name == primary]
    named = f"r.k{own[0]}" if own else "NULL::BLOB"
    order = [*own, *(place for place in places if place not in own)]
    first = "CASE " + " ".join(f"WHEN p{place}.key IS NOT NULL THEN p{place}.key" for place in order) + " END"
    person = "coalesce(" + ", ".join(f"p{place}.person" for place in order) + ")"
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE consent_units AS
            WITH first_known AS (
              SELECT r.row, {person} AS person, {first} AS key, {named} AS named
              FROM {quoted(rows_of(use.source.name))} r {known}),
            led AS (SELECT DISTINCT person FROM units WHERE is_primary)
            SELECT DISTINCT f.row, f.person,
                   CASE WHEN l.person IS NULL THEN p.id ELSE coalesce(o.unit, f.key) END AS unit,
                   f.named IS NULL OR f.named = f.key AS may_grant
            FROM first_known f JOIN people p ON p.person = f.person LEFT JOIN led l ON l.person = f.person
            LEFT JOIN owned o ON o.key = f.key AND o.unit IN (SELECT unit FROM units WHERE is_primary)"""
    )
    con.run(
        """INSERT INTO units SELECT DISTINCT c.unit, c.person, false FROM consent_units c
           WHERE c.unit NOT IN (SELECT unit FROM units)"""
    )


_WITHDRAWN: Final = f"""
    SELECT u.unit, w.said_at, {RANK[Reason.WITHDREW]} AS rank, {RANK[Reason.WITHDREW]} AS state, NULL::VARCHAR AS proof
    FROM withdrawn w JOIN units u USING (person) WHERE u.is_primary"""
"""Who withdrew by command did so for all purposes and under every primary key."""


def decide(con: Connection, rules: ConsentRules, catalog: Catalog) -> None:
    """Makes `decided(unit, purpose, at, state, proof)`: the newest decision of each unit and purpose."""
    proof = "NULL::VARCHAR" if rules.proof.column is None else f"r.{quoted(cell_of(rules.proof.column))}::VARCHAR"
    parts = [
        f"""SELECT n.unit, '{number}' AS purpose, n.at, n.state, n.proof FROM (
              SELECT u.unit, d.at, d.rank, d.state, {proof} AS proof
              FROM ({render(decisions(rules, purpose, catalog))}) d
              JOIN consent_units u ON u.row = d.row AND (u.may_grant OR d.rank <> {GRANTED_RANK})
              JOIN {quoted(rows_of(rules.source))} r ON r.row = d.row
              UNION ALL {_WITHDRAWN}) n
            QUALIFY row_number() OVER (PARTITION BY n.unit ORDER BY n.at DESC, n.rank, n.state, n.proof) = 1"""
        for number, purpose in enumerate(rules.purposes)
    ]
    con.run("CREATE OR REPLACE TEMP TABLE decided AS " + " UNION ALL ".join(f"({part})" for part in parts))


def judge(con: Connection, rules: ConsentRules, needed: tuple[str, ...], table: str, zone: str) -> None:
    """Makes `table(person, id, rank, evidence)`: the first reason against, or GRANTED_RANK; evidence of the first purpose."""
    numbers = [str(number) for number, purpose in enumerate(rules.purposes) if purpose.name in needed]
    wanted = ", ".join(f"('{number}')" for number in numbers)
    text = "" if rules.proof.text is None else rules.proof.text[:80].replace("'", "''")
    proof = f"'{text}'" if rules.proof.column is None else "left(trim(coalesce(d.proof, '')), 80)"
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE {table} AS
            WITH wanted(purpose) AS (VALUES {wanted}),
            states AS (
              SELECT u.person, least(coalesce(d.state, {RANK[Reason.NO_RECORD]}), {GRANTED_RANK}) AS rank,
                     {proof} || ' of ' || strftime(timezone('{zone}', d.at), '%Y-%m-%d') AS evidence
              FROM units u CROSS JOIN wanted w
              LEFT JOIN decided d ON d.unit = u.unit AND d.purpose = w.purpose
              WHERE u.is_primary OR d.unit IS NOT NULL)
            SELECT p.person, p.id,
                   CASE WHEN p.person IN (SELECT person FROM suppressed) THEN {RANK[Reason.SUPPRESSED]}
                        ELSE min(s.rank) END AS rank,
                   min(s.evidence) AS evidence
            FROM people p JOIN states s USING (person) GROUP BY p.person, p.id"""
    )
