"""The slow way, taken once for each different value: the rule itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from consentric.identifiers.reasons import Unusable

Rule = Callable[[str], str | Unusable]
RuleInCountry = Callable[[str, str | None], str | Unusable]


@dataclass(frozen=True, slots=True, repr=False)
class Forms:
    """For each row its form, or else the reason why there is none; both utf8, exactly one of them null."""

    form: pa.StringArray
    reason: pa.StringArray

    def take(self, rows: pa.Array) -> Forms:
        return Forms(self.form.take(rows), self.reason.take(rows))


def by_rule(cells: pa.StringArray, rule: Rule) -> Forms:
    """Every cell by the rule; null is empty."""
    encoded = cells.dictionary_encode("encode")
    results = (Unusable.EMPTY if each is None else rule(each) for each in encoded.dictionary.to_pylist())
    return _of_results(results).take(encoded.indices)


def by_rule_in_country(cells: pa.StringArray, country: pa.StringArray, rule: RuleInCountry) -> Forms:
    """Every cell by the rule in its row's country; null is empty."""
    pairs = list(zip(cells.to_pylist(), country.to_pylist(), strict=True))
    numbers = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
    results = (Unusable.EMPTY if cell is None else rule(cell, home) for cell, home in numbers)
    return _of_results(results).take(pa.array([numbers[pair] for pair in pairs], pa.int64()))


def completed(accepted: pa.BooleanArray, fast: pa.StringArray, slowly: Callable[[pa.BooleanArray], Forms]) -> Forms:
    """The fast forms where they were accepted; in the other rows what `slowly` says for the mask of these rows."""
    rest = pc.invert(pc.fill_null(accepted, False))
    no_reasons = pa.nulls(len(fast), pa.string())
    if not pc.any(rest).as_py():
        return Forms(fast, no_reasons)
    slow = slowly(rest)
    return Forms(pc.replace_with_mask(fast, rest, slow.form), pc.replace_with_mask(no_reasons, rest, slow.reason))


def _of_results(results: Iterable[str | Unusable]) -> Forms:
    # Unusable is a text itself, so it is looked for first.
    forms, reasons = [], []
    for each in results:
        refused = isinstance(each, Unusable)
        forms.append(None if refused else each)
        reasons.append(str(each) if refused else None)
    return Forms(pa.array(forms, pa.string()), pa.array(reasons, pa.string()))
