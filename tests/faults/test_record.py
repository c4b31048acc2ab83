"""The comparison of a run with what its platform received can fail."""

from __future__ import annotations

from typing import Any

import pytest

from faults.record import Broken

ANNA, BO = ["email:anna"], ["email:bo", "phone:bo"]


def entry(number: int, *rows: list[str], op: str = "ingest", ok: bool = True) -> dict[str, Any]:
    return {"n": number, "list_id": "1", "op": op, "ok": ok, "rows": list(rows), "request_id": f"r{number}"}


def test_rows_that_were_recorded_are_not_sent_again() -> None:
    """What was in flight may come again, what was recorded may not, unless something else of that person was in flight."""
    broken = Broken.of([entry(1, ANNA), entry(2, BO)], [("accepted", "r1"), ("intent", None)])
    assert broken.sent_for_nothing([entry(3, BO)]) == []
    assert broken.replayed([entry(3, BO)]) == 1
    assert broken.sent_for_nothing([entry(3, ANNA, BO)]) == [("1", "ingest", frozenset(ANNA))]
    assert broken.sent_for_nothing([entry(3, ANNA, op="remove")]) == []
    assert broken.sent_for_nothing([entry(3, ANNA, [*ANNA, "phone:anna"])]) == []


def test_a_request_is_written_down_before_it_leaves() -> None:
    """One that the platform received and the record lacks, or one refused and recorded as accepted, is a failure."""
    with pytest.raises(AssertionError, match="written down before"):
        Broken.of([entry(1, ANNA), entry(2, BO)], [("accepted", "r1")])
    with pytest.raises(AssertionError, match="was refused"):
        Broken.of([entry(1, ANNA, ok=False)], [("accepted", "r1")])
    assert Broken.of([entry(1, ANNA)], [("accepted", "r1"), ("intent", None)]).in_flight == []
