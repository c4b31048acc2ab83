"""The compiled rules are the rules: on generated cells, value by value."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import phonenumbers
import pyarrow as pa
import pytest

from consentric.identifiers import compiled, rules
from consentric.identifiers.compiled import numbering
from consentric.identifiers.reasons import Unusable

from . import samples

pytestmark = pytest.mark.timeout(samples.PATIENCE)


def form(result: str | Unusable) -> str | None:
    """What a column of forms holds for a result."""
    return None if isinstance(result, Unusable) else result


def reason(result: str | Unusable) -> str | None:
    """What a column of reasons holds for a result."""
    return str(result) if isinstance(result, Unusable) else None


def assert_same(found: pa.Array, wanted: list[str | None], *inputs: list[str | None]) -> None:
    """Compares without printing more than the first differing row; the cells are made up."""
    actual = found.to_pylist()
    differing = [row for row in range(len(wanted)) if actual[row] != wanted[row]]
    shown = [([cells[row] for cells in inputs], actual[row], wanted[row]) for row in differing[:1]]
    assert not differing, (len(differing), shown)


def test_emails_are_as_the_rule_has_them() -> None:
    """Identity, Google's form, domain and reason of every generated address equal the rules'."""
    cells = samples.many(samples.email)
    found = compiled.emails(pa.array(cells, pa.string()))
    results = [Unusable.EMPTY if each is None else rules.email(each) for each in cells]
    identities = [form(each) for each in results]
    assert_same(found.identity, identities, cells)
    assert_same(found.reason, [reason(each) for each in results], cells)
    assert_same(found.google, [each and form(rules.google_email(each)) for each in identities], cells)
    assert_same(found.meta, [each and rules.meta_email(each) for each in identities], cells)
    assert_same(found.domain, [each and each[each.index("@") :] for each in identities], cells)


def test_phones_are_as_the_rule_has_them() -> None:
    """E.164, Meta's form and reason of every generated number, in some country or none, equal the rules'."""
    cells = samples.many(samples.phone)
    homes = samples.many(lambda chance: chance.choice(samples.COUNTRIES), seed=8)
    found = compiled.phones(pa.array(cells, pa.string()), pa.array(homes, pa.string()))
    results = [
        Unusable.EMPTY if cell is None else rules.phone(cell, home) for cell, home in zip(cells, homes, strict=True)
    ]
    assert_same(found.identity, [form(each) for each in results], cells, homes)
    assert_same(found.reason, [reason(each) for each in results], cells, homes)
    assert_same(found.meta, [(number := form(each)) and rules.meta_phone(number) for each in results], cells)


@pytest.mark.parametrize(
    ("over_columns", "rule"),
    [
        (compiled.google_first_names, rules.google_first_name),
        (compiled.google_last_names, rules.google_last_name),
        (compiled.meta_names, rules.meta_name),
    ],
)
def test_names_are_as_the_rule_has_them(
    over_columns: Callable[[pa.StringArray], pa.StringArray], rule: Callable[[str], str | Unusable]
) -> None:
    """Every generated name has the rule's form, or null where the rule refuses it."""
    cells = samples.many(samples.name)
    wanted = [None if each is None else form(rule(each)) for each in cells]
    assert_same(over_columns(pa.array(cells, pa.string())), wanted, cells)


def test_postcodes_are_as_the_rule_has_them() -> None:
    """Both platforms' forms of every generated postcode in some country or none equal the rules'."""
    cells = samples.many(samples.postcode)
    homes = samples.many(lambda chance: chance.choice(samples.COUNTRIES), seed=9)
    found = compiled.postcodes(pa.array(cells, pa.string()), pa.array(homes, pa.string()))
    for column, rule in ((found.google, rules.google_postcode), (found.meta, rules.meta_postcode)):
        pairs = zip(cells, homes, strict=True)
        assert_same(column, [None if cell is None else form(rule(cell, home)) for cell, home in pairs], cells, homes)


