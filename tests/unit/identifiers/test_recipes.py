"""Recipes are allow-lists that name existing rules."""

from __future__ import annotations

from consentric.identifiers import rules
from consentric.identifiers.recipes import RECIPES, Field, Leaves
from consentric.model.project import Platform


def test_every_platform_has_a_recipe_of_existing_rules() -> None:
    """What a recipe names can be computed."""
    assert set(RECIPES) == set(Platform)
    for recipe in RECIPES.values():
        assert all(callable(getattr(rules, each.rule)) for each in recipe.ingredients)


def test_what_leaves_in_clear() -> None:
    """Google's region and postcode, and only with a whole address; at Meta ids of devices, and nothing else."""
    google, meta = RECIPES[Platform.GOOGLE], RECIPES[Platform.META]
    assert google.leaving(Field, Leaves.IN_CLEAR) == ("country", "postcode")
    assert google.leaving(Field, Leaves.HASHED) == ("first name", "last name", "email", "phone")
    assert google.leaving([Field.EMAIL, Field.POSTCODE, Field.FIRST_NAME], Leaves.IN_CLEAR) == ()
    assert google.leaving([Field.EMAIL, Field.POSTCODE, Field.FIRST_NAME], Leaves.HASHED) == ("email",)
    assert meta.leaving(Field, Leaves.IN_CLEAR) == ("mobile id",)
    assert meta.leaving([Field.EMAIL, Field.BIRTH_DATE], Leaves.HASHED) == ("email", "birth date")


def test_riders_never_leave_alone() -> None:
    """At Meta names and places go only beside an e-mail or a phone."""
    meta = RECIPES[Platform.META]
    assert meta.sent([Field.FIRST_NAME, Field.LAST_NAME]) == ()
    assert [each.sent_as for each in meta.sent([Field.EMAIL, Field.FIRST_NAME])] == ["EMAIL", "FN", "FI"]
