"""The difference between who should be on a list and who may be on it, as SQL. Platforms hold accounts, not identifiers.

Whatever key put a person in, a removal by another key of the same person may take the account out, and nobody documents
whether it does; so both must come out right. A *component* is people connected by a key that may be on the list or
should be. Where a key of a component is being removed, nobody of it is added until the platform has processed that, and
whoever should stay is added again afterwards. Stale keys are those that may be on the list and that nobody should have.

Reads the tables of planning/held.py and `desired(person, id, keys, fp, riders, evidence)`, `standing(id, rank)`,
`exempt(kind, value)`, `aliases(name, id)`: under what other names somebody of `standing` was known before being joined;
`reach` and `components` are made in between by the engine (they take loops).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from consentric.model.lifespan import Lifespan
from consentric.model.lists import Operation
from consentric.model.people import NEVER_HELD_BACK, VANISHED, Reason
from consentric.model.plan import Rebuilding, RebuildStage
from consentric.planning.capabilities import Capabilities, RebuildForm
from consentric.planning.held import instant

_RANKS: Final = {reason: place for place, reason in enumerate(Reason)}


def _in(reasons: frozenset[Reason]) -> str:
    return ", ".join(str(_RANKS[reason]) for reason in sorted(reasons))


SUCCESSORS: Final = (
    """
    CREATE OR REPLACE TEMP TABLE desired_keys AS
    SELECT id, key.kind AS kind, key.value AS value FROM (SELECT id, unnest(keys) AS key FROM desired)""",
    # Somebody whose name in the data changed is still the same person on the platform: joined with another, or else
    # (a new customer number) whoever should be there by one of the keys that were sent, or are owed: whoever has most
    # of the keys, and rather a new name than somebody of whom something was sent before.
    f"""
    CREATE OR REPLACE TEMP TABLE successors AS
    WITH named AS (
      SELECT person, kind, value FROM owners UNION ALL
      SELECT person, key.kind AS kind, key.value AS value FROM (
        SELECT person, unnest(keys) AS key FROM sent_rows WHERE op = {int(Operation.OWED)} AND seq IS NOT NULL)),
    names AS (SELECT DISTINCT person FROM named),
    gone AS (SELECT person FROM names ANTI JOIN standing s ON s.id = names.person),
    joined AS (SELECT g.person, min(a.id) AS id FROM gone g JOIN aliases a ON a.name = g.person GROUP BY g.person),
    shared AS (
      SELECT k.person, d.id, count(DISTINCT (k.kind, k.value)) AS keys FROM named k SEMI JOIN gone g USING (person)
      JOIN desired_keys d USING (kind, value) GROUP BY k.person, d.id),
    by_key AS (
      SELECT s.person, s.id FROM shared s LEFT JOIN names n ON n.person = s.id
      QUALIFY row_number() OVER (PARTITION BY s.person ORDER BY s.keys DESC, n.person IS NOT NULL, s.id) = 1)
    SELECT person, coalesce(j.id, k.id) AS id FROM joined j FULL JOIN by_key k USING (person)""",
)

ADOPT: Final = (
    """
    CREATE OR REPLACE TEMP TABLE sent_rows AS
    SELECT r.* REPLACE (coalesce(s.id, r.person) AS person) FROM sent_rows r LEFT JOIN successors s USING (person)""",
    """
    CREATE OR REPLACE TEMP TABLE base_rows AS
    SELECT r.* REPLACE (coalesce(s.id, r.person) AS person) FROM base_rows r LEFT JOIN successors s USING (person)""",
)

STALE: Final = (
    """
    CREATE OR REPLACE TEMP TABLE stale AS
    SELECT h.* FROM held_keys h ANTI JOIN desired_keys d ON d.kind = h.kind AND d.value = h.value""",
    """
    CREATE OR REPLACE TEMP TABLE ties AS
    SELECT person AS id, kind, value FROM owners UNION SELECT id, kind, value FROM desired_keys""",
    """
    CREATE OR REPLACE TEMP TABLE reach AS
    SELECT DISTINCT t.id FROM ties t JOIN (
      SELECT kind, value FROM stale UNION SELECT kind, value FROM held_keys WHERE removal_open) s USING (kind, value)""",
)

GROW: Final = """
    CREATE OR REPLACE TEMP TABLE reach AS
    SELECT id FROM reach UNION
    SELECT b.id FROM reach r JOIN ties a ON a.id = r.id JOIN ties b ON b.kind = a.kind AND b.value = a.value"""
"""One step from the people known to be touched to those who share a key with them; repeated until nobody is new."""

EDGES: Final = (
    "CREATE OR REPLACE TEMP TABLE numbered AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM reach",
    """
    CREATE OR REPLACE TEMP TABLE reach_edges AS
    SELECT DISTINCT n.number AS a, min(n.number) OVER (PARTITION BY t.kind, t.value) AS b
    FROM ties t JOIN numbered n USING (id)""",
)

COMPONENTS: Final = """
    CREATE OR REPLACE TEMP TABLE components AS
    SELECT n.id, l.label AS component FROM numbered n JOIN reach_labels l ON l.id = n.number"""

_LEAVING: Final = (
    # `again`: the first assertion was sent while an add was open, so it proves nothing; it is repeated when none is.
    f"""
    CREATE OR REPLACE TEMP TABLE leaving AS
    WITH open_adds AS (
      SELECT DISTINCT c.component FROM held_people p JOIN components c ON c.id = p.person WHERE p.open_add),
    owned AS (
      SELECT s.kind, s.value, min(o.person) AS person, min(c.component) AS component,
             bool_or(coalesce(w.rank IN ({_in(NEVER_HELD_BACK)}), false)) AS by_owner,
             bool_or(coalesce(w.rank IN ({_in(VANISHED)}), false)) AS vanished,
             bool_or(d.id IS NOT NULL) AS of_stayer
      FROM stale s JOIN owners o USING (kind, value) JOIN components c ON c.id = o.person
      LEFT JOIN standing w ON w.id = o.person LEFT JOIN desired d ON d.id = o.person
      GROUP BY s.kind, s.value)
    SELECT s.kind, s.value, o.person, o.component, o.of_stayer, o.vanished,
           o.by_owner OR e.kind IS NOT NULL AS exempt, a.component IS NOT NULL AS open_add,
           s.removal IS NOT NULL AND s.removal_state IN ('accepted', 'confirmed') AND NOT s.removal_clean AS again,
           s.removal IS NOT NULL AND s.removal_state = 'accepted' AND s.removal_clean AS named
    FROM stale s JOIN owned o USING (kind, value)
    LEFT JOIN exempt e ON e.kind = s.kind AND e.value = s.value
    LEFT JOIN open_adds a ON a.component = o.component"""
)

_BLOCKED: Final = """
    CREATE OR REPLACE TEMP TABLE blocked AS
    SELECT component, bool_or(moving) AS moving FROM (
      SELECT component, goes OR named OR again AS moving FROM departures
      UNION ALL
      SELECT c.component, true FROM held_keys h JOIN ties t USING (kind, value) JOIN components c USING (id)
      WHERE h.removal_open) GROUP BY component"""


def removals(rebuild: Rebuilding | None) -> tuple[str, ...]:
    """Statements that make `departures`, one row for each stale key, and `blocked`, the components that wait.

    In a rebuild only withdrawers are taken out key by key, and stale keys that stay block nobody.
    """
    departures = f"""
    CREATE OR REPLACE TEMP TABLE departures AS
    SELECT *, NOT named AND CASE WHEN again THEN NOT open_add ELSE exempt OR NOT open_add END
              AND (exempt OR {str(rebuild is None).lower()}) AS goes FROM leaving"""
    return (_LEAVING, departures, _BLOCKED if rebuild is None else f"{_BLOCKED} HAVING bool_or(moving)")


def moves(capabilities: Capabilities, lifespan: Lifespan, rebuild: Rebuilding | None = None) -> str:
    """`moves(id, desired, was, kind, refresh, rank, exempt, stale, deferred, again, guarded)`: everybody concerned.

    `kind` is unchanged, add, later, rekey, remove or none; `rank` the standing of those who leave. In a rebuild `again`
    holds for those who are still to be sent, or for whom its end is still to come.
    """
    rules = _rules(capabilities, rebuild)
    return f"""
    CREATE OR REPLACE TEMP TABLE moves AS
    WITH touched AS (
      SELECT o.person AS id, bool_or(d.goes) AS goes, bool_and(d.exempt) AS exempt, bool_or(d.again) AS again,
             bool_or(NOT d.named AND NOT d.again) AS fresh
      FROM departures d JOIN owners o USING (kind, value) GROUP BY o.person),
    everyone AS (
      SELECT coalesce(d.id, p.person) AS id, d.id IS NOT NULL AS desired, p.person IS NOT NULL AS held, d.fp AS wanted,
             p.fp AS there, p.good, coalesce(p.owed, false) AS owed, coalesce(p.removed, false) AS removed,
             coalesce(p.lapsed, false) AS lapsed, {due(capabilities, lifespan)} AS due
      FROM desired d FULL JOIN held_people p ON p.person = d.id),
    weighed AS (
      SELECT e.*, t.id IS NOT NULL AS stale, coalesce(t.goes, false) AS goes, coalesce(t.exempt, false) AS exempt,
             coalesce(t.again, false) AS again, b.component IS NOT NULL AS blocked, coalesce(b.moving, false) AS moving,
             CASE WHEN e.desired THEN e.held AND NOT e.removed AND NOT e.lapsed
                  ELSE coalesce(t.fresh, false) AND ({rules.leavers}) END AS was,
             NOT (e.there IS NOT DISTINCT FROM e.wanted) OR e.owed OR e.due OR {rules.anew} AS needs, w.rank
      FROM everyone e LEFT JOIN touched t USING (id) LEFT JOIN components c USING (id)
      LEFT JOIN blocked b USING (component) LEFT JOIN standing w USING (id))
    SELECT id, desired, was, exempt, stale, rank, NOT goes AND NOT desired AND was AND NOT {rules.empties} AS deferred,
           CASE WHEN desired AND was THEN CASE WHEN moving OR (blocked AND needs) THEN 'rekey' ELSE 'unchanged' END
                WHEN desired THEN CASE WHEN blocked OR NOT {rules.sends} THEN 'later' ELSE 'add' END
                WHEN was THEN 'remove' ELSE 'none' END AS kind,
           desired AND was AND needs AND NOT blocked AND {rules.sends} AS refresh,
           again OR (desired AND was AND NOT blocked AND NOT (needs AND {rules.sends}) AND {rules.owes}) AS again,
           was AND stale AND NOT exempt AND (NOT desired OR {rules.judges}) AS guarded
    FROM weighed"""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a rebuild changes, as SQL: who is sent anew, whether anybody is sent at all, whether the rest leaves in this
    run, who still counts as a leaver, whether its end is owed, and whether stayers count for the guards."""

    anew: str = "false"
    sends: str = "true"
    empties: str = "false"
    leavers: str = "true"
    owes: str = "false"
    judges: str = "true"