def test_countries_are_as_the_rule_has_them() -> None:
    """A silent cell takes the assumed country, one that says something else than a country takes none."""
    cells = samples.many(samples.country)
    silent = {Unusable.EMPTY, Unusable.PLACEHOLDER}
    results = [Unusable.EMPTY if each is None else rules.country(each) for each in cells]
    wanted = ["DK" if each in silent else form(each) for each in results]
    assert_same(compiled.countries(pa.array(cells, pa.string()), "DK"), wanted, cells)
    assert_same(compiled.countries(pa.array(cells, pa.string()), None), [form(each) for each in results], cells)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_numbering_plan_agrees_with_the_library(region: str) -> None:
    """Numbers drawn around each region's examples get the library's verdict, at home and from abroad."""
    chance = random.Random(region)
    cells = [_near_an_example(region, chance) for _ in range(400)]
    found = compiled.phones(pa.array(cells), pa.array([region] * len(cells)))
    results = [rules.phone(each, region) for each in cells]
    assert_same(found.identity, [form(each) for each in results], list(cells))
    assert_same(found.reason, [reason(each) for each in results], list(cells))


def test_most_regions_have_a_numbering_plan() -> None:
    """The fast path covers nearly all regions, so that no market is slow without anybody noticing."""
    without = {region for region in phonenumbers.SUPPORTED_REGIONS if numbering.plan(region) is None}
    assert len(without) <= 3, without


@pytest.mark.parametrize("region", ["AU", "CN", "DE", "FR", "GB", "JP", "KR", "SE", "US"])
def test_a_number_as_it_is_dialled_at_home_takes_the_fast_way(region: str) -> None:
    """The digits in front that only home dials are taken off by the plan too, whatever else its pattern of prefixes has."""
    number = samples.example(region, phonenumbers.PhoneNumberType.MOBILE)
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = "".join(filter(str.isdigit, dialled))
    found = numbering.plan(region)
    assert found is not None
    assert found.significant(pa.array([digits])).to_pylist() == [phonenumbers.national_significant_number(number)]


@pytest.mark.parametrize(("region", "number"), [("GB", "6000000000"), ("US", "2001234567"), ("NO", "10000000")])
def test_a_number_of_no_region_of_its_calling_code_is_refused_fast(region: str, number: str) -> None:
    """Also where several regions share the code, none of which has it."""
    nowhere = numbering.fits_nowhere(numbering.plan(region).calling_code, pa.array([number]), pa.array([True]))
    assert nowhere.to_pylist() == [True]
    assert rules.phone(number, region) is Unusable.NOT_A_NUMBER


def test_a_column_without_rows_or_values_has_a_result() -> None:
    """Empty and all-null columns have forms of the right length and the reason `empty`."""
    for rows in (0, 3):
        cells = pa.nulls(rows, pa.string())
        assert compiled.emails(cells).reason.to_pylist() == ["empty"] * rows
        assert compiled.phones(cells, cells).reason.to_pylist() == ["empty"] * rows
        assert compiled.postcodes(cells, cells).google.to_pylist() == [None] * rows
        assert compiled.google_last_names(cells).to_pylist() == [None] * rows


def test_a_slice_of_a_column_is_read_from_its_own_start() -> None:
    """Arrow slices share buffers; the forms are those of the slice."""
    cells = pa.array(["a@x.dk", None, " B.C@gmail.com", "søren@x.dk", "d@x.dk"])
    assert compiled.emails(cells.slice(2, 2)).google.to_pylist() == ["bc@gmail.com", "søren@x.dk"]
    numbers = pa.array(["x", None, "+45 20304050", "20304050"])
    assert compiled.phones(numbers.slice(2), pa.array(["SE", None, None, "DK"]).slice(2)).identity.to_pylist() == [
        "+4520304050",
        "+4520304050",
    ]


def _near_an_example(region: str, chance: random.Random) -> str:
    kind = chance.choice(range(11))
    number = samples.example(region, kind)
    written = chance.choice(samples.written_forms(number)) if number else "+" + region
    cut = chance.choice([written, written, written[:-1], written + chance.choice(string.digits)])
    return "".join(
        chance.choice(string.digits) if each.isdigit() and chance.random() < chance.choice([0, 0.1, 0.3]) else each
        for each in cut
    )
