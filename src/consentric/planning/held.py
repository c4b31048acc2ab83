"""What may be on a list: the adds that did not fail, minus the removals that are conclusive. As SQL.

Reads `base_rows` (planning/outbox.BASE), `sent_rows` (planning/outbox.OUTBOX of all outboxes that are not folded yet, plus
`file`, and `seq`, `state`, `sent_at`, `accepted_at`, `decided_at` of the row's batch; an OWED row has the seq of its file's
last removal) and `$now`. A removal is conclusive when it is confirmed, was sent while no add of its component was open
(`clean`), and no other of its outbox, or of its key and sent before it was confirmed, is open.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from consentric.model.lifespan import Lifespan
from consentric.model.lists import Operation, Shape
from consentric.planning.capabilities import Capabilities
from consentric.planning.settling import UNKNOWN_SETTLES

_HOURS: Final = UNKNOWN_SETTLES // timedelta(hours=1)
_OPEN: Final = f"(state IN ('intent', 'accepted') OR (state = 'unknown' AND sent_at > $now - INTERVAL {_HOURS} HOURS))"
"""As planning/settling.is_open."""


def held(capabilities: Capabilities, lifespan: Lifespan) -> tuple[str, ...]:
    """Statements that make

    `adds(seq, person, fp, keys, riders, evidence, added_at, open, good)`,
    `removals(seq, kind, value, state, clean, open, file, moment, decided_at)`;
    `held_keys(kind, value, live, removal, removal_state, removal_clean, removal_open)`: what may be on the list, with the
    newest removal after the newest add; `owners(person, kind, value)`; `held_people(person, fp, riders, evidence,
    added_at, owed, open_add, removed, lapsed, good)`: `fp` is null unless the person is surely there as last sent, `good` is
    the newest add that arrived.
    """
    return (
        _BASE,
        _adds(),
        _removals(capabilities),
        _ADD_KEYS,
        _HELD_KEYS,
        _OWNERS,
        _OWED,
        _held_people(capabilities, lifespan),
    )


_BASE: Final = """
    CREATE OR REPLACE TEMP TABLE base_numbered AS
    SELECT *, row_number() OVER (ORDER BY len(keys) = 0, added_at NULLS FIRST, fp NULLS FIRST, person)
              - count(*) OVER () - 1 AS seq
    FROM base_rows"""
"""Base rows come before all batches, the oldest first: somebody who took over another's name has several."""

_BEFORE_ALL: Final = "-9223372036854775807"


def _adds() -> str:
    """An add is good when every row of the person in that outbox arrived: the fingerprint speaks of all of them."""
    return f"""
    CREATE OR REPLACE TEMP TABLE adds AS
    WITH rows_of_people AS (
      SELECT *, bool_and(coalesce(state IN ('accepted', 'confirmed', 'partial'), false))
                OVER (PARTITION BY file, person, op) AS whole
      FROM sent_rows)
    SELECT seq, person, fp, keys, riders, evidence, coalesce(accepted_at, sent_at) AS added_at, {_OPEN} AS open,
           whole AS good, false AS removed
    FROM rows_of_people WHERE op = {int(Operation.ADD)} AND seq IS NOT NULL AND state <> 'failed'
    UNION ALL
    SELECT seq, person, fp, keys, riders, evidence, added_at, false, fp IS NOT NULL, coalesce(removed, false)
    FROM base_numbered WHERE len(keys) > 0"""


def _removals(capabilities: Capabilities) -> str:
    """Rows that only repeat single-key removals with everything else of the person beside them do not count.

    A confirmed removal waits while another of its outbox is open, or one of its key that was sent before it was confirmed:
    that one may still take the account. One that was sent later takes nothing back, folded or not.
    """
    single = "true" if capabilities.remove_shapes == (Shape.FULL,) else f"shape <> {int(Shape.FULL)}"
    return f"""
    CREATE OR REPLACE TEMP TABLE removals AS
    WITH sent AS (
      SELECT *, {_OPEN} AS row_open, bool_or({_OPEN}) OVER (PARTITION BY file) AS file_open
      FROM sent_rows WHERE op = {int(Operation.REMOVE)} AND seq IS NOT NULL AND state <> 'failed'),
    each_key AS (SELECT *, unnest(keys) AS key FROM sent WHERE {single}),
    weighed AS (
      SELECT *, state = 'confirmed' AND (file_open OR coalesce(min(sent_at) FILTER (row_open) OVER (PARTITION BY key)
                                                                <= decided_at, false)) AS waits FROM each_key)
    SELECT seq, key.kind AS kind, key.value AS value, CASE WHEN waits THEN 'accepted' ELSE state END AS state, clean,
           row_open OR waits AS open, file, coalesce(accepted_at, sent_at) AS moment, decided_at
    FROM weighed"""


_ADD_KEYS: Final = """
    CREATE OR REPLACE TEMP TABLE add_keys AS
    SELECT seq, person, good, key.kind AS kind, key.value AS value FROM (SELECT *, unnest(keys) AS key FROM adds)"""

_HELD_KEYS: Final = f"""
    CREATE OR REPLACE TEMP TABLE held_keys AS
    WITH added AS (SELECT kind, value, max(seq) AS live FROM add_keys GROUP BY kind, value),
    gone AS (SELECT kind, value, max(seq) AS gone FROM removals WHERE state = 'confirmed' AND clean GROUP BY kind, value),
    newest AS (SELECT kind, value, seq, state, clean, open FROM removals
               QUALIFY row_number() OVER (PARTITION BY kind, value ORDER BY seq DESC) = 1)
    SELECT a.kind, a.value, a.live, coalesce(g.gone, {_BEFORE_ALL}) AS gone, n.seq AS removal, n.state AS removal_state,
           coalesce(n.clean, false) AS removal_clean, coalesce(n.open, false) AS removal_open
    FROM added a LEFT JOIN gone g USING (kind, value)
    LEFT JOIN newest n ON n.kind = a.kind AND n.value = a.value AND n.seq > a.live
    WHERE g.gone IS NULL OR a.live > g.gone"""

