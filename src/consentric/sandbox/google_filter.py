"""The filter of ListUserLists: a small part of AIP-160, read strictly.

Conditions joined by AND: ``display_name = "x"``, ``!=``, ``<``, ``>``, ``:`` (has), and
``IN(field, "a", "b")``. Source: Data Manager reference, ListUserListsRequest.filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

FIELDS: Final = (
    "id",
    "display_name",
    "description",
    "membership_status",
    "integration_code",
    "access_reason",
    "ingested_user_list_info.upload_key_types",
)
_TOKEN: Final = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<sign>!=|[=<>:(),])|(?P<word>[\w.\-]+))')

Matches: TypeAlias = Callable[[Mapping[str, Any]], bool]


class FilterError(ValueError):
    """The filter cannot be read."""


def parse_filter(text: str) -> Matches:
    """A predicate over the fields of a list; an empty filter matches everything."""
    tokens = list(_tokens(text))
    conditions: list[Matches] = []
    while tokens:
        if conditions:
            _expect(tokens, "AND")
        if tokens[:1] == ["IN"]:
            conditions.append(_membership(tokens))
        else:
            conditions.append(_comparison(tokens))
    return lambda fields: all(condition(fields) for condition in conditions)


def _tokens(text: str) -> Iterator[str]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise FilterError("unreadable")
        place = found.end()
        yield found.group().strip()


def _comparison(tokens: list[str]) -> Matches:
    if len(tokens) < 3:
        raise FilterError("incomplete")
    name, sign, wanted = _field(tokens.pop(0)), tokens.pop(0), _literal(tokens.pop(0))
    match sign:
        case "=":
            return lambda fields: str(fields[name]) == wanted
        case "!=":
            return lambda fields: str(fields[name]) != wanted
        case ":":
            return lambda fields: wanted.lower() in str(fields[name]).lower()
        case "<" | ">":
            return _order(name, sign, wanted)
        case _:
            raise FilterError("unknown operator")


def _order(name: str, sign: str, wanted: str) -> Matches:
    if name != "id" or not wanted.isascii() or not wanted.isdigit():
        raise FilterError("only ids can be ordered")
    limit = int(wanted)
    if sign == "<":
        return lambda fields: int(fields["id"]) < limit
    return lambda fields: int(fields["id"]) > limit


def _membership(tokens: list[str]) -> Matches:
    _expect(tokens, "IN")
    _expect(tokens, "(")
    if not tokens:
        raise FilterError("incomplete")
    name = _field(tokens.pop(0))
    wanted = []
    while tokens[:1] == [","]:
        tokens.pop(0)
        if not tokens:
            raise FilterError("incomplete")
        wanted.append(_literal(tokens.pop(0)))
    _expect(tokens, ")")
    return lambda fields: str(fields[name]) in wanted


def _field(token: str) -> str:
    if token not in FIELDS:
        raise FilterError("unknown field")
    return token


def _literal(token: str) -> str:
    if token.startswith('"'):
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if not re.fullmatch(r"[\w.\-]+", token):
        raise FilterError("not a value")
    return token


def _expect(tokens: list[str], wanted: str) -> None:
    if not tokens or tokens.pop(0) != wanted:
        raise FilterError(f"{wanted} expected")
