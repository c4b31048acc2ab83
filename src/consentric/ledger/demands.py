"""What is on record of people who said no, as values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from consentric.ledger.database import Database
from consentric.ledger.records import ListRecord, to_instant, to_instant_or_none
from consentric.model.people import Suppression, Verb
from consentric.model.requests import ListRemoval, Pending, Request, Stage


def suppressions(database: Database) -> frozenset[Suppression]:
    rows = database.rows("SELECT digest, verb, at FROM suppressed JOIN subjects ON subjects.id = subject")
    return frozenset(Suppression(row["digest"], Verb(row["verb"]), to_instant(row["at"])) for row in rows)


def suppressed_keys(database: Database) -> Mapping[Verb, int]:
    rows = database.rows("SELECT verb, count(*) AS keys FROM subjects GROUP BY verb")
    found = {Verb(row["verb"]): int(row["keys"]) for row in rows}
    return {verb: found[verb] for verb in Verb if verb in found}


def pending(database: Database) -> Pending:
    """Subjects of requests that have no number of people yet."""
    subjects = database.rows(
        "SELECT subjects.id, request, subjects.verb FROM subjects JOIN requests ON requests.id = request"
        " WHERE people IS NULL"
    )
    return Pending(
        verbs={row["id"]: Verb(row["verb"]) for row in subjects},
        requests={row["id"]: row["request"] for row in subjects},
        digests=_by_digest(
            database.rows(
                "SELECT digest, subject FROM suppressed JOIN subjects ON subjects.id = subject"
                " JOIN requests ON requests.id = request WHERE people IS NULL"
            )
        ),
        sought=_by_digest(database.rows("SELECT digest, subject FROM sought")),
    )


def requests(database: Database, verb: Verb, lists: Sequence[ListRecord]) -> tuple[Request, ...]:
    by_id = {each.id: each for each in lists}
    removals: dict[int, list[ListRemoval]] = {}
    for row in database.rows(
        "SELECT r.*, EXISTS (SELECT 1 FROM leavers l WHERE l.request = r.request AND l.list_id = r.list_id) AS held"
        " FROM request_lists r ORDER BY request, list_id"
    ):
        removals.setdefault(row["request"], []).append(_removal(row, by_id[row["list_id"]]))
    return tuple(
        Request(
            id=row["id"],
            verb=verb,
            reason=row["reason"],
            at=to_instant(row["at"]),
            keys=row["subjects"],
            people=row["people"],
            lists=tuple(removals.get(row["id"], ())),
        )
        for row in database.rows("SELECT * FROM requests WHERE verb = ? ORDER BY id", verb)
    )


def _removal(row: sqlite3.Row, record: ListRecord) -> ListRemoval:
    return ListRemoval(
        ref=record.ref,
        platform=record.platform,
        account=record.account,
        list_id=record.platform_id,
        people=row["people"],
        stage=_stage(row),
        asked=to_instant_or_none(row["asked_at"]),
        confirmed=to_instant_or_none(row["confirmed_at"]),
    )


def _stage(row: sqlite3.Row) -> Stage:
    if row["confirmed_at"] is not None:
        return Stage.CONFIRMED if row["held"] else Stage.ERASED
    return Stage.WAITING if row["asked_at"] is None else Stage.ASKED


def _by_digest(rows: Iterable[sqlite3.Row]) -> Mapping[bytes, frozenset[int]]:
    found: dict[bytes, set[int]] = {}
    for row in rows:
        found.setdefault(row["digest"], set()).add(row["subject"])
    return {digest: frozenset(subjects) for digest, subjects in found.items()}
