"""What a YAML parser's complaint means to somebody who does not know YAML: the common slips, each with its cure."""

from __future__ import annotations

import re

import yaml

from consentric.config.problems import Remark, quoted
from consentric.config.tree import Span

_NO_SPACE = re.compile(r"(\s*(?:- +)*)([A-Za-z_][A-Za-z0-9_]*):(?=[^\s:/])")
_INDENT_TAB = re.compile(r" *\t")
_BARE_VARIABLE = re.compile(r"(?<![\"'$\w])\$\{")
_CLOSERS = {"[": "]", "{": "}"}
_RESERVED = "@`%"


def explain_syntax(error: yaml.MarkedYAMLError, lines: tuple[str, ...]) -> Remark:
    """The first explanation that fits the place where the parser stopped."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    line, column = _inside(line, column, lines)
    start = error.context_mark
    opened = _inside(start.line, start.column, lines) if start is not None else None
    return (
        _tab(line, lines)
        or _no_space(line, lines)
        or _open_quote(error, opened)
        or _bracket(line, column, opened, lines)
        or _two_colons(error, line, column, lines)
        or _reserved(line, column, lines)
        or _indentation(error, line, column, lines)
        or _anything_else(error, line, column)
    )


def _tab(line: int, lines: tuple[str, ...]) -> Remark | None:
    if not _INDENT_TAB.match(lines[line]):
        return None
    column = lines[line].index("\t")
    return Remark(
        "A001", _at(line, column), f"line {line + 1} is indented with a tab; YAML wants spaces", "use two spaces"
    )


def _no_space(line: int, lines: tuple[str, ...]) -> Remark | None:
    """`key:value`: the parser notices only at the next colon, often a line later."""
    for number in (line, _line_before(line, lines)):
        found = _NO_SPACE.match(lines[number])
        if found:
            after = quoted(lines[number][found.end() :].strip())
            hint = f"write `{found[2]}: {after}`"
            span = _at(number, len(found[1]), len(found[2]) + 1)
            return Remark("A001", span, "a space is missing after the colon", hint)
    return None


def _line_before(line: int, lines: tuple[str, ...]) -> int:
    before = (number for number in range(line - 1, -1, -1) if lines[number].strip(" \t").split("#")[0])
    return next(before, line)


def _open_quote(error: yaml.MarkedYAMLError, opened: tuple[int, int] | None) -> Remark | None:
    if opened is None or "quoted scalar" not in (error.context or "") or "end of" not in (error.problem or ""):
        return None
    return Remark("A001", _at(*opened), "the quote that starts here is not closed", "close it with the same quote")


def _bracket(line: int, column: int, opened: tuple[int, int] | None, lines: tuple[str, ...]) -> Remark | None:
    """Inside `[…]` or `{…}`: a missing comma, an unquoted variable, or a bracket that is not closed."""
    here = lines[line][column : column + 1]
    if opened is None:
        return None
    start, at = opened
    bracket = lines[start][at : at + 1]
    if bracket not in _CLOSERS:
        return None
    if start == line and _BARE_VARIABLE.search(lines[line], max(0, column - 1)):
        place = _BARE_VARIABLE.search(lines[line], max(0, column - 1))
        where = place.start() if place else column
        return Remark("A001", _at(line, where), "a variable inside `{…}` must be in quotes", 'write `"${NAME}"`')
    if start == line and here == ":":
        hint = "put a comma before the word, or the text in quotes"
        return Remark("A001", _at(line, column), "a comma is missing before this `key:`", hint)
    message = f"the `{bracket}` that starts here is not closed"
    return Remark("A001", _at(start, at), message, f"close it with `{_CLOSERS[bracket]}`")


def _two_colons(error: yaml.MarkedYAMLError, line: int, column: int, lines: tuple[str, ...]) -> Remark | None:
    if "mapping values are not allowed" not in (error.problem or ""):
        return None
    if ":" in lines[line][:column]:
        message, hint = "a second colon on one line", "put the text in quotes, or the second key on a line of its own"
    else:
        message, hint = "this line does not fit the one above", "give both keys the same indentation"
    return Remark("A001", _at(line, column), f"this is not valid YAML: {message}", hint)


def _reserved(line: int, column: int, lines: tuple[str, ...]) -> Remark | None:
    character = lines[line][column : column + 1]
    if not character or character not in _RESERVED:
        return None
    return Remark("A001", _at(line, column), f"a text cannot start with `{character}`", "put it in quotes")


def _indentation(error: yaml.MarkedYAMLError, line: int, column: int, lines: tuple[str, ...]) -> Remark | None:
    if "block" not in (error.context or ""):
        return None
    if lines[line][:column].strip():
        message, hint = "this does not belong here", "check quotes and brackets before it"
    else:
        message, hint = "this line is not indented like its neighbours", "line it up with the key it belongs beside"
    return Remark("A001", _at(line, column), f"this is not valid YAML: {message}", hint)


def _anything_else(error: yaml.MarkedYAMLError, line: int, column: int) -> Remark:
    reason = quoted(error.problem or "the parser stopped here")
    return Remark("A001", _at(line, column), f"this is not valid YAML: {reason}", error.context or "")


def _at(line: int, column: int, width: int = 1) -> Span:
    return Span(line + 1, column + 1, width)


def _inside(line: int, column: int, lines: tuple[str, ...]) -> tuple[int, int]:
    """The end of the text counts as the end of its last line that holds something."""
    last = max((number for number, text in enumerate(lines) if text.strip()), default=0)
    if line > last:
        return last, len(lines[last].rstrip())
    return line, min(column, len(lines[line]))
