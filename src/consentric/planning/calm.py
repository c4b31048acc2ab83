"""Who needs no thought: people who are on the list exactly as they should be, and whom nobody else's change touches. As SQL.

`there(person, fp, size, added_at, fine, removed)` are all adds, of the base and of outboxes that are not folded: `fine` where the
add arrived whole and nothing is owed, `size` how many keys the base has (null for an outbox). A debt is a row without a
fingerprint. `wanted(id, keys, fp, size, …)` is who should be on the list. Somebody is *calm* if every row of theirs is
fine and bears the wanted fingerprint, the newest is not due, and none of their keys is a key of somebody who is not calm,
or of a removal. Then their keys there are their keys wanted, so the planning of everybody else never meets them, and
theirs ends in "unchanged" (docs/decisions/0011-calm-people.md). All others are `concerned`.
"""

from __future__ import annotations

from typing import Final

from consentric.model.lifespan import Lifespan
from consentric.planning.capabilities import Capabilities
from consentric.planning.difference import due
from consentric.planning.held import has_lapsed


def doubts(capabilities: Capabilities, lifespan: Lifespan, wanted: str) -> str:
    """`doubts(id, late)`: rows that say of somebody that they are not calm; `late` if only because they are due.

    From `there` and the relation that is `wanted`, pairs that say nothing may be missing (engine/pairing.py).
    """
    return f"""
    CREATE OR REPLACE TEMP TABLE doubts AS
    SELECT coalesce(p.person, w.id) AS id,
           p.person IS NOT NULL AND w.id IS NOT NULL AND p.fine AND coalesce(p.size = w.size, true) AS late
    FROM there p FULL JOIN (SELECT id, fp, size FROM {wanted}) w ON w.id = p.person AND w.fp = p.fp
    WHERE p.person IS NULL OR w.id IS NULL OR NOT p.fine OR p.size <> w.size OR {_over(capabilities, lifespan)}"""


def fresh(capabilities: Capabilities, lifespan: Lifespan) -> str:
    """`fresh(id)`: those among the late who were added again since; `there` is now the outboxes alone."""
    return f"""
    CREATE OR REPLACE TEMP TABLE fresh AS
    SELECT DISTINCT p.person AS id FROM there p
    WHERE NOT {_over(capabilities, lifespan)} AND p.person IN (SELECT id FROM doubts WHERE late)"""


NOBODY_FRESH: Final = "CREATE OR REPLACE TEMP TABLE fresh AS SELECT NULL::BLOB AS id LIMIT 0"

CONCERNED: Final = (
    """
    CREATE OR REPLACE TEMP TABLE concerned AS
    WITH found AS (
      SELECT id FROM doubts WHERE NOT late
      UNION SELECT id FROM doubts WHERE id NOT IN (SELECT id FROM fresh))
    SELECT id FROM found UNION SELECT a.id FROM aliases a SEMI JOIN found f ON f.id = a.name""",
    """
    CREATE OR REPLACE TEMP TABLE desired AS SELECT * FROM wanted WHERE id IN (SELECT id FROM concerned)""",
)

TOUCHED: Final = (
    """
    CREATE OR REPLACE TEMP TABLE touched AS
    SELECT DISTINCT kind, value FROM (
      SELECT unnest(keys, recursive := true) FROM desired
      UNION ALL SELECT unnest(keys, recursive := true) FROM base_rows
      UNION ALL SELECT unnest(keys, recursive := true) FROM sent_rows)""",
    "CREATE OR REPLACE TEMP TABLE frontier AS SELECT * FROM touched",
    "CREATE OR REPLACE TEMP TABLE drawn_in AS SELECT id FROM concerned LIMIT 0",
)
"""The keys of the concerned and of removals; what calm people have on the list is what is wanted of them."""

NEIGHBOURS: Final = """
    CREATE OR REPLACE TEMP TABLE neighbours AS
    SELECT DISTINCT k.id FROM (SELECT id, unnest(keys, recursive := true) FROM near) k
    SEMI JOIN frontier f ON k.kind = f.kind AND k.value = f.value
    ANTI JOIN concerned c ON c.id = k.id"""
"""One step from the concerned to those who share a key with them; repeated until nobody is new. `near(id, keys)` are all
of `wanted` who have such a key, and others beside them (engine/nearness.py)."""

DRAW_IN: Final = (
    "INSERT INTO concerned SELECT id FROM neighbours",
    "INSERT INTO drawn_in SELECT id FROM neighbours",
    "INSERT INTO desired SELECT * FROM wanted WHERE id IN (SELECT id FROM neighbours)",
    """
    CREATE OR REPLACE TEMP TABLE frontier AS
    SELECT DISTINCT k.kind, k.value FROM (
      SELECT unnest(keys, recursive := true) FROM desired WHERE id IN (SELECT id FROM neighbours)) k
    ANTI JOIN touched t ON t.kind = k.kind AND t.value = k.value""",
    "INSERT INTO touched SELECT * FROM frontier",
)


CALM_COUNTS: Final = ("members", "was", "unchanged")
"""The numbers of planning/difference.COUNTS in which a calm person is one; in all others they are none."""


def _over(capabilities: Capabilities, lifespan: Lifespan) -> str:
    """Due for a refresh, or lapsed."""
    if not capabilities.lapses:
        return "false"
    return f"({due(capabilities, lifespan)} OR {has_lapsed(capabilities, lifespan, 'p.added_at')})"
