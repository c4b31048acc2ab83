"""Which columns of a file that no audiences file describes are looked at: those named, and those whose names are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from consentric.engine.identified import Wanted, Whole
from consentric.errors import SourceError, UsageError
from consentric.identifiers.columns import field_of, is_value, may_be_shown
from consentric.identifiers.recipes import Field, Ingredient, Recipe
from consentric.model.scan import FileScan

_MOST_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """`recognised` is the field of every column that has one; `not_sent` are those that the platform does not take.

    `country` is the column that says where the numbers and postcodes of a row are at home: the first of its kind.
    """

    wanted: tuple[Wanted, ...]
    recognised: Mapping[str, Field]
    not_sent: tuple[str, ...]
    country: str | None


def choose_columns(scan: FileScan, recipe: Recipe, named: Iterable[tuple[str, str]]) -> Columns:
    """In the order of the file. Raises SourceError (A340 to A342) and UsageError (A950)."""
    if any(map(is_value, scan.columns)):
        raise SourceError(
            "A342",
            "the first line of the file holds a contact: it names no columns",
            hint="write a line with the names of the columns above the rows",
        )
    recognised = _recognised(scan, _named(scan, named))
    wanted = tuple(
        Wanted(column, ingredient, name)
        for column, field in recognised.items()
        for name, ingredient in _ingredients(column, field, recipe)
    )
    if not wanted:
        raise _nothing(scan, recognised)
    taken = {each.column for each in wanted}
    countries = [column for column, field in recognised.items() if field is Field.COUNTRY]
    return Columns(
        wanted, recognised, tuple(each for each in recognised if each not in taken), next(iter(countries), None)
    )


def whole_keys(recipe: Recipe, columns: Columns, *, country_is_assumed: bool) -> tuple[Whole, ...]:
    """The match keys of several parts that this file has whole, each part by its first column."""
    first = {each.ingredient: each.written_as for each in reversed(columns.wanted)}
    found = []
    for key in recipe.match_keys:
        parts = [
            part for part in key.parts if part in first or part.field is not Field.COUNTRY or not country_is_assumed
        ]
        if len(key.parts) > 1 and all(part in first for part in parts):
            found.append(Whole(key.name, tuple(first[part] for part in parts)))
    return tuple(found)


def _recognised(scan: FileScan, named: Mapping[str, Field]) -> dict[str, Field]:
    """Who names columns of a field names all of them; the other fields are found by the names of the columns."""
    told = frozenset(named.values())
    found = {column: named.get(column) or field_of(column) for column in scan.columns}
    return {
        column: field for column, field in found.items() if field is not None and (column in named or field not in told)
    }


def _named(scan: FileScan, named: Iterable[tuple[str, str]]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for field, column in named:
        if field not in {each.value for each in Field}:
            near = get_close_matches(field, [each.value for each in Field], n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"the fields are {', '.join(Field)}"
            raise UsageError("A950", "--column names a field that does not exist", hint=hint)
        if column not in scan.columns:
            raise SourceError("A340", "--column names a column that the file does not have", hint=_columns_of(scan))
        if found.setdefault(column, Field(field)) is not Field(field):
            raise UsageError("A950", "--column gives one column two fields", hint="a column holds one of them")
    return found


def _ingredients(column: str, field: Field, recipe: Recipe) -> list[tuple[str, Ingredient]]:
    """What the platform takes of a field; where that is several things, the further ones are written under names of their own."""
    taken = [each for each in recipe.ingredients if each.field is field]
    further = [(f"{column}_{each.sent_as.rpartition('.')[2].lower()}", each) for each in taken[1:]]
    return [*((column, each) for each in taken[:1]), *further]


def _nothing(scan: FileScan, recognised: Mapping[str, Field]) -> SourceError:
    if recognised:
        return SourceError(
            "A341",
            "the platform takes none of the columns that are recognised",
            hint=f"they are {', '.join(recognised)}",
        )
    return SourceError("A341", "no column of the file has a name that is recognised", hint=_columns_of(scan))


def _columns_of(scan: FileScan) -> str:
    """The columns, unless one of them might be a customer's value: then the file may have no header at all."""
    way_out = "say which is which, for example `--column email=NAME`"
    if not all(map(may_be_shown, scan.columns)):
        return f"its first line must name the columns; {way_out}"
    shown = list(scan.columns)[:_MOST_SHOWN]
    more = f" and {len(scan.columns) - len(shown)} more" if len(shown) < len(scan.columns) else ""
    return f"its columns are {', '.join(shown)}{more}; {way_out}"
