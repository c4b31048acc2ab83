"""Diagnostics for eyes and machines: rustc's layout for a terminal, annotations for GitHub, objects for editors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from consentric.errors import Diagnostic, Severity
from consentric.model.figures import counted

WIDEST = 120
BEFORE = 60

_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m"}
_BOLD, _BLUE, _RESET = "\x1b[1m", "\x1b[34m", "\x1b[0m"


def render_text(diagnostics: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """Each with its line and a caret, then how many there are."""
    blocks = [_block(each, colour=colour) for each in diagnostics]
    if diagnostics:
        files = dict.fromkeys(each.file for each in diagnostics)
        blocks.append(f"{_counted(diagnostics)} in {' and '.join(files)}\n")
    return "\n".join(blocks)


def _counted(diagnostics: Sequence[Diagnostic]) -> str:
    harmless = all(each.severity is Severity.WARNING for each in diagnostics)
    return counted(len(diagnostics), "warning" if harmless else "problem")


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands that put each problem on its line of a pull request."""
    return "".join(f"{_command(each)}\n" for each in diagnostics)


def to_json(diagnostics: Sequence[Diagnostic]) -> list[dict[str, object]]:
    """Plain objects with the positions of the Language Server Protocol, which count from 0."""
    return [_object(each) for each in diagnostics]


def _block(diagnostic: Diagnostic, *, colour: bool) -> str:
    head = f"{diagnostic.severity}[{diagnostic.code}]"
    message = _printable(diagnostic.message)
    if colour:
        head, message = f"{_COLOURS[diagnostic.severity]}{head}{_RESET}", f"{_BOLD}{message}{_RESET}"
    return "\n".join([f"{head}: {message}", *_place(diagnostic, colour=colour), ""])


def _place(diagnostic: Diagnostic, *, colour: bool) -> Iterator[str]:
    margin = " " * len(str(diagnostic.line or 1))
    arrow, bar = ("-->", "|") if not colour else (f"{_BLUE}-->{_RESET}", f"{_BLUE}|{_RESET}")
    yield f"{margin}{arrow} {_location(diagnostic)}"
    hint = _printable(diagnostic.hint)
    if not diagnostic.excerpt or diagnostic.column is None:
        if hint:
            yield f"{margin} = {hint}"
        return
    line, caret = _excerpt(diagnostic.excerpt, diagnostic.column, diagnostic.width)
    caret = f"{_COLOURS[diagnostic.severity]}{caret}{_RESET}" if colour else caret
    yield f"{margin} {bar}"
    yield f"{diagnostic.line} {bar} {line}"
    yield f"{margin} {bar} {caret} {hint}".rstrip()


def _location(diagnostic: Diagnostic) -> str:
    place = diagnostic.file
    if diagnostic.line is not None:
        place += f":{diagnostic.line}:{diagnostic.column or 1}"
    return f"{place}  ({diagnostic.path})" if diagnostic.path else place


def _excerpt(line: str, column: int, width: int) -> tuple[str, str]:
    """The line, cut where it is too long, and the carets below the right characters."""
    first = column - 1
    cut = max(0, first - BEFORE) if len(line) > WIDEST else 0
    before, after = "…" if cut else "", "…" if len(line) > cut + WIDEST else ""
    shown = line[cut : cut + WIDEST]
    padding = _columns(before + _printable(shown[: first - cut]))
    marked = _columns(_printable(shown[first - cut : first - cut + width]).rstrip())
    return before + _printable(shown) + after, " " * padding + "^" * max(
        1, 1 if shown[first - cut :][:1] == "\t" else marked
    )


def _printable(text: str) -> str:
    """Tabs as arrows; nothing that could steer a terminal."""
    arrows = text.replace("\t", "→ ")
    return "".join(character if character.isprintable() else "�" for character in arrows)


def _columns(text: str) -> int:
    """How wide the text is on a terminal."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _command(diagnostic: Diagnostic) -> str:
    properties = {"file": diagnostic.file, "title": diagnostic.code}
    if diagnostic.line is not None and diagnostic.column is not None:
        end = diagnostic.column + diagnostic.width
        properties |= {"line": str(diagnostic.line), "col": str(diagnostic.column), "endColumn": str(end)}
    named = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    text = f"{diagnostic.message}: {diagnostic.hint}" if diagnostic.hint else diagnostic.message
    return f"::{diagnostic.severity} {named}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(character):02X}" if character in f"%\r\n{more}" else character for character in text)


def _object(diagnostic: Diagnostic) -> dict[str, object]:
    line, column = (diagnostic.line or 1) - 1, (diagnostic.column or 1) - 1
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "file": diagnostic.file,
        "path": diagnostic.path,
        "range": {
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": column + diagnostic.width},
        },
    }
