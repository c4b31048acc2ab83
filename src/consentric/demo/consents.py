"""The consent log: who said yes, no, yes again, nothing, or something nobody understands; and when.

Every state that a consent check must tell apart occurs. Knows customers; knows nothing of what they buy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

from .people import Customer
from .rolls import DAY, Choice, as_date, as_local, as_utc, dice, pick

State = Literal[
    "granted",
    "refused then granted",
    "withdrawn then granted",
    "renewed",
    "granted, and again in the future",
    "refused",
    "one purpose only",
    "withdrawn",
    "withdrawn in another row",
    "withdrawn at the same instant",
    "withdrawn in the future",
    "expired",
    "blank with a date",
    "blank without a date",
    "odd word",
    "granted, then an odd word",
    "granted without a date",
    "granted in the future",
    "granted, then refused without a date",
    "no row",
]

HEADER: Final = (
    "customer_id",
    "email",
    "share_with_ad_platforms",
    "personal_ads",
    "given_at",
    "withdrawn_at",
    "form_version",
)
LIVE: Final[frozenset[State]] = frozenset(
    {"granted", "refused then granted", "withdrawn then granted", "renewed", "granted, and again in the future"}
)
# Consent is good for 24 months; both sides keep clear of the edge.
VALID_DAYS: Final = 725
EXPIRED_DAYS: Final = 735

STATES: Final = Choice[State](
    ("granted", 60.0),
    ("refused then granted", 3.0),
    ("withdrawn then granted", 3.0),
    ("renewed", 6.0),
    ("granted, and again in the future", 0.5),
    ("refused", 7.0),
    ("one purpose only", 2.5),
    ("withdrawn", 4.0),
    ("withdrawn in another row", 2.0),
    ("withdrawn at the same instant", 0.3),
    ("withdrawn in the future", 0.2),
    ("expired", 6.0),
    ("blank with a date", 0.7),
    ("blank without a date", 0.6),
    ("odd word", 1.0),
    ("granted, then an odd word", 0.4),
    ("granted without a date", 0.7),
    ("granted in the future", 0.5),
    ("granted, then refused without a date", 0.3),
    ("no row", 5.0),
)
_YES: Final = Choice(("yes", 90.0), ("Yes", 4.0), ("YES", 2.0), (" yes ", 2.0), ("ja", 2.0))
_NO: Final = Choice(("no", 95.0), ("No", 3.0), ("nej", 2.0))
_ODD: Final = Choice(("maybe", 40.0), ("pending", 30.0), ("?", 20.0), ("yes/no", 10.0))
_FORMS: Final = ("checkout-2024-05", "checkout-2025-09", "newsletter-2025-01", "preferences-3", "paper-2023")
_WRITE_INSTANT: Final = Choice((as_utc, 80.0), (as_local, 14.0), (as_date, 6.0))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log as written. Blank means that the form was silent."""

    customer_id: str
    email: str
    share_with_ad_platforms: str = ""
    personal_ads: str = ""
    given_at: str = ""
    withdrawn_at: str = ""
    form_version: str = ""

    def cells(self) -> tuple[str, ...]:
        return (
            self.customer_id,
            self.email,
            self.share_with_ad_platforms,
            self.personal_ads,
            self.given_at,
            self.withdrawn_at,
            self.form_version,
        )


def consent_log(customers: list[Customer], subscribers: list[str], seed: int, now: int) -> list[Row]:
    """The log in the order of customers, then subscribers; the rows of one person the oldest first."""
    rng = dice(seed, "consents")
    log: list[Row] = []
    for customer in customers:
        # A form that was filled in before the customer number was known: the row hangs on the e-mail alone.
        by_email = bool(customer.email) and customer.role == "plain" and rng.random() < 0.05
        head = Row("" if by_email else str(customer.customer_id), customer.email)
        state = _state_of(rng, customer, now)
        log.extend(_rows(rng, head, state, now, now - customer.signed_up))
    for email in subscribers:
        log.extend(_rows(rng, Row("", email), STATES.roll(rng), now, int((10 + 900 * rng.random()) * DAY)))
    return log


