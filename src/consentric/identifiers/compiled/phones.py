"""Phone numbers over a column. Fast: digits with usual separators on which a numbering plan is certain.

Four ways of writing a number are fast: `+45 20304050`; `0045…` where 00 is dialled abroad; `20304050`, or with a trunk prefix
020304050, in the row's country; and `4520304050` there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.fallback import Forms, by_rule_in_country
from consentric.identifiers.compiled.flat import without
from consentric.identifiers.compiled.numbering import calling_codes, fits_nowhere, main_region, plan
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.rules.phones import LONGEST_NUMBER, WHOLE_FLOAT

Rows = npt.NDArray[np.int64]

_DIGITS: Final = r"^\+?[0-9]{5,17}$"
_SEPARATORS: Final = np.frombuffer(b" ().-", np.uint8)
_FEW: Final = 16
"""For fewer numbers a numbering plan is not worth its patterns."""


@dataclass(frozen=True, slots=True, repr=False)
class Phones:
    """`identity` is E.164; `reason` is null where usable."""

    identity: pa.StringArray
    reason: pa.StringArray

    @property
    def google(self) -> pa.StringArray:
        """E.164 as it is (`rules.google_phone`)."""
        return self.identity

    @property
    def meta(self) -> pa.StringArray:
        """Without the plus (`rules.meta_phone`)."""
        return pc.utf8_slice_codeunits(self.identity, 1)


def phones(cells: pa.StringArray, country: pa.StringArray) -> Phones:
    """The forms of a column of numbers. `country` has each row's ISO code, null where none is known."""
    digits = _from_abroad(_digits(cells), country)
    bracketed = pc.fill_null(pc.match_substring(cells, "("), False)
    international = pc.fill_null(pc.starts_with(digits, "+"), False)
    national = pc.and_not(pc.is_valid(digits), international)
    pieces = [
        _certain(rows, _international(region, digits.take(rows)), bracketed.take(rows))
        for region, rows in _by_calling_code(digits, _rows(international))
    ] + [
        _certain(rows, _national(region, digits.take(rows)), bracketed.take(rows))
        for region, rows in _by_country(country, _rows(national))
    ]
    return _with_the_rest(pieces, cells, country)


def _digits(cells: pa.StringArray) -> pa.StringArray:
    """Digits, perhaps with a plus in front, where a cell holds only these and separators; else null."""
    bare = pc.match_substring_regex(cells, _DIGITS)
    if pc.all(bare).as_py():
        return cells
    other = pc.fill_null(pc.invert(bare), False)
    written = pc.utf8_trim(cells.filter(other), characters=" \xa0")
    stripped = without(written, _SEPARATORS)
    usual = pc.and_not(pc.match_substring_regex(stripped, _DIGITS), pc.match_substring_regex(written, WHOLE_FLOAT))
    usual = pc.and_(usual, pc.less_equal(pc.binary_length(written), LONGEST_NUMBER))
    return pc.replace_with_mask(cells, other, pc.if_else(usual, stripped, None))


def _from_abroad(digits: pa.StringArray, country: pa.StringArray) -> pa.StringArray:
    """00 as a plus, where nothing else can be meant by it."""
    zeros = pc.and_not(pc.starts_with(digits, "00"), pc.starts_with(digits, "000"))
    zeros = pc.fill_null(zeros, False)
    if not pc.any(zeros).as_py():
        return digits
    numbering = {region: plan(region) for region in country.unique().to_pylist() if region is not None}
    regions = [region for region, each in numbering.items() if each is not None and each.from_abroad == "00"]
    here = pc.or_(pc.is_null(country), pc.is_in(country, pa.array(regions, pa.string())))
    meant = pc.and_(zeros, here)
    behind = pc.utf8_slice_codeunits(digits.filter(meant), 2)
    return pc.replace_with_mask(digits, meant, pc.binary_join_element_wise("+", behind, ""))


