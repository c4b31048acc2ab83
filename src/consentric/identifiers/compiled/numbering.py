"""Numbering plans as patterns, built from the metadata of the installed `phonenumbers`, so that the two cannot drift apart.

A plan answers for certain or not at all. `valid` follows `is_valid_number`: the region that the number belongs to (the first of
those that share its calling code whose leading digits match, or whose patterns do) has a type of number that it fits.
`undialled` follows the parser: no national prefix, carrier code or international prefix is in front that would be taken off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, PhoneMetadata

_KINDS = (
    "mobile",
    "fixed_line",
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


@dataclass(frozen=True, slots=True)
class NumberingPlan:
    """Patterns for RE2. `is_main`: first of the regions with its calling code; `is_alone`: the only one.

    `kinds` has, for each set of lengths, the pattern of all types of number with these lengths; `leading` are the digits by which
    its numbers are told from its neighbours', `elsewhere` those of earlier neighbours; `dialled` is what the parser takes off
    the front, `trunk` digits that it takes off where nothing of `beside_trunk` is there; `from_abroad` is the international
    prefix.
    """

    calling_code: str
    is_main: bool
    is_alone: bool
    general: str
    lengths: frozenset[int]
    kinds: tuple[tuple[frozenset[int], str], ...]
    leading: str | None
    elsewhere: str | None
    dialled: str | None
    trunk: str | None
    beside_trunk: str | None
    from_abroad: str | None

    def valid(self, numbers: pa.StringArray) -> pa.BooleanArray:
        """True for national significant numbers that are valid for certain; for a region that is alone, for all of them."""
        fits = self.fits(numbers)
        if self.leading is not None:
            fits = pc.and_(fits, _matches(numbers, self.leading))
        if self.elsewhere is not None:
            fits = pc.and_not(fits, _matches(numbers, self.elsewhere))
        return fits

    def fits(self, numbers: pa.StringArray) -> pa.BooleanArray:
        """True for numbers of a type that the region has; where it shares its calling code they may be another region's."""
        possible = self.general_fits(numbers)
        size = pc.binary_length(numbers).to_numpy()
        rest = np.flatnonzero(possible.to_numpy(zero_copy_only=False))
        fits = np.zeros(len(numbers), np.bool_)
        for lengths, pattern in self.kinds:
            asked = rest[np.isin(size[rest], list(lengths))]
            if not len(asked):
                continue
            fits[asked] = _matches(numbers.take(pa.array(asked)), pattern).to_numpy(zero_copy_only=False)
            rest = rest[~fits[rest]]
        return pa.array(fits)

    def general_fits(self, numbers: pa.StringArray) -> pa.BooleanArray:
        """Of a possible length, and as the general description of the region's numbers has it."""
        return _and_long(self.general, pc.binary_length(numbers), self.lengths, numbers)

    def undialled(self, numbers: pa.StringArray) -> pa.BooleanArray:
        """True for numbers from whose front the parser takes nothing off."""
        if self.dialled is None:
            return pa.array(np.ones(len(numbers), bool))
        return pc.invert(_matches(numbers, self.dialled))

    def significant(self, digits: pa.StringArray) -> pa.StringArray:
        """The national significant number of digits dialled in the region; null where undecided.

        It is the digits as they are, or what is behind the trunk prefix or the calling code, which the parser takes off digits
        that do not fit the region's general description.
        """
        result = pc.if_else(pc.and_(self.valid(digits), self.undialled(digits)), digits, None)
        for prefix in filter(None, (self.trunk, self.calling_code if self.is_main else None)):
            unread = pc.and_(pc.is_null(result), pc.starts_with(digits, prefix))
            if prefix == self.trunk and self.beside_trunk is not None:
                unread = pc.and_not(unread, _matches(digits, self.beside_trunk))
            if pc.any(unread).as_py():
                result = pc.replace_with_mask(result, unread, self._behind(prefix, digits.filter(unread)))
        return result

    def _behind(self, prefix: str, digits: pa.StringArray) -> pa.StringArray:
        number = pc.utf8_slice_codeunits(digits, len(prefix))
        sure = pc.and_(self.valid(number), self.undialled(number))
        sure = pc.and_not(sure, self.general_fits(digits))
        if self.from_abroad is not None:
            sure = pc.and_not(sure, _matches(digits, f"^(?:{self.from_abroad})"))
        return pc.if_else(sure, number, None)


@cache
def plan(region: str) -> NumberingPlan | None:
    """The plan of a region; None where it cannot be put into RE2's patterns, or the region has none."""
    metadata = PhoneMetadata.metadata_for_region(region) if region in SUPPORTED_REGIONS else None
    if metadata is None or metadata.country_code is None:
        return None
    general = metadata.general_desc
    if general is None or general.national_number_pattern is None or not general.possible_length:
        return None
    neighbours = COUNTRY_CODE_TO_REGION_CODE[metadata.country_code]
    earlier = neighbours[: neighbours.index(region)]
    prefix = metadata.national_prefix_for_parsing
    trunk, beside = _trunk(prefix or "")
    made = NumberingPlan(
        calling_code=str(metadata.country_code),
        is_main=not earlier,
        is_alone=len(neighbours) == 1,
        general=f"^(?:{general.national_number_pattern})$",
        lengths=frozenset(general.possible_length),
        kinds=_kinds(metadata, frozenset(general.possible_length)),
        leading=None if len(neighbours) == 1 else _starting_with([metadata.leading_digits]),
        elsewhere=_starting_with(_leading_digits(each) for each in earlier),
        dialled=_starting_with([prefix, metadata.international_prefix]),
        trunk=trunk,
        beside_trunk=_starting_with(beside),
        from_abroad=metadata.international_prefix,
    )
    return made if _compiles(made) else None


