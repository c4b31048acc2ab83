"""One exit code for several lists: the contract with cron."""

from __future__ import annotations

from itertools import product

import pytest

from consentric.errors import (
    AccessDenied,
    ConfigError,
    ConsentricError,
    Diagnostic,
    LockHeld,
    PlatformError,
    QuotaExhausted,
    Refused,
    Severity,
    SourceError,
    StateError,
    Stopped,
    Unavailable,
    UsageError,
)
from consentric.model.lists import ListRef
from consentric.model.results import Failure, ListResult, ListState
from consentric.workflows.exit_codes import is_hopeless_for_all, of_run, told

OUTCOMES = ("fine", "quiet", "stopped", "failed", "quota", "denied")
CODES = {"fine": 0, "quiet": 0, "stopped": 4, "failed": 1, "quota": 5, "denied": 6}


def result(ref: ListRef, outcome: str) -> ListResult:
    if outcome in {"fine", "quiet", "stopped"}:
        states = {"fine": ListState.ACCEPTED, "quiet": ListState.UNCHANGED, "stopped": ListState.STOPPED}
        return ListResult(ref, states[outcome])
    return ListResult(ref, ListState.FAILED, failure=Failure("A000", "", "", CODES[outcome]))


def by_hand(outcomes: tuple[str, ...]) -> int:
    """Where some succeeded: a failure worth a retry 5, else 6, else 4; where none did, the shared code, else 6, 1, 4."""
    codes = {CODES[each] for each in outcomes}
    if codes <= {0}:
        return 0
    if 0 in codes:
        return 5 if codes & {1, 5} else 6 if 6 in codes else 4
    if len(codes) == 1:
        return codes.pop()
    return next(each for each in (6, 1, 5, 4) if each in codes)


def test_every_mixture_of_three_lists() -> None:
    """All outcomes of up to three lists."""
    for size in range(4):
        for outcomes in product(OUTCOMES, repeat=size):
            refs = [ListRef(f"a{number}", "meta") for number in range(size)]
            found = of_run({ref: result(ref, outcome) for ref, outcome in zip(refs, outcomes, strict=True)})
            assert found == by_hand(outcomes), outcomes


ERRORS: list[tuple[ConsentricError, int]] = [
    (ConfigError([Diagnostic("A100", Severity.ERROR, "wrong", "audiences.yaml")]), 3),
    (SourceError("A301", "gone"), 3),
    (Stopped("A303", "empty"), 4),
    (StateError("A401", "no"), 1),
    (LockHeld("A402", "busy"), 75),
    (UsageError("A909", "no"), 64),
    (Unavailable("A501", "busy"), 1),
    (QuotaExhausted("A502", "full"), 5),
    (Refused("A503", "no"), 1),
    (AccessDenied("A504", "no"), 6),
]


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
def test_each_error_has_its_exit_code(error: ConsentricError, code: int) -> None:
    """As the tree in errors.py says."""
    assert error.exit_code == code
    assert told(error) == Failure(error.code, error.message, error.hint, code)


@pytest.mark.parametrize(
    ("error", "hopeless"),
    [
        (AccessDenied("A504", ""), True),
        (Unavailable("A501", ""), False),
        (QuotaExhausted("A502", ""), False),
        (Refused("A503", ""), False),
    ],
)
def test_only_want_of_permission_ends_a_destination(error: PlatformError, hopeless: bool) -> None:
    """Its other lists are not tried in vain; after anything else they are."""
    assert is_hopeless_for_all(error) is hopeless
