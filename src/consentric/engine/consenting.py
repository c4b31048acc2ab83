"""The consent state of every person for a set of purposes: all primary keys must be granted for all of them."""

from __future__ import annotations

from consentric.engine.connection import Connection
from consentric.model.people import Reason
from consentric.model.project import ConsentRules
from consentric.selection.catalog import Catalog, cell_of, rows_of
from consentric.selection.consent import GRANTED_RANK, RANK, decisions
from consentric.selection.sql import quoted, render
from consentric.selection.uses import SourceUse


def attach_consent(con: Connection, use: SourceUse) -> None:
    """Makes `consent_units(row, unit)`: under which primary keys, or person, each consent row is recorded."""
    places = range(1, len(use.source.keys) + 1)
    known = " ".join(f"LEFT JOIN known p{place} ON p{place}.key = r.k{place}" for place in places)
    first = "CASE " + " ".join(f"WHEN p{place}.key IS NOT NULL THEN p{place}.key" for place in places) + " END"
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE consent_units AS
            WITH first_known AS (SELECT r.row, r.person, {first} AS key FROM {quoted(rows_of(use.source.name))} r {known})
            SELECT DISTINCT f.row, coalesce(o.unit, p.id) AS unit
            FROM first_known f LEFT JOIN owned o ON o.key = f.key JOIN people p ON p.person = f.person"""
    )


def decide(con: Connection, rules: ConsentRules, catalog: Catalog) -> None:
    """Makes `decided(unit, purpose, at, state, proof)`: the newest decision of each unit and purpose."""
    proof = "NULL::VARCHAR" if rules.proof.column is None else f"r.{quoted(cell_of(rules.proof.column))}::VARCHAR"
    parts = [
        f"""SELECT u.unit, '{number}' AS purpose, d.at, d.state, {proof} AS proof
            FROM ({render(decisions(rules, purpose, catalog))}) d
            JOIN consent_units u USING (row) JOIN {quoted(rows_of(rules.source))} r USING (row)
            QUALIFY row_number() OVER (PARTITION BY u.unit ORDER BY d.at DESC, d.rank, d.state, proof) = 1"""
        for number, purpose in enumerate(rules.purposes)
    ]
    con.run("CREATE OR REPLACE TEMP TABLE decided AS " + " UNION ALL ".join(f"({part})" for part in parts))


def judge(con: Connection, rules: ConsentRules, needed: tuple[str, ...], table: str, zone: str) -> None:
    """Makes `table(person, id, rank, evidence)`: the first reason against, or GRANTED_RANK; evidence of the first purpose."""
    numbers = [str(number) for number, purpose in enumerate(rules.purposes) if purpose.name in needed]
    wanted = ", ".join(f"('{number}')" for number in numbers)
    text = "" if rules.proof.text is None else rules.proof.text.replace("'", "''")[:80]
    proof = f"'{text}'" if rules.proof.column is None else "left(trim(coalesce(d.proof, '')), 80)"
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE {table} AS
            WITH wanted(purpose) AS (VALUES {wanted}),
            states AS (
              SELECT u.person, least(coalesce(d.state, {RANK[Reason.NO_RECORD]}), {GRANTED_RANK}) AS rank,
                     {proof} || ' of ' || strftime(timezone('{zone}', d.at), '%Y-%m-%d') AS evidence
              FROM units u CROSS JOIN wanted w
              LEFT JOIN decided d ON d.unit = u.unit AND d.purpose = w.purpose)
            SELECT p.person, p.id,
                   CASE WHEN p.person IN (SELECT person FROM suppressed) THEN {RANK[Reason.SUPPRESSED]}
                        ELSE min(s.rank) END AS rank,
                   min(s.evidence) AS evidence
            FROM people p JOIN states s USING (person) GROUP BY p.person, p.id"""
    )
