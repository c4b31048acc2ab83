"""What was disclosed of people, from the record alone: the part of `lookup` that no source can answer."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import datetime
from typing import Any

from consentric.engine.stays import NOTHING, Deletion, History, stays_of
from consentric.identifiers.recipes import RECIPES, Field, Leaves
from consentric.ledger import LedgerReader, ListRecord
from consentric.model.disclosures import Disclosure
from consentric.planning.past import Forgetting
from consentric.workflows.memory import everything


def disclosures(record: LedgerReader, people: Set[bytes], digests: Set[bytes], now: datetime) -> tuple[Disclosure, ...]:
    """Every stay on every list of these people, and of whoever was ever sent by a key with one of these digests.

    `people` are names as membership files have them, `digests` those of model/requests.Subject.sought. By list, person, time.
    """
    return tuple(found for each in record.lists() for found in _of_list(record, each, people, digests, now))


def history(
    record: LedgerReader,
    each: ListRecord,
    forgetting: Forgetting = NOTHING,
    deletion: Deletion | None = None,
) -> History:
    """All that is on record of a list, for the engine."""
    past = record.past(each.id)
    return History(
        platform=each.platform,
        lifespan=each.lifespan,
        sent=everything(record, each),
        past=None if past is None else record.stream(past),
        since=each.rebuild_seq,
        key=record.keys().suppression,
        forgetting=forgetting,
        deletion=deletion,
    )


def _of_list(
    record: LedgerReader, each: ListRecord, people: Set[bytes], digests: Set[bytes], now: datetime
) -> Iterator[Disclosure]:
    for row in stays_of(history(record, each), frozenset(people), frozenset(digests), now):
        yield _disclosure(each, row)


def _disclosure(each: ListRecord, row: dict[str, Any]) -> Disclosure:
    return Disclosure(
        person=row["person"],
        ref=each.ref,
        platform=each.platform,
        account=each.account,
        list_id=each.platform_id,
        list_name=each.told_name or each.name,
        first_sent=row["first_sent"],
        first_is_known=row["known"],
        last_sent=row["last_sent"],
        removal_asked=row["asked"],
        removal_confirmed=row["confirmed"],
        certain=row["sure"],
        hashed=_words(each, row["fields"], Leaves.HASHED),
        in_clear=_words(each, row["fields"], Leaves.IN_CLEAR),
        evidence=tuple(row["evidence"]),
    )


def _words(each: ListRecord, fields: list[str], how: Leaves) -> tuple[str, ...]:
    """In the order of `identifiers:`."""
    ways = {part.field: part.leaves for part in RECIPES[each.platform].ingredients}
    return tuple(word.value for word in Field if word.value in fields and ways.get(word) is how)