def _by_calling_code(digits: pa.StringArray, rows: pa.Int64Array) -> list[tuple[str, pa.Int64Array]]:
    """The rows of each calling code that has enough of them, with its main region."""
    if not len(rows):
        return []
    starts = pc.cast(pc.utf8_slice_codeunits(digits.take(rows), 1, 4), pa.int32())
    codes = calling_codes()[starts.to_numpy()]
    numbered = [(main_region(code), code) for code, count in enumerate(np.bincount(codes)) if count >= _FEW]
    return [(region, rows.filter(pa.array(codes == code))) for region, code in numbered if region is not None]


def _by_country(country: pa.StringArray, rows: pa.Int64Array) -> list[tuple[str, pa.Int64Array]]:
    """The rows of each country that has enough of them."""
    encoded = country.take(rows).dictionary_encode()
    counted = encoded.indices.value_counts()
    few = {entry["values"].as_py(): entry["counts"].as_py() < _FEW for entry in counted}
    return [
        (region, rows.filter(pc.equal(encoded.indices, at)))
        for at, region in enumerate(encoded.dictionary.to_pylist())
        if not few.get(at, True)
    ]


@dataclass(frozen=True, slots=True, repr=False)
class _Verdicts:
    """E.164 where valid for certain, `refused` where invalid for certain; neither where undecided."""

    number: pa.StringArray
    refused: pa.BooleanArray


def _international(region: str, digits: pa.StringArray) -> _Verdicts:
    """Digits that begin with a plus and the region's calling code."""
    numbering = plan(region)
    if numbering is None:
        return _undecided(len(digits))
    number = pc.utf8_slice_codeunits(digits, 1 + len(numbering.calling_code))
    as_it_is = numbering.undialled(number)
    valid = pc.and_(numbering.valid(number), as_it_is)
    refused = fits_nowhere(numbering.calling_code, number, pc.and_not(as_it_is, valid))
    return _Verdicts(pc.if_else(valid, digits, None), refused)


def _national(region: str, digits: pa.StringArray) -> _Verdicts:
    """Digits of a row in the region, without a plus."""
    numbering = plan(region)
    if numbering is None:
        return _undecided(len(digits))
    number = numbering.significant(digits)
    prefixed = pc.or_(pc.starts_with(digits, numbering.calling_code), pc.starts_with(digits, "00"))
    whole = pc.and_not(numbering.undialled(digits), prefixed)
    refused = fits_nowhere(numbering.calling_code, digits, pc.and_(whole, pc.is_null(number)))
    return _Verdicts(pc.binary_join_element_wise("+" + numbering.calling_code, number, ""), refused)


def _undecided(count: int) -> _Verdicts:
    return _Verdicts(pa.nulls(count, pa.string()), pa.array(np.zeros(count, bool)))


def _certain(rows: pa.Int64Array, verdicts: _Verdicts, bracketed: pa.BooleanArray) -> tuple[Rows, Forms]:
    """The rows that are decided. What has brackets may still be valid without its (0)."""
    refused = pc.and_not(verdicts.refused, bracketed)
    decided = pc.or_(pc.is_valid(verdicts.number), refused)
    reason = pc.if_else(refused, Unusable.NOT_A_NUMBER.value, pa.scalar(None, pa.string()))
    return rows.filter(decided).to_numpy(), Forms(verdicts.number.filter(decided), reason.filter(decided))


def _with_the_rest(pieces: list[tuple[Rows, Forms]], cells: pa.StringArray, country: pa.StringArray) -> Phones:
    """Every undecided row goes through the rule, once for each number and country; all in the order of the rows."""
    undecided = np.ones(len(cells), bool)
    for numbers, _ in pieces:
        undecided[numbers] = False
    rest = np.flatnonzero(undecided)
    slow = by_rule_in_country(cells.take(pa.array(rest)), country.take(pa.array(rest)), rules.phone)
    all_pieces = [*pieces, (rest, slow)]
    place = np.empty(len(cells), np.int64)
    place[np.concatenate([numbers for numbers, _ in all_pieces])] = np.arange(len(cells))
    order = pa.array(place)
    return Phones(
        pa.concat_arrays([forms.form for _, forms in all_pieces]).take(order),
        pa.concat_arrays([forms.reason for _, forms in all_pieces]).take(order),
    )


def _rows(mask: pa.BooleanArray) -> pa.Int64Array:
    return pa.array(np.flatnonzero(mask.to_numpy(zero_copy_only=False)))
