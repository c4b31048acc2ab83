"""One exit code for several lists; a contract with whoever runs us at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from consentric.errors import ConsentricError, PlatformError, QuotaExhausted, Unavailable
from consentric.model.lists import ListRef
from consentric.model.results import Failure, ListResult, ListState

DONE: Final = 0
FAILED: Final = 1
STOPPED: Final = 4
PARTLY: Final = 5
ACCESS: Final = 6
_WORTH_A_RETRY: Final = frozenset({FAILED, PARTLY})


def told(error: ConsentricError) -> Failure:
    """An error as it is shown and recorded."""
    return Failure(error.code, error.message, error.hint, error.exit_code)


def is_hopeless_for_all(error: PlatformError) -> bool:
    """Whether the destination's other lists would fail in the same way."""
    return not isinstance(error, Unavailable | QuotaExhausted) and error.exit_code == ACCESS


def of_run(lists: Mapping[ListRef, ListResult]) -> int:
    return of_codes([_code(each) for each in lists.values()])


def of_codes(codes: Sequence[int]) -> int:
    """The codes of several lists as one; a list that had nothing to do counts as a success.

    Where some succeeded: 5 if a failure is worth a retry, else 6 if any is 6, else 4. Where none did: the code that all
    share, and if they differ 6 before 1 before 4.
    """
    bad = {code for code in codes if code != DONE}
    if not bad:
        return DONE
    if len(bad) == 1 and DONE not in codes:
        return bad.pop()
    if DONE in codes:
        return PARTLY if bad & _WORTH_A_RETRY else ACCESS if ACCESS in bad else STOPPED
    return _first_of(bad, (ACCESS, FAILED, PARTLY, STOPPED))


def _code(result: ListResult) -> int:
    if result.failure is not None:
        return result.failure.exit_code
    return STOPPED if result.state is ListState.STOPPED else DONE


def _first_of(codes: set[int], order: Iterable[int]) -> int:
    return next((code for code in order if code in codes), FAILED)
