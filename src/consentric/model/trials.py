"""Tests of audiences: invented people, on an invented day, and who of them should be in which audience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from consentric.errors import Diagnostic

Cells = Mapping[str, str | None]
"""A row of invented data: every cell a text, as in a CSV file."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`inside`: the rule fits and nothing excludes, before consent, keys and holdout. `path` leads there in the file."""

    audience: str
    person: str
    inside: bool
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TrialFile:
    """`rows` of each source, each with the name of its person, which stands for the keys that a row does not have."""

    today: date
    people: tuple[str, ...]
    rows: Mapping[str, tuple[tuple[str, Cells], ...]]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class TrialReport:
    """How many expectations were tried, in how many files, and those that did not hold."""

    files: int
    tried: int
    failures: tuple[Diagnostic, ...]
