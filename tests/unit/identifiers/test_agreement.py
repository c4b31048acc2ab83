"""The compiled rules are the rules, on cells made to break them: a million of each field with CONSENTRIC_LONG=1."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

import pyarrow as pa
import pytest

from consentric.identifiers import compiled, rules
from consentric.identifiers.compiled.fallback import Forms
from consentric.identifiers.reasons import Unusable

from . import dirt, samples

pytestmark = pytest.mark.timeout(samples.PATIENCE)
AT_ONCE = 50_000
TODAY = date(2026, 11, 23)

Result = str | Unusable | None
Columns = Callable[[pa.StringArray, pa.StringArray], list[pa.Array]]
Plain = Callable[[str, str | None], list[Result]]


def _emails(cells: pa.StringArray, _: pa.StringArray) -> list[pa.Array]:
    found = compiled.emails(cells)
    return [found.identity, found.google, found.meta, found.domain, found.reason]


def _email(text: str, _: str | None) -> list[Result]:
    identity = rules.email(text)
    if isinstance(identity, Unusable):
        return [None] * 4 + [str(identity)]
    return [identity, rules.google_email(identity), rules.meta_email(identity), identity[identity.index("@") :], None]


def _phones(cells: pa.StringArray, homes: pa.StringArray) -> list[pa.Array]:
    found = compiled.phones(cells, homes)
    return [found.identity, found.google, found.meta, found.reason]


def _phone(text: str, home: str | None) -> list[Result]:
    number = rules.phone(text, home)
    if isinstance(number, Unusable):
        return [None] * 3 + [str(number)]
    return [number, rules.google_phone(number), rules.meta_phone(number), None]


def _names(cells: pa.StringArray, _: pa.StringArray) -> list[pa.Array]:
    columns = compiled.google_first_names, compiled.google_last_names, compiled.meta_names, compiled.meta_initials
    return [each(cells) for each in columns]


def _name(text: str, _: str | None) -> list[Result]:
    forms = rules.google_first_name, rules.google_last_name, rules.meta_name, rules.meta_initial
    return [each(text) for each in forms]


def _postcodes(cells: pa.StringArray, homes: pa.StringArray) -> list[pa.Array]:
    found = compiled.postcodes(cells, homes)
    return [found.google, found.meta]


def _days(cells: pa.StringArray, _: pa.StringArray) -> list[pa.Array]:
    found = compiled.birth_dates(cells, TODAY)
    return [found.day, found.meta_year, found.meta_month, found.meta_day]


def _day(text: str, _: str | None) -> list[Result]:
    day = rules.birth_date(text, TODAY)
    if isinstance(day, Unusable):
        return [None] * 4
    return [day, rules.meta_birth_year(day), rules.meta_birth_month(day), rules.meta_birth_day(day)]


def _with_reasons(over: Callable[[pa.StringArray], Forms]) -> Columns:
    def columns(cells: pa.StringArray, _: pa.StringArray) -> list[pa.Array]:
        found = over(cells)
        return [found.form, found.reason]

    return columns


def _and_reason(rule: Callable[[str], str | Unusable]) -> Plain:
    def results(text: str, _: str | None) -> list[Result]:
        found = rule(text)
        return [found, str(found) if isinstance(found, Unusable) else None]

    return results


def _hashes(cells: pa.StringArray, _: pa.StringArray) -> list[pa.Array]:
    found = compiled.sha256_hexes(cells)
    digits = [None if each is None else each.hex() for each in found.digest.to_pylist()]
    return [pa.array(digits, pa.string()), found.reason]


FIELDS: dict[str, tuple[dirt.Make, Columns, Plain]] = {
    "email": (dirt.email, _emails, _email),
    "phone": (dirt.phone, _phones, _phone),
    "name": (dirt.name, _names, _name),
    "city": (dirt.place, lambda cells, _: [compiled.cities(cells)], lambda text, _: [rules.meta_city(text)]),
    "state": (
        dirt.place,
        lambda cells, homes: [compiled.states(cells, homes)],
        lambda text, home: [rules.meta_state(text, home)],
    ),
    "postcode": (
        dirt.postcode,
        _postcodes,
        lambda text, home: [rules.google_postcode(text, home), rules.meta_postcode(text, home)],
    ),
    "country": (
        dirt.country,
        lambda cells, _: [compiled.countries(cells, None)],
        lambda text, _: [rules.country(text)],
    ),
    "birth date": (dirt.day, _days, _day),
    "gender": (dirt.gender, lambda cells, _: [compiled.meta_genders(cells)], lambda text, _: [rules.meta_gender(text)]),
    "mobile id": (dirt.mobile_id, _with_reasons(compiled.mobile_ids), _and_reason(rules.mobile_id)),
    "external id": (dirt.external_id, _with_reasons(compiled.external_ids), _and_reason(rules.external_id)),
    "ready hash": (dirt.digest, _hashes, _and_reason(rules.sha256_hex)),
}
"""Of each field its cells, its columns by the compiled rules, and the same of one cell by the rules."""


@pytest.mark.parametrize("field", FIELDS)
def test_a_column_is_as_the_rules_have_it(field: str) -> None:
    """Every form and reason of every cell, each in some country or none. Most fields have some form, and none has all."""
    make, over, plain = FIELDS[field]
    seen = usable = 0
    for texts, homes in _batches(make, field):
        found = [each.to_pylist() for each in over(pa.array(texts, pa.string()), pa.array(homes, pa.string()))]
        of_none = [None] * (len(found) - 1) + [_EMPTY.get(field)]
        for row, (text, home) in enumerate(zip(texts, homes, strict=True)):
            wanted = of_none if text is None else [_form(each) for each in plain(text, home)]
            actual = [column[row] for column in found]
            assert actual == wanted, (seen + row, text, home)
            usable += actual[0] is not None
        seen += len(texts)
    assert seen == samples.COUNT
    assert seen // 20 < usable < seen


_EMPTY = dict.fromkeys(["email", "phone", "mobile id", "external id", "ready hash"], "empty")


def _form(result: Result) -> str | None:
    return None if isinstance(result, Unusable) else result


def _batches(make: dirt.Make, seed: str) -> Iterator[tuple[list[str | None], list[str | None]]]:
    chance = random.Random(seed)
    cells = dirt.cells(make, samples.COUNT, chance.randrange(10**9))
    while texts := list(islice(cells, AT_ONCE)):
        yield texts, [chance.choice(samples.COUNTRIES) for _ in texts]
