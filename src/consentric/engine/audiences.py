"""Evaluates the rules of audiences into relations of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from sqlglot import exp

from consentric.engine.base import Reach
from consentric.engine.chosen import Chosen, tally
from consentric.engine.connection import Connection
from consentric.model.conditions import Ranked, audiences_in, leaves
from consentric.model.lists import KeyType
from consentric.model.people import Reason
from consentric.model.project import Audience
from consentric.selection.catalog import PERSON, Catalog, left_of, rule_of
from consentric.selection.conditions import person_condition
from consentric.selection.consent import RANK
from consentric.selection.ranks import cut_off
from consentric.selection.sql import column, quoted, relation, render

UNMATCHABLE: Final = -1
"""The rank, in `standing`, of somebody who consents and never had a usable key."""


def select(con: Connection, audiences: Mapping[str, Audience], catalog: Catalog) -> None:
    """Makes `rule:KEY(person)` for every audience, and `left:KEY(person)`: the rule without those excluded."""
    for audience in in_order(audiences):
        people = exp.alias_(relation("people"), "p", table=True)
        query = exp.select(column(PERSON, "p")).from_(people).where(person_condition(audience.who, catalog))
        con.run(f"CREATE OR REPLACE TEMP TABLE {_rule(audience.key)} AS {render(query)}")
    for audience in audiences.values():
        minus = "".join(f" AND person NOT IN (SELECT person FROM {_rule(key)})" for key in audience.exclude)
        con.run(
            f"CREATE OR REPLACE TEMP TABLE {_left(audience.key)} AS"
            f" SELECT person FROM {_rule(audience.key)} WHERE true{minus}"
        )


def in_order(audiences: Mapping[str, Audience]) -> Iterator[Audience]:
    """Each after those that its rule names; the file has no circles."""
    done: set[str] = set()
    for key in audiences:
        trail = [key]
        while trail:
            ahead = [each for each in audiences_in(audiences[trail[-1]].who) if each not in done]
            if ahead:
                trail += ahead
                continue
            last = trail.pop()
            if last not in done:
                done.add(last)
                yield audiences[last]


def rule_size(con: Connection, audience: Audience) -> tuple[int, int, dict[str, int]]:
    """How many fit the rule, how many are left after exclusions, and how many each excluded audience takes."""
    rule = con.number(f"SELECT count(*) FROM {_rule(audience.key)}")
    left = con.number(f"SELECT count(*) FROM {_left(audience.key)}")
    taken = {
        key: con.number(f"SELECT count(*) FROM {_rule(audience.key)} WHERE person IN (SELECT person FROM {_rule(key)})")
        for key in audience.exclude
    }
    return rule, left, taken


def reaches(con: Connection, audience: Audience, catalog: Catalog) -> Iterator[Reach]:
    """How far each `top` and `bottom` of the rule goes; nobody where nobody is ranked."""
    for leaf in leaves(audience.who):
        if isinstance(leaf, Ranked):
            found = con.table(render(cut_off(leaf, catalog))).to_pylist()
            value = found[0]["value"] if found else None
            yield Reach(found[0]["people"] if found else 0, None if value is None else Decimal(value))


def funnel(con: Connection, key: str, standing: str) -> tuple[dict[Reason, int], int]:
    """Why people of an audience are not sent, and how many have nothing to be found by."""
    by_rank = tally(con, standing, "rank", Chosen(con, _left(key)))
    reasons = {reason: by_rank.get(RANK[reason], 0) for reason in Reason}
    return reasons, by_rank.get(UNMATCHABLE, 0)


def desire(con: Connection, key: str | None, name: str) -> None:
    """Makes the views `wanted`, `standing`, `exempt`, `aliases` for one list: whom of the audience something may be sent of.
    `wanted` are those of `candidates` who are `among` the audience, for whoever can find that out without a join.

    Views, since a copy of ten million people is more than everything else that the difference needs. `key` None: an
    audience that is no longer in the file; nobody should be on its list.
    """
    among = "sendable_" + name + " LIMIT 0" if key is None else _left(key)
    con.run(f"CREATE OR REPLACE TEMP VIEW candidates AS SELECT * FROM sendable_{name}")
    con.run(f"CREATE OR REPLACE TEMP VIEW among AS SELECT person FROM {among}")
    con.run("CREATE OR REPLACE TEMP VIEW wanted AS SELECT * FROM candidates WHERE person IN (SELECT person FROM among)")
    con.run(
        f"""CREATE OR REPLACE TEMP VIEW standing AS
            SELECT id, rank FROM standing_{name} UNION ALL SELECT id, rank FROM suppressed_names"""
    )
    con.run(f"CREATE OR REPLACE TEMP VIEW exempt AS SELECT kind, value FROM exempt_{name}")
    con.run(
        """CREATE OR REPLACE TEMP VIEW aliases AS
           SELECT k.key AS name, p.id FROM known k JOIN people p USING (person) WHERE k.key <> p.id"""
    )


def coverage(con: Connection) -> tuple[int, dict[int, int]]:
    """How many are `wanted`, and how many of them have a key of each kind."""
    found = tally(con, "candidates", "kinds", Chosen(con, "among"))
    of_kind = {kind: sum(people for kinds, people in found.items() if kinds >> kind & 1) for kind in KeyType}
    return sum(found.values()), {int(kind): people for kind, people in of_kind.items() if people}


def _rule(key: str) -> str:
    return quoted(rule_of(key))


def _left(key: str) -> str:
    return quoted(left_of(key))
