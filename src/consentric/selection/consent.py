"""Who consented to what: the newest decision per primary key and purpose, as SQL. Deny by default.

A consent row holds up to two decisions: what its word says at `given_at`, and a withdrawal at `withdrawn_at`. Whatever
takes consent away counts now, also undated or dated in the future; a grant counts only with a date that has passed.
At the same instant a withdrawal goes before a refusal, that before an unclear word, that before a grant.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlglot import exp

from consentric.model.people import Reason
from consentric.model.project import ConsentRules, Purpose
from consentric.model.time import Duration, Unit
from consentric.selection.catalog import Catalog, Table, cell_of, rows_of
from consentric.selection.cells import as_instant, folded, is_filled
from consentric.selection.sql import Sql, all_of, call, column, instant, negate, number, relation, text

RANK: Final = {reason: place for place, reason in enumerate(Reason)}
"""The smaller, the earlier it is counted."""
GRANTED_RANK: Final = 99


def decisions(rules: ConsentRules, purpose: Purpose, catalog: Catalog) -> Sql:
    """(row, at, rank, state): every decision of one purpose in the rows of the consent source.

    `rank` orders decisions of the same instant, `state` is what the decision means now (a grant may have expired).
    """
    table = catalog.tables[rules.source]
    branches = [_grants(rules, purpose, table, catalog), _denials(rules, purpose, table, catalog)]
    if rules.withdrawn_at is not None:
        branches.append(_withdrawals(rules, rules.withdrawn_at, table, catalog))
    union: Sql = branches[0]
    for branch in branches[1:]:
        union = exp.Union(this=union, expression=branch, distinct=False)
    return union


def _grants(rules: ConsentRules, purpose: Purpose, table: Table, catalog: Catalog) -> exp.Select:
    """Dated in the past: granted, or expired; without a date: unclear; dated in the future: nothing."""
    given = _instant(rules.given_at, table)
    now = instant(catalog.now)
    undated = exp.Is(this=given, expression=exp.Null())
    state = exp.Case().when(undated, _state(Reason.UNCLEAR))
    if rules.valid_for is not None:
        state = state.when(
            exp.LTE(this=_expiry(given, rules.valid_for, catalog), expression=now), _state(Reason.EXPIRED)
        )
    rank = exp.Case().when(undated.copy(), _state(Reason.UNCLEAR)).else_(number(GRANTED_RANK))
    past = exp.Coalesce(this=exp.LTE(this=given, expression=now), expressions=[exp.true()])
    says_yes = exp.In(this=_word(purpose), expressions=_folded_words(purpose.granted))
    return _decision(rules, _no_later(given, catalog.now), rank, state.else_(number(GRANTED_RANK))).where(
        all_of((says_yes, past))
    )


def _denials(rules: ConsentRules, purpose: Purpose, table: Table, catalog: Catalog) -> exp.Select:
    """Refusals, and words that are neither yes nor no: unclear. A blank counts only with a date."""
    given = _instant(rules.given_at, table)
    word = _word(purpose)
    refused = exp.In(this=word, expressions=_folded_words(purpose.refused))
    granted = exp.In(this=word.copy(), expressions=_folded_words(purpose.granted))
    state = exp.Case().when(refused, _state(Reason.REFUSED)).else_(_state(Reason.UNCLEAR))
    dated = is_filled(column(cell_of(rules.given_at)), table.types[rules.given_at])
    says_something = exp.Or(this=exp.NEQ(this=word.copy(), expression=text("")), expression=exp.paren(dated))
    return _decision(rules, _no_later(given, catalog.now), state, state.copy()).where(
        all_of((negate(granted), exp.paren(says_something)))
    )


def _withdrawals(rules: ConsentRules, name: str, table: Table, catalog: Catalog) -> exp.Select:
    """Anything in the column is a withdrawal; what cannot be read as an instant counts now."""
    withdrew = _state(Reason.WITHDREW)
    at = _no_later(_instant(name, table), catalog.now)
    return _decision(rules, at, withdrew, withdrew.copy()).where(is_filled(column(cell_of(name)), table.types[name]))


def _decision(rules: ConsentRules, at: Sql, rank: Sql, state: Sql) -> exp.Select:
    return exp.select(
        column("row"), exp.alias_(at, "at", quoted=True), exp.alias_(rank, "rank"), exp.alias_(state, "state")
    ).from_(relation(rows_of(rules.source)))


def _instant(name: str, table: Table) -> Sql:
    return as_instant(column(cell_of(name)), table.types[name], table.timezone)


def _word(purpose: Purpose) -> Sql:
    return exp.Coalesce(this=folded(column(cell_of(purpose.column))), expressions=[text("")])


def _folded_words(words: Iterable[str]) -> list[Sql]:
    return [folded(text(word)) for word in sorted(words)]


def _no_later(moment: Sql, now: datetime) -> Sql:
    """The moment, or now where it is unknown or still to come."""
    return exp.Least(this=exp.Coalesce(this=moment, expressions=[instant(now)]), expressions=[instant(now)])


def _expiry(given: Sql, valid_for: Duration, catalog: Catalog) -> Sql:
    """The same local time, so many calendar units later."""
    zone = text(catalog.timezone.key)
    span = {
        Unit.HOUR: "to_hours",
        Unit.DAY: "to_days",
        Unit.WEEK: "to_weeks",
        Unit.MONTH: "to_months",
        Unit.YEAR: "to_years",
    }
    local = call("timezone", zone, given)
    later = exp.Add(this=local, expression=call(span[valid_for.unit], number(valid_for.count)))
    return call("timezone", zone.copy(), later)


def _state(reason: Reason) -> Sql:
    return number(RANK[reason])
