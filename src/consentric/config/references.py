"""Columns that the file names and where, so that they can be held against the columns that the data has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consentric.config.tree import Path
from consentric.model.conditions import MeasureKind
from consentric.model.row_tests import Exists, Test, Text, TextMatch


class Use(StrEnum):
    """What a column is named for."""

    TEST = "test"
    MEASURE = "measure"
    MATCH = "match"
    KEY = "key"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Reference:
    """`source` None: a bare column, whose source only the data can tell."""

    source: str | None
    column: str
    path: Path
    use: Use
    test: Test | None = None
    measure: MeasureKind | None = None

    @property
    def is_about_one_person(self) -> bool:
        """Whether this use of a contact or key column could pick out somebody."""
        match self.use:
            case Use.TEST:
                return not (isinstance(self.test, Exists) or is_domain_test(self.test))
            case Use.MEASURE:
                return self.measure not in {MeasureKind.COUNT, MeasureKind.DISTINCT}
            case Use.MATCH:
                return True
            case Use.KEY | Use.SETTING:
                return False


def is_domain_test(test: Test | None) -> bool:
    """`ends_with: "@hyggeshop.example"`."""
    if not isinstance(test, Text) or test.match is not TextMatch.ENDS_WITH:
        return False
    name, _, domain = test.text.partition("@")
    return not name.strip() and "." in domain.strip(". ") and "@" not in domain
