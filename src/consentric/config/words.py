"""The vocabulary of conditions: every word the language has, and which of them work in this version."""

from __future__ import annotations

HEADS = ("field", "did", "did_not", "all", "any", "not")
HEADS_LATER = ("last", "first", "top", "bottom", "in_audience", "sql")
ROW_HEADS = ("field", "all", "any", "not")

COMPARISONS = ("at_least", "at_most", "more_than", "less_than")
NUMBERS = (*COMPARISONS, "between", "exactly")
MEASURES = ("sum", "average", "min", "max", "distinct")
WINDOWS = ("in_the_last", "since", "until")
WINDOWS_LATER = ("during",)
TEXTS = ("contains", "starts_with", "ends_with")
TESTS = ("is", "is_not", *COMPARISONS, "between", *TEXTS, "exists", *WINDOWS)
TESTS_LATER = ("during", "anniversary")
DID_LATER = ("then", "not_then", "same", "within", "share", "of", *WINDOWS_LATER)

ALLOWED = {
    "field": TESTS,
    "did": ("where", *MEASURES, *NUMBERS, *WINDOWS),
    "did_not": ("where", *WINDOWS),
    "all": (),
    "any": (),
    "not": (),
}
LATER = {"field": TESTS_LATER, "did": DID_LATER, "did_not": WINDOWS_LATER}

EVERY_WORD = frozenset(
    (*HEADS, *HEADS_LATER, *TESTS, *TESTS_LATER, *NUMBERS, *MEASURES, *DID_LATER, "where", "was", "by", "overdue_by")
)
