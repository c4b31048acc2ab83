"""Record batch in, record batch out: beside each identifier what a platform would get of it, or why it gets nothing.

Another view of the same rules than the kernel's: texts for people who compare, and a reason for every field. The answer
holds hashes, and contacts in clear where they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.errors import SourceError
from consentric.identifiers import compiled
from consentric.identifiers.compiled.hexadecimal import hexadecimal
from consentric.identifiers.compiled.ingredients import ingredient_forms
from consentric.identifiers.recipes import Field, Ingredient, Leaves

ROWS_AT_ONCE: Final = 131_072


@dataclass(frozen=True, slots=True)
class Wanted:
    """One column of the file as one ingredient; `written_as` begins the names of what is made of it."""

    column: str
    ingredient: Ingredient
    written_as: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A match key of several parts; `parts` are the names under which they are written."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identification:
    """What is asked of each batch. `country_column` says where numbers and postcodes are at home, else `assumed`.

    `kept` columns are copied as they are; `shows` True: the normal forms are written too, in clear. Of `whole` keys the
    rows are counted that have all of it.
    """

    wanted: tuple[Wanted, ...]
    country_column: str | None = None
    assumed: str | None = None
    kept: tuple[str, ...] = ()
    shows: bool = False
    whole: tuple[Whole, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that is read of the file."""
        country = [] if self.country_column is None else [self.country_column]
        return tuple(dict.fromkeys([*self.kept, *(each.column for each in self.wanted), *country]))

    def schema(self, kept: Sequence[pa.Field]) -> pa.Schema:
        """The columns of the answer; `kept` are the copied ones as their file types them."""
        return pa.schema([*kept, *((name, pa.string()) for each in self.wanted for name in self.names(each))])

    def names(self, wanted: Wanted) -> tuple[str, ...]:
        parts = ("value", "reason", *(("normalised",) if self.shows else ()))
        return tuple(f"{wanted.written_as}_{part}" for part in parts)


@dataclass(slots=True)
class Tally:
    """Counts over all batches: `usable` cells, and the others by (written_as, reason); rows with a `whole` key."""

    rows: int = 0
    whole: Counter[str] = field(default_factory=Counter)
    usable: Counter[str] = field(default_factory=Counter)
    unusable: Counter[tuple[str, str]] = field(default_factory=Counter)


def identified(batch: pa.RecordBatch, asked: Identification, tally: Tally) -> Iterator[pa.RecordBatch]:
    """The rows of the batch in their order, in pieces of bounded size. Raises SourceError (a column of another type)."""
    for start in range(0, batch.num_rows, ROWS_AT_ONCE):
        yield _piece(batch.slice(start, ROWS_AT_ONCE), asked, tally)


def _piece(batch: pa.RecordBatch, asked: Identification, tally: Tally) -> pa.RecordBatch:
    home = _countries(batch, asked.country_column, asked.assumed)
    arrays: dict[str, pa.Array] = {name: batch.column(name) for name in asked.kept}
    for each in asked.wanted:
        is_country = each.ingredient.field is Field.COUNTRY
        country = _countries(batch, each.column, asked.assumed) if is_country else home
        forms = ingredient_forms(each.ingredient, _text(batch, each.column), country)
        _count(tally, each, forms.reason)
        made = (_value(forms.form, each.ingredient.leaves), forms.reason, forms.form)
        arrays |= dict(zip(asked.names(each), made, strict=False))
    for key in asked.whole:
        missing = [pc.is_null(arrays[f"{part}_value"]) for part in key.parts]
        tally.whole[key.name] += batch.num_rows - pc.sum(reduce(pc.or_, missing)).as_py()
    tally.rows += batch.num_rows
    return pa.RecordBatch.from_pydict(arrays)


def _value(form: pa.StringArray, leaves: Leaves) -> pa.StringArray:
    match leaves:
        case Leaves.IN_CLEAR:
            return form
        case Leaves.HASHED:
            return hexadecimal(compiled.sha256_column(form))


def _count(tally: Tally, wanted: Wanted, reasons: pa.StringArray) -> None:
    tally.usable[wanted.written_as] += reasons.null_count
    for each in pc.value_counts(reasons.drop_null()).to_pylist():
        tally.unusable[wanted.written_as, each["values"]] += each["counts"]


def _countries(batch: pa.RecordBatch, column: str | None, assumed: str | None) -> pa.StringArray:
    if column is None:
        return pa.repeat(pa.scalar(assumed, pa.string()), batch.num_rows)
    return compiled.countries(_text(batch, column), assumed)


def _text(batch: pa.RecordBatch, name: str) -> pa.StringArray:
    try:
        return compiled.as_text(batch.column(name))
    except compiled.UnreadableColumnError as error:
        raise SourceError("A321", f"column {name}: {error}", hint="use a column of texts or numbers") from None
