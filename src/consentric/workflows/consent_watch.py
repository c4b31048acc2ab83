"""Whose consent ended while the run was at work: suppressions at every look, the consent source every five minutes.

What it finds can only take away. If it cannot look, nothing more may be added.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

from consentric.engine.base import Engine
from consentric.errors import ConsentricError, Stopped
from consentric.ledger import LedgerReader
from consentric.model.people import Suppression
from consentric.planning.gate import Barred
from consentric.sources.files import fingerprint, open_files
from consentric.sources.rows import Reading
from consentric.workflows.opening import Opened, Shell

EVERY: Final = timedelta(minutes=5)


class ConsentWatch:
    """Asked right before every attempt."""

    def __init__(
        self, shell: Shell, opened: Opened, engine: Engine, ledger: LedgerReader, suppressed: frozenset[Suppression]
    ) -> None:
        """`suppressed`: who had said no when the plan was worked out; whoever did so since is barred."""
        self._shell = shell
        self._opened = opened
        self._engine = engine
        self._ledger = ledger
        self._at_start = suppressed
        self._looked: datetime = shell.clock.now()
        scan = opened.scans[opened.project.consent.source]
        self._fingerprints = scan.fingerprints
        self._ended = Barred()
        self._turn = threading.Lock()

    def barred(self) -> Barred:
        """Who must not be added any more, nor be added by one of their keys. Raises Stopped if that cannot be known.

        One thread at a time: the engine has one connection, and who asks while another looks wants what that one finds.
        """
        with self._turn:
            newly = self._ledger.suppressions() - self._at_start
            suppressed = self._engine.holders(frozenset(each.digest for each in newly)) if newly else Barred()
            if not timedelta() <= self._shell.clock.now() - self._looked < EVERY:
                self._look_again()
            return suppressed | self._ended

    def _look_again(self) -> None:
        source = self._opened.project.sources[self._opened.project.consent.source]
        try:
            scan = open_files(source, self._opened.project.root)
            if tuple(fingerprint(path) for path in scan.paths) != self._fingerprints:
                use = self._opened.uses[source.name]
                self._ended |= self._engine.recheck(use, Reading(scan, use.columns).batches())
                self._fingerprints = scan.fingerprints
        except ConsentricError as error:
            raise Stopped(
                "A420",
                f"the consent source cannot be read again ({error.code}), so nothing more is added",
                hint="what was sent before is recorded; run again when the source can be read",
            ) from None
        self._looked = self._shell.clock.now()
