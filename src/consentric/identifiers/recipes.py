"""What leaves for each platform: which fields, in which normal form, hashed or in clear, and which make match keys.

A recipe is an allow-list: what it does not name is not sent. Match keys are what a platform finds people by; riders only help
it to choose, and go nowhere alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consentric.model.project import Platform


class Field(StrEnum):
    """What a person can be known by, in the words of the file's `identifiers:`."""

    EMAIL = "email"
    PHONE = "phone"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    CITY = "city"
    STATE = "state"
    POSTCODE = "postcode"
    COUNTRY = "country"
    BIRTH_DATE = "birth_date"
    GENDER = "gender"
    MOBILE_ID = "mobile_id"


class Leaves(StrEnum):
    """How a field leaves this machine."""

    HASHED = "hashed"
    IN_CLEAR = "in clear"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One field of a recipe. `rule` names the function of `rules` whose result is sent, `sent_as` the platform's own field."""

    field: Field
    rule: str
    leaves: Leaves
    sent_as: str


@dataclass(frozen=True, slots=True)
class MatchKey:
    """Fields that find a person, all of them together: one that lacks a part is not sent."""

    name: str
    parts: tuple[Ingredient, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """`match_keys` in the order in which a person's are sent; `riders` accompany them and are never sent alone."""

    match_keys: tuple[MatchKey, ...]
    riders: tuple[Ingredient, ...] = ()

    @property
    def ingredients(self) -> tuple[Ingredient, ...]:
        return tuple(part for key in self.match_keys for part in key.parts) + self.riders

    def sent(self, known: Iterable[Field]) -> tuple[Ingredient, ...]:
        """What leaves when these fields are declared: whole match keys only, and riders only beside a match key."""
        declared = frozenset(known)
        whole = [key.parts for key in self.match_keys if all(part.field in declared for part in key.parts)]
        riders = tuple(each for each in self.riders if each.field in declared) if whole else ()
        return tuple(part for parts in whole for part in parts) + riders

    def leaving(self, known: Iterable[Field], how: Leaves) -> tuple[str, ...]:
        """The fields that leave hashed, or in clear, in the words that the plan shows: `first name`, `postcode`."""
        names = (each.field.replace("_", " ") for each in self.sent(known) if each.leaves is how)
        return tuple(dict.fromkeys(names))


GOOGLE: Final = Recipe(
    match_keys=(
        MatchKey(
            "address",
            (
                Ingredient(Field.FIRST_NAME, "google_first_name", Leaves.HASHED, "address.given_name"),
                Ingredient(Field.LAST_NAME, "google_last_name", Leaves.HASHED, "address.family_name"),
                Ingredient(Field.COUNTRY, "country", Leaves.IN_CLEAR, "address.region_code"),
                Ingredient(Field.POSTCODE, "google_postcode", Leaves.IN_CLEAR, "address.postal_code"),
            ),
        ),
        MatchKey("email", (Ingredient(Field.EMAIL, "google_email", Leaves.HASHED, "email_address"),)),
        MatchKey("phone", (Ingredient(Field.PHONE, "google_phone", Leaves.HASHED, "phone_number"),)),
    )
)
"""https://developers.google.com/data-manager/api/devguides/concepts/formatting: the address counts only whole, its region and
postcode must not be hashed, and street and city are not for Customer Match. Mobile ids and user ids belong into lists of
their own there, with no e-mail in them."""

META: Final = Recipe(
    match_keys=(
        MatchKey("email", (Ingredient(Field.EMAIL, "meta_email", Leaves.HASHED, "EMAIL"),)),
        MatchKey("phone", (Ingredient(Field.PHONE, "meta_phone", Leaves.HASHED, "PHONE"),)),
        MatchKey("mobile_id", (Ingredient(Field.MOBILE_ID, "mobile_id", Leaves.IN_CLEAR, "MADID"),)),
    ),
    riders=(
        Ingredient(Field.FIRST_NAME, "meta_name", Leaves.HASHED, "FN"),
        Ingredient(Field.LAST_NAME, "meta_name", Leaves.HASHED, "LN"),
        Ingredient(Field.POSTCODE, "meta_postcode", Leaves.HASHED, "ZIP"),
        Ingredient(Field.COUNTRY, "meta_country", Leaves.HASHED, "COUNTRY"),
        Ingredient(Field.FIRST_NAME, "meta_initial", Leaves.HASHED, "FI"),
        Ingredient(Field.CITY, "meta_city", Leaves.HASHED, "CT"),
        Ingredient(Field.STATE, "meta_state", Leaves.HASHED, "ST"),
        Ingredient(Field.BIRTH_DATE, "meta_birth_year", Leaves.HASHED, "DOBY"),
        Ingredient(Field.BIRTH_DATE, "meta_birth_month", Leaves.HASHED, "DOBM"),
        Ingredient(Field.BIRTH_DATE, "meta_birth_day", Leaves.HASHED, "DOBD"),
        Ingredient(Field.GENDER, "meta_gender", Leaves.HASHED, "GEN"),
    ),
)
"""https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences: everything is
hashed but mobile advertising ids."""

RECIPES: Final[Mapping[Platform, Recipe]] = {Platform.GOOGLE: GOOGLE, Platform.META: META}
