"""What an unquoted YAML scalar means: YAML 1.2 core, narrowed so that `NO`, `0800` and `12:30` stay text."""

from __future__ import annotations

import re
from decimal import Decimal

from consentric.config.tree import Plain

LONGEST_NUMBER = 40
LARGEST_EXPONENT = 30

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def meaning(text: str) -> Plain:
    """The value of an unquoted scalar. Dates stay text: only the key that it stands under knows whether it is one."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) > LONGEST_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    return text


def _decimal(text: str) -> int | Decimal | str:
    number = Decimal(text)
    if abs(number.adjusted()) > LARGEST_EXPONENT:
        return text
    return int(number) if "e" in text.casefold() and number == number.to_integral_value() else number


def not_finite(text: str) -> bool:
    """`.nan` and `.inf`, which are numbers for YAML and for nobody else."""
    return _NOT_FINITE.fullmatch(text) is not None
