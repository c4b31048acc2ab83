"""A finished night for all tests to copy, and processes to kill."""

from __future__ import annotations

from scenarios.conftest import open_family, opened
from unit.ledger.conftest import dying, finished, state

__all__ = ["dying", "finished", "open_family", "opened", "state"]