def _rules(capabilities: Capabilities, rebuild: Rebuilding | None) -> _Rules:
    if rebuild is None:
        return _Rules()
    filling, replaces = rebuild.stage is RebuildStage.FILLING, capabilities.rebuild is RebuildForm.REPLACE
    return _Rules(
        anew="true" if rebuild.since is None else f"coalesce(e.good <= {rebuild.since}, true)",
        sends=str(filling).lower(),
        empties=str(rebuild.stage is RebuildStage.ENDING or (filling and replaces)).lower(),
        leavers="t.exempt" if rebuild.stage is RebuildStage.ENDED else "true",
        owes=str(rebuild.stage is not RebuildStage.ENDED).lower(),
        judges=str(rebuild.since is None).lower(),
    )


def due(capabilities: Capabilities, lifespan: Lifespan) -> str:
    """Members are sent again in the last tenth of keep_for, at least seven days before it ends, spread over its first half.

    Where the file wants fewer days than the platform gives, already by those: before it gives fewer, everybody is renewed.
    """
    if not capabilities.lapses:
        return "false"
    ordinary = _is_due(min(lifespan.days, lifespan.wanted))
    if lifespan.earlier is None:
        return ordinary
    fewer, until = lifespan.earlier
    sooner = _is_due(min(fewer, lifespan.wanted))
    return f"CASE WHEN p.added_at <= {instant(until)} THEN {sooner} ELSE {ordinary} END"


