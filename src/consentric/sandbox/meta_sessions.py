"""Upload sessions: a series of batches to one audience, numbered from 1, closed by the last.

Sources: users reference (session_id unique in the ad account, batch_seq sequential from 1,
last_batch_flag, 90 minutes) and the usersreplace guide (only number 1 is special there).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from consentric.sandbox.clock import iso
from consentric.sandbox.lists import OpenRequest
from consentric.sandbox.meta_errors import invalid, not_updated

LASTS: Final = timedelta(minutes=90)
_INT64: Final = 2**63


@dataclass(frozen=True, slots=True)
class Batch:
    """The ``session`` parameter of one request."""

    session_id: int
    seq: int
    last: bool

    def as_json(self) -> dict[str, Any]:
        """As the log shows it."""
        return {"session_id": self.session_id, "batch_seq": self.seq, "last_batch_flag": self.last}


@dataclass(slots=True)
class Session:
    """What has been received under one session id."""

    account: str
    audience: str
    op: str
    id: int
    schema: tuple[str, ...]
    started_at: datetime
    last_seq: int = 0
    seen: set[int] = field(default_factory=set)
    finished_at: datetime | None = None
    received: int = 0
    invalid: int = 0
    replace: OpenRequest | None = None

    def as_json(self) -> dict[str, str]:
        """As GET /{audience}/sessions shows it: everything is text."""
        return {
            "session_id": str(self.id),
            "start_time": iso(self.started_at),
            **({"end_time": iso(self.finished_at)} if self.finished_at else {}),
            "num_received": str(self.received),
            "num_invalid_entries": str(self.invalid),
            "num_matched": "-1",
            "progress": "100" if self.finished_at else "0",
            "stage": "processing" if self.finished_at else "uploading",
        }


def read_batch(given: Any) -> Batch:
    """Read the ``session`` parameter."""
    if not isinstance(given, dict):
        raise invalid("The parameter session is required")
    number, seq, last = (given.get(name) for name in ("session_id", "batch_seq", "last_batch_flag"))
    if type(number) is not int or not 0 < number < _INT64:
        raise invalid("session.session_id must be a positive 64-bit integer")
    if type(seq) is not int or seq < 1:
        raise invalid("session.batch_seq must be an integer from 1")
    if type(last) is not bool:
        raise invalid("session.last_batch_flag must be a boolean")
    total = given.get("estimated_num_total", 0)
    if type(total) is not int or total < 0:
        raise invalid("session.estimated_num_total must be an integer")
    return Batch(number, seq, last)


class Sessions:
    """All sessions of all ad accounts."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, int], Session] = {}

    def of_audience(self, audience: str) -> Iterator[Session]:
        """The sessions of one audience, oldest first."""
        return (session for session in self._sessions.values() if session.audience == audience)

    def admit(
        self,
        account: str,
        audience: str,
        op: str,
        schema: tuple[str, ...],
        batch: Batch,
        now: datetime,
    ) -> Session:
        """The session that a batch belongs to, if it may come now; nothing is changed."""
        session = self._sessions.get((account, batch.session_id))
        if batch.seq == 1:
            if session is not None:
                raise invalid("session.session_id has been used in this ad account before")
            return Session(account, audience, op, batch.session_id, schema, now)
        if session is None:
            raise not_updated(1870147, "The first batch of the session was not detected.")
        if (session.audience, session.op) != (audience, op):
            raise invalid("The session belongs to another audience or operation")
        if session.finished_at is not None:
            raise not_updated(1870159, "The session has finished.")
        if now - session.started_at > LASTS:
            raise not_updated(1870158, "The session has timed out after 90 minutes.")
        if schema != session.schema:
            raise not_updated(None, "The schema differs from that of the first batch.")
        if op != "users_replace" and batch.seq != session.last_seq + 1:
            raise invalid("session.batch_seq must be sequential")
        return session

    def count(self, session: Session, batch: Batch, received: int, wrong: int, now: datetime) -> bool:
        """Count an accepted batch; False if it is a repetition (usersreplace allows those)."""
        self._sessions[session.account, session.id] = session
        fresh = batch.seq not in session.seen
        session.seen.add(batch.seq)
        session.last_seq = max(session.last_seq, batch.seq)
        if fresh:
            session.received += received
            session.invalid += wrong
        if batch.last:
            session.finished_at = now
        return fresh
