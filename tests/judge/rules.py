"""Who fits an audience: the condition tree of the file, walked person by person and row by row.

Two-valued throughout: an empty cell makes every test false but `is_not` and `exists: false`. A word that is not known
here raises, so that the judge never passes a sentence on half of what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from judge.calendar import Now, Window, read_window
from judge.cells import Cell, fold, instant_of, number_of, text_of
from judge.document import Document, Source, texts
from judge.people import Person
from judge.tables import Row

_TESTS: Final = frozenset(
    {"is", "is_not", "at_least", "at_most", "more_than", "less_than", "exactly", "between"}
    | {"contains", "starts_with", "ends_with", "exists", "in_the_last", "since", "until"}
)
_NUMBERS: Final = frozenset({"at_least", "at_most", "more_than", "less_than", "exactly", "between"})
_WINDOW: Final = frozenset({"in_the_last", "since", "until"})
_MEASURES: Final = frozenset({"sum", "average", "min", "max", "distinct"})


class UnknownWordError(ValueError):
    """The judge does not know this part of the language."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Evaluates conditions of one document at one instant."""

    document: Document
    now: Now

    def fits(self, person: Person, condition: Any) -> bool:
        if isinstance(condition, list):
            return all(self.fits(person, each) for each in condition)
        match condition:
            case {"all": parts}:
                return all(self.fits(person, part) for part in parts)
            case {"any": parts}:
                return any(self.fits(person, part) for part in parts)
            case {"not": part}:
                return not self.fits(person, part)
            case {"field": column}:
                return self._field(person, column, condition)
            case {"did": activity}:
                return self._did(person, activity, condition)
            case {"did_not": activity}:
                _only_known(condition, {"did_not", "where"} | _WINDOW)
                return not any(self._rows(person, activity, condition))
            case _:
                raise UnknownWordError(f"not a condition: {condition}")

    def _field(self, person: Person, reference: str, words: Mapping[str, Any]) -> bool:
        _only_known(words, {"field"} | _TESTS)
        source, column = self._resolve(reference)
        rows = [row for row in person.rows.get(source.name, ()) if passes_only(row, self.now)]
        test = {word: value for word, value in words.items() if word != "field"}
        if "is_not" in test:
            return not any(_test(row, column, {"is": test["is_not"]}, self.now) for row in rows)
        if test.get("exists") == "false":
            return not any(text_of(row.cell(column)) is not None for row in rows)
        return any(_test(row, column, test, self.now) for row in rows)

    def _resolve(self, reference: str) -> tuple[Source, str]:
        name, dot, column = reference.partition(".")
        if dot:
            return self.document.sources[name], column
        raise UnknownWordError(f"a bare column: {reference}")

    def _did(self, person: Person, activity: str, words: Mapping[str, Any]) -> bool:
        _only_known(words, {"did", "where"} | _WINDOW | _MEASURES | _NUMBERS)
        rows = list(self._rows(person, activity, words))
        if not rows:
            return False
        asked = words.keys() & _NUMBERS
        amount = _measure(rows, words)
        if not asked:
            return True
        return amount is not None and all(_compare(amount, word, words[word]) for word in asked)

    def _rows(self, person: Person, activity: str, words: Mapping[str, Any]) -> Iterator[Row]:
        """The rows of an activity that count: by `only`, event, `where` and window, and not in the future."""
        name, _, event = activity.partition(".")
        source = self.document.sources[name]
        window = read_window(words, self.now) or Window()
        for row in person.rows.get(name, ()):
            if row.at is None or row.day is None or row.at > self.now.instant:
                continue
            if not window.holds(row.at, row.day, self.now):
                continue
            if event and fold(text_of(row.cell(str(source.event))) or "") != fold(event):
                continue
            if "where" in words and not row_passes(row, words["where"], self.now):
                continue
            if passes_only(row, self.now):
                yield row


def passes_only(row: Row, now: Now) -> bool:
    """Whether a row is one that its source lets count."""
    return row.source.only is None or row_passes(row, row.source.only, now)


