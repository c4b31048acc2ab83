"""Every code that a platform error of ours can carry, in one table. Codes are stable: none ever gets a new meaning.

The class of an error says what its reader does next (errors.py), the code which sentence of the documentation helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final


class Consequence(Enum):
    """What the reader of an error does: the four classes of PlatformError."""

    TRY_LATER = "Unavailable"
    TOMORROW = "QuotaExhausted"
    CHANGE = "Refused"
    ASK_THE_ENGINEER = "AccessDenied"


class Code(StrEnum):
    """A501–A509 try later, A510 tomorrow, A520–A539 change something, A540–A559 access."""

    NO_ANSWER = "A501"
    NOT_UNDERSTOOD = "A502"
    OVERLOADED = "A503"
    SLOW_DOWN = "A504"
    LIST_BUSY = "A505"
    QUOTA_OF_THE_DAY = "A510"
    ROWS = "A520"
    REQUEST = "A521"
    LIST_MISSING = "A522"
    NAME_TAKEN = "A523"
    LIST_LOCKED = "A524"
    TOO_SMALL = "A525"
    WORDS = "A526"
    ROW_FORM = "A527"
    OUTDATED = "A529"
    FORGOTTEN = "A530"
    NO_CREDENTIALS = "A540"
    CREDENTIALS = "A541"
    PERMISSION = "A542"
    TERMS = "A543"
    POLITICAL = "A544"
    ALLOW_LIST = "A545"
    API_OFF = "A546"
    APP_SECRET = "A547"  # noqa: S105  the name of a code
    BLOCKED = "A548"
    NOT_THIS_MACHINE = "A549"


@dataclass(frozen=True, slots=True)
class Meaning:
    consequence: Consequence
    text: str


MEANINGS: Final[Mapping[Code, Meaning]] = {
    Code.NO_ANSWER: Meaning(Consequence.TRY_LATER, "the platform could not be reached or did not answer in time"),
    Code.NOT_UNDERSTOOD: Meaning(
        Consequence.TRY_LATER, "an answer came that cannot be trusted, so the outcome is unknown"
    ),
    Code.OVERLOADED: Meaning(Consequence.TRY_LATER, "the platform reports a passing failure of its own"),
    Code.SLOW_DOWN: Meaning(Consequence.TRY_LATER, "a quota of the minute or hour is used up"),
    Code.LIST_BUSY: Meaning(Consequence.TRY_LATER, "the platform is still changing this list"),
    Code.QUOTA_OF_THE_DAY: Meaning(Consequence.TOMORROW, "the quota of the day is used up"),
    Code.ROWS: Meaning(Consequence.CHANGE, "rows of the request are malformed"),
    Code.REQUEST: Meaning(Consequence.CHANGE, "the request as a whole was refused"),
    Code.LIST_MISSING: Meaning(Consequence.CHANGE, "the list does not exist, or this account may not see it"),
    Code.NAME_TAKEN: Meaning(Consequence.CHANGE, "another list of the account has this name"),
    Code.LIST_LOCKED: Meaning(Consequence.CHANGE, "the platform has locked or closed the list"),
    Code.TOO_SMALL: Meaning(Consequence.CHANGE, "a removal was refused because the list would become too small"),
    Code.WORDS: Meaning(Consequence.CHANGE, "the name or description of the list was refused"),
    Code.ROW_FORM: Meaning(Consequence.CHANGE, "the list was filled by rows of another form"),
    Code.OUTDATED: Meaning(Consequence.CHANGE, "the platform no longer serves this version of its interface"),
    Code.FORGOTTEN: Meaning(Consequence.CHANGE, "the platform no longer knows an earlier request"),
    Code.NO_CREDENTIALS: Meaning(Consequence.ASK_THE_ENGINEER, "there are no credentials"),
    Code.CREDENTIALS: Meaning(Consequence.ASK_THE_ENGINEER, "the credentials are invalid, expired or revoked"),
    Code.PERMISSION: Meaning(Consequence.ASK_THE_ENGINEER, "the credentials may not use this account"),
    Code.TERMS: Meaning(Consequence.ASK_THE_ENGINEER, "terms of the platform are not accepted"),
    Code.POLITICAL: Meaning(Consequence.ASK_THE_ENGINEER, "the EU political advertising declaration is missing"),
    Code.ALLOW_LIST: Meaning(Consequence.ASK_THE_ENGINEER, "the account is not allow-listed for uploads"),
    Code.API_OFF: Meaning(Consequence.ASK_THE_ENGINEER, "the API is not switched on in the cloud project"),
    Code.APP_SECRET: Meaning(Consequence.ASK_THE_ENGINEER, "the app secret is missing or wrong"),
    Code.BLOCKED: Meaning(Consequence.ASK_THE_ENGINEER, "the platform has blocked the account or app"),
    Code.NOT_THIS_MACHINE: Meaning(Consequence.ASK_THE_ENGINEER, "an endpoint is not an address of this machine"),
}
