"""The rows of an outbox in the order in which they are sent, as SQL over the tables of planning/difference.py.

Order: removals that no guard holds back, stale keys of stayers, adds, refreshes, ordinary removals; in a rebuild everybody
instead of these, and then the row that ends it. Last come the debts, which are not sent: who remains in a component out of
which something is removed has to be added again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from consentric.model.lists import KeyType, Operation, Shape
from consentric.model.plan import Rebuilding, RebuildStage
from consentric.planning.capabilities import Capabilities, RebuildForm, RowForm


class Phase(IntEnum):
    REMOVE_NOW = 1
    REKEY = 2
    ADD = 3
    REFRESH = 4
    REBUILD = 5
    REMOVE = 6
    REMOVE_REST = 7
    OWED = 8


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be sent. Guards let `withdrawals` (removals that they never hold back) and `refreshes` always go; a list
    that is locked or gone takes none of them, and one that is closed no refreshes."""

    adds: bool = True
    removals: bool = True
    vanished: bool = True
    refreshes: bool = True
    withdrawals: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a prepared outbox that belong together: one phase, one operation, one shape."""

    phase: int
    operation: int
    shape: int
    first: int
    rows: int
    people: int


def outbox(capabilities: Capabilities, allowed: Allowed, rebuild: Rebuilding | None = None) -> tuple[str, ...]:
    """Statements that make `outbox(phase, op, shape, why, person, fp, keys, riders, clean, evidence)`, unordered."""
    adds = _adds(capabilities, allowed) if rebuild is None else _rebuild(capabilities, allowed, rebuild)
    parts = [*_removals(capabilities), *adds, _debts()]
    return (
        _taken(allowed),
        "CREATE OR REPLACE TEMP TABLE outbox AS " + " UNION ALL ".join(f"({part})" for part in parts),
    )


def _taken(allowed: Allowed) -> str:
    """The keys that this run removes, with the phase in which each goes."""
    rekeys, removals = allowed.adds and allowed.removals, allowed.removals
    now = str(allowed.withdrawals).lower()
    ordinary = f"{str(removals).lower()} AND ({str(allowed.vanished).lower()} OR NOT vanished)"
    return f"""
    CREATE OR REPLACE TEMP TABLE taken AS
    SELECT kind, value, person, component, NOT open_add AS clean,
           CASE WHEN exempt THEN {int(Phase.REMOVE_NOW)} WHEN of_stayer THEN {int(Phase.REKEY)}
                ELSE {int(Phase.REMOVE)} END AS phase,
           CASE WHEN again THEN 'again' WHEN exempt THEN 'consent' WHEN of_stayer THEN 'rekey' ELSE 'leaver' END AS why
    FROM departures
    WHERE goes AND {now}
      AND (exempt OR CASE WHEN of_stayer THEN {str(rekeys).lower()} ELSE {ordinary} END)"""


def _removals(capabilities: Capabilities) -> Iterator[str]:
    remove = int(Operation.REMOVE)
    single = Shape.FULL if capabilities.remove_shapes == (Shape.FULL,) else None
    shape = f"{int(single)}" if single is not None else "kind"
    yield f"""SELECT phase, {remove}::TINYINT AS op, {shape}::TINYINT AS shape, why, person, NULL::BLOB AS fp,
                     [{{'kind': kind, 'value': value}}] AS keys, NULL::BLOB[] AS riders, clean, NULL::VARCHAR AS evidence
                FROM taken"""
    if single is None:
        yield _whole_rows()


def _whole_rows() -> str:
    """The last-sent row of the person once more, without the cells of keys that stay."""
    return f"""
    WITH bundles AS (
      SELECT o.person, min(t.phase) AS phase, min(t.why) AS why, bool_and(t.clean) AS clean,
             list({{'kind': t.kind, 'value': t.value}} ORDER BY t.kind, t.value) AS keys
      FROM taken t JOIN owners o USING (kind, value) GROUP BY o.person),
    {_spread("bundles")}
    SELECT s.phase, {int(Operation.REMOVE)}::TINYINT AS op, {int(Shape.FULL)}::TINYINT AS shape, s.why, s.person,
           NULL::BLOB AS fp, s.keys, p.riders, s.clean, NULL::VARCHAR AS evidence
    FROM spread s LEFT JOIN held_people p USING (person)"""


def _adds(capabilities: Capabilities, allowed: Allowed) -> Iterator[str]:
    """New members where adds are allowed; who is on the list already is refreshed also in a stopped list.

    Without `refreshes` nobody is sent at all.
    """
    new = "m.kind = 'add'" if allowed.adds else "false"
    phase = f"CASE WHEN m.refresh THEN {int(Phase.REFRESH)} ELSE {int(Phase.ADD)} END"
    again = "m.refresh" if allowed.refreshes else "false"
    yield _sent(capabilities, phase, f"{again} OR {new}")


def _rebuild(capabilities: Capabilities, allowed: Allowed, rebuild: Rebuilding) -> Iterator[str]:
    """Everybody, and the row that ends it, unless a guard stops the list."""
    if not allowed.adds:
        return
    filling, replaces = rebuild.stage is RebuildStage.FILLING, capabilities.rebuild is RebuildForm.REPLACE
    if filling:
        yield _sent(capabilities, f"{int(Phase.REBUILD)}", "m.refresh OR m.kind = 'add'")
    if rebuild.stage is RebuildStage.ENDING or (filling and replaces):
        yield f"""
    SELECT {int(Phase.REMOVE_REST)} AS phase, {int(Operation.REMOVE_REST)}::TINYINT AS op, {int(Shape.FULL)}::TINYINT AS shape,
           'rest' AS why, ''::BLOB AS person, NULL::BLOB AS fp, []::STRUCT(kind TINYINT, value BLOB)[] AS keys,
           NULL::BLOB[] AS riders, true AS clean, NULL::VARCHAR AS evidence"""


def _sent(capabilities: Capabilities, phase: str, wanted: str) -> str:
    source = f"""chosen AS (
      SELECT {phase} AS phase, d.id AS person, d.fp, d.keys, d.riders, d.evidence
      FROM desired d JOIN moves m USING (id) WHERE {wanted})"""
    if capabilities.row_form is RowForm.KEY_OF_EACH_KIND:
        source, rows = f"{source}, {_spread('chosen')}", "spread"
    else:
        rows = "chosen"
    return f"""WITH {source}
      SELECT phase, {int(Operation.ADD)}::TINYINT AS op, {int(Shape.FULL)}::TINYINT AS shape,
             CASE phase WHEN {int(Phase.REFRESH)} THEN 'refresh' WHEN {int(Phase.REBUILD)} THEN 'rebuild' ELSE 'new' END AS why,
             person, fp, keys, riders, true AS clean, evidence FROM {rows}"""


def _spread(source: str) -> str:
    """Row i carries the i-th key of each kind; a kind that is used up is blank."""
    of_kind = "list_filter(keys, lambda k: k.kind = {}) AS {}"
    kinds = {"emails": KeyType.EMAIL, "phones": KeyType.PHONE, "mobiles": KeyType.MOBILE_ID}
    apart = ", ".join(of_kind.format(int(kind), name) for name, kind in kinds.items())
    return f"""{source}_apart AS (SELECT *, {apart} FROM {source}),
    spread AS (
      SELECT * EXCLUDE (emails, phones, mobiles, i) REPLACE (
               list_filter([emails[i], phones[i], mobiles[i]], lambda k: k IS NOT NULL) AS keys)
      FROM (SELECT *, unnest(range(1, greatest(len(emails), len(phones), len(mobiles)) + 1)) AS i FROM {source}_apart))"""


def _debts() -> str:
    """Of whoever should be on the list, and of others beside them who may be wanted again before the removal is processed.

    Somebody alone in a component is hit by every removal in it, so the keys themselves tell. A debt has the keys that are
    wanted, so that its owner is known by them should the name change too.
    """
    return f"""
    SELECT {int(Phase.OWED)} AS phase, {int(Operation.OWED)}::TINYINT AS op, {int(Shape.FULL)}::TINYINT AS shape, 'owed' AS why,
           c.id AS person, NULL::BLOB AS fp, coalesce(d.keys, []) AS keys, NULL::BLOB[] AS riders,
           true AS clean, NULL::VARCHAR AS evidence
    FROM (SELECT *, count(*) OVER (PARTITION BY component) > 1 AS is_shared FROM components) c LEFT JOIN desired d USING (id)
    WHERE c.component IN (SELECT component FROM taken) AND (d.id IS NOT NULL OR c.is_shared)"""


SPANS = """
    SELECT phase, op AS operation, shape, min(place) AS first, count(*) AS rows, count(DISTINCT person) AS people
    FROM ordered_outbox GROUP BY phase, op, shape ORDER BY phase, shape DESC"""

ORDERED = """
    CREATE OR REPLACE TEMP TABLE ordered_outbox AS
    SELECT *, row_number() OVER (ORDER BY phase, shape DESC, person, keys) - 1 AS place FROM outbox"""
