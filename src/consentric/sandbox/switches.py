"""What nobody outside the platforms knows, as named switches. The table below is the reference.

Each switch is one undocumented or disputed behaviour, with the values that are plausible; the
first value is the default. A client is right when it keeps its promises under all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from consentric.sandbox.clock import parse_duration

PERCENT: Final = "a number from 0 to 100"
DURATION: Final = "a duration such as 30m, 2h or 1d"


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question about the platforms."""

    default: str
    allowed: tuple[str, ...] | str
    question: str

    def check(self, value: str) -> None:
        """Raise ``ValueError`` if this switch cannot have that value."""
        if isinstance(self.allowed, tuple):
            if value not in self.allowed:
                raise ValueError(f"one of {', '.join(self.allowed)}")
        elif self.allowed == PERCENT:
            # Compared this way round so that NaN is refused too.
            if not 0 <= float(value) <= 100:
                raise ValueError(PERCENT)
        else:
            parse_duration(value)


def _choice(*values: str, question: str) -> Switch:
    return Switch(default=values[0], allowed=values, question=question)


SWITCHES: Final[dict[str, Switch]] = {
    "removal_takes": _choice(
        "account",
        "identifier",
        question="Does removing a key take out the account it resolves to, whatever keys put it "
        "in, or only that key's hold on it (it stays while another added key holds it)?",
    ),
    "multi_key_removal": _choice(
        "any",
        "all",
        "best",
        question="A removal row with several keys: which accounts does it mean? Those that any key "
        "reaches, those that every key reaches, or those of the best key that reaches one "
        "(e-mail, phone, mobile id, address, external id).",
    ),
    "order": _choice(
        "kept",
        "shuffled",
        "removals_last",
        "removals_first",
        "twice",
        question="In which order are requests executed that are open on one list at the same "
        "time? `twice`: each runs in order, again shuffled, and once more when it is due.",
    ),
    "omitted_references": _choice(
        "all",
        "none",
        question="Google: does a member without destination_references go to all destinations "
        "of the request, or to none?",
    ),
    "closed_list_adds": _choice(
        "fail",
        "vanish",
        question="Google: is an ingest into a closed list refused, or does it succeed and add nobody?",
    ),
    "unconsented": _choice(
        "counted",
        "refused",
        question="Google: are members without both consents accepted and then counted as "
        "errors in the status, or is the whole request refused?",
    ),
    "longer_duration": _choice(
        "members",
        "additions",
        question="Google: does a longer membership duration reach those who are on the list already, or only those "
        "who are added from then on?",
    ),
    "empty_replace": _choice(
        "refused",
        "allowed",
        question="Meta: may usersreplace carry no rows (and so empty the audience)?",
    ),
    "extern_resolves": _choice(
        "learned",
        "never",
        question="Meta: does an EXTERN_ID find the accounts that rows carrying it reached in "
        "this ad account within 90 days, or nobody?",
    ),
    "retention_renewed": _choice(
        "on",
        "off",
        question="Meta: does adding somebody again restart the audience's retention_days?",
    ),
    "low_size_refusals": _choice(
        "off",
        "on",
        question="Meta: are removals refused (200/1870047) that would leave fewer than 100 accounts?",
    ),
    "match_rate": Switch("70", PERCENT, "How many per cent of the keys resolve to an account at all?"),
    "google_delay": Switch("2h", DURATION, "Google: how long is a request PROCESSING?"),
    "meta_add_delay": Switch("1h", DURATION, "Meta: after how long do adds and replaces land?"),
    "meta_remove_delay": Switch("20h", DURATION, "Meta: after how long do removals land?"),
    "size_delay": Switch("12h", DURATION, "How old are the sizes that the platforms report?"),
    "quotas": _choice("on", "off", question="Are request quotas enforced?"),
    "answer_803_after_create": _choice(
        "off",
        "on",
        question="Meta: do the first two calls to a new audience answer 803 (does not exist yet)?",
    ),
    "ads_token_required": _choice(
        "off",
        "on",
        question="Google Ads API: is a developer-token header still required?",
    ),
    "log_rows": _choice(
        "on",
        "off",
        question="Not about a platform: keep the key strings of every row in the log? Off saves memory in benchmarks.",
    ),
}


class Switches:
    """The current position of every switch."""

    def __init__(self, changes: Mapping[str, str] | None = None) -> None:
        self._lock = threading.Lock()
        self._values = {name: switch.default for name, switch in SWITCHES.items()}
        self.set(changes or {})

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def duration(self, name: str) -> timedelta:
        """A switch that holds a duration."""
        return parse_duration(self._values[name])

    def percent(self, name: str) -> float:
        """A switch that holds a percentage."""
        return float(self._values[name])

    def set(self, changes: Mapping[str, str]) -> None:
        """Change several switches, or none of them if one name or value is wrong."""
        for name, value in changes.items():
            if name not in SWITCHES:
                raise ValueError(f"unknown switch {name}; known are {', '.join(SWITCHES)}")
            try:
                SWITCHES[name].check(value)
            except ValueError as error:
                raise ValueError(f"switch {name}: {error}") from None
        with self._lock:
            self._values.update(changes)

    def describe(self) -> dict[str, dict[str, object]]:
        """All switches with their question, allowed values and current value."""
        return {
            name: {
                "value": self._values[name],
                "default": switch.default,
                "allowed": switch.allowed,
                "question": switch.question,
            }
            for name, switch in SWITCHES.items()
        }
