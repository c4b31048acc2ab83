"""Keeps the record of who was on a list as long as the file says, and no byte of it of somebody who is erased."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import datetime

import pyarrow as pa

from consentric.engine.leaving import among
from consentric.engine.standing import ended
from consentric.engine.stays import Deletion, among_past, in_past, kept
from consentric.ledger import Ledger, LedgerReader, ListRecord
from consentric.model.people import Verb
from consentric.model.project import Project
from consentric.model.requests import Pending
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.folding import worth_forgetting
from consentric.planning.past import Forgetting
from consentric.workflows.disclosures import history
from consentric.workflows.memory import recollect
from consentric.workflows.opening import Shell


def forgetting(record: LedgerReader, project: Project | None, now: datetime) -> Forgetting:
    """What no past file may hold any longer, as far as it is written anew."""
    before = None if project is None else project.record_kept_for.before(now)
    return Forgetting(before, _erased(record))


def forget_old(record: Ledger, project: Project, each: ListRecord, run_id: str, now: datetime) -> None:
    """Drops stays of a list that ended longer ago than they are kept; not every night, for the whole file is written anew."""
    past = record.past(each.id)
    if past is None or past.oldest is None:
        return
    overdue = project.record_kept_for.before(now) - past.oldest
    if worth_forgetting(past.rows, overdue):
        record.replace_past(each.id, run_id, kept(record.stream(past), forgetting(record, project, now)))


def forget_sought(shell: Shell, record: Ledger, run_id: str) -> None:
    """Before the lists are searched: what past files tell of whoever asked to be erased and was sent by a key that they gave.

    Somebody who is on no list any more is forgotten altogether; of others that key, since it may be somebody else's now.
    """
    pending = record.pending()
    erasing = _erasing(pending)
    sought = frozenset(digest for digest, subjects in pending.sought.items() if subjects & erasing)
    lists = record.lists() if sought else ()
    found = frozenset[bytes]().union(*(_found(record, each, sought) for each in lists))
    if not found:
        return
    there = on_any(record, found, shell.clock.now())
    for each in lists:
        _rewrite(record, each, run_id, found - there, sought)


def forget_erased(shell: Shell, record: Ledger, run_id: str, more: Set[bytes] = frozenset()) -> None:
    """What past files tell of people whose erasure is pending, or who turned out to be the same person (`more`).

    On a list that they are on they are forgotten when they are off it.
    """
    pending = record.pending()
    erasing = _erasing(pending)
    names = frozenset(digest for digest, subjects in pending.digests.items() if subjects & erasing) | more
    for each in record.lists() if names else ():
        told = _told(record, each, names)
        if told:
            _rewrite(record, each, run_id, told - _on(record, each, told, shell.clock.now()), frozenset())


def derive(shell: Shell, record: Ledger, run_id: str, pairs: Set[tuple[bytes, bytes]]) -> None:
    """Suppresses what was found to be the same person's; who was erased is forgotten under these names too, first."""
    erased = _erased(record)
    forget_erased(shell, record, run_id, frozenset(other for known, other in pairs if known in erased) - erased)
    record.derive(pairs)


def on_any(record: LedgerReader, people: frozenset[bytes], now: datetime) -> frozenset[bytes]:
    """Who of these may be on some list."""
    lists = record.lists() if people else ()
    return frozenset[bytes]().union(*(_on(record, each, people, now) for each in lists))


def deleted(record: Ledger, each: ListRecord, asked: datetime | None, at: datetime) -> Iterator[pa.Table]:
    """The past of a list that is gone from its platform."""
    return ended(history(record, each, forgetting(record, None, at), Deletion(asked, at)), at)


def _erased(record: LedgerReader) -> frozenset[bytes]:
    return frozenset(each.digest for each in record.suppressions() if each.verb is Verb.ERASED)


def _erasing(pending: Pending) -> frozenset[int]:
    """The subjects whose erasure is pending."""
    return frozenset(who for who, verb in pending.verbs.items() if verb is Verb.ERASED)


def _found(record: Ledger, each: ListRecord, digests: frozenset[bytes]) -> frozenset[bytes]:
    past = record.past(each.id)
    return frozenset() if past is None else in_past(record.stream(past), digests)


def _told(record: Ledger, each: ListRecord, names: frozenset[bytes]) -> frozenset[bytes]:
    past = record.past(each.id)
    return frozenset() if past is None else among_past(record.stream(past), names)


def _on(record: LedgerReader, each: ListRecord, people: frozenset[bytes], now: datetime) -> frozenset[bytes]:
    return among(CAPABILITIES[each.platform], each.lifespan, recollect(record, each), now, people)


def _rewrite(
    record: Ledger, each: ListRecord, run_id: str, people: frozenset[bytes], digests: frozenset[bytes]
) -> None:
    past = record.past(each.id)
    if past is None:
        return
    rows = record.stream(past)
    if among_past(rows, people) or (digests and in_past(rows, digests)):
        record.replace_past(each.id, run_id, kept(rows, Forgetting(erased=people), digests))
