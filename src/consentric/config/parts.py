"""The small structures inside blocks: keys of a source, columns of an identifier, words of consent, proof, terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeVar
from unicodedata import normalize

from consentric.config.amounts import whole_number
from consentric.config.names import column, is_name, text
from consentric.config.problems import WrongValueError, did_you_mean, listed
from consentric.config.spans import day
from consentric.config.tree import Path
from consentric.model.project import Approval, Proof, TermsAccepted

NEWEST_VERSION = 1

T = TypeVar("T")

_PROOF_PARTS = ("form", "text", "channel", "source")
_HASHED_PARTS = ("column", "prehashed")
_APPROVAL_PARTS = ("removals", "additions", "on")
_KEY_HINT = "write e.g. `key: email`, `key: [customer_id, email]` or `key: {email: their_column}`"


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """`at` leads from the value of `key:` to this one."""

    name: str
    column: str
    at: Path = ()


@dataclass(frozen=True, slots=True)
class OneColumn:
    """`source.column`. `prehashed`: its cells are SHA-256 already."""

    source: str
    column: str
    prehashed: bool = False


def keys(value: object) -> tuple[KeyColumn, ...]:
    """A name, a list of names, `{name: column}`, or a list of these."""
    items = value if isinstance(value, list) else [value]
    if not items:
        raise WrongValueError("A100", "`{key}` is empty", _KEY_HINT)
    found: list[KeyColumn] = []
    for index, item in enumerate(items):
        at: Path = (index,) if isinstance(value, list) else ()
        for key in _one_key(item, at):
            if any(other.name == key.name for other in found):
                raise WrongValueError("A106", f"the key `{key.name}` is here twice", "name each key once", at=at)
            found.append(key)
    return tuple(found)


def _one_key(item: object, at: Path) -> list[KeyColumn]:
    if not isinstance(item, dict):
        return [_key_column(item, item, at)]
    return [_key_column(name, its_column, (*at, name)) for name, its_column in item.items()]


def _key_column(name: object, its_column: object, at: Path) -> KeyColumn:
    if isinstance(name, str) and is_name(name) and isinstance(its_column, str) and its_column.strip():
        return KeyColumn(name, its_column, at)
    raise WrongValueError("A100", "`{key}` must be the name of a key", _KEY_HINT, at=at)


def columns(value: object) -> tuple[OneColumn, ...]:
    """One `source.column` or a list of them, in order of trust."""
    if not isinstance(value, list):
        return (_one_column(value, ()),)
    return tuple(dict.fromkeys(_one_column(item, (index,)) for index, item in enumerate(value)))


def _one_column(value: object, at: Path) -> OneColumn:
    if isinstance(value, dict):
        return _hashed_column(value, at)
    source, dot, its_column = value.partition(".") if isinstance(value, str) else ("", "", "")
    if not source.strip() or not dot or not its_column.strip():
        raise WrongValueError(
            "A104", "`{key}` must name a source and its column", "write e.g. `customers.email`", at=at
        )
    return OneColumn(source, its_column)


def _hashed_column(value: dict[str, object], at: Path) -> OneColumn:
    """`{column: …, prehashed: sha256}`."""
    if "column" not in value:
        raise WrongValueError(
            "A100", "`{key}` must be a column or a list of columns", "write e.g. `customers.{key}`", at=at
        )
    for key in value:
        if key not in _HASHED_PARTS:
            hint = did_you_mean(key, _HASHED_PARTS, f"write {listed(_HASHED_PARTS)}")
            raise WrongValueError("A102", f"unknown key `{key}`", hint, at=(*at, key), on_key=True)
    if "prehashed" in value and value["prehashed"] != "sha256":
        hint = "write `sha256`: the platforms take no other hash"
        raise WrongValueError("A104", "`{key}: {raw}` is not understood", hint, at=(*at, "prehashed"))
    found = _one_column(value["column"], (*at, "column"))
    return replace(found, prehashed="prehashed" in value)


def words(value: object) -> frozenset[str]:
    """The words that mean yes, or no; trimmed and case-folded."""
    items = value if isinstance(value, list) else [value]
    if not items:
        raise WrongValueError("A100", "`{key}` is empty", 'write the words that the column holds, e.g. `["yes"]`')
    return frozenset(_word(item, (index,) if isinstance(value, list) else ()) for index, item in enumerate(items))


def _word(item: object, at: tuple[int, ...]) -> str:
    if isinstance(item, bool):
        return str(item).casefold()
    if isinstance(item, str | int | Decimal) and str(item).strip():
        return normalize("NFC", str(item).strip()).lower()
    raise WrongValueError("A100", "`{key}` must be words", 'write e.g. `["yes"]`', at=at)


def proof(value: object) -> Proof:
    """A column of the consent source, or what is true of every consent in it."""
    if not isinstance(value, dict):
        return Proof(column=column(value))
    for key, part in value.items():
        if key not in _PROOF_PARTS:
            hint = did_you_mean(key, _PROOF_PARTS, f"write {listed(_PROOF_PARTS)}")
            raise WrongValueError("A102", f"unknown key `{key}`", hint, at=(str(key),), on_key=True)
        if isinstance(part, dict | list | bool) or part is None or not str(part).strip():
            raise WrongValueError("A100", f"`{key}` must be a text", 'write it in quotes: `"…"`', at=(str(key),))
    if not value:
        raise WrongValueError("A100", "`{key}` is empty", "write a column, or `{form: …, text: …}`")
    return Proof(text="; ".join(f"{key}: {part}" for key, part in value.items()))


def terms(value: object) -> TermsAccepted:
    """`true`, or who accepted the terms and when."""
    hint = "write `{by: your name, on: 2026-01-31}`"
    if value is True:
        return TermsAccepted(None, None)
    if not isinstance(value, dict):
        raise WrongValueError("A100", "`{key}` must say who accepted the terms, and when", hint)
    for key in value:
        if key not in {"by", "on"}:
            near = did_you_mean(key, ("by", "on"), hint)
            raise WrongValueError("A102", f"unknown key `{key}`", near, at=(key,), on_key=True)
    for key in ("by", "on"):
        if key not in value:
            raise WrongValueError("A101", f"`{key}` is missing", hint, on_key=True)
    return TermsAccepted(_inside("by", text, value["by"]), _inside("on", day, value["on"]))


def approval(value: object) -> Approval:
    """How many may be removed or added on one day; without a day it would go on approving for ever."""
    hint = "write e.g. `{removals: 2993, on: 2026-11-23}`"
    if not isinstance(value, dict):
        raise WrongValueError("A100", "`{key}` must say how many people, and on which day", hint)
    for key in value:
        if key not in _APPROVAL_PARTS:
            near = did_you_mean(key, _APPROVAL_PARTS, hint)
            raise WrongValueError("A102", f"unknown key `{key}`", near, at=(key,), on_key=True)
    if "on" not in value:
        raise WrongValueError("A101", "`on` is missing", f"{hint}: it counts on that day only", on_key=True)
    if not value.keys() & {"removals", "additions"}:
        raise WrongValueError("A101", "`removals` or `additions` is missing", hint, on_key=True)
    numbers = {key: _inside(key, whole_number, value[key]) for key in ("removals", "additions") if key in value}
    return Approval(on=_inside("on", day, value["on"]), **numbers)


def _inside(key: str, read: Callable[[object], T], value: object) -> T:
    try:
        return read(value)
    except WrongValueError as wrong:
        raise WrongValueError(wrong.code, wrong.message, wrong.hint, at=(key, *wrong.at)) from None


def secret(value: object) -> str:
    """A text whose value no message repeats."""
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool) and str(value).strip():
        return str(value)
    raise WrongValueError("A100", "`{key}` must name a variable", 'write e.g. `"${META_ACCESS_TOKEN}"`')


def version(value: object) -> int:
    hint = f"write `{NEWEST_VERSION}`"
    if isinstance(value, int) and not isinstance(value, bool) and value > NEWEST_VERSION:
        hint = f"this one reads `version: {NEWEST_VERSION}`"
        raise WrongValueError("A005", f"this file needs consentric {value} or newer", hint)
    if value != NEWEST_VERSION or isinstance(value, bool | str):
        raise WrongValueError("A100", "`{key}` must be 1", hint)
    return NEWEST_VERSION


def or_off(read: Callable[[object], T]) -> Callable[[object], T | Literal["off"]]:
    """The reader of a guard's limit, which may be switched off."""

    def limit(value: object) -> T | Literal["off"]:
        if value == "off":
            return "off"
        if value is False or value in ("none", "never", "no"):
            raise WrongValueError("A104", "`{key}: {raw}` is not understood", "write `off`")
        return read(value)

    return limit
