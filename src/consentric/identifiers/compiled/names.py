"""Names over a column of different names. Fast: words of ASCII and Latin-1 letters with single spaces, hyphens, apostrophes."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.fallback import Rule, by_rule, completed
from consentric.identifiers.rules.names import LONGEST_NAME, SUFFIX
from consentric.identifiers.rules.text import NOT_GIVEN

_LETTER: Final = "[a-zA-Z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]"
_WORDS: Final = f"^{_LETTER}+(?:[ '-]{_LETTER}+)*$"
_HEXADECIMAL: Final = "^(?:[a-f]{32}|[a-f]{40}|[a-f]{64})$"


def google_first_names(cells: pa.StringArray) -> pa.StringArray:
    """`rules.google_first_name` of each, null where it is unusable."""
    return _forms(cells, rules.google_first_name)


def google_last_names(cells: pa.StringArray) -> pa.StringArray:
    """`rules.google_last_name` of each, null where it is unusable."""
    return _forms(cells, rules.google_last_name)


def meta_names(cells: pa.StringArray) -> pa.StringArray:
    """`rules.meta_name` of each, null where it is unusable."""
    written, plain = _plain(cells)
    joined = pc.replace_substring_regex(written, "[ '-]", "")
    plain = pc.and_not(plain, refused(joined))
    return completed(plain, joined, lambda rest: by_rule(cells.filter(rest), rules.meta_name)).form


def meta_initials(cells: pa.StringArray) -> pa.StringArray:
    """`rules.meta_initial` of each, null where there is none."""
    first = pc.utf8_slice_codeunits(google_first_names(cells), 0, 1)
    latin = pc.match_substring_regex(first, "^[a-z]$")
    return completed(latin, first, lambda rest: by_rule(cells.filter(rest), rules.meta_initial)).form


def _forms(cells: pa.StringArray, rule: Rule) -> pa.StringArray:
    written, plain = _plain(cells)
    if rule is rules.google_last_name:
        plain = pc.and_not(plain, pc.match_substring_regex(written, SUFFIX))
    return completed(plain, written, lambda rest: by_rule(cells.filter(rest), rule)).form


def _plain(cells: pa.StringArray) -> tuple[pa.StringArray, pa.BooleanArray]:
    """In lower case without space around, and whether nothing else has to be done to it."""
    inner = pc.ascii_trim(cells, characters=" ")
    plain = pc.and_(pc.match_substring_regex(inner, _WORDS), pc.less_equal(pc.utf8_length(inner), LONGEST_NAME))
    written = pc.utf8_lower(inner)
    return written, pc.and_not(plain, refused(written))


def refused(written: pa.StringArray) -> pa.BooleanArray:
    """What may be none of its kind, although it is made of letters."""
    return pc.or_(pc.is_in(written, pa.array(sorted(NOT_GIVEN))), pc.match_substring_regex(written, _HEXADECIMAL))
