"""Cities and states over columns. Fast: cities of ASCII letters; states are few, so each is looked at once in its country."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.fallback import by_rule, by_rule_in_country, completed
from consentric.identifiers.compiled.names import refused
from consentric.identifiers.rules.places import LONGEST_PLACE

_PLAIN: Final = "^[A-Za-z]+(?:[ .'-]+[A-Za-z]+)*$"


def cities(cells: pa.StringArray) -> pa.StringArray:
    """`rules.meta_city` of each of different cells, null where it is unusable."""
    written = pc.ascii_lower(pc.ascii_trim(cells, characters=" "))
    letters = pc.replace_substring_regex(written, "[^a-z]", "")
    plain = pc.and_(pc.match_substring_regex(cells, _PLAIN), pc.less_equal(pc.binary_length(written), LONGEST_PLACE))
    plain = pc.and_not(plain, pc.or_(refused(written), refused(letters)))
    return completed(plain, letters, lambda rest: by_rule(cells.filter(rest), rules.meta_city)).form


def states(cells: pa.StringArray, country: pa.StringArray) -> pa.StringArray:
    """`rules.meta_state` of each in its row's country, null where it is unusable."""
    texts, homes = cells.dictionary_encode("encode"), country.dictionary_encode("encode")
    count = max(len(homes.dictionary), 1)
    pairs = pc.add(pc.multiply(texts.indices.cast(pa.int64()), count), homes.indices.cast(pa.int64()))
    pairs = pairs.dictionary_encode()
    text = pc.divide(pairs.dictionary, count)
    home = pc.subtract(pairs.dictionary, pc.multiply(text, count))
    forms = by_rule_in_country(texts.dictionary.take(text), homes.dictionary.take(home), rules.meta_state)
    return forms.form.take(pairs.indices)