def row_passes(row: Row, condition: Any, now: Now) -> bool:
    if isinstance(condition, list):
        return all(row_passes(row, each, now) for each in condition)
    match condition:
        case {"all": parts}:
            return all(row_passes(row, part, now) for part in parts)
        case {"any": parts}:
            return any(row_passes(row, part, now) for part in parts)
        case {"not": part}:
            return not row_passes(row, part, now)
        case {"field": column}:
            _only_known(condition, {"field"} | _TESTS)
            test = {word: value for word, value in condition.items() if word != "field"}
            return _test(row, column, test, now)
        case _:
            raise UnknownWordError(f"not a row test: {condition}")


def _test(row: Row, column: str, words: Mapping[str, Any], now: Now) -> bool:
    cell = row.cell(column)
    window = read_window(words, now)
    if window is not None:
        at = instant_of(cell, row.source.zone)
        if at is None or not window.holds(at, now.local_day(at), now):
            return False
    rest = {word: value for word, value in words.items() if word not in _WINDOW}
    return all(_one_test(cell, word, value, row.source, now) for word, value in rest.items())


def _one_test(cell: Cell, word: str, value: Any, source: Source, now: Now) -> bool:
    if word in ("is", "is_not"):
        equal = any(_equal(cell, each, source, now) for each in texts(value))
        return equal is (word == "is")
    if word == "exists":
        return (text_of(cell) is not None) is (value == "true")
    if word in _NUMBERS:
        if all(_is_date(each) for each in texts(value)):
            at = instant_of(cell, source.zone)
            return at is not None and _compare(now.local_day(at), word, value)
        number = number_of(cell)
        return number is not None and _compare(number, word, value)
    text = text_of(cell)
    return text is not None and _TEXT_TESTS[word](fold(text), fold(value))


_TEXT_TESTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda text, part: part in text,
    "starts_with": lambda text, part: text.startswith(part),
    "ends_with": lambda text, part: text.endswith(part),
}


def _equal(cell: Cell, wanted: str, source: Source, now: Now) -> bool:
    """By the type that the column has in its source; text without regard to case and surrounding space."""
    if cell is None:
        return False
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        number = number_of(wanted)
        return number is not None and number_of(cell) == number
    if isinstance(cell, date):
        at = instant_of(cell, source.zone)
        other = instant_of(wanted, now.zone)
        if at is None or other is None:
            return False
        return now.local_day(at) == now.local_day(other) if _is_date(wanted) else at == other
    text = text_of(cell)
    return text is not None and fold(text) == fold(wanted)


def _measure(rows: list[Row], words: Mapping[str, Any]) -> Decimal | None:
    """How much of it somebody did; None when no row has a number to measure."""
    asked = words.keys() & _MEASURES
    if not asked:
        return Decimal(len(rows))
    (measure,) = asked
    cells = [row.cell(words[measure]) for row in rows]
    if measure == "distinct":
        return Decimal(len({fold(text) for text in map(text_of, cells) if text is not None}))
    numbers = [number for number in map(number_of, cells) if number is not None]
    if not numbers:
        return None
    match measure:
        case "sum":
            return sum(numbers, Decimal())
        case "average":
            return sum(numbers, Decimal()) / len(numbers)
        case "min":
            return min(numbers)
        case _:
            return max(numbers)


def _compare(amount: Decimal | date, word: str, value: Any) -> bool:
    bounds = [_bound(each) for each in texts(value)]
    if len(bounds) != (2 if word == "between" else 1):
        raise UnknownWordError(f"{word} with {len(bounds)} values")
    low: Any = bounds[0]
    compared: Any = amount
    match word:
        case "at_least":
            return bool(compared >= low)
        case "at_most":
            return bool(compared <= low)
        case "more_than":
            return bool(compared > low)
        case "less_than":
            return bool(compared < low)
        case "exactly":
            return bool(compared == low)
        case _:
            return bool(low <= compared <= bounds[1])


def _bound(text: str) -> Decimal | date:
    return date.fromisoformat(text) if _is_date(text) else Decimal(text)


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(datetime.strptime(text, "%Y-%m-%d"))
    except ValueError:
        return False


def _only_known(words: Mapping[str, Any], known: set[str] | frozenset[str]) -> None:
    unknown = words.keys() - known
    if unknown:
        raise UnknownWordError(f"the judge does not know {sorted(unknown)}")
