"""Birth dates and genders over columns: a column has few different ones, and each goes through the rule once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers import rules
from consentric.identifiers.compiled.fallback import by_rule


@dataclass(frozen=True, slots=True, repr=False)
class BirthDates:
    """Days such as `1997-02-16`, and the parts of them that Meta wants apart; null where unusable."""

    day: pa.StringArray

    @property
    def meta_year(self) -> pa.StringArray:
        return pc.utf8_slice_codeunits(self.day, 0, 4)

    @property
    def meta_month(self) -> pa.StringArray:
        return pc.utf8_slice_codeunits(self.day, 5, 7)

    @property
    def meta_day(self) -> pa.StringArray:
        return pc.utf8_slice_codeunits(self.day, 8)


def birth_dates(cells: pa.StringArray, today: date) -> BirthDates:
    """`rules.birth_date` of each."""
    return BirthDates(by_rule(cells, lambda text: rules.birth_date(text, today)).form)


def meta_genders(cells: pa.StringArray) -> pa.StringArray:
    """`rules.meta_gender` of each, null where it is unusable."""
    return by_rule(cells, rules.meta_gender).form
