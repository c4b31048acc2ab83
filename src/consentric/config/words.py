"""The vocabulary of conditions: every word the language has, and which of them work in this version."""

from __future__ import annotations

HEADS = ("field", "did", "did_not", "last", "first", "top", "bottom", "in_audience", "all", "any", "not")
HEADS_LATER = ("sql",)
ROW_HEADS = ("field", "all", "any", "not")

COMPARISONS = ("at_least", "at_most", "more_than", "less_than")
NUMBERS = (*COMPARISONS, "between", "exactly")
MEASURES = ("sum", "average", "min", "max", "distinct")
BOUNDS = ("in_the_last", "since", "until")
WINDOWS = (*BOUNDS, "during")
TEXTS = ("contains", "starts_with", "ends_with")
TESTS = ("is", "is_not", *COMPARISONS, "between", *TEXTS, "exists", *WINDOWS, "anniversary")
FOLLOWERS = ("then", "not_then")

ALLOWED = {
    "field": TESTS,
    "did": ("where", *MEASURES, *NUMBERS, *WINDOWS, *FOLLOWERS, "same", "within", "share", "of"),
    "did_not": ("where", *WINDOWS),
    "last": ("where", "was", *WINDOWS, "overdue_by", "at_least"),
    "first": ("where", "was", *WINDOWS),
    "top": ("by", "of"),
    "bottom": ("by", "of"),
    "in_audience": (),
    "all": (),
    "any": (),
    "not": (),
}
BY = ("where", *MEASURES, *WINDOWS)
"""What goes with `did` inside `by`."""

EVERY_WORD = frozenset((*HEADS, *HEADS_LATER, *(word for words in ALLOWED.values() for word in words)))
