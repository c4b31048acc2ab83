"""Numbers, shares and true/false as the file writes them. Numbers written the Danish way are errors with the cure."""

from __future__ import annotations

import re
from decimal import Decimal

from consentric.config.problems import WrongValueError

_THOUSANDS = re.compile(r"(-?[1-9][0-9]{0,2})((?:\.[0-9]{3})+)(?:,([0-9]+))?")
_COMMA = re.compile(r"(-?[0-9]+),([0-9]+)")
_UNIT = re.compile(r"(?i)(-?[0-9][0-9.,]*)\s*(?:kr\.?|dkk|sek|nok|eur|€|,-)")
_UNDERSCORES = re.compile(r"-?[0-9]+(?:_[0-9]+)+")
_PERCENT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s?%")
_PEOPLE = re.compile(r"([0-9]{1,9}) +(?:people|person|customers)")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

MISUNDERSTOOD = "`{key}: {raw}` is not understood"


def number(value: object) -> int | Decimal:
    """A number with a point for decimals."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        refuse_local_number(str(value))
        return value
    if isinstance(value, str):
        refuse_local_number(value)
        raise WrongValueError("A100", "`{key}` must be a number", _cure_for_text(value))
    raise WrongValueError("A100", "`{key}` must be a number", "write digits, e.g. `2`")


def whole_number(value: object) -> int:
    found = number(value)
    if isinstance(found, Decimal):
        raise WrongValueError("A100", "`{key}` must be a whole number", f"write `{int(found)}`")
    if found < 0:
        raise WrongValueError("A104", MISUNDERSTOOD, f"write `{-found}`: it cannot be below zero")
    return found


def share(value: object) -> float:
    """`20%` as 0.2."""
    return float(exact_share(value))


def exact_share(value: object) -> Decimal:
    """`20%` as 0.2, to the last digit."""
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found:
        return Decimal(found[1]) / 100
    raise WrongValueError("A104", MISUNDERSTOOD, f"write a percentage, e.g. `{_percent_cure(value)}`")


def limited_share(value: object) -> float:
    """A share of something, so at most all of it."""
    found = share(value)
    if found > 1:
        raise WrongValueError("A104", MISUNDERSTOOD, "write at most `100%`, or `off`")
    return found


def ranked_size(value: object) -> int | Decimal:
    """`500 people` as 500, `10%` as 0.1: more than nobody, and at most all."""
    people = _PEOPLE.fullmatch(value.strip()) if isinstance(value, str) else None
    if people:
        size: int | Decimal = int(people[1])
    elif isinstance(value, int) and not isinstance(value, bool):
        raise WrongValueError("A104", MISUNDERSTOOD, f"write `{value}%`, or `{value} people`")
    else:
        size = exact_share(value)
    if size == 0:
        raise WrongValueError("A104", MISUNDERSTOOD, "that is nobody: write e.g. `10%`, or `500 people`")
    if isinstance(size, Decimal) and size > 1:
        raise WrongValueError("A104", MISUNDERSTOOD, "write at most `100%`")
    return size


def truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise WrongValueError("A100", "`{key}` must be `true` or `false`", _truth_cure(value))


def refuse_local_number(text: str) -> None:
    """Raises for a number that a Dane reads otherwise than the file does."""
    found = _UNIT.fullmatch(text.strip())
    if found:
        raise WrongValueError(
            "A108", "`{raw}` is not a number", f"write `{_pointed(found[1])}`: the currency is said once, on top"
        )
    cure = _pointed(text.strip())
    if cure == text.strip():
        return
    if "," in text or "_" in text or text.count(".") > 1:
        raise WrongValueError("A108", "`{raw}` is not a number", f"write `{cure}`")
    reads_as = f"{Decimal(text).normalize():f}"
    small = f"{reads_as}0" if reads_as == text else reads_as
    raise WrongValueError("A108", f"`{{raw}}` reads as {reads_as}", f"write `{cure}`, or `{small}` if that is meant")


def _pointed(text: str) -> str:
    """The number as the file wants it: no thousands separators, a point for decimals."""
    thousands = _THOUSANDS.fullmatch(text)
    if thousands:
        whole = thousands[1] + thousands[2].replace(".", "")
        return f"{whole}.{thousands[3]}" if thousands[3] else whole
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    return text.replace("_", "") if _UNDERSCORES.fullmatch(text) else text


def _cure_for_text(text: str) -> str:
    if text.casefold() in _WORDS:
        return f"write `{_WORDS.index(text.casefold()) + 1}`"
    if _PLAIN_NUMBER.fullmatch(text):
        return f"write `{text.lstrip('0') or '0'}`, without quotes"
    if _PERCENT.fullmatch(text):
        return f"write `{text.rstrip('% ')}`, without `%`"
    return "write digits, e.g. `2`"


def _percent_cure(value: object) -> str:
    if isinstance(value, bool):
        return "5%"
    if isinstance(value, Decimal) and 0 < value < 1:
        return f"{(value * 100).normalize():f}%"
    if isinstance(value, int) and 0 <= value <= 100:
        return f"{value}%"
    if isinstance(value, str) and _COMMA.fullmatch(value.rstrip("% ")):
        return f"{value.rstrip('% ').replace(',', '.')}%"
    return "5%"


def _truth_cure(value: object) -> str:
    if isinstance(value, str):
        word = value.casefold()
        if word in {"yes", "ja", "on", "y", "1", "true", "sand"}:
            return "write `true`"
        if word in {"no", "nej", "off", "n", "0", "false", "falsk"}:
            return "write `false`"
    return "write one of the two"
