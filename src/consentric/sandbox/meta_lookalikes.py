"""Lookalike audiences as far as their seeds are concerned: valid specs, duplicates, dependants.

Sources: lookalike audiences guide; error reference (2654/1713007 duplicate). Nobody is ever in
them here: a lookalike is filled by the platform.
"""

from __future__ import annotations

from typing import Any

from consentric.sandbox.lists import AudienceList
from consentric.sandbox.meta_errors import MetaError, invalid
from consentric.sandbox.world import World

_SMALLEST_SEED = 100


def lookalikes_of(world: World, seed: AudienceList) -> list[str]:
    """The ids of the lookalikes that depend on a seed."""
    return [
        audience.id
        for audience in world.of_account("meta", seed.account)
        if audience.settings["origin_audience_id"] == seed.id
    ]


def check_lookalike(world: World, audience: AudienceList) -> None:
    """Refuse a lookalike without a usable seed, with a wrong spec, or that exists already."""
    origin = audience.settings["origin_audience_id"]
    seed = world.lists.get(("meta", str(origin)))
    if seed is None or seed.deleted or seed.account != audience.account:
        raise invalid("origin_audience_id is not an audience of this ad account")
    audience.settings["origin_audience_id"] = seed.id
    spec = audience.settings["lookalike_spec"]
    _check_spec(spec)
    if len(world.settled(seed).members) < _SMALLEST_SEED:
        raise MetaError(2654, "The seed audience is too small for a lookalike.")
    for other in world.of_account("meta", audience.account):
        same = (other.settings["origin_audience_id"], other.settings["lookalike_spec"])
        if same == (seed.id, spec):
            raise MetaError(2654, "A lookalike with this source and size exists.", 1713007)


def _check_spec(spec: Any) -> None:
    if not isinstance(spec, dict):
        raise invalid("lookalike_spec is required")
    ratio = spec.get("ratio")
    if ratio is None and spec.get("type") not in ("similarity", "reach"):
        raise invalid("lookalike_spec needs a type or a ratio")
    if ratio is not None:
        if isinstance(ratio, bool) or not isinstance(ratio, int | float):
            raise invalid("lookalike_spec.ratio must be a number")
        if not 0.01 <= ratio <= 0.2 or abs(ratio * 100 - round(ratio * 100)) > 1e-9:
            raise invalid("lookalike_spec.ratio must be from 0.01 to 0.20 in steps of 0.01")
        start = spec.get("starting_ratio", 0)
        if isinstance(start, bool) or not isinstance(start, int | float) or not 0 <= start < ratio:
            raise invalid("lookalike_spec.starting_ratio must be below ratio")
    if ("country" in spec) == ("location_spec" in spec):
        raise invalid("lookalike_spec needs either country or location_spec")
