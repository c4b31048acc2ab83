"""Everything one sandbox knows, behind one lock: what the two servers and the control API share."""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime

from consentric.sandbox.clock import SandboxClock
from consentric.sandbox.execution import Rules, settle
from consentric.sandbox.faults import Faults
from consentric.sandbox.graph import Graph
from consentric.sandbox.lists import AudienceList
from consentric.sandbox.quotas import Quotas
from consentric.sandbox.request_log import LogEntry, RequestLog
from consentric.sandbox.switches import Switches


class World:
    """The state of one sandbox. Whoever reads or changes it holds ``lock``."""

    def __init__(self, clock: SandboxClock, switches: Switches, seed: int) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.switches = switches
        self.graph = Graph(seed)
        self.faults = Faults(seed)
        self.log = RequestLog()
        self.quotas = Quotas()
        self.lists: dict[tuple[str, str], AudienceList] = {}
        self._seed = seed
        self._issued = 0

    def issue(self, kind: str) -> str:
        """The next opaque token (request ids, trace ids): the same in every run with one seed."""
        with self.lock:
            self._issued += 1
            text = f"{self._seed}\n{kind}\n{self._issued}".encode()
        return hashlib.blake2b(text, digest_size=12).hexdigest()

    def issue_number(self, first: int) -> str:
        """The next list id of a platform."""
        return str(first + len(self.lists) + 1)

    def settled(self, audience: AudienceList) -> AudienceList:
        """The list, with everything executed that is due by now."""
        settle(audience, self.clock.now(), self._rules())
        return audience

    def settle_all(self) -> datetime:
        """Execute everything that is due anywhere; the instant up to which that is true."""
        now, rules = self.clock.now(), self._rules()
        for audience in self.lists.values():
            settle(audience, now, rules)
        return now

    def reaches(self, audience: AudienceList, key: str) -> tuple[str, ...]:
        """The accounts that a key of this list reaches now."""
        return self._rules().reached(audience, key, self.clock.now())

    def of_account(self, platform: str, account: str) -> list[AudienceList]:
        """The lists of an account that still exist, oldest first."""
        return [
            audience
            for audience in self.lists.values()
            if (audience.platform, audience.account) == (platform, account) and not audience.deleted
        ]

    def reported_size(self, audience: AudienceList) -> int:
        """The size as of some hours ago; exact, for the platform's own rounding."""
        return audience.size_at(self.clock.now() - self.switches.duration("size_delay"))

    def record(self, entry: LogEntry) -> None:
        """Put an entry into the log."""
        rows_too = self.switches["log_rows"] == "on"
        self.log.append(entry, self.clock.now(), rows_too=rows_too)

    def _rules(self) -> Rules:
        switches = self.switches
        return Rules(
            graph=self.graph,
            seed=self._seed,
            match_rate=switches.percent("match_rate"),
            order=switches["order"],
            removal_takes=switches["removal_takes"],
            multi_key_removal=switches["multi_key_removal"],
            extern_resolves=switches["extern_resolves"],
        )
