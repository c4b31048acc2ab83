"""What audiences say of each other and of destinations: names that must exist, cycles, twins, lifetimes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from consentric.config.problems import Problems, did_you_mean
from consentric.config.reading import Named
from consentric.config.sections import Sections
from consentric.config.shapes import AudienceShape, GoogleShape
from consentric.config.tree import Path
from consentric.model.time import Duration, Unit

GOOGLE_LONGEST_DAYS = 540
KEEP_FOR = Duration(180, Unit.DAY)

_ANY_DAY = date(2026, 1, 1)
Ahead = Mapping[str, Sequence[tuple[str, Path]]]
"""Whom each audience names, and where."""


def check_audiences(
    sections: Sections, destinations: Iterable[str], named: Sequence[Named], problems: Problems
) -> None:
    """`destinations` are all names in the file, also of destinations that are wrong otherwise; `named` stand in rules."""
    known = tuple(destinations)
    _check_send_to(sections, known, problems)
    _check_exclude(sections, problems)
    _check_named(sections, named, problems)
    _check_circles(sections, named, problems)
    _check_twins(sections, problems)
    _check_keep_for(sections, problems)
    _check_renames(sections, problems)


def targets(sections: Sections, audience: AudienceShape) -> tuple[str, ...]:
    """The destinations of an audience, its own or the default ones."""
    if audience.send_to is not None:
        return audience.send_to
    return sections.defaults.send_to or ()


def lifetime(sections: Sections, audience: AudienceShape) -> Duration:
    return audience.keep_for or sections.defaults.keep_for or KEEP_FOR


def list_name(key: str, audience: AudienceShape) -> str:
    return audience.name or key


def _check_send_to(sections: Sections, known: tuple[str, ...], problems: Problems) -> None:
    places: list[tuple[Path, tuple[str, ...]]] = [(("defaults", "send_to"), sections.defaults.send_to or ())]
    places += [(("audiences", key, "send_to"), each.send_to or ()) for key, each in sections.audiences.items()]
    for path, names in places:
        for index, name in enumerate(names):
            if name not in known:
                hint = did_you_mean(name, known, f"destinations are: {', '.join(known)}" if known else "")
                problems.error("A203", (*path, index), f"there is no destination called `{name}`", hint)


def _check_exclude(sections: Sections, problems: Problems) -> None:
    for key, audience in sections.audiences.items():
        for index, name in enumerate(audience.exclude):
            path = ("audiences", key, "exclude", index)
            if name == key:
                problems.error("A206", path, f"`{key}` excludes itself", "nobody would be left")
            elif name not in sections.audiences:
                hint = did_you_mean(name, sections.audiences)
                problems.error("A203", path, f"there is no audience called `{name}`", hint)


def _check_named(sections: Sections, named: Sequence[Named], problems: Problems) -> None:
    for each in named:
        if each.key == each.by:
            problems.error(
                "A206", each.path, f"the rule of `{each.by}` asks for `{each.by}` itself", "name another audience"
            )
        elif each.key not in sections.audiences:
            hint = did_you_mean(each.key, sections.audiences)
            problems.error("A203", each.path, f"there is no audience called `{each.key}`", hint)


def _check_circles(sections: Sections, named: Sequence[Named], problems: Problems) -> None:
    """Of exclusions, and of rules that wait for each other; an audience may exclude one whose rule asks for it."""
    excluded: Ahead = {
        key: [(name, ("audiences", key, "exclude", index)) for index, name in enumerate(each.exclude)]
        for key, each in sections.audiences.items()
    }
    asked: Ahead = {key: [(each.key, each.path) for each in named if each.by == key] for key in sections.audiences}
    for ahead, what in ((excluded, "these exclude each other"), (asked, "these rules ask for each other")):
        for path, circle in _circles(ahead):
            problems.error("A206", path, f"{what} in a circle: {circle}", "break it at one place")


def _circles(ahead: Ahead) -> Iterator[tuple[Path, str]]:
    """Each circle of two or more once, where the walk in the order of the file comes back to it.

    Depth first with a stack of its own, so that long chains do no harm.
    """
    done: set[str] = set()
    for start in ahead:
        trail, left = [start], [iter(() if start in done else ahead[start])]
        while trail:
            name, path = next(left[-1], (None, ()))
            if name is None:
                done.add(trail.pop())
                left.pop()
            elif name in trail and name != trail[-1]:
                yield path, " → ".join((*trail[trail.index(name) :], name))
            elif name in ahead and name not in done and name not in trail:
                trail.append(name)
                left.append(iter(ahead[name]))


def _check_twins(sections: Sections, problems: Problems) -> None:
    """Two lists of one name on one account could not be told apart by people who look at the account."""
    first: dict[tuple[str, str], str] = {}
    for key, audience in sections.audiences.items():
        for destination in targets(sections, audience):
            name = list_name(key, audience)
            twin = first.setdefault((destination, " ".join(name.casefold().split())), key)
            if twin != key:
                path: Path = ("audiences", key, "name") if audience.name else ("audiences", key)
                line, own_line = problems.line_of(("audiences", twin)), problems.line_of(("audiences", key))
                message = (
                    f"`{key}` (line {own_line}) and `{twin}` (line {line}) are both called `{name}` on `{destination}`"
                )
                report = problems.error if audience.name else problems.error_on_key
                report("A208", path, message, "give one of them another `name`")
                break


def _check_keep_for(sections: Sections, problems: Problems) -> None:
    google = {name for name, each in sections.destinations.items() if isinstance(each, GoogleShape)}
    for key, audience in sections.audiences.items():
        kept = lifetime(sections, audience)
        if google.isdisjoint(targets(sections, audience)) or kept.days_from(_ANY_DAY) <= GOOGLE_LONGEST_DAYS:
            continue
        path: Path = ("audiences", key, "keep_for") if audience.keep_for else ("defaults", "keep_for")
        message = f"Google keeps nobody longer than {GOOGLE_LONGEST_DAYS} days, and `keep_for` asks for {kept}"
        problems.error("A214", path, message, f"write at most `{GOOGLE_LONGEST_DAYS} days`")


def _check_renames(sections: Sections, problems: Problems) -> None:
    """A list has one audience: the old key is gone from the file, and one audience takes its lists over."""
    heirs: dict[str, str] = {}
    for key, audience in sections.audiences.items():
        old, path = audience.renamed_from, ("audiences", key, "renamed_from")
        if old is None:
            continue
        if old in sections.audiences:
            what = "itself" if old == key else f"`{old}`, which is still in the file"
            hint = (
                "take `renamed_from` out" if old == key else f"take `{old}` out of the file, or take `renamed_from` out"
            )
            problems.error("A231", path, f"`{key}` is renamed from {what}", hint)
        elif old in heirs:
            message = f"`{heirs[old]}` and `{key}` are both renamed from `{old}`"
            problems.error("A232", path, message, "a list has one audience: let one of them begin anew")
        heirs.setdefault(old, key)
