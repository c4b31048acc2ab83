"""How long Meta asks us to wait, read from headers. No I/O.

Public page: developers.facebook.com/docs/graph-api/overview/rate-limiting (the use case header counts in minutes,
X-Ad-Account-Usage in seconds; calling on extends the block).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from consentric.errors import RetryAfter

_A_DAY: Final = 24 * 60 * 60.0
_SECONDS_A_MINUTE: Final = 60.0
_FULL: Final = 100


def asked_wait(headers: Mapping[str, str]) -> RetryAfter:
    """The longest wait that any header asks for; none = Meta does not say."""
    waits = [*_retry_after(headers), *_use_case_minutes(headers), *_account_seconds(headers)]
    sensible = [seconds for seconds in waits if 0 < seconds <= _A_DAY]
    return RetryAfter(max(sensible)) if sensible else RetryAfter()


def _retry_after(headers: Mapping[str, str]) -> Iterator[float]:
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        yield float(text[:9])


def _use_case_minutes(headers: Mapping[str, str]) -> Iterator[float]:
    for entries in _json(headers, "X-Business-Use-Case-Usage").values():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield _number(entry.get("estimated_time_to_regain_access")) * _SECONDS_A_MINUTE


def _account_seconds(headers: Mapping[str, str]) -> Iterator[float]:
    usage = _json(headers, "X-Ad-Account-Usage")
    if _number(usage.get("acc_id_util_pct")) >= _FULL:
        yield _number(usage.get("reset_time_duration"))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _json(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        value = orjson.loads(headers.get(name, "{}"))
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
