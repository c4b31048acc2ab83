"""The funnel of one audience: from everybody who fits the rule to what changes on each of its lists.

The columns begin where the lists begin to differ, at consent. Every line that loses people says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from consentric.model.plan import AudiencePlan, ListPlan, NoRecord
from consentric.reporting.look import Look
from consentric.reporting.sheet import BETWEEN, Part, Sheet
from consentric.reporting.words import REASONS, field, joined, removed_because

_INDENT: Final = 4
_LABEL: Final = 22
_CELL: Final = 9
_BAR: Final = 24
_NOTES: Final = 27
"""Room to the right of the columns that the reasons need at least."""

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def funnel(sheet: Sheet, audience: AudiencePlan, no_record: NoRecord | None = None) -> None:
    """The common lines, then the lists, a few columns at a time."""
    _common(sheet, audience)
    if not audience.lists:
        sheet.line("    a building block: other audiences use it, it is never uploaded")
        return
    lists = list(audience.lists.items())
    cell = max(_CELL, *(len(name) + 2 for name in audience.lists))
    most = max(1, (sheet.look.width - _INDENT - _LABEL - _NOTES) // cell)
    for first in range(0, len(lists), most):
        _Columns(sheet, lists[first : first + most], audience, cell, no_record).write()
    if audience.unusable:
        _unusable(sheet, audience)


def _common(sheet: Sheet, audience: AudiencePlan) -> None:
    _bar_line(sheet, "fit the rule", audience.rule, of=audience.rule, items=())
    if audience.excluded or audience.excluded_by:
        named = [f"{sheet.look.people(count)} in {key}" for key, count in audience.excluded_by.items() if count]
        _bar_line(sheet, "− excluded", audience.rule - audience.excluded, of=audience.rule, items=named)


def _unusable(sheet: Sheet, audience: AudiencePlan) -> None:
    """What is wrong with contacts of these people; whoever has another one is sent by that.

    Where small counts are masked, the reasons that are rare are one.
    """
    told = ["cannot be used"]
    for name, reasons in audience.unusable.items():
        many = {reason: count for reason, count in reasons.items() if count >= sheet.look.mask_below}
        parts = [f"{reason.replace('_', ' ')} {sheet.look.people(count)}" for reason, count in many.items()]
        if rest := sum(reasons.values()) - sum(many.values()):
            parts.append(f"{'other ' if many else ''}{sheet.look.people(rest)}")
        told.append(f"{field(name)}{':' if many else ''} {', '.join(parts)}")
    sheet.prose(BETWEEN.join(told), indent=_INDENT, hanging=2, style="dim")


def _bar_line(sheet: Sheet, label: str, count: int, *, of: int, items: Sequence[str]) -> None:
    head: list[Part] = [_label(label), f"{sheet.look.people(count):>{_CELL}}"]
    column = _INDENT + _LABEL + _CELL + 3
    if sheet.look.bars:
        bar = _bar(count, of)
        head += ["  ", (bar, "cyan")]
        column += _BAR + 2
    sheet.items(head, items, column=column)


def _bar(count: int, of: int) -> str:
    eighths = round(_BAR * 8 * count / of) if of else 0
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def _label(text: str) -> str:
    return " " * _INDENT + f"{text:<{_LABEL}}"


class _Columns:
    """Some lists of one audience, side by side."""

    def __init__(
        self,
        sheet: Sheet,
        lists: Sequence[tuple[str, ListPlan]],
        audience: AudiencePlan,
        cell: int,
        no_record: NoRecord | None,
    ) -> None:
        self._sheet = sheet
        self._look: Look = sheet.look
        self._names = [name for name, _ in lists]
        self._lists = [each for _, each in lists]
        self._kept = audience.rule - audience.excluded
        self._cell = cell
        self._no_record = no_record

    def write(self) -> None:
        self._header()
        self._consent()
        self._holdout()
        self._matchable()
        self._members()
        if self._no_record is None:
            self._changes()
        self._fields()

    def _header(self) -> None:
        self._sheet.line(_label(""), ("".join(f"{name:>{self._cell}}" for name in self._names), "bold"))

    def _consent(self) -> None:
        counts = {reason: [one.consent.get(reason, 0) for one in self._lists] for reason in REASONS}
        lost = [f"{REASONS[reason]} {self._each(each)}" for reason, each in counts.items() if any(each)]
        self._row("− consent", self._after_consent, lost or ["everybody consented"])

    def _after_consent(self, one: ListPlan) -> int:
        return self._kept - sum(one.consent.values())

    def _holdout(self) -> None:
        if any(one.holdout for one in self._lists):
            note = f"{self._each(one.holdout for one in self._lists)} not uploaded here"
            self._row("− holdout", lambda one: self._after_consent(one) - one.holdout, [note])

    def _matchable(self) -> None:
        if any(one.unmatchable for one in self._lists):
            lost = self._each(one.unmatchable for one in self._lists)
            note = f"{lost} {'has' if lost == '1' else 'have'} no usable {self._key_words()}"
            self._row("− can be matched", lambda one: one.members, [note])

    def _key_words(self) -> str:
        whole_address = [name for name, one in zip(self._names, self._lists, strict=True) if "address" in one.coverage]
        words = ["email", "phone", *(["mobile id"] if any("mobile_id" in one.coverage for one in self._lists) else [])]
        return joined([*words, f"({', '.join(whole_address)}) address"] if whole_address else words, "or")

    def _members(self) -> None:
        was = [one.was for one in self._lists]
        notes = [f"was {self._each(was)}" if any(was) else "new"] if self._no_record is None else self._sizes()
        kinds = dict.fromkeys(kind for one in self._lists for kind in one.coverage)
        notes += [f"{field(kind)} {self._share(kind)}" for kind in kinds]
        self._row("= in the list", lambda one: one.members, notes, style="bold")

    def _sizes(self) -> list[str]:
        """As far as a night left them."""
        sizes = {} if self._no_record is None else self._no_record.sizes
        known = [self._look.people(sizes[one.ref]) if one.ref in sizes else "–" for one in self._lists]
        return [f"was {_joined(known)}"] if any(one.ref in sizes for one in self._lists) else []

    def _share(self, kind: str) -> str:
        shares = [_percent(one.coverage.get(kind), one.members, self._look) for one in self._lists]
        return _joined(shares)

    def _changes(self) -> None:
        self._change("+ add", lambda one: one.add, [], "green")
        self._change("− remove", lambda one: one.remove, self._removed_because(), "red")
        later = ["changed keys: out today, in again when that is processed"]
        self._change("~ later", lambda one: one.later, later, "yellow")
        self._change("↻ refresh", lambda one: one.refresh, ["sent again, so that they stay"], "")
        self._change("− once more", lambda one: one.reassert, ["removals said a second time, to be sure"], "")
        note = ["nothing to send"] if not any(_moves(one) for one in self._lists) else []
        if note or any(one.was for one in self._lists):
            self._row("     unchanged", lambda one: one.unchanged, note, style="dim")

    def _change(self, label: str, count: Callable[[ListPlan], int], notes: list[str], style: str) -> None:
        if any(count(one) for one in self._lists):
            self._row(f"     {label}", count, notes, style=style)

    def _removed_because(self) -> list[str]:
        words = dict.fromkeys(word for one in self._lists for word, count in one.removed_because.items() if count)
        counts = {word: [one.removed_because.get(word, 0) for one in self._lists] for word in words}
        notes = [f"{removed_because(word)} {self._each(each)}" for word, each in counts.items()]
        if any(one.deferred for one in self._lists):
            waiting = self._each(one.deferred for one in self._lists)
            notes.append(f"{waiting} of them {'waits' if waiting == '1' else 'wait'} for an earlier add")
        return notes

    def _fields(self) -> None:
        hashed = _told([(name, one.hashed) for name, one in zip(self._names, self._lists, strict=True)])
        clear = _told([(name, one.in_clear) for name, one in zip(self._names, self._lists, strict=True)])
        text = f"leaves hashed: {hashed or 'nothing'} · in clear: {clear or 'nothing'}"
        self._sheet.prose(text, indent=_INDENT, hanging=2, style="dim")

    def _row(self, label: str, count: Callable[[ListPlan], int], notes: Sequence[str], *, style: str = "") -> None:
        cells = "".join(f"{self._look.people(count(one)):>{self._cell}}" for one in self._lists)
        column = _INDENT + _LABEL + self._cell * len(self._lists) + 3
        self._sheet.items([(_label(label) + cells, style)], notes, column=column)

    def _each(self, counts: Iterable[int]) -> str:
        return _joined([self._look.people(count) for count in counts])


def _joined(words: Sequence[str]) -> str:
    """One word where the lists agree, else one for each: `214/207`."""
    return words[0] if len(set(words)) == 1 else "/".join(words)


def _percent(part: int | None, whole: int, look: Look) -> str:
    """A share in whole per cent; not told where the kind is not used, or of a list that is itself too small to tell."""
    if part is None or not whole or whole < look.mask_below:
        return "–"
    return f"{round(100 * part / whole)}%"


def _moves(one: ListPlan) -> bool:
    return bool(one.add or one.remove or one.later or one.refresh or one.reassert or one.stopped)


def _told(fields: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """Field names that all lists share, then what each list has beside them."""
    shared = [name for name in fields[0][1] if all(name in names for _, names in fields)]
    told = ", ".join(field(name) for name in shared)
    extra = [
        f"{'also ' if shared else ''}{', '.join(field(name) for name in names if name not in shared)} ({who})"
        for who, names in fields
        if any(name not in shared for name in names)
    ]
    return "; ".join(part for part in (told, *extra) if part)
