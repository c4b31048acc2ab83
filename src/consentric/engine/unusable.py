"""Which cells of identifiers cannot be used, so that each audience can be told of its own people, by field and reason.

Only what is wrong is kept, by the number of its row: a clean source takes no room. Blank cells are not wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine.connection import Connection
from consentric.identifiers import compiled
from consentric.identifiers.compiled.ingredients import ingredient_forms
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.recipes import META, Field
from consentric.model.project import Identifiers
from consentric.selection.catalog import left_of, rows_of
from consentric.selection.sql import quoted
from consentric.selection.uses import SourceUse

_FIELDS: Final = tuple(Field)
_REASONS: Final = tuple(Unusable)
_MADE: Final[Mapping[Field, str]] = {
    Field.FIRST_NAME: "fn.meta",
    Field.LAST_NAME: "ln.meta",
    Field.POSTCODE: "zip.meta",
    Field.COUNTRY: "country.meta",
}
"""The column of the kernel that is null where a cell of the field is of no use; e-mails and phones have reasons there."""
_INGREDIENTS: Final = {each.field: each for each in META.ingredients}
SCHEMA: Final = pa.schema([("row", pa.int64()), ("field", pa.int8()), ("reason", pa.int8())])


def identifying(identifiers: Identifiers, source: str) -> Mapping[str, Field]:
    """The columns of a source that hold identifiers which may be sent."""
    return {
        ref.column: field for field in _FIELDS for ref in getattr(identifiers, field.value, ()) if ref.source == source
    }


def unusable_cells(
    batch: pa.RecordBatch, made: pa.RecordBatch, use: SourceUse, fields: Mapping[str, Field], assumed: str | None
) -> pa.Table:
    """Row, field and reason of what is wrong in a batch; `made` is what the kernel made of it."""
    rows = batch.column("\0row")
    pieces = []
    for column, field in fields.items():
        if column in use.aliases:
            reasons, at = made.column(f"{use.aliases[column]}.reason"), rows
        elif field in _MADE:
            lost = _lost(batch, made, column, field)
            at = rows.filter(lost)
            reasons = _reasons(batch.filter(lost), use, column, field, assumed)
        else:
            continue
        wrong = pc.fill_null(pc.not_equal(reasons, Unusable.EMPTY.value), False)
        codes = pc.index_in(reasons.filter(wrong), pa.array([each.value for each in _REASONS])).cast(pa.int8())
        place = pa.array([_FIELDS.index(field)], pa.int8())
        pieces.append(pa.table([at.filter(wrong), pa.repeat(place[0], len(codes)), codes], schema=SCHEMA))
    return pa.concat_tables(pieces) if pieces else SCHEMA.empty_table()


def gather_unusable(con: Connection, found: Mapping[str, Iterable[pa.Table]]) -> None:
    """Makes `unusable_cells(person, field, reason)` of what was found in each source, once it is known who is who."""
    con.run("CREATE OR REPLACE TEMP TABLE unusable_cells (person BIGINT, field TINYINT, reason TINYINT)")
    for source, tables in found.items():
        con.register("arrow_unusable", pa.concat_tables([SCHEMA.empty_table(), *tables]))
        con.run(
            f"""INSERT INTO unusable_cells SELECT r.person, u.field, u.reason
                FROM arrow_unusable u JOIN {quoted(rows_of(source))} r ON r.row = u.row WHERE r.person IS NOT NULL"""
        )
        con.unregister("arrow_unusable")


def unusable_of(con: Connection, audience: str) -> Mapping[str, Mapping[str, int]]:
    """How many cells of the people of an audience cannot be used, by field and reason; the commonest reason first."""
    counted = con.table(
        f"""SELECT field, reason, count(*) AS cells FROM unusable_cells JOIN {quoted(left_of(audience))} USING (person)
            GROUP BY field, reason ORDER BY field, cells DESC, reason"""
    ).to_pylist()
    found: dict[str, dict[str, int]] = {}
    for each in counted:
        found.setdefault(_FIELDS[each["field"]].value, {})[_REASONS[each["reason"]].value] = int(each["cells"])
    return found


def _lost(batch: pa.RecordBatch, made: pa.RecordBatch, column: str, field: Field) -> pa.BooleanArray:
    """Filled cells of which nothing was made; where the platforms of the file want nothing of the field, all filled ones."""
    filled = pc.not_equal(pc.utf8_trim_whitespace(pc.fill_null(compiled.as_text(batch.column(column)), "")), "")
    if _MADE[field] not in made.schema.names:
        return filled
    return pc.and_(pc.is_null(made.column(_MADE[field])), filled)


def _reasons(batch: pa.RecordBatch, use: SourceUse, column: str, field: Field, assumed: str | None) -> pa.StringArray:
    if use.country is None:
        country = pa.repeat(pa.scalar(assumed, pa.string()), batch.num_rows)
    else:
        country = compiled.countries(compiled.as_text(batch.column(use.country)), assumed)
    return ingredient_forms(_INGREDIENTS[field], compiled.as_text(batch.column(column)), country).reason
