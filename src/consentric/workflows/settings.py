"""What a list is called and how long it keeps somebody, where that is not as the file says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from consentric.ledger import ListRecord
from consentric.model.lists import ListSpec
from consentric.model.plan import Rebuilding, Rename, SetKeepFor
from consentric.planning.capabilities import Capabilities


def settings(
    record: ListRecord, platform_id: str, spec: ListSpec, capabilities: Capabilities, rebuild: Rebuilding | None
) -> Iterator[Rename | SetKeepFor]:
    """The steps that make a list on its platform what the file says."""
    if _is_called_otherwise(record, spec):
        yield Rename(spec.ref, replace(spec, tag=record.tag), record.id, platform_id)
    if not capabilities.lapses:
        return
    other = [
        days
        for days in (record.seen_days, record.told_days, record.asked_days)
        if days is not None and days != spec.keep_for_days
    ]
    shortens = spec.keep_for_days < record.lifespan.days
    if other and not (shortens and rebuild is not None):
        yield SetKeepFor(spec.ref, record.id, platform_id, spec.keep_for_days, other[0], shortens=shortens)


def _is_called_otherwise(record: ListRecord, spec: ListSpec) -> bool:
    """Against what the platform has from us; what somebody wrote there by hand stays until the file changes."""
    return record.told_name != spec.name or (
        record.told_description is not None and record.told_description != spec.description
    )