@cache
def neighbours(calling_code: str) -> tuple[NumberingPlan, ...]:
    """The plans of all regions that share a calling code; none if one of them has none."""
    plans = [plan(region) for region in COUNTRY_CODE_TO_REGION_CODE[int(calling_code)]]
    known = tuple(each for each in plans if each is not None)
    return known if len(known) == len(plans) else ()


def fits_nowhere(calling_code: str, numbers: pa.StringArray, asked: pa.BooleanArray) -> pa.BooleanArray:
    """Of the numbers that are asked for, those that are valid in no region of the calling code; null is."""
    plans = neighbours(calling_code)
    if not plans or not pc.any(asked).as_py():
        return pa.array(np.zeros(len(numbers), bool))
    rest = numbers.filter(asked)
    return pc.replace_with_mask(asked, asked, pc.invert(_any_of([each.fits(rest) for each in plans])))


@cache
def main_region(calling_code: int) -> str | None:
    """The region whose metadata the parser uses for an international number; None for codes that belong to no region."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(calling_code, ())
    return regions[0] if regions and regions[0] in SUPPORTED_REGIONS else None


@cache
def calling_codes() -> npt.NDArray[np.int32]:
    """By the first three digits of an international number, its calling code (they are prefix-free); 0 for none."""
    table = np.zeros(1000, np.int32)
    for first in range(100, 1000):
        table[first] = next((code for code in (first // 100, first // 10, first) if main_region(code)), 0)
    return table


def _leading_digits(region: str) -> str | None:
    metadata = PhoneMetadata.metadata_for_region(region)
    return metadata.leading_digits if metadata else None


def _kinds(metadata: PhoneMetadata, usual: frozenset[int]) -> tuple[tuple[frozenset[int], str], ...]:
    """The largest types first: what fits one is not asked again."""
    by_lengths: dict[frozenset[int], list[str]] = {}
    for name in _KINDS:
        kind = getattr(metadata, name)
        if kind is not None and kind.national_number_pattern is not None:
            lengths = frozenset(kind.possible_length) or usual
            by_lengths.setdefault(lengths, []).append(kind.national_number_pattern)
    return tuple((lengths, f"^(?:{'|'.join(dict.fromkeys(kinds))})$") for lengths, kinds in by_lengths.items())


def _trunk(prefix: str) -> tuple[str | None, list[str]]:
    """Of a pattern of prefixes, the first that is nothing but digits, and the others: where none of them is there, the
    parser takes off exactly these digits. `0(1|2)?` is read as `0(1|2)|0`."""
    others = _alternatives(prefix)
    if len(others) == 1 and (optional := re.fullmatch(r"([0-9]+)\((.*)\)\?", prefix)) and _is_one(optional[2]):
        return optional[1], [f"{optional[1]}(?:{optional[2]})"]
    trunk = next(filter(str.isdigit, others), None)
    return trunk, [each for each in others if each != trunk]


def _alternatives(pattern: str) -> list[str]:
    """What stands between the bars of a pattern that are in no brackets."""
    found, depth = [""], 0
    for letter in pattern:
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def _is_one(pattern: str) -> bool:
    """True when no bracket closes that was not opened inside."""
    depths = accumulate((letter == "(") - (letter == ")") for letter in pattern)
    return all(depth >= 0 for depth in depths)


def _starting_with(patterns: Iterable[str | None]) -> str | None:
    joined = "|".join(f"(?:{each})" for each in patterns if each)
    return f"^(?:{joined})" if joined else None


def _compiles(made: NumberingPlan) -> bool:
    """True when RE2 takes all patterns (it has no look-ahead)."""
    optional = (made.leading, made.elsewhere, made.dialled, made.beside_trunk)
    try:
        for pattern in (made.general, *(kind for _, kind in made.kinds), *filter(None, optional)):
            _matches(pa.array([""]), pattern)
    except pa.ArrowInvalid:
        return False
    return bool(made.kinds)


def _matches(numbers: pa.StringArray, pattern: str) -> pa.BooleanArray:
    return pc.match_substring_regex(numbers, pattern)


def _and_long(pattern: str, size: pa.Int32Array, lengths: frozenset[int], numbers: pa.StringArray) -> pa.BooleanArray:
    return pc.and_(pc.is_in(size, pa.array(sorted(lengths), pa.int32())), _matches(numbers, pattern))


def _any_of(masks: list[pa.BooleanArray]) -> pa.BooleanArray:
    result = masks[0]
    for each in masks[1:]:
        result = pc.or_(result, each)
    return result
