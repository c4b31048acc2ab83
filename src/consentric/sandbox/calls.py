"""How a call is answered, on either platform: read it without the lock, then commit it under it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from consentric.sandbox.faults import Fault
from consentric.sandbox.request_log import LogEntry

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Prepared(Generic[Answer]):
    """A call that has been read: what the log will say of it, and how to carry it out.

    ``commit`` runs under the world's lock and raises the platform's error to refuse; it is given
    the fault that is to strike after acceptance, if one was drawn.
    """

    entries: list[LogEntry]
    commit: Callable[[Fault | None], Answer]
