"""What nobody knows of the platforms: which switches of the sandbox are played, and few positions that meet every pair.

The model platform (model/platform.py) has `order`, `removal_takes`, `multi_key_removal`, `match_rate`, the three delays and
`low_size_refusals`. The others cannot change a plan, a consent or a loss, and are played in the whole system alone:

* `omitted_references`: our requests name their destinations;
* `closed_list_adds`: nobody is added to a list that was seen closed, which the driver demands of every request;
* `unconsented`: every member is sent with both consents, so that none is counted or refused for it;
* `longer_duration`: `keep_for` is not edited in the model (tests/scenarios/test_keep_for.py edits it);
* `empty_replace`, `extern_resolves`, `retention_renewed`: a replace without rows, an external id and a retention of the
  platform's own are never sent;
* `size_delay`: sizes are reported, and no plan reads them;
* `quotas`, `answer_803_after_create`: to a plan these are requests that were refused, which is a fault of the model;
* `ads_token_required`: concerns who sends a developer token, and we send it where the file has one.

`log_rows` is about the sandbox's own memory. The whole system has five people, so that with `low_size_refusals` its lists at
Meta could never let anybody go; the model has them with a smaller smallest list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Final, TypeAlias

Position: TypeAlias = Mapping[str, str]
Pair: TypeAlias = frozenset[tuple[str, str]]

MODEL: Final[Mapping[str, tuple[str, ...]]] = {
    "order": ("kept", "shuffled", "removals_last", "removals_first", "twice"),
    "multi_key_removal": ("any", "all", "best"),
    "removal_takes": ("account", "identifier"),
    "match_rate": ("86", "100", "50"),
    "google_delay": ("2h", "30m", "20h"),
    "meta_add_delay": ("1h", "20h"),
    "meta_remove_delay": ("20h", "1h"),
    "low_size_refusals": ("off", "on"),
}
"""Delays that differ with every request come on top; where requests are processed within a day of each other."""
WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "order": MODEL["order"],
    "multi_key_removal": MODEL["multi_key_removal"],
    "removal_takes": MODEL["removal_takes"],
    "match_rate": ("70", "100", "30"),
    "google_delay": MODEL["google_delay"],
    "meta_add_delay": MODEL["meta_add_delay"],
    "meta_remove_delay": MODEL["meta_remove_delay"],
    "omitted_references": ("all", "none"),
    "closed_list_adds": ("fail", "vanish"),
    "unconsented": ("counted", "refused"),
    "longer_duration": ("members", "additions"),
    "empty_replace": ("refused", "allowed"),
    "extern_resolves": ("learned", "never"),
    "retention_renewed": ("on", "off"),
    "size_delay": ("12h", "1h"),
    "quotas": ("on", "off"),
    "answer_803_after_create": ("off", "on"),
    "ads_token_required": ("off", "on"),
}
NOT_WHOLE: Final = frozenset({"low_size_refusals", "log_rows"})


def covering(choices: Mapping[str, Sequence[str]]) -> tuple[Position, ...]:
    """Positions in which every value of every switch meets every value of every other; always the same ones."""
    missing = list(dict.fromkeys(pairs(choices)))
    found: list[Position] = []
    while missing:
        position = dict(sorted(missing[0]))
        for name, values in choices.items():
            if name not in position:
                position[name] = max(values, key=lambda value: _new(missing, position, name, value))
        found.append({name: position[name] for name in choices})
        missing = [pair for pair in missing if not pair <= position.items()]
    return tuple(found)


def pairs(choices: Mapping[str, Sequence[str]]) -> Iterator[Pair]:
    """Every pair of values of two switches."""
    for (one, values), (other, others) in combinations(choices.items(), 2):
        yield from (frozenset({(one, value), (other, another)}) for value, another in product(values, others))


def pairs_of(position: Position) -> Iterator[Pair]:
    """Those that one position meets."""
    return pairs({name: (value,) for name, value in position.items()})


def _new(missing: Sequence[Pair], position: Position, name: str, value: str) -> int:
    met = {frozenset({each, (name, value)}) for each in position.items()}
    return sum(pair in met for pair in missing)
