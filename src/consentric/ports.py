"""What the shell hands to the core: the clock, progress, checkpoints, and the two faces of a platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pyarrow as pa

from consentric.model.lists import ListFacts, ListRef, ListSpec, Operation, Receipt, Replacement, Shape, Verdict


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None: ...


class Progress(Protocol):
    """Tells people what is going on, on stderr. Never a value of a customer."""

    def started(self, run_id: str) -> None:
        """What follows belongs to this run."""
        ...

    def stage(self, text: str) -> None: ...

    def sent(self, ref: ListRef, operation: Operation, shape: Shape, people: int, request_id: str) -> None: ...

    def note(self, text: str) -> None: ...


class Checkpoint(Protocol):
    """A named place in a run where tests may kill the process; does nothing otherwise."""

    def __call__(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class WireBatch:
    """One request's worth of outbox rows (schema: planning/outbox.py), all of one operation and shape.

    `number` is unique in the state folder and ad account: it names the request where a platform wants a number.
    `again` is asked before every repetition of the request; what it raises ends the attempts. `replacement`: the rows
    are part of a series that replaces the whole list.
    """

    list_id: str
    operation: Operation
    shape: Shape
    rows: pa.Table
    number: int
    again: Callable[[], None] = lambda: None
    replacement: Replacement | None = None


class Inspector(Protocol):
    """Asks, changes nothing, sees no member data. Raises PlatformError."""

    def verdict(self, handle: str) -> Verdict: ...

    def find(self, tag: str) -> str | None:
        """The id of the list that carries our tag."""
        ...

    def facts(self, list_id: str) -> ListFacts: ...

    def namesakes(self, name: str) -> int:
        """How many lists of the account have exactly this name, whoever made them."""
        ...

    def uses(self, list_id: str) -> tuple[str, ...]:
        """The ads that a list is used by, as `campaign 11`: the platform's own numbers, at Meta the first hundred."""
        ...


class Sender(Inspector, Protocol):
    """Everything that changes a platform. Only workflows/deliver.py asks for one."""

    def create(self, spec: ListSpec) -> str:
        """Creates the list and returns its id; not idempotent, so look with `find` first."""
        ...

    def rename(self, list_id: str, spec: ListSpec) -> None:
        """Gives the list the name, description and tag of the spec; doing it twice is doing it once."""
        ...

    def keep_for(self, list_id: str, days: int) -> None:
        """From now on the list drops whoever was last added so many days ago, on platforms that do; twice is once."""
        ...

    def delete(self, list_id: str) -> None:
        """Deletes the list with everybody on it; one that is gone already is deleted."""
        ...

    def send(self, batch: WireBatch) -> Receipt: ...

    def server_time(self, list_id: str) -> datetime | None:
        """The platform's own clock, from an answer about the list; None where it does not say."""
        ...

    def remove_rest(self, list_id: str, before: datetime) -> Receipt:
        """Removes whoever was last added before an instant, on platforms that can (planning/capabilities.py)."""
        ...
