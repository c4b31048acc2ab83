"""Small builders of SQL expressions: names are always quoted, values always literals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce

from sqlglot import exp

DIALECT = "duckdb"

Sql = exp.Expr
_FAR = Decimal(10) ** 25


def column(name: str, table: str | None = None) -> Sql:
    return exp.column(name, table=table, quoted=True)


def relation(name: str) -> exp.Table:
    return exp.to_table(exp.to_identifier(name, quoted=True).sql(DIALECT), dialect=DIALECT)


def quoted(name: str) -> str:
    """A name as it stands in a statement, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> Sql:
    return exp.Literal.string(value)


def number(value: int | Decimal) -> Sql:
    """A literal; one that no exact number of ours could reach is compared as a float."""
    literal = exp.Literal.number(format(value, "f") if isinstance(value, Decimal) else str(value))
    return (
        literal
        if abs(Decimal(value)) < _FAR
        else exp.cast(text(format(Decimal(value), "e")), "double", dialect=DIALECT)
    )


def instant(value: datetime) -> Sql:
    moment = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    return exp.cast(text(moment), "timestamptz", dialect=DIALECT)


def call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def true() -> Sql:
    return exp.true()


def false() -> Sql:
    return exp.false()


def all_of(parts: Iterable[Sql]) -> Sql:
    return _join(list(parts), exp.And, true())


def any_of(parts: Iterable[Sql]) -> Sql:
    return _join(list(parts), exp.Or, false())


def negate(part: Sql) -> Sql:
    return exp.Not(this=exp.paren(part))


def surely(part: Sql) -> Sql:
    """Two-valued logic: what is unknown is false."""
    return exp.Coalesce(this=part, expressions=[false()])


def named(value: Sql, name: str) -> Sql:
    return exp.alias_(value, name, quoted=True)


def ordered(value: Sql, *, descending: bool, nulls_first: bool = False) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=value, desc=descending, nulls_first=nulls_first)])


def among(value: Sql, query: exp.Select) -> Sql:
    return exp.In(this=value, query=exp.Subquery(this=query))


def render(expression: Sql) -> str:
    return expression.sql(dialect=DIALECT)


def _join(parts: list[Sql], connector: type[exp.Connector], nothing: Sql) -> Sql:
    if not parts:
        return nothing
    wrapped: list[Sql] = [exp.paren(each) for each in parts]
    return reduce(lambda left, right: connector(this=left, expression=right), wrapped)