_OWNERS: Final = """
    CREATE OR REPLACE TEMP TABLE owners AS
    SELECT DISTINCT k.person, h.kind, h.value FROM add_keys k JOIN held_keys h USING (kind, value) WHERE k.seq > h.gone"""

_OWED: Final = f"""
    CREATE OR REPLACE TEMP TABLE debts AS
    SELECT person, max(seq) AS seq FROM (
      SELECT person, seq FROM sent_rows WHERE op = {int(Operation.OWED)} AND seq IS NOT NULL
      UNION ALL SELECT person, seq FROM base_numbered WHERE owed) GROUP BY person"""


def has_lapsed(capabilities: Capabilities, lifespan: Lifespan, added_at: str) -> str:
    """Whether the platform has dropped by itself who was last added then, as far as adds go by it: SQL."""
    if not capabilities.lapses:
        return "false"
    days = str(lifespan.days)
    if lifespan.earlier is not None:
        fewer, until = lifespan.earlier
        days = f"CASE WHEN {added_at} <= {instant(until)} THEN {fewer} ELSE {days} END"
    return f"coalesce({added_at} + to_hours(24 * ({days})) <= $now, false)"


def instant(moment: datetime) -> str:
    """A moment as SQL."""
    return f"TIMESTAMPTZ '{moment.astimezone(UTC).isoformat()}'"


def _held_people(capabilities: Capabilities, lifespan: Lifespan) -> str:
    """A removal of a key says nothing of somebody who lost that key to an earlier, conclusive one."""
    lapsed = has_lapsed(capabilities, lifespan, "p.added_at")
    return f"""
    CREATE OR REPLACE TEMP TABLE held_people AS
    WITH per_person AS (
      SELECT person, max(seq) AS live, max(seq) FILTER (good) AS good, arg_max(fp, seq) FILTER (good) AS fp,
             max(added_at) AS any_at, max(added_at) FILTER (good) AS good_at, arg_max(riders, seq) AS riders,
             arg_max(evidence, seq) AS evidence, bool_or(open) AS open_add, arg_max(removed, seq) AS removed
      FROM adds GROUP BY person),
    later AS (
      SELECT k.person, k.kind, k.value, k.seq AS added, r.seq, r.state,
             min(r.seq) FILTER (r.state = 'confirmed' AND r.clean) OVER (PARTITION BY k.person, k.kind, k.value, k.seq) AS closed
      FROM add_keys k JOIN removals r USING (kind, value) WHERE r.seq > k.seq),
    hits AS (
      SELECT person, max(seq) AS newest, max(seq) FILTER (state IN ('accepted', 'confirmed')) AS taken
      FROM later WHERE seq <= coalesce(closed, seq) GROUP BY person),
    placed AS (
      SELECT p.* EXCLUDE (fp), CASE WHEN surely THEN p.fp END AS fp,
             CASE WHEN surely THEN p.good_at ELSE p.any_at END AS added_at
      FROM (SELECT p.*, h.taken, p.good IS NOT NULL AND (h.newest IS NULL OR h.newest < p.good) AS surely
            FROM per_person p LEFT JOIN hits h USING (person)) p)
    SELECT p.person, p.fp, p.riders, p.evidence, p.added_at,
           coalesce(d.seq >= coalesce(p.good, {_BEFORE_ALL}), false) AS owed, p.open_add,
           coalesce(p.taken > p.live, false) OR p.removed AS removed, {lapsed} AS lapsed, p.good
    FROM placed p LEFT JOIN debts d USING (person)
    WHERE p.person IN (SELECT person FROM owners)"""


STANDING: Final = "SELECT count(*) FILTER (fp IS NOT NULL AND NOT lapsed), count(*) FROM held_people WHERE NOT removed"
"""How many are on the list for sure, and how many may be."""


def untouched_standing(capabilities: Capabilities, lifespan: Lifespan) -> str:
    """The same of the base alone, without those whom something concerns that was sent since (`stirred`)."""
    lapsed = has_lapsed(capabilities, lifespan, "added_at")
    return f"""
    SELECT count(*) FILTER (fp IS NOT NULL AND NOT {lapsed}), count(*)
    FROM there WHERE NOT removed AND size > 0 AND person NOT IN (SELECT id FROM stirred)"""


UNSETTLED: Final = "SELECT count(*) FROM held_keys WHERE removal IS NOT NULL"
"""Keys that may be on the list although a removal was sent: folding would forget that removal."""

FOLDED: Final = """
    SELECT p.person, p.fp, o.keys, p.riders, p.added_at, p.owed, p.removed, p.evidence, NULL::TIMESTAMPTZ AS first_sent
    FROM held_people p JOIN (
      SELECT person, list({'kind': kind, 'value': value} ORDER BY kind, value) AS keys FROM owners GROUP BY person) o
    USING (person)
    UNION ALL
    SELECT person, NULL, [], NULL, NULL, true, false, NULL, NULL FROM debts WHERE person NOT IN (SELECT person FROM adds)
    ORDER BY person"""
"""The rows of the new base (planning/outbox.BASE), once nothing is open; debts of people with a new name among them.

When somebody was first sent is known to planning/stays.py alone."""