def _state_of(rng: Random, customer: Customer, now: int) -> State:
    state = STATES.roll(rng)
    match customer.role:
        case "couple" | "original":
            return "granted"
        case "partner":
            return "withdrawn" if rng.random() < 0.6 else "granted"
        case "duplicate":
            return "refused" if rng.random() < 0.4 else "granted"
        case _:
            pass
    young = now - customer.signed_up <= (EXPIRED_DAYS + 30) * DAY
    if young and state in {"expired", "renewed"}:
        return "granted" if state == "renewed" else "refused"
    return state


def _rows(rng: Random, head: Row, state: State, now: int, age: int) -> tuple[Row, ...]:
    """The rows of one person who has been known for `age` seconds."""
    reach = min(age, VALID_DAYS * DAY)
    since_later = int(reach * (0.02 + 0.96 * rng.random()))
    story = Story(
        rng,
        head,
        earlier=now - since_later - 2 * DAY - int((reach - since_later) * rng.random()),
        later=now - since_later,
        long_ago=now - EXPIRED_DAYS * DAY - int(500 * DAY * rng.random()),
        ahead=now + int((2 + 200 * rng.random()) * DAY),
    )
    return _STORIES[state](story)


def withdrawal(head: Row, at: int) -> Row:
    """A click on "stop": no words about purposes, only the instant."""
    return replace(head, withdrawn_at=as_utc(at), form_version="stop-link")


@dataclass(frozen=True, slots=True)
class Story:
    """Four instants at which one person may speak. `earlier` and `later` are valid, and days apart: dates do."""

    rng: Random
    head: Row
    earlier: int
    later: int
    long_ago: int
    ahead: int

    def yes(self, at: int) -> Row:
        return self._said(_YES.roll(self.rng), at)

    def no(self, at: int) -> Row:
        return self._said(_NO.roll(self.rng), at)

    def odd(self, at: int) -> Row:
        return self._said(_ODD.roll(self.rng), at)

    def silence(self) -> Row:
        return replace(self.head, form_version=pick(self.rng, _FORMS))

    def _said(self, word: str, at: int) -> Row:
        given_at = _WRITE_INSTANT.roll(self.rng)(at)
        return Row(self.head.customer_id, self.head.email, word, word, given_at, "", pick(self.rng, _FORMS))


_STORIES: Final[dict[State, Callable[[Story], tuple[Row, ...]]]] = {
    "granted": lambda s: (s.yes(s.later),),
    "refused then granted": lambda s: (s.no(s.earlier), s.yes(s.later)),
    "withdrawn then granted": lambda s: (
        replace(s.yes(s.earlier - 2 * DAY), withdrawn_at=as_utc(s.earlier)),
        s.yes(s.later),
    ),
    "renewed": lambda s: (s.yes(s.long_ago), s.yes(s.later)),
    "granted, and again in the future": lambda s: (s.yes(s.later), s.yes(s.ahead)),
    "refused": lambda s: (s.no(s.later),),
    "one purpose only": lambda s: (replace(s.yes(s.later), personal_ads=_NO.roll(s.rng)),),
    "withdrawn": lambda s: (replace(s.yes(s.earlier), withdrawn_at=as_utc(s.later)),),
    "withdrawn in another row": lambda s: (s.yes(s.earlier), withdrawal(s.head, s.later)),
    "withdrawn at the same instant": lambda s: (
        replace(s.yes(s.later), given_at=as_utc(s.later), withdrawn_at=as_utc(s.later)),
    ),
    "withdrawn in the future": lambda s: (replace(s.yes(s.later), withdrawn_at=as_utc(s.ahead)),),
    "expired": lambda s: (s.yes(s.long_ago),),
    "blank with a date": lambda s: (replace(s.silence(), given_at=as_utc(s.later)),),
    "blank without a date": lambda s: (s.silence(),),
    "odd word": lambda s: (s.odd(s.later),),
    "granted, then an odd word": lambda s: (s.yes(s.earlier), s.odd(s.later)),
    "granted without a date": lambda s: (replace(s.yes(s.later), given_at=""),),
    "granted in the future": lambda s: (s.yes(s.ahead),),
    "granted, then refused without a date": lambda s: (s.yes(s.later), replace(s.no(s.later), given_at="")),
    "no row": lambda _: (),
}
