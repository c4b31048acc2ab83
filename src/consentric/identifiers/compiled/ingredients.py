"""Any ingredient of a recipe over a column, with the reason where it has no form.

E-mails and phones have fast paths; every other field goes through the rule that the recipe names, once for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.emails import emails
from consentric.identifiers.compiled.fallback import Forms, Rule, by_rule, by_rule_in_country, completed
from consentric.identifiers.compiled.phones import phones
from consentric.identifiers.recipes import Field, Ingredient


def ingredient_forms(ingredient: Ingredient, cells: pa.StringArray, country: pa.StringArray) -> Forms:
    """What the ingredient's rule makes of each cell, before it is hashed.

    `country` is each row's country: where a number or a postcode is at home, and for a column of countries its own result.
    """
    rule = getattr(rules, ingredient.rule)
    if ingredient.rule in _COMPILED:
        return _COMPILED[ingredient.rule](cells, country)
    match ingredient.field:
        case Field.EMAIL:
            return _then(by_rule(cells, rules.email), rule)
        case Field.PHONE:
            return _then(by_rule_in_country(cells, country, rules.phone), rule)
        case Field.COUNTRY:
            silent = by_rule(cells, rules.country).reason
            return _then(Forms(country, pc.if_else(pc.is_valid(country), _NO_REASON, silent)), rule)
        case _ if len(signature(rule).parameters) > 1:
            return by_rule_in_country(cells, country, rule)
        case _:
            return by_rule(cells, rule)


def _google_emails(cells: pa.StringArray, country: pa.StringArray) -> Forms:
    del country  # an address has none
    known = emails(cells)

    def lost(rest: pa.BooleanArray) -> Forms:
        return _then(Forms(known.identity.filter(rest), known.reason.filter(rest)), rules.google_email)

    return completed(pc.is_valid(known.google), known.google, lost)


def _meta_emails(cells: pa.StringArray, country: pa.StringArray) -> Forms:
    del country
    known = emails(cells)
    return Forms(known.meta, known.reason)


def _google_phones(cells: pa.StringArray, country: pa.StringArray) -> Forms:
    known = phones(cells, country)
    return Forms(known.google, known.reason)


def _meta_phones(cells: pa.StringArray, country: pa.StringArray) -> Forms:
    known = phones(cells, country)
    return Forms(known.meta, known.reason)


def _then(first: Forms, rule: Rule) -> Forms:
    """The rule over what a first one made, with the reasons of both."""
    second = by_rule(first.form, rule)
    return Forms(second.form, pc.coalesce(first.reason, second.reason))


_NO_REASON: Final = pa.scalar(None, pa.string())
_COMPILED: Final[Mapping[str, Callable[[pa.StringArray, pa.StringArray], Forms]]] = {
    "google_email": _google_emails,
    "meta_email": _meta_emails,
    "google_phone": _google_phones,
    "meta_phone": _meta_phones,
}
