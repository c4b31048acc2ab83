"""Executing the open requests of a list, lazily, as if somebody had done it at the right instants.

At the instant at which a request is due it is executed; before it, those requests open at that
instant which the ``order`` switch puts first. So requests are reordered only among those that are
open at the same time: who waits until one is settled before sending the next keeps their order.
Nobody documents an order of requests to one list on either platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from consentric.sandbox.graph import EXTERN, Accounts, Graph
from consentric.sandbox.lists import AudienceList, OpenRequest, Operation
from consentric.sandbox.membership import meant_by_removal
from consentric.sandbox.request_log import Row

_Preference: TypeAlias = Callable[[OpenRequest], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """How the platform behaves: the switches that matter here, and the hidden graph."""

    graph: Graph
    seed: int
    match_rate: float
    order: str
    removal_takes: str
    multi_key_removal: str
    extern_resolves: str

    def added(self, audience: AudienceList, key: str, row: Row, at: datetime) -> Accounts:
        """The accounts that a key of an added row puts on the list.

        An external id only rides along with other keys: what it once reached is not put back by it.
        """
        if key.startswith(EXTERN) and len(row) > 1:
            return self.graph.accounts(audience.platform, key, self.match_rate)
        return self.reached(audience, key, at)

    def reached(self, audience: AudienceList, key: str, at: datetime) -> Accounts:
        """The accounts that a key of a removal row reaches."""
        accounts = self.graph.accounts(audience.platform, key, self.match_rate)
        if not accounts and key.startswith(EXTERN) and self.extern_resolves == "learned":
            return self.graph.learned(audience.account, key, at)
        return accounts


def settle(audience: AudienceList, now: datetime, rules: Rules) -> None:
    """Execute everything that is due by now."""
    while audience.open:
        due = min(audience.open, key=lambda request: request.due_at)
        if due.due_at > now:
            return
        _step(audience, due, rules)
        audience.sizes.append((due.due_at, len(audience.members)))


def _step(audience: AudienceList, due: OpenRequest, rules: Rules) -> None:
    """Execute the request that is due, and before it those that the platform prefers."""
    at = due.due_at
    if rules.order == "twice":
        _run_twice(audience, due, rules)
        return
    preference = _preference(audience, rules)
    ready = [request for request in audience.open if request.sealed or request is due]
    for request in sorted(ready, key=preference):
        _run(audience, request, at, rules)
        audience.open.remove(request)
        if request is due:
            return


def _preference(audience: AudienceList, rules: Rules) -> _Preference:
    match rules.order:
        case "shuffled":
            return lambda request: (_draw(audience, request, rules.seed),)
        case "removals_last":
            return lambda request: (request.operation.takes, request.due_at)
        case "removals_first":
            return lambda request: (not request.operation.takes, request.due_at)
        case _:
            # Kept: each at its own instant. Sorting is stable, so ties keep the order of arrival.
            return lambda request: (request.due_at,)


def _run_twice(audience: AudienceList, due: OpenRequest, rules: Rules) -> None:
    """At least once, and rather more often: in order, shuffled, and what is due a last time."""
    ready = [request for request in audience.open if request.sealed or request is due]
    for request in ready:
        if request.runs == 0:
            _run(audience, request, due.due_at, rules)
    for request in sorted(ready, key=lambda one: _draw(audience, one, rules.seed)):
        if request is due or request.runs == 1:
            _run(audience, request, due.due_at, rules)
    audience.open.remove(due)


def _draw(audience: AudienceList, request: OpenRequest, seed: int) -> bytes:
    """A place in a shuffled order that does not depend on who looks when."""
    arrived = request.entries[0].n if request.entries else 0
    text = f"{seed}\n{audience.id}\n{arrived}"
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _run(audience: AudienceList, request: OpenRequest, at: datetime, rules: Rules) -> None:
    request.runs += 1
    if audience.deleted:
        return
    match request.operation:
        case Operation.ADD:
            _add(audience, request, at, rules)
        case Operation.REMOVE:
            for row in request.rows:
                _remove(audience, row, at, rules)
        case Operation.REMOVE_ALL:
            _remove_all(audience, request.as_of or request.accepted_at)
        case Operation.REPLACE:
            audience.members.clear()
            _add(audience, request, at, rules)
            kept = request.accepted_at
            audience.keys = {key: added for key, added in audience.keys.items() if added >= kept}
    for entry in request.entries:
        entry.applied = True


def _add(audience: AudienceList, request: OpenRequest, at: datetime, rules: Rules) -> None:
    request.matched_rows = 0
    for row in request.rows:
        pairs = [(key, account) for key in row for account in rules.added(audience, key, row, at)]
        request.matched_rows += bool(pairs)
        for key, account in pairs:
            audience.members.add(key, account, request.accepted_at, audience.lifetime)
        for key in row:
            if key.startswith(EXTERN) and pairs:
                found = (account for _, account in pairs)
                rules.graph.learn(audience.account, key, found, request.accepted_at)


def _remove(audience: AudienceList, row: Row, at: datetime, rules: Rules) -> None:
    reached = [rules.reached(audience, key, at) for key in row]
    for key, account in meant_by_removal(row, reached, rules.multi_key_removal):
        if rules.removal_takes == "account":
            audience.members.take_account(account)
        else:
            audience.members.take_key(key, account)
    for key in row:
        audience.keys.pop(key, None)


def _remove_all(audience: AudienceList, as_of: datetime) -> None:
    """Data Manager: RemoveAllAudienceMembersRequest.remove_as_of_time, "last added before"."""
    audience.members.take_added_before(as_of)
    audience.keys = {key: added for key, added in audience.keys.items() if added >= as_of}
