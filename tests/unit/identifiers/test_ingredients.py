"""Any ingredient over a column agrees with the rules that its recipe names, value by value."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from inspect import signature
from random import Random
from typing import Final

import pyarrow as pa
import pytest

from consentric.identifiers import compiled, rules
from consentric.identifiers.compiled.hexadecimal import hexadecimal
from consentric.identifiers.compiled.ingredients import ingredient_forms
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.recipes import RECIPES, Field, Ingredient, Leaves
from consentric.model.project import Platform

from . import samples

MANY: Final = 4_000
MAKE: Final[dict[str, Callable[[Random], str | None]]] = {
    "email": samples.email,
    "phone": samples.phone,
    "postcode": samples.postcode,
    "country": samples.country,
}
EVERY: Final = [(platform, each) for platform in Platform for each in RECIPES[platform].ingredients]


def plainly(ingredient: Ingredient, cell: str | None, home: str | None) -> str | Unusable:
    """The readable reference: one rule, or the identity form and then the rule."""
    rule = getattr(rules, ingredient.rule)
    if cell is None:
        return Unusable.EMPTY
    match ingredient.field:
        case Field.EMAIL:
            first = rules.email(cell)
        case Field.PHONE:
            first = rules.phone(cell, home)
        case Field.COUNTRY:
            first = rules.country(cell)
        case _:
            return rule(cell, home) if len(signature(rule).parameters) > 1 else rule(cell)
    return first if isinstance(first, Unusable) else rule(first)


@pytest.mark.parametrize(("platform", "ingredient"), EVERY, ids=lambda each: getattr(each, "sent_as", str(each)))
def test_an_ingredient_is_its_rule(platform: Platform, ingredient: Ingredient) -> None:
    """Form and reason, of clean cells and of dirty ones."""
    make = MAKE.get(ingredient.field.value, samples.name)
    chance = Random(11)
    cells = [make(chance) for _ in range(MANY)] + ["+x@gmail.com", ".@gmail.com", "Mr.", "94045-1234"]
    homes = [chance.choice(samples.COUNTRIES) for _ in cells]
    text, home = pa.array(cells, pa.string()), pa.array(homes, pa.string())
    country = compiled.countries(text, None) if ingredient.field is Field.COUNTRY else home
    made = ingredient_forms(ingredient, text, country)
    wanted = [plainly(ingredient, cell, at) for cell, at in zip(cells, homes, strict=True)]
    assert made.form.to_pylist() == [None if isinstance(each, Unusable) else each for each in wanted]
    assert made.reason.to_pylist() == [str(each) if isinstance(each, Unusable) else None for each in wanted]


@pytest.mark.parametrize("field", [Field.EMAIL, Field.PHONE])
def test_a_rule_without_a_fast_path_is_taken_all_the_same(field: Field) -> None:
    """A recipe may name any rule."""
    ingredient = Ingredient(field, "domain" if field is Field.EMAIL else "meta_country", Leaves.HASHED, "X")
    cells, home = pa.array(["a@x.dk", "20304050", None]), pa.array(["DK"] * 3)
    made = ingredient_forms(ingredient, cells, home)
    assert made.reason.to_pylist() == [
        "not_an_email" if field is Field.EMAIL else "not_a_number",
        "not_an_email" if field is Field.EMAIL else None,
        "empty",
    ]


def test_a_silent_country_takes_the_assumed_one() -> None:
    """And one that is no country takes none."""
    ingredient = next(each for each in RECIPES[Platform.META].ingredients if each.field is Field.COUNTRY)
    cells = pa.array(["SE", "", None, "n/a", "Sverige"])
    made = ingredient_forms(ingredient, cells, compiled.countries(cells, "DK"))
    assert made.form.to_pylist() == ["se", "dk", "dk", "dk", None]
    assert made.reason.to_pylist() == [None, None, None, None, "not_a_country"]


def test_digests_are_written_as_sha256sum_writes_them() -> None:
    """Also in the middle of a longer column, and null for null."""
    texts = ["x", None, "a@x.dk", "", None]
    digests = compiled.sha256_column(pa.array(texts))
    wanted = [None if each is None else sha256(each.encode()).hexdigest() for each in texts]
    assert hexadecimal(digests).to_pylist() == wanted
    assert hexadecimal(digests.slice(2, 2)).to_pylist() == wanted[2:4]
    assert hexadecimal(digests.slice(0, 0)).to_pylist() == []