def _is_due(days: int) -> str:
    spread = max(_margin(days) // 2, 1)
    hour = f"{days * 24 - _margin(days)} + (hash(p.person) % {spread})::INTEGER"
    return f"coalesce(p.added_at + to_hours({hour}) <= $now OR p.added_at > $now + INTERVAL {AHEAD_DAYS} DAY, false)"


def first_due(lifespan: Lifespan) -> int:
    """So many hours after they were added nobody is due yet."""
    days = min(each for each in (lifespan.days, lifespan.wanted, lifespan.fewer) if each is not None)
    return days * 24 - _margin(days)


def _margin(days: int) -> int:
    return max(days * 24 // 10, min(7 * 24, days * 24 // 2))


AHEAD_DAYS: Final = 1
"""An addition of later than so far ahead is of a clock that was wrong: it counts as due."""


def _by_what_guards_hold(name: str, those: str) -> str:
    """A number of removals, and the parts of it that planning/guards.removed takes: exempt, and vanished who are not."""
    return f"""count(*) FILTER ({those}) AS {name}, count(*) FILTER ({those} AND exempt) AS {name}_exempt,
           count(*) FILTER ({those} AND NOT exempt AND rank IN ({_in(VANISHED)})) AS {name}_vanished"""


COUNTS: Final = f"""
    SELECT count(*) FILTER (desired) AS members, count(*) FILTER (was) AS was, count(*) FILTER (kind = 'add') AS add,
           count(*) FILTER (kind = 'unchanged') AS unchanged, count(*) FILTER (kind = 'rekey') AS rekey,
           count(*) FILTER (kind = 'later') AS later, count(*) FILTER (refresh) AS refresh,
           count(*) FILTER (guarded) AS guarded, count(*) FILTER (desired AND was AND stale) AS rekeyed,
           count(*) FILTER (was AND rank IN ({_in(VANISHED)})) AS vanished,
           {_by_what_guards_hold("remove", "kind = 'remove'")},
           {_by_what_guards_hold("deferred", "kind = 'remove' AND deferred")},
           {_by_what_guards_hold("reassert", "again")}
    FROM moves"""

REMOVED_BECAUSE: Final = f"""
    SELECT coalesce(rank, 1000) AS rank, {_by_what_guards_hold("remove", "true")}
    FROM moves WHERE kind = 'remove' GROUP BY ALL"""

LAST_ADDED: Final = """
    SELECT max(p.added_at) AS last_added FROM held_people p JOIN moves m ON m.id = p.person
    WHERE m.kind IN ('remove', 'rekey')"""
"""Of those who are on the list and would leave it, or change their keys."""
