"""Problems on their way to the reader: what is wrong with a value, and the list that gives each its place."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from consentric.config.tree import START, MappingNode, Path, ScalarNode, Span, written
from consentric.errors import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consentric.config.document import Document

LONGEST_QUOTE = 60
LONGEST_SENTENCE = 400
LONGEST_WORD = 60
MOST_WORDS = 1_000
MOST_PROBLEMS = 1_000


class WrongValueError(ValueError):
    """A value that cannot be what its key asks for.

    `message` may hold `{key}` and `{raw}`: the key that the value stands under, and the value as it is written.
    `at` leads from the value to the part of it that is wrong.
    """

    def __init__(self, code: str, message: str, hint: str = "", *, at: Path = (), on_key: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.at = at
        self.on_key = on_key


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem found before the file has paths."""

    code: str
    span: Span
    message: str
    hint: str = ""


class Problems:
    """Collects problems of one document. A place that could not be read gets no second complaint.

    After a thousand errors, or warnings, nobody reads on, and no more of them are kept. `refused` are the paths of keys
    that are not available yet: that is the one problem of such a key, whatever is wrong with its value.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[tuple[Span, str, str], tuple[Path, Diagnostic]] = {}
        self._unread: set[Span] = set()
        self._excerpts: dict[int, str] = {}
        self._count = dict.fromkeys(Severity, 0)
        self.refused: set[Path] = set()

    def remark(self, remark: Remark) -> None:
        self._add(Severity.ERROR, remark.code, remark.span, (), remark.message, remark.hint)
        self._unread.add(remark.span)

    def error(self, code: str, path: Path, message: str, hint: str = "") -> None:
        """On the value at `path`."""
        self._add(Severity.ERROR, code, self._document.value_span(path), path, message, hint)

    def error_on_key(self, code: str, path: Path, message: str, hint: str = "") -> None:
        self._add(Severity.ERROR, code, self._document.key_span(path), path, message, hint)

    def warning(self, code: str, path: Path, message: str, hint: str = "") -> None:
        self._add(Severity.WARNING, code, self._document.value_span(path), path, message, hint)

    def warning_on_key(self, code: str, path: Path, message: str, hint: str = "") -> None:
        self._add(Severity.WARNING, code, self._document.key_span(path), path, message, hint)

    def wrong(self, path: Path, wrong: WrongValueError) -> None:
        """What a reader of values raised about the value at `path`, unless its variable is not set anyway."""
        place = (*path, *wrong.at)
        if place in self._document.unset:
            return
        key, raw = _key(place), _raw(self._document, place)
        message, hint = (text.replace("{key}", key).replace("{raw}", raw) for text in (wrong.message, wrong.hint))
        add = self.error_on_key if wrong.on_key else self.error
        add(wrong.code, place, message, hint)

    def is_there(self, path: Path) -> bool:
        """Whether the file says anything at the path, right or wrong."""
        return self._document.node(path) is not None

    def names_in(self, *path: str) -> tuple[str, ...]:
        """The names in a block, also of what is wrong otherwise."""
        node = self._document.node(path)
        return node.keys if isinstance(node, MappingNode) else ()

    def line_of(self, path: Path) -> int:
        return self._document.key_span(path).line

    @property
    def failed(self) -> bool:
        return self._count[Severity.ERROR] > 0

    @property
    def full(self) -> bool:
        """Whether another error would not be kept."""
        return self._count[Severity.ERROR] >= MOST_PROBLEMS

    def sorted(self) -> tuple[Diagnostic, ...]:
        return tuple(
            sorted(
                (each for _, each in self._found.values()),
                key=lambda each: (each.line or 0, each.column or 0, each.code),
            )
        )

    def _add(self, severity: Severity, code: str, span: Span, path: Path, message: str, hint: str) -> None:
        document = self._document
        path = document.standing(path)
        if code == "A190":
            self._refuse(path)
        elif self.refused and any(path[: length + 1] in self.refused for length in range(len(path))):
            return
        if span in self._unread or self._count[severity] >= MOST_PROBLEMS or (span, code, message) in self._found:
            return
        self._count[severity] += 1
        diagnostic = Diagnostic(
            code=code,
            severity=severity,
            message=_bounded(document.masked(message)),
            file=document.file,
            line=span.line,
            column=span.column,
            width=span.width,
            path=_bounded(document.masked(written(path))),
            hint=_bounded(document.masked(hint)),
            excerpt=self._excerpt(span.line),
        )
        self._found[span, code, message] = path, diagnostic

    def _refuse(self, path: Path) -> None:
        self.refused.add(path)
        below = [key for key, (place, _) in self._found.items() if place[: len(path)] == path]
        for key in below:
            self._count[self._found.pop(key)[1].severity] -= 1

    def _excerpt(self, line: int) -> str:
        if line not in self._excerpts:
            self._excerpts[line] = self._document.excerpt(line)
        return self._excerpts[line]


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The nearest known word as a question, or another hint when nothing is near."""
    words = list(known)
    worth_it = len(word) <= LONGEST_WORD and len(words) <= MOST_WORDS
    near = get_close_matches(word.casefold(), words, n=1, cutoff=0.6) if worth_it else []
    return f"did you mean `{near[0]}`?" if near else otherwise


def listed(words: Iterable[str], last: str = "or") -> str:
    """`a`, `b` or `c`, in backticks."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def quoted(text: str) -> str:
    """A text of the file, short enough for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"


def _key(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "the file")


def _raw(document: Document, path: Path) -> str:
    node = document.node(path)
    if isinstance(node, ScalarNode):
        return quoted(node.raw)
    return "{…}" if isinstance(node, MappingNode) else "[…]"


__all__ = ["START", "Problems", "Remark", "WrongValueError", "did_you_mean", "listed", "quoted"]
