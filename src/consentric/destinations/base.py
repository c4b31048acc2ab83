"""Small values that both platforms share: problems as values, addresses of this machine, quiet loggers."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, assert_never

from consentric.destinations.codes import MEANINGS, Code, Consequence
from consentric.errors import AccessDenied, Drifted, PlatformError, QuotaExhausted, Refused, RetryAfter, Unavailable

# A name that a platform gives its own call. Short and plain, so that nothing else can hide in it.
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_LOCALHOST: Final = "127.0.0.1"
_REASON: Final = re.compile(r"[A-Z]{2,24}(_[A-Z]{1,24}){1,9}")


UNSAID: Final = RetryAfter()


@dataclass(frozen=True, slots=True)
class Problem:
    """A known way in which a call fails. `message` and `hint` may name `{account}` and nothing else."""

    code: Code
    message: str
    hint: str = ""
    wait: RetryAfter = UNSAID
    applied_unknown: bool = False
    bad_rows: frozenset[int] = frozenset()
    divisible: bool = False
    request_id: str | None = None

    def about(self, account: str) -> Problem:
        """The same with the account's id in its sentences."""
        return replace(
            self, message=self.message.replace("{account}", account), hint=self.hint.replace("{account}", account)
        )

    def at(self, endpoint: str | None) -> Problem:
        """The same for an account that is played on this machine: whoever gets no answer there has not started it."""
        if endpoint is None or self.code is not Code.NO_ANSWER:
            return self
        return replace(self, hint=f"{endpoint} is this machine: start `consentric sandbox` there, and run again.")

    def error(self) -> PlatformError:
        code, message, hint, request_id = self.code.value, self.message, self.hint, plain_id(self.request_id)
        match MEANINGS[self.code].consequence:
            case Consequence.TRY_LATER:
                return Unavailable(
                    code,
                    message,
                    hint=hint,
                    request_id=request_id,
                    wait=self.wait,
                    applied_unknown=self.applied_unknown,
                )
            case Consequence.TOMORROW:
                return QuotaExhausted(code, message, hint=hint, request_id=request_id)
            case Consequence.CHANGE:
                return Refused(
                    code,
                    message,
                    hint=hint,
                    request_id=request_id,
                    bad_rows=self.bad_rows,
                    divisible=self.divisible,
                )
            case Consequence.ASK_THE_OWNER:
                return Drifted(code, message, hint=hint, request_id=request_id)
            case Consequence.ASK_THE_ENGINEER:
                return AccessDenied(code, message, hint=hint, request_id=request_id)
            case never:
                assert_never(never)


def plain_id(text: object) -> str | None:
    """A platform's id of a call if it looks like one: never 64 hex digits, never free text."""
    return text if isinstance(text, str) and _REQUEST_ID.fullmatch(text) else None


def plain_reason(text: object) -> str:
    """A reason such as INVALID_FORMAT, or a word for anything else: what a platform writes freely is never repeated."""
    return text if isinstance(text, str) and _REASON.fullmatch(text) else "no known reason"


def this_machine(endpoint: str) -> str:
    """`host:port` of an endpoint that is written `127.0.0.1:9000` or `http://127.0.0.1:9001`; all else is an error."""
    address = endpoint.removeprefix("http://").removesuffix("/") if endpoint.startswith("http://") else endpoint
    host, _, port = address.rpartition(":")
    if not _is_loopback(host) or not _PORT.fullmatch(port):
        raise Problem(
            Code.NOT_THIS_MACHINE,
            "an endpoint must be an address of this machine, such as 127.0.0.1:9000",
            hint="Remove `endpoint` to use the real platform; people's data goes nowhere else.",
        ).error()
    return f"{_LOCALHOST if host == 'localhost' else host}:{port}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def hush(names: Iterable[str]) -> None:
    """Pins loggers of other people's libraries, and all below them, to warnings that go nowhere.

    At DEBUG the Google clients log whole requests and urllib3 logs addresses with parameters.
    """
    existing = list(logging.root.manager.loggerDict)
    for name in names:
        for each in (name, *(known for known in existing if known.startswith(f"{name}."))):
            logger = logging.getLogger(each)
            logger.setLevel(logging.WARNING)
            logger.handlers[:] = [logging.NullHandler()]
        logging.getLogger(name).propagate = False
