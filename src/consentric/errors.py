"""Every error that consentric raises on purpose, typed by what its reader does next. No message holds a customer's value.

ConsentricError
├── ConfigError        3   the file is wrong: tell its author (carries diagnostics with positions)
├── SourceError        3   a file or column is not there, or cannot be what it says
├── Stopped            4   a guard, an empty source of people, stale or missing consent: tell the owner, do not retry
├── PlatformError          a platform said no or nothing
│   ├── Unavailable    1   network, overload, quota of the minute: retry later
│   ├── QuotaExhausted 5   quota of the day: run again tomorrow
│   ├── Refused        1   the platform refused the request: the sentence says what to change
│   │   └── Drifted    4   the list is not there, locked, or its name is taken: tell the owner, do not retry
│   └── AccessDenied   6   credentials, permission or terms: tell the engineer
├── StateError         1   the state folder cannot be used
├── LockHeld          75   another run is at work
├── UsageError        64   wrong command line
└── Interrupted   130/143  Ctrl-C or SIGTERM, after the requests in flight
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem of a file that the user wrote. `line` and `column` count from 1; `excerpt` has secrets masked."""

    code: str
    severity: Severity
    message: str
    file: str
    line: int | None = None
    column: int | None = None
    width: int = 1
    path: str = ""
    hint: str = ""
    excerpt: str = ""


class ConsentricError(Exception):
    """`code` is stable, `message` one sentence, `hint` what to do; `exit_code` is part of the contract with cron."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.hint = hint


class ConfigError(ConsentricError):
    exit_code: ClassVar[int] = 3

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        first = next((each for each in diagnostics if each.severity is Severity.ERROR), diagnostics[0])
        super().__init__(first.code, first.message, hint=first.hint)
        self.diagnostics = tuple(diagnostics)


class SourceError(ConsentricError):
    exit_code: ClassVar[int] = 3


class Stopped(ConsentricError):
    exit_code: ClassVar[int] = 4


class PlatformError(ConsentricError):
    """Raised by clients. `request_id` is the platform's own name for the call, for its support.

    `may_have_arrived` True: this attempt or an earlier one of the same call may have been carried out.
    """

    may_have_arrived: bool = False

    def __init__(self, code: str, message: str, *, hint: str = "", request_id: str | None = None) -> None:
        super().__init__(code, message, hint=hint)
        self.request_id = request_id


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """How long a platform asks us to wait, in seconds; None = it does not say."""

    seconds: float | None = None


class Unavailable(PlatformError):
    """Worth another try. `applied_unknown` True: the platform may have carried the request out."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        request_id: str | None = None,
        wait: RetryAfter = RetryAfter(),
        applied_unknown: bool = False,
    ) -> None:
        super().__init__(code, message, hint=hint, request_id=request_id)
        self.wait = wait
        self.applied_unknown = applied_unknown


class QuotaExhausted(PlatformError):
    exit_code: ClassVar[int] = 5


class Refused(PlatformError):
    """The platform will say the same again. `bad_rows` are positions in the request that it named, if it did.

    `divisible` True: it named none, and may have refused all for the sake of a few.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        request_id: str | None = None,
        bad_rows: frozenset[int] = frozenset(),
        divisible: bool = False,
    ) -> None:
        super().__init__(code, message, hint=hint, request_id=request_id)
        self.bad_rows = bad_rows
        self.divisible = divisible


class Drifted(Refused):
    """Somebody changed lists on the platform, or the platform did: no retry mends that."""

    exit_code: ClassVar[int] = 4


class AccessDenied(PlatformError):
    exit_code: ClassVar[int] = 6


class StateError(ConsentricError):
    exit_code: ClassVar[int] = 1


class LockHeld(ConsentricError):
    exit_code: ClassVar[int] = 75


class UsageError(ConsentricError):
    exit_code: ClassVar[int] = 64


class Interrupted(ConsentricError):
    exit_code: ClassVar[int] = 130

    def __init__(self, signal_code: int) -> None:
        super().__init__("A901", "stopped after the requests in flight; nothing is lost, the next run goes on")
        self.signal_code = signal_code
