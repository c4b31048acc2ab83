"""Connected components over a relation of edges, in sets: label propagation with pointer jumping."""

from __future__ import annotations

from typing import Final

from consentric.engine.connection import Connection, EngineFailed

_PASSES: Final = 32


def label(con: Connection, edges: str, labels: str) -> None:
    """Makes the relation `labels(id, label)` from `edges(a, b)`, both BIGINT: label is the smallest id it connects with.

    Every pass takes the smallest label among neighbours and then jumps to that label's own, so a chain of n needs
    about log n passes. Raises EngineFailed when 32 are not enough.
    """
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE {labels} AS
            SELECT id, id AS label FROM (SELECT a AS id FROM {edges} UNION SELECT b FROM {edges})"""
    )
    for _ in range(_PASSES):
        con.run(
            f"""CREATE OR REPLACE TEMP TABLE hooked AS
                SELECT l.id, least(l.label, coalesce(n.label, l.label)) AS label
                FROM {labels} l LEFT JOIN (
                  SELECT id, min(label) AS label FROM (
                    SELECT e.a AS id, l.label FROM {edges} e JOIN {labels} l ON l.id = e.b
                    UNION ALL SELECT e.b, l.label FROM {edges} e JOIN {labels} l ON l.id = e.a
                  ) GROUP BY id
                ) n USING (id)"""
        )
        changed = con.number(f"SELECT count(*) FROM hooked h JOIN {labels} l USING (id) WHERE h.label <> l.label")
        if not changed:
            return
        con.run(
            f"""CREATE OR REPLACE TEMP TABLE {labels} AS
                SELECT h.id, j.label FROM hooked h JOIN hooked j ON j.id = h.label"""
        )
    raise EngineFailed("A392", "people are linked in chains that do not end", hint="look for a key with odd values")
