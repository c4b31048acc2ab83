"""Whose list is this: the lists on record as the file sees them, which it renames, does not want, or cannot reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from consentric.errors import ConfigError, Diagnostic, Severity
from consentric.ledger import LedgerReader, ListRecord
from consentric.model.lists import Drift, ListRef
from consentric.model.plan import Notice
from consentric.model.project import Destination, Project

_PLACEHOLDER: Final = "${"


def records(ledger: LedgerReader | None, project: Project) -> tuple[ListRecord, ...]:
    """All lists on record, under the keys that their audiences have in the file. Raises ConfigError for a wrong rename."""
    if ledger is None:
        return ()
    found = ledger.lists()
    moves = renames(found, project)
    heirs = {old: new for new, old in moves.items()}
    moving = {each.id for each in found if each.ref.audience in heirs and _moves(each, heirs[each.ref.audience], found)}
    freed = {(each.platform, each.account, heirs[each.ref.audience]) for each in found if each.id in moving}
    return tuple(_under(each, heirs if each.id in moving else moves if _place(each) in freed else {}) for each in found)


def _under(record: ListRecord, keys: Mapping[str, str]) -> ListRecord:
    audience = keys.get(record.ref.audience, record.ref.audience)
    return replace(record, ref=ListRef(audience, record.ref.destination))


def _place(record: ListRecord) -> tuple[str, str, str]:
    return record.platform, record.account, record.ref.audience


def _moves(record: ListRecord, new: str, found: tuple[ListRecord, ...]) -> bool:
    """As Ledger.rename_audience does it: to a key without a list there; one that is on no platform gives way to one that is."""
    place = (record.platform, record.account, new)
    others = [each for each in found if _place(each) == place]
    return not others or (record.platform_id is not None and others[0].platform_id is None)


def renames(found: tuple[ListRecord, ...], project: Project) -> Mapping[str, str]:
    """New key to old, as far as the record has lists that must still move. Raises ConfigError."""
    moves: dict[str, str] = {}
    keys = {each.ref.audience for each in found}
    for key, audience in project.audiences.items():
        old = audience.renamed_from
        if old is None or not found or not audience.send_to:
            continue
        if old not in keys and key not in keys:
            known = sorted(keys - set(project.audiences))
            hint = f"the record has lists of {', '.join(known)}" if known else "take `renamed_from` out"
            raise _wrong(project, key, "A233", f"no list of an audience called `{old}` is on record", hint)
        _refuse_two_lists(found, project, old, key)
        if any(each.ref.audience == old and _moves(each, key, found) for each in found):
            moves[key] = old
    return moves


def _refuse_two_lists(found: tuple[ListRecord, ...], project: Project, old: str, new: str) -> None:
    there = [each for each in found if each.platform_id is not None]
    before = {(each.platform, each.account) for each in there if each.ref.audience == old}
    already = {(each.platform, each.account) for each in there if each.ref.audience == new}
    for platform, account in sorted(before & already):
        raise _wrong(
            project,
            new,
            "A234",
            f"`{new}` and `{old}` both have a list in the {platform} account {account}, and two lists cannot become one",
            f"take `renamed_from` out: `{new}` keeps its list, and `consentric prune` deletes that of `{old}`",
        )


def _wrong(project: Project, key: str, code: str, message: str, hint: str) -> ConfigError:
    path = f"audiences.{key}.renamed_from"
    return ConfigError([Diagnostic(code, Severity.ERROR, message, str(project.path), path=path, hint=hint)])


def unwanted(found: tuple[ListRecord, ...], project: Project) -> Iterator[tuple[ListRecord, Destination]]:
    """Lists that exist, as far as is known, and that the file does not want any more; where they lie."""
    places = {(each.platform, each.account): each for each in project.destinations.values()}
    for each in found:
        destination = places.get((each.platform, each.account))
        audience = project.audiences.get(each.ref.audience)
        wanted = audience is not None and destination is not None and destination.name in audience.send_to
        if destination is not None and not wanted and each.platform_id is not None:
            yield each, destination


def out_of_reach(found: tuple[ListRecord, ...], project: Project) -> Iterator[ListRecord]:
    """Lists in accounts that no destination names: nobody can be removed from them."""
    places = {(each.platform, each.account) for each in project.destinations.values()}
    unset = {each.platform for each in project.destinations.values() if _PLACEHOLDER in each.account}
    for each in found:
        if each.platform_id is not None and (each.platform, each.account) not in places and each.platform not in unset:
            yield each


def notices(found: tuple[ListRecord, ...], project: Project) -> tuple[Notice, ...]:
    """What the record knows of lists that nobody asked about: other names, fading ones, lost accounts."""
    lost = [
        Notice("W332", 1, f"{each.ref} ({each.platform} account {each.account})")
        for each in out_of_reach(found, project)
    ]
    there = [each for each in found if each.platform_id is not None]
    renamed = [Notice("W330", 1, str(each.ref)) for each in there if _renamed_by_hand(each)]
    fading = [Notice("W331", 1, str(each.ref)) for each in there if each.drift is Drift.FADING]
    return (*renamed, *fading, *lost)


def _renamed_by_hand(record: ListRecord) -> bool:
    return record.seen_name is not None and record.told_name is not None and record.seen_name != record.told_name
