"""The promises about lists, over many drawn histories; CONSENTRIC_LONG=1 plays 10,000 of them.

They are played a thousand at a time: `-k 3000` plays those of seed 3000 and on, CONSENTRIC_SEED=3000 all from there.

(a) nobody is added without consent, (b) a list comes to rest within two clean runs, or within four where somebody must be
removed first (model/rest.py), and then holds the accounts of its members, (c) whoever withdrew is removed in the first run
that sees it and before any add, (d) the sums of the plan hold, (e) nothing owed, nothing sent, (f) an add and a removal of
one component are never in flight together, (g) nobody is unremovable, which (b) shows, (h) folding changes nothing that is
sent, and (n) no number either.

(h) and (n) are not asked of a list that has a row of a name which the data does not have any more: it is handed over anew in
every run to whoever has the keys. A base has it beside the heir's own and no longer knows which came first, so the heir of
somebody whose key was removed is refreshed there, and added where nothing was folded: the same row, under another number.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import Final

import pytest

from consentric.model.project import Platform
from consentric.sandbox.switches import SWITCHES
from model.driver import Play, play
from model.history import CLEAN_NIGHTS, PLATFORMS, History, Step, draw_history
from model.platform import POSITIONS, USUAL
from model.positions import MODEL, NOT_WHOLE, WHOLE, covering, pairs, pairs_of
from model.shrink import shrink
from model.world import Event

HISTORIES: Final = 10_000 if os.environ.get("CONSENTRIC_LONG") == "1" else 100
FIRST: Final = int(os.environ.get("CONSENTRIC_SEED", "0"))
_TOGETHER: Final = min(HISTORIES, 1000)
"""Many at once share their statements: a thousand take three times as long as a hundred."""
_CLEAN: Final = (Step(calm=True),) * CLEAN_NIGHTS


@lru_cache(maxsize=1)
def _played(first: int) -> list[Play]:
    return play([draw_history(seed) for seed in range(first, first + _TOGETHER)])


def _told(one: Play) -> str:
    """The smallest history that breaks the same property, to be put among those below."""
    assert one.violation is not None
    first = one.violation
    history, found = shrink(one.history, lambda each: each.letter == first.letter)
    return f"{found or first}\n{history!r}"


def test_histories_do_what_they_are_drawn_for() -> None:
    """Every fault and every crash is really met, every pair of switches too, and lists really come to rest."""
    plays = _played(FIRST)
    tally = sum((one.tally for one in plays), start=plays[0].tally.__class__())
    for name in (
        "refused",
        "bad_rows",
        "lost",
        "unanswered",
        "retried_away",
        "failed_later",
        "partial",
        "crashes",
        "closed",
        "too small",
        "rests",
        "removals first, 2 runs",
        "nothing first, 1 runs",
    ):
        assert tally[name] >= 3, f"{name}: {tally}"
    met = {(one.history.platforms, one.history.switches) for one in plays}
    assert met >= set(product(PLATFORMS, POSITIONS))


def test_positions_meet_every_pair() -> None:
    """Of every switch that the sandbox has: a new one has to be thought of in model/positions.py."""
    assert WHOLE.keys() | NOT_WHOLE == SWITCHES.keys()
    for choices in (MODEL, WHOLE):
        assert {pair for position in covering(choices) for pair in pairs_of(position)} == set(pairs(choices))
        for name, values in choices.items():
            allowed = SWITCHES[name].allowed
            assert isinstance(allowed, str) or set(allowed) == set(values)


@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("first", range(FIRST, max(HISTORIES, FIRST + 1), _TOGETHER))
def test_drawn_histories(first: int) -> None:
    broken = [one for one in _played(first) if one.violation]
    assert not broken, f"{len(broken)} of {_TOGETHER}, the first with seed {broken[0].history.seed}: {_told(broken[0])}"


def _pinned(platform: Platform, people: int, *steps: Step, faults: tuple[str, ...] = (), seed: int = 0) -> History:
    return History(seed, people, (platform, platform), USUAL, (*steps, *_CLEAN), faults)


_THREE_ADDRESSES: Final = (Event("gain", 0, 0), Event("gain", 0, 1), Event("gain", 0, 1))
PINNED: Final = {
    "one of the rows of a person is lost": _pinned(
        Platform.META, 1, Step(events=_THREE_ADDRESSES, fault_rate=0.4, batch=1), faults=("lost",)
    ),
    "one of the rows of a person is refused": _pinned(
        Platform.META, 1, Step(events=_THREE_ADDRESSES, fault_rate=0.4, batch=1), faults=("bad_rows",)
    ),
    "members ran out and adding them again is lost": _pinned(
        Platform.GOOGLE, 1, Step(calm=True), Step(hours=24 * 40, fault_rate=0.6), faults=("lost",)
    ),
    "a refresh before members run out is lost": _pinned(
        Platform.GOOGLE,
        *(1, Step(calm=True), Step(hours=24 * 27, fault_rate=0.6), Step(hours=24 * 6, calm=True)),
        faults=("lost",),
    ),
    "a leaver shared an address with somebody who goes on under another name": _pinned(
        Platform.GOOGLE,
        *(2, Step(events=(Event("share", 0, 0),)), Step()),
        Step(events=(Event("rename", 0, 0), Event("audience", 1, 0))),
    ),
    "somebody whose contacts all changed is joined with another while the old ones are removed": _pinned(
        Platform.GOOGLE,
        *(3, Step(), Step(events=(Event("both", 2, 0),)), Step(events=(Event("join", 1, 0),), hours=3)),
    ),
    "somebody whose leaving is held back comes again while a removal near them is open": _pinned(
        *(
            Platform.META,
            3,
            Step(events=(Event("share", 2, 3), Event("share", 1, 1))),
            Step(events=(Event("lose", 2, 11),)),
        ),
        Step(events=(Event("consent", 2, 6), Event("audience", 1, 0), Event("audience", 1, 1)), limits=(2, 2)),
        Step(events=(Event("audience", 1, 0), Event("audience", 1, 1))),
        seed=318,
    ),
    "somebody withdraws in the middle of a run whose key another has too": _pinned(
        Platform.META, 2, Step(events=(Event("share", 0, 0),), midway=1)
    ),
    "somebody gets another address and then another name, while the old address is removed": _pinned(
        Platform.META,
        *(5, Step(), Step(events=(Event("email", 57, 17),)), Step(events=(Event("rename", 42, 26),), hours=1.5)),
        Step(hours=24, calm=True),
        seed=3870,
    ),
    "a request times out, and its repetition is refused": _pinned(
        Platform.META, 2, Step(fault_rate=0.6), Step(events=(Event("consent", 0, 6),)), faults=("retried_away",)
    ),
    "a request times out, its repetition is processed, and the first attempt is carried out after a removal": _pinned(
        *(Platform.GOOGLE, 2, Step(fault_rate=0.6), Step(hours=7, events=(Event("consent", 0, 6),))),
        faults=("late",),
    ),
    "a request times out, its repetition fails, and the first attempt is carried out": _pinned(
        *(Platform.GOOGLE, 2, Step(fault_rate=0.6), Step(hours=24, events=(Event("consent", 0, 6),))),
        faults=("late", "failed_later"),
    ),
    "a key that two had shared is removed, comes again with one of them, and is removed again": _pinned(
        *(Platform.META, 6, Step(events=(Event("share", 1, 34),)), Step(midway=3), Step(calm=True)),
        *(Step(events=(Event("vanish", 15, 31),)), Step(events=(Event("vanish", 9, 12),), deaf=True), Step(hours=0.5)),
        seed=7008,
    ),
}
"""Histories that once broke a promise. Many draws of each are played: faults and accounts fall where the draw says."""


@pytest.mark.parametrize("name", PINNED)
def test_pinned_histories(name: str) -> None:
    plays = _played_pinned()[name]
    broken = [one for one in plays if one.violation]
    assert not broken, f"{len(broken)} of {len(plays)}: {broken[0].violation} in {broken[0].history!r}"


@lru_cache(maxsize=1)
def _played_pinned() -> dict[str, list[Play]]:
    """All draws of all of them at once, since they share their statements."""
    draws = {name: _draws(pinned) for name, pinned in PINNED.items()}
    plays = iter(play([each for one in draws.values() for each in one]))
    return {name: [next(plays) for _ in one] for name, one in draws.items()}


def _draws(pinned: History) -> list[History]:
    return [
        replace(pinned, seed=seed, steps=tuple(_drawn(step, number) for step in pinned.steps))
        for seed in range(pinned.seed, pinned.seed + 20)
        for number in range(4)
    ]


def _drawn(step: Step, number: int) -> Step:
    return step if step.calm else Step(**{name: getattr(step, name) for name in Step.__slots__} | {"draw": number})
