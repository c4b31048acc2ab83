"""Countries and postcodes over columns. Fast: ASCII postcodes of countries whose rule changes case and space only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.fallback import RuleInCountry, by_rule, by_rule_in_country, completed
from consentric.identifiers.reasons import Unusable

_PLAIN: Final = "^[0-9A-Z]+(?:[ -][0-9A-Z]+)*$"
_SHORTEST: Final = 3
_LONGEST: Final = 12


@dataclass(frozen=True, slots=True, repr=False)
class Places:
    """Postcodes in each platform's form, null where unusable."""

    google: pa.StringArray
    meta: pa.StringArray


def countries(cells: pa.StringArray, assumed: str | None) -> pa.StringArray:
    """ISO codes. A cell that says nothing takes the assumed country; one that says what is no country takes none.

    To assume Denmark for somebody in "Sverige" would turn a Swedish number into a Danish stranger's.
    """
    forms = by_rule(cells, rules.country)
    silent = pc.is_in(forms.reason, pa.array([Unusable.EMPTY.value, Unusable.PLACEHOLDER.value]))
    return forms.form if assumed is None else pc.if_else(silent, assumed, forms.form)


def postcodes(cells: pa.StringArray, country: pa.StringArray) -> Places:
    """Both platforms' forms of the postcodes, each in its row's country; each pair of the two is looked at once."""
    texts, homes = cells.dictionary_encode(), country.dictionary_encode("encode")
    count = max(len(homes.dictionary), 1)
    pairs = pc.add(
        pc.multiply(texts.indices.cast(pa.int64()), count), homes.indices.cast(pa.int64())
    ).dictionary_encode()
    text = texts.dictionary.take(pc.divide(pairs.dictionary, count))
    home = homes.dictionary.take(pc.subtract(pairs.dictionary, pc.multiply(pc.divide(pairs.dictionary, count), count)))
    different = _postcodes(text, home)
    return Places(different.google.take(pairs.indices), different.meta.take(pairs.indices))


def _postcodes(cells: pa.StringArray, country: pa.StringArray) -> Places:
    written = pc.ascii_upper(pc.ascii_trim(cells, characters=" "))
    size = pc.binary_length(written)
    plain = pc.and_(pc.match_substring_regex(written, _PLAIN), pc.match_substring_regex(written, "[0-9]"))
    joined = pc.ascii_lower(pc.replace_substring_regex(written, "[ -]", ""))
    plain = pc.and_(
        plain, pc.and_(pc.greater_equal(pc.binary_length(joined), _SHORTEST), pc.less_equal(size, _LONGEST))
    )
    plain = pc.and_(plain, pc.fill_null(pc.not_equal(country, "US"), False))

    def form(fast: pa.StringArray, rule: RuleInCountry) -> pa.StringArray:
        return completed(
            plain, fast, lambda rest: by_rule_in_country(cells.filter(rest), country.filter(rest), rule)
        ).form

    return Places(form(written, rules.google_postcode), form(joined, rules.meta_postcode))
