"""Connected components over a relation of edges, in sets: roots hook onto smaller roots, then pointers jump."""

from __future__ import annotations

from typing import Final

from consentric.engine.connection import Connection, EngineFailed

_PASSES: Final = 32


def label(con: Connection, edges: str, labels: str) -> None:
    """Makes the relation `labels(id, label)` from `edges(a, b)`, both BIGINT: label is the smallest id it connects with.

    In every pass each label that has a smaller one beside it hooks onto the smallest such, so at least half of them
    vanish: n ids need about log n passes, whatever their order. Raises EngineFailed when 32 are not enough.
    """
    con.run(
        f"""CREATE OR REPLACE TEMP TABLE {labels} AS
            SELECT id, id AS label FROM (SELECT a AS id FROM {edges} UNION SELECT b FROM {edges})"""
    )
    for _ in range(_PASSES):
        con.run(
            f"""CREATE OR REPLACE TEMP TABLE hooks AS
                WITH apart AS (
                  SELECT la.label AS a, lb.label AS b FROM {edges} e
                  JOIN {labels} la ON la.id = e.a JOIN {labels} lb ON lb.id = e.b WHERE la.label <> lb.label)
                SELECT greatest(a, b) AS root, min(least(a, b)) AS parent FROM apart GROUP BY 1"""
        )
        if not con.number("SELECT count(*) FROM hooks"):
            return
        _flatten(con)
        con.run(
            f"""CREATE OR REPLACE TEMP TABLE {labels} AS
                SELECT l.id, coalesce(h.parent, l.label) AS label FROM {labels} l LEFT JOIN hooks h ON h.root = l.label"""
        )
    raise _endless()


def _flatten(con: Connection) -> None:
    """Follows hooks of hooks to their end, doubling the step each time."""
    for _ in range(_PASSES):
        con.run(
            """CREATE OR REPLACE TEMP TABLE jumped AS
               SELECT h.root, coalesce(n.parent, h.parent) AS parent, n.root IS NOT NULL AS moved
               FROM hooks h LEFT JOIN hooks n ON n.root = h.parent"""
        )
        moved = con.number("SELECT count(*) FROM jumped WHERE moved")
        con.run("CREATE OR REPLACE TEMP TABLE hooks AS SELECT root, parent FROM jumped")
        if not moved:
            return
    raise _endless()


def _endless() -> EngineFailed:
    return EngineFailed(
        "A392", "people are linked in chains that do not end", hint="look for a key with odd values among the sources"
    )
