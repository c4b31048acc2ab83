"""The chain of events: whatever single thing is changed in it is found, and named by its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentric.model.events import Broken, Head, Stored, canonical, digest, first, verify

START = first("0123456789abcdef")
FACTS = (
    {"run": "a"},
    {"list": 1, "rows": 20},
    {},
    {"request": 7, "state": "accepted", "handle": None},
    {"exit_code": 0},
)


def chained(start: Head = START) -> list[Stored]:
    before, made = start, list[Stored]()
    for number, facts in enumerate(FACTS, start=start.number + 1):
        said = canonical(facts)
        sha256 = digest(before.sha256, number, 10 * number, "kind", said)
        made.append(Stored(number, 10 * number, "kind", said, sha256))
        before = Head(number, sha256)
    return made


def head_of(events: list[Stored]) -> Head:
    return Head(events[-1].number, events[-1].sha256)


@pytest.mark.parametrize("start", [START, Head(41, bytes(32))])
def test_what_was_written_fits(start: Head) -> None:
    """From the first event of an installation, and from where a prefix was dropped."""
    events = chained(start)
    assert verify(start, events, head_of(events)) is None
    assert verify(start, [], start) is None


def flipped(content: bytes) -> list[bytes]:
    return [content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] for place in range(len(content))]


CHANGES: dict[str, Callable[[Stored], list[Stored]]] = {
    "number": lambda each: [replace(each, number=each.number + by) for by in (-100, 100)],
    "at": lambda each: [replace(each, at=each.at + by) for by in (-1, 1, 10)],
    "kind": lambda each: [replace(each, kind=word) for word in ("", "Kind", "kind ", "kinds")],
    "facts": lambda each: [
        replace(each, facts=said) for said in (*flipped(each.facts), each.facts + b" ", b"{}x", b"")
    ],
    "sha256": lambda each: [replace(each, sha256=other) for other in flipped(each.sha256)],
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("row", range(len(FACTS)))
def test_every_changed_cell_is_named(row: int, column: str) -> None:
    """Each byte of each cell of each row."""
    events = chained()
    changed = CHANGES[column](events[row])
    assert changed
    for each in changed:
        rows = sorted([*events[:row], each, *events[row + 1 :]], key=lambda one: one.number)
        broken = verify(START, rows, head_of(events))
        assert broken is not None, each
        if column == "number":
            assert broken.number in (row + 1, -100 + row + 1)
        else:
            assert broken.number == row + 1


@pytest.mark.parametrize("row", range(len(FACTS)))
def test_every_row_that_is_gone_is_named(row: int) -> None:
    """The last one too, since the head is kept apart."""
    events = chained()
    assert verify(START, events[:row] + events[row + 1 :], head_of(events)) == Broken(row + 1, "it is missing")


@pytest.mark.parametrize(("one", "other"), list(combinations(range(len(FACTS)), 2)))
def test_every_swap_is_named(one: int, other: int) -> None:
    """What two events say changes places, with their digests or without: the earlier one is named."""
    for columns in (("at", "kind", "facts"), ("at", "kind", "facts", "sha256"), ("facts",), ("sha256",)):
        events = chained()
        mine = {column: getattr(events[one], column) for column in columns}
        theirs = {column: getattr(events[other], column) for column in columns}
        events[one], events[other] = replace(events[one], **theirs), replace(events[other], **mine)
        broken = verify(START, events, head_of(chained()))
        assert broken is not None and broken.number == one + 1, columns


def test_every_row_that_was_put_in_is_named() -> None:
    """Before the first, and after the last, well chained or not."""
    events = chained()
    newest = head_of(events)
    said = canonical({"run": "forged"})
    good = Stored(6, 60, "kind", said, digest(newest.sha256, 6, 60, "kind", said))
    assert verify(START, [*events, good], newest) == Broken(6, "it is newer than the newest that was written")
    broken = verify(START, [replace(good, number=0), *events], newest)
    assert broken is not None and broken.number == 0


def test_a_chain_that_was_made_anew_is_found_by_its_marks() -> None:
    """From some row on everything is rewritten and fits: the head does not, and the head that was written down neither."""
    events = chained()
    forged, before = [*events[:2]], Head(2, events[1].sha256)
    for each in events[2:]:
        said = canonical({"run": "forged"})
        sha256 = digest(before.sha256, each.number, each.at, each.kind, said)
        forged.append(Stored(each.number, each.at, each.kind, said, sha256))
        before = Head(each.number, sha256)
    broken = verify(START, forged, head_of(events))
    assert broken is not None and broken.number == 5
    assert verify(START, forged, head_of(forged)) is None
    assert head_of(forged) != head_of(events), "which is why a head is printed: to be written down elsewhere"


@pytest.mark.parametrize("mark", [replace(START, number=1), replace(START, sha256=bytes(32))])
def test_a_changed_start_is_named(mark: Head) -> None:
    """What a dropped prefix left behind counts as much as an event."""
    events = chained()
    broken = verify(mark, events, head_of(events))
    assert broken is not None and broken.number == 1


@settings(deadline=None)
@given(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.text(max_size=5), st.binary(max_size=5)),
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.text(max_size=5), st.binary(max_size=5)),
)
def test_no_two_events_are_digested_alike(one: tuple[int, int, str, bytes], other: tuple[int, int, str, bytes]) -> None:
    """Wherever one cell ends and the next begins."""
    assert (digest(bytes(32), *one) == digest(bytes(32), *other)) == (one == other)
